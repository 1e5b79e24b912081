"""The routing table of the desk: which part serves what, which pages open over it, and what one key alone begins.

What is added here, with its keys in the registry, needs no change of anything else: a part or a page in its own file
is opened by ``open('name')`` or ``page('name')``, an errand is run by ``errand('name')``. None of them is on the way to
the first card but the buttons themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, cast

from textual.screen import Screen
from textual.widget import Widget

from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest
from screens.desk.asks import Beginning
from screens.desk.results import Began
from screens.desk.state import KEPT, DeskState

SCHEDULE, ZONE, BREAK = "schedule", "zone", "break"

# Questions of an outcome that are answered in a part of their own; the buttons' part asks all others itself.
QUESTIONS: Mapping[str, str] = {"time": SCHEDULE}


# Parts that an idle desk may open too: they are about the person, not about a client.
IDLE = frozenset({BREAK})


class Part(Protocol):
    """What the side asks of a part, which is a widget."""

    def open(self, now: DeskState) -> None:
        """Take the place of the buttons."""

    def close(self) -> None:
        """Give the place back."""

    def refuse(self, fault: BadRequest) -> None:
        """What was answered here was not taken; that is said until it is mended."""

    def unsaid(self) -> str:
        """What was typed here of the client and is not recorded."""


def _schedule(desk: Desk) -> Widget:
    from screens.desk.parts.schedule.part import SchedulePart

    return SchedulePart(desk)


def _zone(desk: Desk) -> Widget:
    from screens.desk.parts.zone import ZonePart

    return ZonePart(desk.clock)


def _break(_: Desk) -> Widget:
    from screens.desk.parts.breaking import BreakPart

    return BreakPart()


def _kept(_: Desk) -> Widget:
    from screens.desk.parts.kept import KeptPart

    return KeptPart()


PARTS: Mapping[str, Callable[[Desk], Widget]] = {SCHEDULE: _schedule, ZONE: _zone, BREAK: _break, KEPT: _kept}


def as_part(widget: Widget) -> Part:
    """The widget as the side sees it."""
    return cast(Part, widget)


def _why(desk: Desk, now: DeskState) -> Screen[None] | None:
    if now.handed is None:
        return None
    from screens.desk.why import WhyScreen

    return WhyScreen(desk, now.handed)


def _day(desk: Desk, now: DeskState) -> Screen[None] | None:
    from screens.my_day.screen import DayScreen

    return DayScreen(desk, now.zone)


# Pages over the desk; ``None`` where there is nothing to show.
PAGES: Mapping[str, Callable[[Desk, DeskState], Screen[None] | None]] = {"why": _why, "day": _day}


@dataclass(frozen=True, slots=True)
class Errand:
    """A write that one key begins, and what is told of it meanwhile."""

    told: Began
    begin: Beginning


def _pass_on(now: DeskState) -> Errand | None:
    """Give the client from before this desk back, and take the next."""
    if now.in_hand is None or not now.resumable:
        return None
    back = now.in_hand
    return Errand(Began(given_back=back.client.name), lambda jobs, _: jobs.pass_on(back))


# What a key begins at once, with no part in between; ``None`` where it makes no sense.
ERRANDS: Mapping[str, Callable[[DeskState], Errand | None]] = {"pass-on": _pass_on}
