"""A process that is stopped (Ctrl-Z) holds no lock: a stop waits for what is being written, and then is a stop."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text

from salesdesk.clients.duplicates import lock_numbers
from salesdesk.clock import SystemClock
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.models import Setting
from salesdesk.storage.stops import _Gate, _Waiting, let_stops_wait, unstopped
from salesdesk.upkeep.health import check_storage
from tests.support.command_line import PROGRAM, program_environment

ROWS = 1500
STOPS = 2


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How often this process would have been stopped."""
    heard: list[int] = []
    before = signal.signal(signal.SIGTSTP, lambda number, _: heard.append(number))
    monkeypatch.setattr("salesdesk.storage.stops._gate", _Gate())
    let_stops_wait()
    yield heard
    signal.signal(signal.SIGTSTP, before)


def ask_to_stop() -> None:
    signal.raise_signal(signal.SIGTSTP)


def test_a_stop_is_heeded_at_once_where_nobody_writes(stopped: list[int]) -> None:
    ask_to_stop()
    ask_to_stop()
    assert len(stopped) == 2


def test_a_stop_waits_for_every_transaction(stopped: list[int], database: Database) -> None:
    with database.write() as session:
        session.add(Setting(name="one", value=""))
        ask_to_stop()
        ask_to_stop()
        with unstopped():
            ask_to_stop()
        assert stopped == []
    assert len(stopped) == 1
    with database.read() as session:
        assert session.get(Setting, "one") is not None
        ask_to_stop()
    assert len(stopped) == 2, "whoever only reads is in nobody's way"


def test_a_stop_waits_for_a_transaction_that_fails(stopped: list[int], database: Database) -> None:
    def fail() -> None:
        with database.write():
            ask_to_stop()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert len(stopped) == 1


def test_a_stop_waits_for_the_last_of_several_threads(stopped: list[int]) -> None:
    """As at the desk, which writes in threads while the signal comes to the main one."""
    go, inside = [Event(), Event()], [Event(), Event()]

    def write(number: int) -> None:
        with unstopped():
            inside[number].set()
            assert go[number].wait(30)

    threads = [Thread(target=write, args=(number,)) for number in range(2)]
    for thread, begun in zip(threads, inside, strict=True):
        thread.start()
        assert begun.wait(30)
    ask_to_stop()
    for number, thread in enumerate(threads):
        assert stopped == []
        go[number].set()
        thread.join(30)
    while not stopped:  # the signal of the last thread is on its way to this one
        signal.sigtimedwait([], 0.01)
    assert len(stopped) == 1


def test_what_ignores_a_stop_goes_on_to_do_so() -> None:
    before = signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    try:
        let_stops_wait()
        assert signal.getsignal(signal.SIGTSTP) is signal.SIG_IGN
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        let_stops_wait()
        ours = signal.getsignal(signal.SIGTSTP)
        let_stops_wait()
        assert isinstance(ours, _Waiting)
        assert signal.getsignal(signal.SIGTSTP) is ours, "once is enough"
    finally:
        signal.signal(signal.SIGTSTP, before)


@contextmanager
def importing(where: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The program at an import that takes several batches."""
    file = folder / "many.csv"
    rows = (f"Client {number},+38067{number:07d}\n" for number in range(1_000_000, 1_000_000 + ROWS))
    file.write_text("Name,Phone\n" + "".join(rows))
    command = [*PROGRAM, "--db", where, "--as", "boss", "clients", "import", str(file), "--country", "UA", "--json"]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, env=program_environment())
    try:
        yield program
    finally:
        program.kill()
        program.communicate()


def is_written_to(location: Location, database: Database) -> bool:
    """Whether somebody is in the middle of a batch just now."""
    if location.path is None:
        with database.read() as session:
            held = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock'")
            return bool(session.connection().execute(held).scalar_one())
    with closing(sqlite3.connect(location.path, timeout=0, isolation_level=None)) as asking:
        try:
            asking.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        asking.execute("ROLLBACK")
        return False


@pytest.mark.real_clock
def test_an_import_that_is_stopped_holds_up_nobody_and_goes_on(
    desk_location: Location, tmp_path: Path, database: Database
) -> None:
    hurried = Database(desk_location, lock_seconds=1)
    with importing(desk_location.url or str(desk_location.path), tmp_path) as program:
        for number in range(STOPS):
            while not is_written_to(desk_location, database):
                assert program.poll() is None
            program.send_signal(signal.SIGTSTP)
            _, status = os.waitpid(program.pid, os.WUNTRACED)
            assert os.WIFSTOPPED(status)
            with hurried.write() as session:
                lock_numbers(hurried, session)  # which every batch takes, on PostgreSQL too
                session.add(Setting(name=f"written {number}", value=""))
            program.send_signal(signal.SIGCONT)
        printed, _ = program.communicate(timeout=60)
    hurried.close()
    assert program.returncode == 0
    assert f'"created": {ROWS}'.encode() in printed
    assert check_storage(database, SystemClock()).faults == ()
