"""The words for an answer that was not taken. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from rules.situation import Agreed
from rules.zonetime import to_local
from salesdesk.desk.answer import PromiseOutside
from salesdesk.desk.schedule import readings
from salesdesk.errors import BadRequest
from screens.shared.texts import lines, outside

_LINE = 74  # cells that one line holds in the narrowest terminal


def refusal(found: BadRequest) -> Content:
    """What is wrong with an answer and the mend; for a promise outside the hours, what a second Enter does."""
    if not isinstance(found, PromiseOutside):
        if two := readings(found):
            return Content.assemble("! ", either(found, two))
        return outside(f"! {found.title} {found.mend}")
    fed = f"it will be fed {found.fed_at}" if found.fed_at else "it is fed when a time comes"
    return outside(f"! {found.title} Enter again books it: {fed}.")


def either(found: BadRequest, two: Sequence[Agreed], style: str = "") -> Content:
    """A time with two readings, and the keys that take them, on a line each."""
    told = outside(found.title, style).truncate(_LINE, ellipsis=True)
    return lines(told, Content.styled(_by_arrows(two), style))


def _by_arrows(two: Sequence[Agreed]) -> str:
    """Which arrow takes which of two readings: ``Left takes 02:30, right 04:30.``"""
    told = [f"{choice.wall:%H:%M}" for choice in two]
    if len(set(told)) < 2:  # the same on the clock, or only one still to come
        told = [f"{to_local(choice.at, choice.zone):%H:%M} ({_offset(choice)})" for choice in two]
    return f"Left takes {told[0]}, right {told[1]}." if len(told) > 1 else f"An arrow takes {told[0]}."


def _offset(choice: Agreed) -> str:
    return to_local(choice.at, choice.zone).isoformat()[-6:]
