"""Words with two jobs: what they can mean as an amount of time and as a time of day, refused with both readings.

``2h`` is a delay and two o'clock, ``3 дня`` three days and three in the afternoon, ``in 15:00`` fifteen hours and, with
the wrong little word, three o'clock. Each function raises :class:`rules.when.faults.WhenFault` or lets it pass.
"""

from __future__ import annotations

import re

from rules.when.faults import WhenFault, either
from rules.when.wait import Wait
from rules.when.words import HOUR_WORDS, NUMBERS, UNITS

WHOLE = re.compile(r"[0-9]{1,4}")
_CLOCK = re.compile(r"([0-9]{1,2})[:.,-]([0-5][0-9])")
_TOGETHER = re.compile(r"([0-9]{1,2})([0-5][0-9])")
_DELAY_OR_TIME = "a delay or a time of day"
_OF_DAY = "дня"
_LAST_AFTERNOON = 17


def whole_number(word: str) -> int | None:
    """The number that a word is, in digits or spelled out."""
    return int(word) if WHOLE.fullmatch(word) else NUMBERS.get(word)


def refuse_clock(word: str, text: str) -> None:
    """``in 15:00``, ``через 9.30``: a word that leads to an amount, and then a time of day."""
    if (found := _CLOCK.fullmatch(word)) and int(found[1]) <= 23:
        hour, minute = int(found[1]), int(found[2])
        raise _delay_or_time(text, Wait(minutes=60 * hour + minute).typed, hour, minute)


def refuse_plain(word: str, lead: str, text: str) -> None:
    """A number alone that is a time of day too: ``after 15``, and ``in 1530``."""
    number = int(word)
    together = _TOGETHER.fullmatch(word)
    if lead == "after" and number <= 23:
        mend = f"Write +{number}m or +{number}h, or {number}:00 for the time."
        raise either(text, _DELAY_OR_TIME, mend)
    if lead == "after" and number <= 31:
        raise either(text, "minutes or a day of the month", f"Write +{number}m, or {number}th 9:00.")
    if number > 120 and together and int(together[1]) <= 23:
        raise _delay_or_time(text, f"+{number}m", int(together[1]), int(together[2]))


def refuse_hour_of_day(words: list[str], minutes: int, text: str) -> None:
    """``2h`` and ``2 часа`` are also two o'clock, ``3 дня`` is also three in the afternoon."""
    number = whole_number(words[0])
    if words[0] in {"a", "an"} or number is None or number > 23 or minutes > 59:
        return
    if UNITS.get(words[1]) == "h":
        raise _delay_or_time(text, Wait(minutes=60 * number + minutes).typed, number, minutes)
    refuse_afternoon(words[:2], text)


def refuse_afternoon(words: list[str], text: str, *, said_of_days: bool = False) -> None:
    """``3 дня``; behind a word that leads to an amount only what is not said of days, as ``через 12 дня``."""
    number = whole_number(words[0]) if words[1:] == [_OF_DAY] else None
    if number is None or number > _LAST_AFTERNOON or (said_of_days and 2 <= number <= 4):
        return
    raise either(text, _DELAY_OR_TIME, f"Write +{number}d or {_afternoon(number)}.")


def _afternoon(hour: int) -> str:
    """An hour before ``дня``: 1 to 5 are behind noon, the others as they stand."""
    return f"{hour} pm" if hour <= 5 else f"{hour}:00"


def is_noon(words: list[str]) -> bool:
    """``12 дня``: no days are said like this."""
    return words == ["12", _OF_DAY]


def refuse_time_behind_days(words: list[str], found: dict[str, int], text: str, *, sign: bool) -> None:
    """``через 3 дня 10 часов`` is ten hours more and ten o'clock, ``через неделю 3 дня`` three days more and 15:00.

    With ``and`` between them, after a sign or as letters (``1d12h``) it is an amount.
    """
    for at in range(1, len(words) - 1):
        days, number, unit = words[at - 1], whole_number(words[at]), words[at + 1]
        if sign or number is None or number > 23 or UNITS.get(days) not in {"d", "w", "mo"}:
            continue
        wait = Wait(found.get("mo", 0), found.get("d", 0) + 7 * found.get("w", 0))
        if unit in HOUR_WORDS and (days, unit) not in {("d", "h"), ("w", "h")}:
            raise hours_more(text, wait, number, found.get("m", 0))
        if unit == _OF_DAY and number <= _LAST_AFTERNOON:
            before = Wait(wait.months, wait.days - number)
            raise either(
                text, "days more or a time of day", f"Write {wait.typed}, or {before.typed} {_afternoon(number)}."
            )


def hours_more(text: str, wait: Wait, hour: int, minute: int = 0) -> WhenFault:
    """The fault of an hour behind days: so many more, or the time of that day."""
    more = Wait(wait.months, wait.days, 60 * hour + minute)
    at = f"{hour}:{minute:02d}"
    return either(text, f"{hour} hours more or {at}", f"Write {more.typed}, or {wait.typed} {at}.")


def _delay_or_time(text: str, delay: str, hour: int, minute: int) -> WhenFault:
    return either(text, _DELAY_OR_TIME, f"Write {delay} or {hour}:{minute:02d}.")
