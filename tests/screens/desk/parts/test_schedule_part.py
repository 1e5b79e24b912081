"""The schedule alone: it reads what it needs, says the typed time, and keeps a refusal until the time is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rules.reasons import Code, Reason
from rules.situation import Agreed, OutsideWindow
from salesdesk.desk.answer import PromiseOutside
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest
from salesdesk.work.views import Handed
from screens.desk.asks import Replied
from screens.desk.parts.schedule.part import SchedulePart
from screens.desk.state import DeskState
from tests.support.alone import Alone
from tests.support.clock import NOON
from tests.support.looking import shows, text_of, until

OUTSIDE = OutsideWindow(
    Agreed(NOON, NOON.replace(tzinfo=None, hour=7), "Europe/Kyiv"), Reason(Code.HELD_NO_HOUR, {}), None, "Europe/Kyiv"
)


@pytest.fixture
def opened(person: Callable[..., Desk], client: Callable[..., int]) -> tuple[SchedulePart, DeskState]:
    """The part at Anna's desk, and the state with Olena in hand, of whom a call back is wanted."""
    client("Olena")
    desk = person()
    came = desk.next_task()
    assert isinstance(came, Handed)
    return SchedulePart(desk), replace(DeskState(zone="Europe/Kyiv"), shown=came, title="Call back")


def said(app: Alone) -> list[tuple[str, bool]]:
    return [(event.text, event.anyway) for event in app.heard if isinstance(event, Replied)]


async def test_it_reads_shows_and_says_a_time(opened: tuple[SchedulePart, DeskState]) -> None:
    part, now = opened
    app = Alone(part)
    async with app.run_test(size=(120, 30)) as pilot:
        part.open(now)
        await shows(pilot, "Call back  When?")
        await shows(pilot, "free slot that suits both: Mon 12:30")
        await shows(pilot, "team")
        await pilot.press(*"tomorrow", "space", *"10")
        await shows(pilot, "Client  Tue 24 Nov 10:00 Kyiv  ok")
        assert part.unsaid() == "tomorrow 10"
        await pilot.press("enter")
        await until(pilot, lambda: said(app) == [("tomorrow 10", False)], "what was typed")
        part.close()
        assert part.unsaid() == ""
        part.open(now)
        await shows(pilot, "tomorrow 10   fri 14:00   +2h")
        assert part.panel.line.value == ""


async def test_a_refusal_outlives_what_is_read_meanwhile(opened: tuple[SchedulePart, DeskState]) -> None:
    part, now = opened
    app = Alone(part)
    async with app.run_test(size=(120, 30)) as pilot:
        part.open(now)
        await pilot.press(*"tomorrow", "space", *"7", "enter")
        await until(pilot, lambda: said(app) == [("tomorrow 7", False)], "what was typed")
        part.refuse(PromiseOutside(OUTSIDE))
        await shows(pilot, "Enter again books it")
        part._prospect = None
        part._foresee_again()
        await until(pilot, lambda: part._prospect is not None, "what was read anew")
        await pilot.resize_terminal(130, 30)
        await pilot.pause()
        assert "Enter again books it" in " ".join(text_of(app).split())
        await pilot.press("enter")
        await until(pilot, lambda: len(said(app)) == 2, "the confirmation")
        assert said(app)[-1] == ("tomorrow 7", True)


async def test_a_changed_time_or_another_fault_confirms_nothing(opened: tuple[SchedulePart, DeskState]) -> None:
    part, now = opened
    app = Alone(part)
    async with app.run_test(size=(120, 30)) as pilot:
        part.open(now)
        await pilot.press(*"tomorrow", "space", *"7")
        part.refuse(PromiseOutside(OUTSIDE))
        await pilot.press("backspace", "6", "enter")
        await until(pilot, lambda: said(app) == [("tomorrow 6", False)], "another time")
        part.refuse(BadRequest("Never."))
        await pilot.press("enter")
        await until(pilot, lambda: said(app)[1:] == [("tomorrow 6", False)], "the same time")
