"""Writers of one SQLite file wait for each other and take turns."""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlmodel import col, select

from salesdesk.database import Database
from salesdesk.errors import StorageError
from salesdesk.location import Location
from salesdesk.models import Setting
from salesdesk.schema import open_database
from salesdesk.turnstile import Turnstile

WRITERS, TURNS = 8, 12


def test_all_writers_get_their_turns(sqlite_desk: Callable[[Path], Location], tmp_path: Path) -> None:
    location, start = sqlite_desk(tmp_path), Barrier(WRITERS)

    def write(number: int) -> None:
        database = Database(location)
        start.wait(timeout=30)
        for _ in range(TURNS):
            with database.write() as session:
                row = session.get(Setting, f"writer-{number}")
                session.merge(Setting(name=f"writer-{number}", value=str(int(row.value) + 1 if row else 1)))
        database.close()

    with ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(write, range(WRITERS)))
    database = open_database(location)
    with database.read() as session:
        written = session.exec(select(Setting.value).where(col(Setting.name).startswith("writer-"))).all()
    database.close()
    assert written == [str(TURNS)] * WRITERS


def test_a_writer_gives_up_after_its_time_and_can_wait_again(
    sqlite_desk: Callable[[Path], Location], tmp_path: Path
) -> None:
    location = sqlite_desk(tmp_path)
    first, second = Database(location), Database(location, lock_seconds=0.1)
    with first.write() as session:
        session.connection()
        for _ in range(2):
            with pytest.raises(StorageError, match="locked"), second.write() as other:
                other.connection()
    with second.write() as session:
        assert session.connection().exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 50
    first.close()
    second.close()


def waiting(turnstile: Turnstile, order: list[str], name: str) -> threading.Thread:
    """Somebody who queues and notes when it is their turn."""

    def queue() -> None:
        with turnstile.turn(30):
            order.append(name)

    thread = threading.Thread(target=queue)
    thread.start()
    return thread


def test_one_at_a_time_goes_in(tmp_path: Path) -> None:
    order: list[str] = []
    (tmp_path / "desk.db").touch(0o600)
    turnstile = Turnstile(tmp_path / "desk.db")
    with turnstile.turn(1):
        threads = [waiting(turnstile, order, name) for name in "ab"]
        order.append("first")
    for thread in threads:
        thread.join(30)
    assert order[0] == "first"
    assert sorted(order[1:]) == ["a", "b"]
    assert stat.S_IMODE((tmp_path / "desk.db-turn").stat().st_mode) == 0o600


def test_who_waited_long_enough_goes_in_without_a_turn_and_leaves_nothing_locked(tmp_path: Path) -> None:
    order: list[str] = []
    (tmp_path / "desk.db").touch(0o660)
    turnstile = Turnstile(tmp_path / "desk.db")
    with turnstile.turn(1), turnstile.turn(0.05):
        order.append("impatient")
    later = waiting(turnstile, order, "later")
    later.join(30)
    assert order == ["impatient", "later"]


def test_without_a_file_to_queue_at_nobody_waits(tmp_path: Path) -> None:
    with Turnstile(tmp_path / "gone" / "desk.db").turn(30):
        assert list(tmp_path.iterdir()) == []


def test_whoever_may_write_the_base_may_queue_for_it(tmp_path: Path) -> None:
    shared = tmp_path / "desk.db"
    shared.touch()
    shared.chmod(0o660)
    with Turnstile(shared).turn(1):
        assert stat.S_IMODE((tmp_path / "desk.db-turn").stat().st_mode) == 0o660
