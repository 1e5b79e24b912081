"""What can be wrong with a typed time, and the plain words for it. A mend fits two lines of a 40-cell panel."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from rules.situation import Agreed, RuleError

EXAMPLES = "15:30, fri 14, +2h, 25.11 9:00, завтра 15"
"""One of each form, for a prompt or a help text."""

Kind = Literal[
    "unclear",
    "no hour",
    "no day",
    "no number",
    "either",
    "two",
    "no such day",
    "passed",
    "far",
    "clocks change",
    "no zone",
]

_LONGEST_ECHO = 30


class WhenFault(RuleError):
    """A typed time that cannot be used; the mend holds examples, or the choices, to type instead.

    ``kind`` tells a text that is not finished (``no hour``, ``no day``, ``no number``) from one that is wrong;
    ``either`` is a text with two readings, ``two`` one with two times or two days. ``choices`` are what a time can mean
    that the clocks skip or repeat, the earlier first.
    """

    def __init__(self, kind: Kind, message: str, mend: str, choices: tuple[Agreed, ...] = ()) -> None:
        super().__init__(message, mend)
        self.kind = kind
        self.choices = choices


def quoted(text: str) -> str:
    """What was typed, on one line and cut to a length that a panel has room for."""
    said = " ".join(text.split())
    return f'"{said[:_LONGEST_ECHO]}…"' if len(said) > _LONGEST_ECHO else f'"{said}"'


def day_said(wall: datetime, today: date) -> str:
    """A past wall time as people say it: ``today 03:00``, ``yesterday 16:40``, ``Thu 19 Nov 16:40``."""
    named = {0: "today", 1: "yesterday"}.get((today - wall.date()).days)
    year = "" if wall.year == today.year else f" {wall.year}"
    return f"{named or f'{wall:%a} {wall.day} {wall:%b}{year}'} {wall:%H:%M}"


def unclear(text: str, near_day: str = "25.11") -> WhenFault:
    """Not a time that this grammar knows. ``near_day`` is a day soon to come, so that every example would be taken."""
    examples = EXAMPLES.replace("25.11", near_day)
    return WhenFault("unclear", f"{quoted(text)} is not understood.", f"Like {examples}; add me for your time.")


def either(text: str, readings: str, mend: str) -> WhenFault:
    """A text with two readings: which one is meant is for the person to say."""
    return WhenFault("either", f"{quoted(text)} can be {readings}.", mend)


def no_number(text: str, word: str, unit: str) -> WhenFault:
    """A unit without how many of it, as ``+h`` is when its number was not typed."""
    example = "+30m" if unit == "m" else f"+2{unit}"
    return WhenFault("no number", f'{quoted(text)} has no number before "{word}".', f"Say how many, like {example}.")


def midnight(text: str) -> WhenFault:
    """Midnight is the start of one day and the end of another, and people mean both."""
    return either(text, "either end of a day", "Write 0:00 and the day it begins, like tomorrow 0:00.")


def time_or_day(text: str, first: int, second: int) -> WhenFault:
    """Two numbers that are hour and minute, or day and month."""
    return either(
        text, "a time or a day", f"Write {first}:{second:02d} for the time, {first}.{second:02d} 9:00 for the day."
    )
