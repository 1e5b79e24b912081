"""Amounts of time as typed: ``2h``, ``1d12h``, ``half an hour``, ``полтора часа``, ``2 дні``, ``30``."""

from __future__ import annotations

import re

from rules.when.doubts import (
    WHOLE,
    is_noon,
    refuse_afternoon,
    refuse_clock,
    refuse_hour_of_day,
    refuse_plain,
    refuse_time_behind_days,
    whole_number,
)
from rules.when.faults import WhenFault, either, no_number, quoted
from rules.when.wait import Wait
from rules.when.words import (
    AFTER,
    AND,
    AND_A_HALF,
    FROM_NOW,
    HALF_HOURS,
    LASTING,
    LONE_UNITS,
    SIGN,
    UNITS,
    longest,
)

_HALF = re.compile(r"([0-9]{1,2})[.,]5")
_HOURS_MINUTES = re.compile(r"([0-9]{1,2}):([0-5][0-9])")
_MINUTES_LEFT = re.compile(r"[0-5][0-9]")


def read_delay(words: list[str], text: str) -> Wait | None:
    """A delay from now, if the words are one: led by ``+``, ``in`` or ``через``, or ended by ``from now``.

    An amount alone is taken when it can be nothing else (``30 min``, ``полтора часа``). Raises :class:`WhenFault`
    for an amount with two readings, or a unit without its number.
    """
    lead, rest = _without_lead(words)
    if lead and len(rest) == 1 and WHOLE.fullmatch(rest[0]):
        return Wait(minutes=_plain_minutes(rest[0], lead, text))
    if lead not in {"", SIGN} and len(rest) == 1:
        refuse_clock(rest[0], text)
    lasts = not lead and rest[:1] != [] and rest[0] in LASTING  # "на 3 дня" is no delay, but may be meant as one
    rest = rest[1:] if lasts else rest
    if not lead and is_noon(rest):
        return None
    found = amounts(rest, 0, text, lead)
    if found is None or found[1] < len(rest):
        return None
    if not lead and not longest(HALF_HOURS, rest, 0):
        refuse_hour_of_day(rest, found[0].get("m", 0), text)
    refuse_time_behind_days(rest, found[0], text, sign=lead == SIGN)
    return None if lasts else _wait(found[0])


def read_days(words: list[str], at: int, text: str) -> tuple[Wait, int] | None:
    """Days from now before a time of day (``in 3 days`` at 10), and the place after them."""
    if words[at] not in AFTER:
        return None
    found = amounts(words, at + 1, text, words[at])
    if found is None or not found[0].keys() <= {"d", "w", "mo"}:
        return None
    return _wait(found[0]), found[1]


def _without_lead(words: list[str]) -> tuple[str, list[str]]:
    """What led to an amount, empty where nothing did, and the words of the amount."""
    if words and words[0] in AFTER:
        return words[0], words[1:]
    if tuple(words[-2:]) == FROM_NOW:
        return " ".join(FROM_NOW), words[:-2]
    return "", words


def _plain_minutes(word: str, lead: str, text: str) -> int:
    """``+30`` is minutes where nobody means hours by it: a multiple of five from 15 to 120."""
    if lead != SIGN:
        refuse_plain(word, lead, text)
    number = int(word)
    if 15 <= number <= 120 and number % 5 == 0:
        return number
    raise either(text, "minutes or hours", f"Write +{number}m or +{number}h.")


def amounts(words: list[str], at: int, text: str, lead: str) -> tuple[dict[str, int], int] | None:
    """Amounts by unit from a place on, each unit once, and the place after them. A ``lead`` allows a unit alone."""
    found: dict[str, int] = {}
    while at < len(words):
        start = at + 1 if found and words[at] in AND else at
        one = _amount(words, start, found, text, lead)
        if one is None or one[0] in found:
            break
        found[one[0]], at = one[1], one[2]
    return (found, at) if found else None


def _amount(words: list[str], at: int, found: dict[str, int], text: str, lead: str) -> tuple[str, int, int] | None:
    """The unit, the number and the place after one amount."""
    if halves := longest(HALF_HOURS, words, at):
        return "m", *halves
    word = words[at] if at < len(words) else ""
    if lead and not found and word in UNITS:
        return _alone(word, lead, text), 1, at + 1
    if lead == SIGN and not found and (exact := _HOURS_MINUTES.fullmatch(word)):
        return "m", 60 * int(exact[1]) + int(exact[2]), at + 1
    if _MINUTES_LEFT.fullmatch(word) and list(found) == ["h"] and at + 1 == len(words):
        return "m", int(word), at + 1
    if lead not in {"", SIGN} and not found:
        refuse_afternoon(words[at : at + 2], text, said_of_days=True)
    return _counted(words, at, word, text)


def _counted(words: list[str], at: int, word: str, text: str) -> tuple[str, int, int] | None:
    """A number with its unit; only hours have halves."""
    decimal = _HALF.fullmatch(word)
    number = int(decimal[1]) if decimal else whole_number(word)
    if number is None:
        return None
    half, end = (30, at + 1) if decimal else longest(AND_A_HALF, words, at + 1) or (0, at + 1)
    unit = words[end] if end < len(words) else ""
    if half:
        return ("m", 60 * number + half, end + 1) if UNITS.get(unit) == "h" else None
    return (_checked(number, unit, text), number, end + 1) if unit in UNITS else None


def _alone(unit: str, lead: str, text: str) -> str:
    """A unit that means one of it: a whole word, and not behind a sign."""
    if unit not in LONE_UNITS or lead == SIGN:
        raise no_number(text, unit, UNITS[unit])
    return _checked(1, unit, text)


def _checked(number: int, unit: str, text: str) -> str:
    """The unit's short name. ``через год`` is an hour in Ukrainian shorthand and a year in Russian."""
    if unit == "год" and number % 10 == 1 and number % 100 != 11:
        raise WhenFault("either", f"{quoted(text)} can be an hour or a year.", "Write +1h, or the day itself.")
    return UNITS[unit]


def _wait(found: dict[str, int]) -> Wait:
    days = found.get("d", 0) + 7 * found.get("w", 0)
    return Wait(found.get("mo", 0), days, 60 * found.get("h", 0) + found.get("m", 0))
