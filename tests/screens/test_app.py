"""Leaving the desk: the claim is freed and the shift ended, each whatever becomes of the other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from sqlmodel import col, select

from salesdesk.desk.desk import Desk
from salesdesk.errors import StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.models import Shift, Task, User
from salesdesk.team.shifts import Attendance
from screens import app as screens_app
from screens.app import DeskApp, leave, run_desk

AddClient = Callable[..., int]
# Not on the way to the first card, each for what it costs to load.
_LATER = (
    "screens.kpi", "screens.my_day", "screens.desk.why", "screens.desk.break_screen", "screens.desk.refusals",
    "screens.desk.parts.schedule", "screens.desk.parts.zone", "screens.desk.parts.breaking", "screens.desk.parts.kept",
    "salesdesk.desk.schedule", "salesdesk.desk.load", "salesdesk.desk.why", "salesdesk.desk.my_day",
    "salesdesk.desk.reminders", "salesdesk.clients.set_zone", "salesdesk.kpi", "rules.when.parse",
)  # fmt: skip


def at_work(desk: Desk) -> Attendance:
    """A person with a client in hand, whose shift has begun."""
    attendance = Attendance(desk.sitting)
    attendance.be_seen()
    desk.next_task()
    return attendance


def left(database: Database) -> tuple[bool, bool]:
    """Whether nobody is held, and no shift is open."""
    with database.read() as session:
        held = session.exec(select(Task).where(col(Task.claimed_by).is_not(None))).first()
        shift = session.exec(select(Shift).where(col(Shift.ended_at).is_(None))).first()
        return held is None, shift is None


def test_somebody_who_was_disabled_leaves_nothing_behind(
    person: Callable[..., Desk], client: AddClient, sqlite_database: Database
) -> None:
    client("Olena")
    desk = person()
    attendance = at_work(desk)
    with sqlite_database.write() as session:
        session.get_one(User, desk.person.id).active = False
    assert leave(desk, attendance) is None
    assert left(sqlite_database) == (True, True)


def test_a_claim_that_cannot_be_freed_does_not_keep_the_shift_open(
    person: Callable[..., Desk], client: AddClient, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    client("Olena")
    desk = person()
    attendance = at_work(desk)
    gone = StorageError("The database is away.", "Wait.")

    def away(_: Desk) -> None:
        raise gone

    monkeypatch.setattr(Desk, "release", away)
    assert leave(desk, attendance) is gone
    assert left(sqlite_database) == (False, True)


@pytest.mark.parametrize(("crashed", "told"), [(ZeroDivisionError("oops"), ZeroDivisionError), (None, StorageError)])
def test_a_fault_of_the_program_is_not_hidden_by_the_base_being_away(
    person: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, crashed: Exception | None, told: type[Exception]
) -> None:
    desk = person()

    def away(*_: object) -> StorageError:
        return StorageError("The database is away.", "Wait.")

    def run(app: DeskApp) -> int:
        app._exception = crashed
        return 0

    monkeypatch.setattr(screens_app, "leave", away)
    monkeypatch.setattr(DeskApp, "run", run)
    with pytest.raises(told):
        run_desk(desk)


def test_what_few_calls_need_is_not_on_the_way_to_the_first_card() -> None:
    asked = f"import screens.app, sys; print([name for name in {_LATER!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
