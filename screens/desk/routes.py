"""The routing table of the desk: which part serves what, and how each part is made when it is first needed.

A part that is added here, with its keys in the registry, needs no change of another part. No part is on the way to the
first card but the buttons themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, cast

from textual.widget import Widget

from salesdesk.desk import Desk
from salesdesk.errors import BadRequest
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
