"""Amounts of time as typed: ``2h``, ``1d12h``, ``half an hour``, ``полтора часа``, ``2 дні``, ``30``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules.when.faults import WhenFault, either, quoted
from rules.when.words import AFTER, AND, AND_A_HALF, FROM_NOW, HALF_HOURS, NUMBERS, UNITS, longest

_WHOLE = re.compile(r"[0-9]{1,4}")
_HALF = re.compile(r"([0-9]{1,2})[.,]5")
_HOURS_MINUTES = re.compile(r"([0-9]{1,2}):([0-5][0-9])")
_MINUTES_LEFT = re.compile(r"[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Wait:
    """How long from now: calendar months and days, then elapsed minutes."""

    months: int = 0
    days: int = 0
    minutes: int = 0


def read_delay(words: list[str], text: str) -> Wait | None:
    """A delay from now, if the words are one: led by ``+``, ``in`` or ``через``, or ended by ``from now``.

    An amount alone is taken when it can be nothing else (``30 min``, ``полтора часа``). Raises :class:`WhenFault`
    for an amount with two readings.
    """
    led, rest = _without_lead(words)
    if led and len(rest) == 1 and _WHOLE.fullmatch(rest[0]):
        return Wait(minutes=_plain_minutes(int(rest[0]), text))
    found = amounts(rest, 0, text, led=led)
    if found is None or found[1] < len(rest):
        return None
    if not led:
        _refuse_hour_of_day(rest, found[0].get("m", 0), text)
    return _wait(found[0])


def read_days(words: list[str], at: int, text: str) -> tuple[Wait, int] | None:
    """Days from now before a time of day (``in 3 days`` at 10), and the place after them."""
    if words[at] not in AFTER:
        return None
    found = amounts(words, at + 1, text, led=True)
    if found is None or not found[0].keys() <= {"d", "w", "mo"}:
        return None
    return _wait(found[0]), found[1]


def _without_lead(words: list[str]) -> tuple[bool, list[str]]:
    if words and words[0] in AFTER:
        return True, words[1:]
    if tuple(words[-2:]) == FROM_NOW:
        return True, words[:-2]
    return False, words


def _plain_minutes(number: int, text: str) -> int:
    """``+30`` is minutes where nobody means hours by it: a multiple of five from 15 to 120."""
    if 15 <= number <= 120 and number % 5 == 0:
        return number
    raise either(text, "minutes or hours", f"Write +{number}m or +{number}h.")


def _refuse_hour_of_day(words: list[str], minutes: int, text: str) -> None:
    """``2h`` and ``2 часа`` are also two o'clock, ``3 дня`` is also three in the afternoon."""
    number = int(words[0]) if _WHOLE.fullmatch(words[0]) else NUMBERS.get(words[0], 24)
    unit = words[1] if len(words) > 1 else ""
    if words[0] in {"a", "an"} or number > 23 or minutes > 59 or longest(HALF_HOURS, words, 0):
        return
    if UNITS.get(unit) == "h":
        delay = f"+{number}h{minutes}m" if minutes else f"+{number}h"
        raise either(text, "a delay or a time of day", f"Write {delay} or {number}:{minutes:02d}.")
    if unit == "дня" and number <= 11:
        raise either(text, "a delay or a time of day", f"Write +{number}d or {number} pm.")


def amounts(words: list[str], at: int, text: str, *, led: bool) -> tuple[dict[str, int], int] | None:
    """Amounts by unit from a place on, each unit once, and the place after them. ``led`` allows a unit alone."""
    found: dict[str, int] = {}
    while at < len(words):
        start = at + 1 if found and words[at] in AND else at
        one = _amount(words, start, found, text, alone=led and not found)
        if one is None or one[0] in found:
            break
        found[one[0]], at = one[1], one[2]
    return (found, at) if found else None


def _amount(words: list[str], at: int, found: dict[str, int], text: str, *, alone: bool) -> tuple[str, int, int] | None:
    """The unit, the number and the place after one amount."""
    if halves := longest(HALF_HOURS, words, at):
        return "m", *halves
    word = words[at] if at < len(words) else ""
    if alone and word in UNITS:
        return _checked(1, word, text), 1, at + 1
    if alone and (exact := _HOURS_MINUTES.fullmatch(word)):
        return "m", 60 * int(exact[1]) + int(exact[2]), at + 1
    if _MINUTES_LEFT.fullmatch(word) and list(found) == ["h"] and at + 1 == len(words):
        return "m", int(word), at + 1
    return _counted(words, at, word, text)


def _counted(words: list[str], at: int, word: str, text: str) -> tuple[str, int, int] | None:
    """A number with its unit; only hours have halves."""
    decimal = _HALF.fullmatch(word)
    number = int(word) if _WHOLE.fullmatch(word) else int(decimal[1]) if decimal else NUMBERS.get(word)
    if number is None:
        return None
    half, end = (30, at + 1) if decimal else longest(AND_A_HALF, words, at + 1) or (0, at + 1)
    unit = words[end] if end < len(words) else ""
    if half:
        return ("m", 60 * number + half, end + 1) if UNITS.get(unit) == "h" else None
    return (_checked(number, unit, text), number, end + 1) if unit in UNITS else None


def _checked(number: int, unit: str, text: str) -> str:
    """The unit's short name. ``через год`` is an hour in Ukrainian shorthand and a year in Russian."""
    if unit == "год" and number % 10 == 1 and number % 100 != 11:
        raise WhenFault("either", f"{quoted(text)} can be an hour or a year.", "Write +1h, or the day itself.")
    return UNITS[unit]


def _wait(found: dict[str, int]) -> Wait:
    days = found.get("d", 0) + 7 * found.get("w", 0)
    return Wait(found.get("mo", 0), days, 60 * found.get("h", 0) + found.get("m", 0))
