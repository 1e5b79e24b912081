"""The installed program in terminals, and desks for it to open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from salesdesk.storage.location import Location
from salesdesk.storage.schema import open_database
from tests.support.floor import Floor, fill
from tests.support.terminal import PROGRAM, Terminal


def pytest_itemcollected(item: pytest.Item) -> None:
    """Programs in terminals know no clock but the machine's."""
    if Path(__file__).parent in item.path.parents:
        item.add_marker("real_clock")


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """A home of the test's own, with its own place for temporary files."""
    (tmp_path / "tmp").mkdir()
    return {"HOME": str(tmp_path), "TMPDIR": str(tmp_path / "tmp")}


@pytest.fixture
def start(home: dict[str, str]) -> Iterator[Callable[..., Terminal]]:
    """Starts the installed program in a terminal: ``start("demo", columns=120, NO_COLOR="1")``."""
    with ExitStack() as stack:

        def run(*words: str, columns: int = 80, rows: int = 24, **settings: str) -> Terminal:
            return stack.enter_context(Terminal([PROGRAM, *words], {**home, **settings}, columns=columns, rows=rows))

        yield run


@pytest.fixture
def floor(desk_location: Location, start: Callable[..., Terminal]) -> Iterator[Floor]:
    """A desk with a dozen clients due, once on each engine. ``floor.open("ivan")`` opens ivan's desk."""
    yield from _floor(desk_location, start)


@pytest.fixture
def sqlite_floor(
    sqlite_desk: Callable[[Path], Location], tmp_path: Path, start: Callable[..., Terminal]
) -> Iterator[Floor]:
    """The same on SQLite alone, for what is not about storage."""
    yield from _floor(sqlite_desk(tmp_path), start)


def _floor(location: Location, start: Callable[..., Terminal]) -> Iterator[Floor]:
    database = open_database(location)
    fill(database)
    where = location.url or str(location.path)
    yield Floor(database, lambda name, **more: start("--db", where, "desk", "--as", name, **more))
    database.close()
