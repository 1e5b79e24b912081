"""Writers of one SQLite file wait for each other and take turns."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlmodel import col, select

from salesdesk.errors import StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.models import Setting
from salesdesk.storage.schema import open_database
from salesdesk.storage.writers_queue import Turnstile

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


@pytest.mark.parametrize("queue_made_before", [False, True])
def test_whoever_may_write_the_base_may_queue_for_it(tmp_path: Path, queue_made_before: bool) -> None:
    """Whoever made the queue, and also when the base was given to a group after that."""
    shared, queue = tmp_path / "desk.db", tmp_path / "desk.db-turn"
    shared.touch(0o600)
    if queue_made_before:
        queue.touch(0o600)
    group = max(os.getgroups(), default=os.getgid())
    os.chown(shared, -1, group)
    shared.chmod(0o660)
    with Turnstile(shared).turn(1):
        assert (stat.S_IMODE(queue.stat().st_mode), queue.stat().st_gid) == (0o660, group)


MENDING = """
import fcntl, sys
index = open(sys.argv[1], "r+b")
for place in (120, 122):  # of SQLite's locks those for writing and for mending
    fcntl.lockf(index, fcntl.LOCK_EX, 1, place)
index.write(bytes(136))  # what was written last before the power went
index.flush()
print("mends", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("just_opened", [False, True])
def test_a_writer_waits_while_another_mends_the_log_after_a_power_cut(
    sqlite_desk: Callable[[Path], Location], tmp_path: Path, just_opened: bool
) -> None:
    """SQLite's own locks are held by a process that never comes to an end with mending, until it is ended."""
    database = open_database(sqlite_desk(tmp_path))
    patient = Database(database.location, lock_seconds=0.4)
    if not just_opened:
        with patient.read() as session:
            session.connection()
    with database.write() as session:
        session.add(Setting(name="before", value=""))
    index = f"{database.location.path}-shm"
    mends = subprocess.Popen([sys.executable, "-c", MENDING, index], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert mends.stdout is not None
        assert mends.stdout.readline() == b"mends\n"
        started = time.monotonic()
        with pytest.raises(StorageError, match="locked") as fault, patient.write() as other:
            other.connection()
        assert time.monotonic() - started >= 0.4
        cause = getattr(fault.value.__cause__, "orig", fault.value.__cause__)
        assert isinstance(cause, sqlite3.Error)
        assert cause.sqlite_errorcode == sqlite3.SQLITE_BUSY_RECOVERY
    finally:
        mends.communicate(timeout=30)
    with patient.write() as session:
        assert session.get(Setting, "before") is not None
    database.close()
    patient.close()
