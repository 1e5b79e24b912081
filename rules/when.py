"""Typed time: ``15:30``, ``tomorrow 10``, ``fri 14:00``, ``+2h``, ``25.11 9:00``, ISO; also in Ukrainian and Russian.

A small grammar of our own: what it does not understand it refuses with examples and never guesses. A time is the
client's local time unless it ends in ``me``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MINYEAR, UTC, date, datetime, timedelta
from datetime import time as clock_time

from rules.ladder import after
from rules.model import Delay
from rules.situation import Agreed, RuleError
from rules.when_words import AFTER, DAYS_AHEAD, FILLERS, MINE, MONTHS, UNITS, WEEKDAYS
from rules.windows import Timetable
from rules.zonetime import DoubtfulTime, to_instant, to_instant_strictly, to_local, wall_at

EXAMPLES = "15:30, tomorrow 10, fri 14:00, +2h, 25.11 9:00, завтра 15, через 2 години; end with me for your own time"
MAX_AHEAD = timedelta(days=731)

_CLOCK = re.compile(r"^(\d{1,2})(?::(\d{2})(?::00)?)?(am|pm)?$", re.ASCII)
_DAY_OF_MONTH = re.compile(r"^\d{1,2}$", re.ASCII)
_DAY_MONTH = re.compile(r"^(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?$", re.ASCII)
_ISO_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$", re.ASCII)
_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}(?::\d{2})?(z|[+-]\d{2}:?\d{2})?$", re.ASCII)
_AMOUNT = re.compile(r"([0-9]{1,4})\s*([^\W\d_]+)")
_CLOSE_YEAR = timedelta(days=300)


class WhenFault(RuleError):
    """A typed time that cannot be used; the mend says how to write it."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Whose clock is meant, and what it shows now."""

    zone: str
    now: datetime
    table: Timetable | None

    @property
    def wall(self) -> datetime:
        return wall_at(self.now, self.zone)


def parse_when(
    text: str, *, now: datetime, client_zone: str | None, my_zone: str, table: Timetable | None = None
) -> Agreed:
    """The instant that a person means (``now`` and the result are aware UTC).

    ``client_zone`` is ``None`` while it is unsure: then only relative times, times with an offset and ``me`` are
    taken. ``table`` lets a bare hour mean its next occurrence inside the call window. Raises :class:`WhenFault`.
    """
    words = text.casefold().replace("’", "'").replace("ʼ", "'").split()
    mine = bool(words) and words[-1] in MINE
    words = [word for word in (words[:-1] if mine else words) if word not in FILLERS]
    zone = my_zone if mine else client_zone
    frame = _Frame(zone or my_zone, now, None if mine else table)
    try:
        agreed = _relative(words, frame) or _with_offset(words, frame)
        if agreed is None:
            if zone is None:
                raise WhenFault(
                    "The client's zone is not known, so a time of day is not clear.",
                    "End it with me for your own time, or say how long from now (+2h).",
                )
            agreed = _on_the_clock(words, frame, text)
    except DoubtfulTime as doubt:
        raise WhenFault(str(doubt), f"For example {_iso(doubt.choices[0], doubt.zone)}.") from doubt
    except OverflowError as fault:  # the years 1 and 9999, and thousands of weeks
        raise WhenFault(f'"{text}" is out of all reach.', "Give a nearer time.") from fault
    return _checked(agreed, now, text)


def _checked(agreed: Agreed, now: datetime, text: str) -> Agreed:
    if agreed.at <= now:
        raise WhenFault(f'"{text}" has passed: it would be {_iso(agreed.at, agreed.zone)}.', "Give a time to come.")
    if agreed.at > now + MAX_AHEAD:
        raise WhenFault(f'"{text}" is more than two years ahead.', "Give a nearer time.")
    return agreed


def _iso(instant: datetime, zone: str) -> str:
    return to_local(instant, zone).isoformat(timespec="minutes")


def _at(instant: datetime, frame: _Frame) -> Agreed:
    return Agreed(instant, wall_at(instant, frame.zone), frame.zone)


def _relative(words: list[str], frame: _Frame) -> Agreed | None:
    """``+2h``, ``+1d12h``, ``in 2 hours``, ``через годину``: a delay from now."""
    if not words:
        return None
    rest = " ".join(words)
    if rest.startswith("+"):
        rest = rest[1:].strip()
    elif words[0] in AFTER:
        rest = " ".join(words[1:])
    else:
        return None
    rest = f"1 {rest}" if rest in UNITS else rest
    parts = _AMOUNT.findall(rest)
    amounts = {UNITS.get(unit, ""): int(amount) for amount, unit in parts}
    if not parts or _AMOUNT.sub("", rest).strip() or "" in amounts or len(amounts) < len(parts):
        return None
    days, weeks, hours, minutes = (amounts.get(unit, 0) for unit in "dwhm")
    delay = Delay(days + 7 * weeks, 3600 * hours + 60 * minutes)
    return _at(after(delay, frame.now, frame.zone), frame)


