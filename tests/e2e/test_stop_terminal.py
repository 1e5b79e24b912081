"""A desk that is stopped from outside in the middle of an outcome records it first, and comes back as it was."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing

from sqlmodel import select

from salesdesk.storage.models import Setting
from salesdesk.upkeep.health import check_storage
from tests.support.clock import NOON, StillClock
from tests.support.floor import NAMES, Floor

FIRST, SECOND, *_ = NAMES


def test_a_desk_stops_after_the_outcome_that_it_is_writing(sqlite_floor: Floor) -> None:
    desk = sqlite_floor.open("anna", columns=160)
    desk.wait_for(FIRST, "What happened?", "No answer")
    desk.watch(0.5)
    assert sqlite_floor.database.location.path is not None
    with closing(sqlite3.connect(sqlite_floor.database.location.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        desk.press("1")
        desk.wait_for("Why?")
        desk.press("1")
        desk.watch(0.5)  # the outcome is waiting for the other
        desk.signal(signal.SIGTSTP)
        desk.watch(0.5)
        assert os.waitpid(desk.process.pid, os.WUNTRACED | os.WNOHANG) == (0, 0), "it is not stopped yet"
        other.execute("COMMIT")
        _, status = os.waitpid(desk.process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    assert sqlite_floor.attempts() == {FIRST: 1}
    with sqlite_floor.database.write() as session:  # nobody finds it locked
        session.add(Setting(name="written", value=""))
    desk.signal(signal.SIGCONT)
    desk.wait_for(SECOND)
    with sqlite_floor.database.read() as session:
        assert session.exec(select(Setting.value).where(Setting.name == "written")).one() == ""
    assert check_storage(sqlite_floor.database, StillClock(NOON)).faults == ()
