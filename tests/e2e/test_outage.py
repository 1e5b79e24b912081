"""The database is away for a while: the desk says so, keeps the card, and goes on by itself with nothing lost."""

from __future__ import annotations

import os
import resource
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from salesdesk.founding.init import Home, init
from salesdesk.storage.database import Database
from salesdesk.storage.location import locate
from salesdesk.storage.schema import open_database
from salesdesk.upkeep.health import check_storage
from tests.support.clock import NOON, StillClock
from tests.support.floor import NAMES, Floor, fill
from tests.support.servers import Server, folder_of_servers
from tests.support.terminal import Terminal

FIRST, SECOND, *_ = NAMES
BUTTONS = ("What happened?", "No answer")


@pytest.fixture
def server(postgres: str) -> Iterator[Server]:
    """A server of the test's own."""
    assert postgres
    with folder_of_servers() as folder:
        server = Server(folder / "data")
        try:
            server.make()
            yield server
        finally:
            server.stop()


def test_a_desk_outlives_its_server(server: Server, start: Callable[..., Terminal]) -> None:
    location = locate(server.url())
    init(location, StillClock(NOON), admin="boss", place=Home("UA", "Europe/Kyiv")).database.close()
    database = open_database(location)
    fill(database)
    desk = start("--db", server.url(), "desk", "--as", "anna", columns=160)
    desk.wait_for(FIRST, *BUTTONS)
    server.stop()
    desk.watch(0.5)
    desk.press("1")
    desk.wait_for("Why?")
    desk.press("1")
    desk.wait_for("retrying (2)")
    server.start()
    desk.wait_for(f"No answer for {FIRST}, next ", SECOND)
    floor = Floor(database, start)
    assert floor.attempts() == {FIRST: 1}
    assert floor.held() == {"anna": SECOND}
    assert check_storage(database, StillClock(NOON)).faults == ()
    database.close()


def test_a_desk_waits_for_room_on_the_disk(sqlite_floor: Floor, tmp_path: Path) -> None:
    """From now on none of the desk's files may grow, as on a full disk; then there is room again."""
    desk = sqlite_floor.open("anna", columns=160)
    desk.wait_for(FIRST, *BUTTONS)
    desk.watch(0.5)
    _, most = resource.prlimit(desk.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    desk.press("1")
    desk.wait_for("Why?")
    desk.press("1")
    desk.wait_for("retrying (2)")
    assert sqlite_floor.attempts() == {}
    resource.prlimit(desk.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, most))
    desk.wait_for(f"No answer for {FIRST}, next ", SECOND)
    assert sqlite_floor.attempts() == {FIRST: 1}
    assert check_storage(sqlite_floor.database, StillClock(NOON)).faults == ()
    assert (tmp_path / "desk.db").exists()


def test_either_side_notices_within_seconds_that_the_other_is_gone(server: Server) -> None:
    database = Database(locate(server.url()))
    with database.read() as session:
        found = [
            session.connection().execute(text(f"SHOW {name}")).scalar_one()
            for name in ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout")
        ]
        link = session.connection().connection.dbapi_connection
        with socket.socket(fileno=os.dup(link.fileno())) as mine:  # type: ignore[union-attr]
            idle = mine.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
            silence = mine.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    assert found == ["10", "3", "3", "15000"]
    assert (idle, silence) == (10, 15_000)
    database.close()