def _with_offset(words: list[str], frame: _Frame) -> Agreed | None:
    """A full ISO instant with ``Z`` or an offset."""
    found = _ISO.match(" ".join(words))
    if not found or not found.group(1):
        return None
    try:
        instant = datetime.fromisoformat(" ".join(words).upper())
    except ValueError:
        return None
    return _at(instant.astimezone(UTC), frame)


def _on_the_clock(words: list[str], frame: _Frame, text: str) -> Agreed:
    """A day and a time of day, or a time of day alone."""
    full = _ISO.match(" ".join(words))
    if full and not full.group(1):
        words = full.group().replace("t", " ").split()
    if words and words[-1] in {"am", "pm"}:
        words = [*words[:-2], "".join(words[-2:])]
    clock = _clock(words[-1]) if words else None
    if clock is None:
        raise _unclear(text, words, frame)
    if len(words) == 1:
        return _next_such_time(clock, frame)
    day = _day(words[:-1], clock, frame, text)
    wall = datetime.combine(day, clock)
    return Agreed(to_instant_strictly(wall, frame.zone), wall, frame.zone)


def _unclear(text: str, words: list[str], frame: _Frame) -> WhenFault:
    if words and _named_day(words, clock_time(), frame):
        return WhenFault(f'"{text}" names a day but no time.', f'Add the hour, for example "{" ".join(words)} 10".')
    return WhenFault(f'"{text}" is not understood as a time.', f"Write it like one of: {EXAMPLES}.")


def _clock(word: str) -> clock_time | None:
    found = _CLOCK.match(word)
    if not found:
        return None
    hour, minute, half = int(found.group(1)), int(found.group(2) or 0), found.group(3)
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return clock_time(hour, minute) if hour <= 23 and minute <= 59 else None


def _next_such_time(clock: clock_time, frame: _Frame) -> Agreed:
    """The next time the clock shows this, on a day when the client may be called then if there is one."""
    today, table = frame.wall.date(), frame.table
    walls = (datetime.combine(today + timedelta(days=ahead), clock) for ahead in range(9))
    later = [wall for wall in walls if wall > frame.wall]
    suitable = (wall for wall in later if table is None or table.is_open(to_instant(wall, frame.zone)))
    wall = next(suitable, later[0])
    return Agreed(to_instant_strictly(wall, frame.zone), wall, frame.zone)


def _day(words: list[str], clock: clock_time, frame: _Frame, text: str) -> date:
    found = _named_day(words, clock, frame) or _written_day(words, frame, text)
    if found is None:
        raise _unclear(text, [], frame)
    return found


def _named_day(words: list[str], clock: clock_time, frame: _Frame) -> date | None:
    """``tomorrow``, ``fri``: a weekday is the next such day, today while the time is still to come."""
    today = frame.wall.date()
    if words == ["day", "after", "tomorrow"]:
        return today + timedelta(days=2)
    if len(words) != 1:
        return None
    if words[0] in DAYS_AHEAD:
        return today + timedelta(days=DAYS_AHEAD[words[0]])
    if words[0] not in WEEKDAYS:
        return None
    ahead = (WEEKDAYS[words[0]] - today.weekday()) % 7
    passed = ahead == 0 and datetime.combine(today, clock) <= frame.wall
    return today + timedelta(days=7 if passed else ahead)


def _written_day(words: list[str], frame: _Frame, text: str) -> date | None:
    """``25.11``, ``25.11.2026``, ``25 nov``, ``2026-11-25``; without a year the next such day."""
    numbers = _day_numbers(words)
    if numbers is None:
        return None
    day, month, year = numbers
    today = frame.wall.date()
    years = (today.year, today.year + 1) if year is None else (year,)
    days = [date(each, month, day) for each in years if _is_day(each, month, day)]
    found = next((found for found in days if year is not None or found >= today), None)
    if found is None:
        raise WhenFault(f'"{text}": there is no such day.', "Write day.month, for example 25.11 9:00.")
    if year is None and found - today > _CLOSE_YEAR:
        raise WhenFault(f'"{text}" has passed this year.', f"Add the year if you mean {found:%d.%m.%Y}.")
    return found


def _is_day(year: int, month: int, day: int) -> bool:
    return year >= MINYEAR and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _day_numbers(words: list[str]) -> tuple[int, int, int | None] | None:
    """Day, month and perhaps year, as written."""
    if len(words) == 2 and _DAY_OF_MONTH.match(words[0]) and words[1] in MONTHS:
        return int(words[0]), MONTHS[words[1]], None
    if len(words) != 1:
        return None
    if found := _ISO_DAY.match(words[0]):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _DAY_MONTH.match(words[0]):
        return int(found[1]), int(found[2]), int(found[3]) if found[3] else None
    return None
