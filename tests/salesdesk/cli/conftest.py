"""Desks for the command line to work on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rules.zonetime import to_local
from salesdesk.clock import SystemClock
from salesdesk.storage.location import Location
from tests.support.command_line import Ran, run_here

Run = Callable[..., Ran]

ZONES = (  # three hours apart, all around the world
    *("Pacific/Auckland", "Asia/Tokyo", "Asia/Almaty", "Europe/Kyiv", "Atlantic/Azores", "America/Lima"),
    *("America/Denver", "Pacific/Honolulu"),
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, and none of the caller's settings."""
    for name in ("SALESDESK_DB", "SALESDESK_USER"):
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def path(sqlite_desk: Callable[[Path], Location], tmp_path: Path) -> Path:
    """The file of a fresh desk."""
    found = sqlite_desk(tmp_path).path
    assert found is not None
    return found


@pytest.fixture
def desk(path: Path) -> Run:
    """Runs commands on a fresh SQLite desk, as its admin unless ``--as`` is among the words."""
    return lambda *words: run_here("--db", str(path), "--as", "boss", *words)


@pytest.fixture
def either_desk(desk_location: Location) -> Run:
    """The same, once on each engine."""
    place = desk_location.url or str(desk_location.path)
    return lambda *words: run_here("--db", place, "--as", "boss", *words)


@pytest.fixture
def awake() -> str:
    """A zone where it is the middle of the day, whenever the tests run."""
    return min(ZONES, key=lambda zone: abs(to_local(SystemClock().now(), zone).hour - 14))


@pytest.fixture
def asleep() -> str:
    """A zone where it is the middle of the night."""
    return min(ZONES, key=lambda zone: abs(to_local(SystemClock().now(), zone).hour - 3))


@pytest.fixture
def table_file(tmp_path: Path) -> Callable[..., str]:
    """Writes a file of clients and gives its path."""

    def write(*lines: str, encoding: str = "utf-8") -> str:
        path = tmp_path / "clients.csv"
        path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
        return str(path)

    return write
