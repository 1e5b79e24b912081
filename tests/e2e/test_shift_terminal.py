"""A desk in a real terminal is a shift: begun after the first card, ended however the desk is left."""

from __future__ import annotations

import signal

import pytest
from sqlmodel import col, select

from salesdesk.storage.models import Shift, User
from tests.support.floor import NAMES, Floor
from tests.support.terminal import Terminal

CTRL_Q = "\x11"


def shifts(floor: Floor) -> list[tuple[str, bool]]:
    """Whose shifts there were, and which have ended, in order."""
    query = select(User.name, Shift.ended_at).join(Shift, col(Shift.user_id) == User.id).order_by(col(Shift.id))
    with floor.database.read() as session:
        return [(name, ended_at is not None) for name, ended_at in session.exec(query)]


def at_work(floor: Floor, name: str) -> Terminal:
    """A desk whose shift has begun."""
    before = shifts(floor)
    desk = floor.open(name)
    desk.wait_until(lambda screen: NAMES[0] in screen and len(shifts(floor)) > len(before), "a shift")
    return desk


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_shift(floor: Floor, number: signal.Signals) -> None:
    desk = at_work(floor, "anna")
    desk.signal(number)
    assert desk.wait_exit() == 128 + number
    assert shifts(floor) == [("anna", True)]


def test_leaving_ends_the_shift(sqlite_floor: Floor) -> None:
    desk = at_work(sqlite_floor, "anna")
    desk.press(CTRL_Q)
    assert desk.wait_exit() == 0
    assert shifts(sqlite_floor) == [("anna", True)]


def test_a_desk_that_was_killed_leaves_its_shift_to_the_next_one(sqlite_floor: Floor) -> None:
    desk = at_work(sqlite_floor, "anna")
    desk.signal(signal.SIGKILL)
    desk.wait_exit()
    assert shifts(sqlite_floor) == [("anna", False)]
    at_work(sqlite_floor, "anna")
    assert shifts(sqlite_floor) == [("anna", True), ("anna", False)]
