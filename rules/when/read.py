"""From words to what they mean, left to right. One reader for each form; what none of them knows is not a time."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time

from rules.when.delay import read_days
from rules.when.faults import WhenFault, either, midnight, quoted, time_or_day
from rules.when.items import PHRASES, Ahead, Clock, Date, Doubtful, End, Item, Week, Weekday
from rules.when.words import (
    HALVES,
    HOUR_WORDS,
    LEADS,
    MIDNIGHT,
    MINUTE_WORDS,
    MONTHS,
    ORDINALS,
    WEEK,
    WEEK_OF,
    WEEKDAYS,
    YEAR,
    longest,
)

_COLON = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_DOT = re.compile(r"([0-9]{1,2})[.,]([0-9]{1,2})")
_DASH = re.compile(r"([0-9]{1,2})-([0-9]{2})")
_TOGETHER = re.compile(r"([0-9]{1,2})([0-9]{2})")
_SHORT = re.compile(r"[0-9]{1,2}")
_MINUTES = re.compile(r"[0-5][0-9]")
_SLASH = re.compile(r"([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{4}|[0-9]{2}))?")
_WITH_YEAR = re.compile(r"([0-9]{1,2})([.,-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_YEAR_FIRST = re.compile(r"([0-9]{4})([./-])([0-9]{1,2})\2([0-9]{1,2})")
_YEAR = re.compile(r"20[0-9]{2}")

Read = tuple[tuple[Item, ...], int] | None


def read_items(words: list[str], text: str) -> list[Item] | None:
    """What the words say, in order; ``None`` where there is a word that says nothing here.

    Raises :class:`rules.when.faults.WhenFault` for a number with two readings.
    """
    items: list[Item] = []
    at, lead = 0, ""
    while at < len(words):
        found = _read(words, at, text)
        if found is None:
            lead, at = LEADS.get(words[at], ""), at + 1
            if not lead:
                return None
            continue
        led = [_led(item, lead) for item in found[0]]
        if None in led:
            return None
        items += [item for item in led if item]
        at, lead = found[1], ""
    return [*items, End()] if lead else items


def _led(item: Item, lead: str) -> Item | None:
    """What an item is behind ``at`` or ``on``; a number behind ``on`` is no hour."""
    if isinstance(item, Doubtful) and lead in {"clock", "day"}:
        return item.clock if lead == "clock" else item.date
    if isinstance(item, Clock) and lead:
        return None if lead == "day" else replace(item, bare=False)
    return item


def _read(words: list[str], at: int, text: str) -> Read:
    if words[at] in MIDNIGHT:
        raise midnight(text)
    if days := read_days(words, at, text):
        return (Ahead(days[0], counted=True),), days[1]
    if phrase := longest(PHRASES, words, at):
        return phrase
    return _weekday(words, at) or _date(words, at, text) or _clock(words, at, text)


def _weekday(words: list[str], at: int) -> Read:
    """``next fri``, ``next week``: of a calendar week."""
    week, word = WEEK_OF.get(words[at]), words[at + 1] if at + 1 < len(words) else ""
    if week is None or not (word in WEEK or word in WEEKDAYS):
        return None
    return ((Week(week), Weekday(WEEKDAYS[word])) if word in WEEKDAYS else (Week(week),)), at + 2


# --- days ---------------------------------------------------------------------------------------------------------


def _date(words: list[str], at: int, text: str) -> Read:
    if dated := _in_digits(words[at], text):
        return (dated,), at + 1
    if words[at] in MONTHS and at + 1 < len(words) and _SHORT.fullmatch(words[at + 1]):
        month, day, at = MONTHS[words[at]], int(words[at + 1]), _past(ORDINALS, words, at + 2)
        return _with_year(day, month, words, at)
    if not _SHORT.fullmatch(words[at]):
        return None
    day, after = int(words[at]), _past(ORDINALS, words, at + 1)
    place = _past({"of"}, words, after)
    if place < len(words) and words[place] in MONTHS:
        return _with_year(day, MONTHS[words[place]], words, place + 1)
    return ((Date(day),), after) if after > at + 1 else None


def _past(ignored: frozenset[str] | set[str], words: list[str], at: int) -> int:
    while at < len(words) and words[at] in ignored:
        at += 1
    return at


def _with_year(day: int, month: int, words: list[str], at: int) -> Read:
    if at < len(words) and _YEAR.fullmatch(words[at]):
        return (Date(day, month, int(words[at])),), _past(YEAR, words, at + 1)
    return (Date(day, month),), at


def _in_digits(word: str, text: str) -> Date | None:
    """A day in digits that cannot be a time of day."""
    if found := _WITH_YEAR.fullmatch(word):
        return Date(int(found[1]), int(found[3]), _full_year(found[4]))
    if found := _YEAR_FIRST.fullmatch(word):
        return Date(int(found[4]), int(found[3]), int(found[1]))
    if found := _SLASH.fullmatch(word):
        return _slashed(int(found[1]), int(found[2]), _full_year(found[3]) if found[3] else None, text)
    found = _DOT.fullmatch(word)
    return Date(int(found[1]), int(found[2])) if found and not _is_time(*found.groups()) else None


def _full_year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _slashed(first: int, second: int, year: int | None, text: str) -> Date:
    """Day and month in the order of most of the world, or of the United States, where only one of them can be."""
    if first <= 12 and second <= 12 and first != second:
        raise either(text, "two days", f"Write {first}.{second} 9:00 or {second}.{first} 9:00 (day.month).")
    return Date(second, first, year) if second > 12 else Date(first, second, year)


# --- times of day -------------------------------------------------------------------------------------------------


def _clock(words: list[str], at: int, text: str) -> Read:
    """A time of day in digits, with what may follow it: ``pm``, ``часов``, ``30 минут``."""
    found = _hour_and_minute(words, at, text)
    if found is None:
        return None
    hour, minute, doubt, after = found
    exact = words[at].startswith("0")  # nobody writes 07:00 for seven in the evening
    if hour == 24 and not minute:
        raise midnight(text)
    if after < len(words) and words[after] in HALVES:
        hour, doubt, after, exact = _half_day(hour, words[after]), 0, after + 1, True
    elif minute is None and after < len(words) and words[after] in HOUR_WORDS:
        minute, after = _minutes_past(words, after + 1)
    if hour > 23 or (minute or 0) > 59:
        return None
    clock = Clock(time(hour, minute or 0), bare=minute is None and after == at + 1, exact=exact)
    if 1 <= (minute or 0) <= doubt:
        return (_doubt(words[at], clock, text),), after
    return (clock,), after


def _is_time(hour: str, minute: str) -> bool:
    return int(hour) <= 23 and len(minute) == 2 and int(minute) <= 59


def _hour_and_minute(words: list[str], at: int, text: str) -> tuple[int, int | None, int, int] | None:
    """Hour, minute, up to which minute the digits can also mean something else, and the place after them."""
    if found := _COLON.fullmatch(words[at]):
        if int(found[3] or 0):
            raise WhenFault("unclear", f"{quoted(text)} has seconds.", f"Leave them out: {found[1]}:{found[2]}.")
        return int(found[1]), int(found[2]), 0, at + 1
    for form in (_DOT, _DASH, _TOGETHER):
        if found := form.fullmatch(words[at]):
            return int(found[1]), int(found[2]), _doubtful_up_to(int(found[1]), form), at + 1
    if not _SHORT.fullmatch(words[at]):
        return None
    if _minutes_follow(words, at + 1):
        return int(words[at]), int(words[at + 1]), 12, at + 2
    return int(words[at]), None, 0, at + 1


def _doubtful_up_to(hour: int, form: re.Pattern[str]) -> int:
    """The last minute that may as well be a month, the end of a span of hours, or a day: ``11-30`` is in November."""
    if form is _DASH:
        return 31 if 1 <= hour <= 12 else 24
    return 12 if hour else 0  # no month has a day 0


def _minutes_follow(words: list[str], at: int) -> bool:
    """Whether the next number is this hour's minutes (``15 30``) and not the start of a day (``10 25 nov``)."""
    following = words[at + 1] if at + 1 < len(words) else ""
    return (
        at < len(words)
        and _MINUTES.fullmatch(words[at]) is not None
        and following not in MONTHS
        and following not in ORDINALS
    )


def _half_day(hour: int, half: str) -> int:
    """The hour of 24, or 99 where there is no such hour of 12."""
    return hour % 12 + HALVES[half] if 1 <= hour <= 12 else 99


def _minutes_past(words: list[str], at: int) -> tuple[int | None, int]:
    """``30`` or ``30 минут`` behind ``15 часов``, and the place after it."""
    if at < len(words) and _MINUTES.fullmatch(words[at]):
        return int(words[at]), _past(MINUTE_WORDS, words, at + 1)
    return None, at


def _doubt(word: str, clock: Clock, text: str) -> Doubtful:
    """A number that can also be a day, where it is written as days are. Raises :class:`WhenFault` for another."""
    hour, minute = clock.time.hour, clock.time.minute
    if _DOT.fullmatch(word):
        return Doubtful(clock, Date(hour, minute))
    if _DASH.fullmatch(word) and minute > 24:
        time_or_date = f"Write {hour}:{minute:02d} for the time, {minute}.{hour:02d} 9:00 for the day."
        raise either(text, "a time or a day", time_or_date)
    if _DASH.fullmatch(word):
        raise either(text, "a time or hours from and to", f"Write {hour}:{minute:02d} for the time.")
    raise time_or_day(text, hour, minute)
