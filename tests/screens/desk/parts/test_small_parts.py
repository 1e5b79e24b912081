"""A break, a place and what could not be recorded: each part alone, with all that it says."""

from __future__ import annotations

import pytest

from salesdesk.errors import BadRequest
from salesdesk.work.views import Handed
from screens.desk.asks import Acts, Gone
from screens.desk.parts.breaking import BreakPart
from screens.desk.parts.kept import KeptPart
from screens.desk.parts.zone import ZonePart
from screens.desk.phases import Lost
from screens.desk.state import DeskState
from tests.support.alone import Alone
from tests.support.clock import StillClock
from tests.support.looking import shows, text_of, until

HERE = DeskState(zone="Europe/Kyiv")


class Jobs:
    """Remembers which job was asked for."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, str]] = []

    def take_break(self, reason: str) -> None:
        self.begun.append(("break", reason))

    def set_zone(self, handed: Handed, text: str) -> None:
        self.begun.append(("zone", text))


def begun(app: Alone, handed: object = None) -> list[tuple[str, str]]:
    """The jobs that the part has asked for."""
    jobs = Jobs()
    for said in app.heard:
        assert isinstance(said, Acts)
        said.begin(jobs, handed)  # type: ignore[arg-type]
    return jobs.begun


@pytest.mark.parametrize(("typed", "reason"), [("1", "coffee"), ("dentist", "dentist"), ("", "")])
async def test_a_break_has_a_reason_in_a_digit_or_in_words(typed: str, reason: str) -> None:
    part = BreakPart()
    app = Alone(part)
    async with app.run_test() as pilot:
        part.open(HERE)
        await shows(pilot, "1 coffee   2 lunch   3 meeting   or in your words; Enter goes, Esc stays")
        await pilot.press(*typed, "enter")
        await until(pilot, lambda: bool(app.heard), "what the part says")
        assert begun(app) == [("break", reason)]


async def test_too_long_a_reason_is_said_until_it_is_mended() -> None:
    part = BreakPart()
    app = Alone(part)
    async with app.run_test() as pilot:
        part.open(HERE)
        part._line.value = "x" * 201
        await pilot.press("enter")
        await shows(pilot, "200 characters at most")
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert "200 characters at most" in text_of(app)
        assert app.heard == []
        await pilot.press("backspace")
        await shows(pilot, "Enter goes, Esc stays")
        part.refuse(BadRequest("Not now."))
        await shows(pilot, "Not now.")
        part.open(HERE)
        await shows(pilot, "Enter goes, Esc stays")


async def test_a_place_is_taken_by_its_digit_or_by_enter(clock: StillClock) -> None:
    part = ZonePart(clock)
    app = Alone(part)
    async with app.run_test() as pilot:
        part.open(HERE)
        await pilot.press(*"krasnoy")
        await shows(pilot, ">1  Krasnoyarsk")
        await shows(pilot, "17:00  +5 h")
        await pilot.press("1")
        await pilot.press("enter")
        await until(pilot, lambda: len(app.heard) == 2, "two messages")
        assert [text[:11] for _, text in begun(app, handed=object())] == ["Krasnoyarsk", "Krasnoyarsk"]
        assert [said.key for said in app.heard if isinstance(said, Acts)] == ["1", ""]
        assert begun(app) == [], "without a client there is nobody to place"
        part.open(HERE)
        await shows(pilot, "two letters are enough")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.heard[-1], Gone), "that it was left")


async def test_what_could_not_be_recorded_is_shown(clock: StillClock) -> None:
    part = KeptPart()
    app = Alone(part)
    async with app.run_test() as pilot:
        part.open(DeskState(phase=Lost("released by Olha [x]", ("Call back", "tomorrow 10"))))
        for text in ("This client is no longer yours", "released by Olha [x]", "  tomorrow 10", "Enter next client"):
            await shows(pilot, text)
        assert part.unsaid() == ""
