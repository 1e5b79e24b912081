"""What a typed time is made of: the words, and what each of them can mean."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import time

from rules.when.wait import Wait
from rules.when.words import DAYS_AHEAD, MINE, NOON, PARTS, PARTS_OF_TODAY, WEEKDAYS

_INSTANT = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[t ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r" ?(?:z|[+-][0-9]{2}(?::?[0-9]{2})?)(?![\w:])"
)
INSTANT = re.compile(_INSTANT)
# Letters, an ordinal's ending after its number, a number with its marks, or anything else by itself.
_WORD = re.compile(
    rf"{_INSTANT}|[^\W\d_]+(?:-[^\W\d_]+)*|(?<=[0-9])-[^\W\d_]+|[0-9]+(?:[:.,/-][0-9]+)*|\S", re.IGNORECASE
)
_APOSTROPHES = str.maketrans({**dict.fromkeys("'’ʼ`‘´"), "ё": "е"})
_HALF_DAY = re.compile(r"(?<![^\W\d_])([ap])\. ?m\b\.?")
_STOP = re.compile(r"(?<=[^\W\d_])[.,]|(?<=[0-9])[.,](?= |$)")
_ISO_T = re.compile(r"(?<=-[0-9]{2})t(?=[0-9]{2}:)")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day; ``bare`` while it is a number with nothing about it that says hour.

    ``exact`` where it says which half of the day it is in (``7am``, ``07:00``), so that no part of the day moves it.
    """

    time: time
    bare: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Date:
    """A day as written: without a year the next such day, without a month the next such day of a month."""

    day: int
    month: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """A day counted from today: ``tomorrow``, or ``in 3 days`` (then ``counted``)."""

    wait: Wait
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week, Monday 0."""

    number: int


@dataclass(frozen=True, slots=True)
class Week:
    """A calendar week, Monday to Sunday: this one 0, the next 1."""

    ahead: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day: its first and last hour, and an hour to give as an example."""

    first: int
    last: int
    example: int


@dataclass(frozen=True, slots=True)
class Doubtful:
    """``10.11``: a time of day or a day of a month, until something beside it settles which."""

    clock: Clock
    date: Date


@dataclass(frozen=True, slots=True)
class End:
    """A word that should have led to something: ``tomorrow at``."""


Item = Clock | Date | Ahead | Weekday | Week | Part | Doubtful | End

PHRASES: dict[str, tuple[Item, ...]] = {
    **{phrase: (Part(*hours),) for phrase, hours in PARTS.items()},
    **{phrase: (Ahead(Wait(days=days)),) for phrase, days in DAYS_AHEAD.items()},
    **{word: (Weekday(number),) for word, number in WEEKDAYS.items()},
    **{word: (Clock(time(12)),) for word in NOON},
    **{phrase: (Ahead(Wait()), Part(*hours)) for phrase, hours in PARTS_OF_TODAY.items()},
}


def folded(text: str) -> str:
    """The text in lower case, composed, with single blanks; apostrophes left out and е for ё, as the word lists have
    them. Digits stay as they are: only 0 to 9 are read.
    """
    plain = unicodedata.normalize("NFC", text).casefold().translate(_APOSTROPHES)
    return " ".join(_STOP.sub(" ", _HALF_DAY.sub(r"\1m", " ".join(plain.split()))).split())


def without_mine(said: str) -> tuple[str, bool]:
    """A folded text without the ending that makes the time one's own, and whether it had one."""
    for ending in MINE:
        if said.endswith(ending) and not said[: -len(ending)][-1:].isalpha():
            return said[: -len(ending)].rstrip(), True
    return said, False


def words_of(text: str) -> list[str]:
    """The folded words of a text; numbers and letters part even where they touch (``9am``, ``fri10``)."""
    said = folded(text)
    return _WORD.findall(said if INSTANT.search(said) else _ISO_T.sub(" ", said))
