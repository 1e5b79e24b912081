"""From what a typed time says to the instant that it means, on one person's clock."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MINYEAR, date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from rules.situation import Agreed
from rules.when.doubts import hours_more
from rules.when.faults import WhenFault, either, quoted, time_or_day, unclear
from rules.when.items import Ahead, Clock, Date, Doubtful, End, Item, Part, Week, Weekday
from rules.when.wait import Wait
from rules.windows import Timetable
from rules.zonetime import DoubtfulTime, to_instant, to_instant_strictly, wall_at

_CLOSE_YEAR = timedelta(days=300)
_FORTNIGHT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Frame:
    """Whose clock is meant and what it shows now, with the text as typed and as folded, without its ``me``."""

    zone: str
    now: datetime
    wall: datetime
    table: Timetable | None
    text: str
    said: str
    mine: bool

    @property
    def near_day(self) -> str:
        """A day soon to come, as day.month, for an example."""
        return f"{self.wall + _FORTNIGHT:%d.%m}"

    def unclear(self) -> WhenFault:
        """The fault of a text that says no time."""
        return unclear(self.text, self.near_day)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What was said, each thing at most once."""

    clock: Clock | None
    part: Part | None
    day: Date | Ahead | None
    weekday: Weekday | None
    week: Week | None


def at_instant(instant: datetime, frame: Frame) -> Agreed:
    """An instant (aware UTC) as the frame's clock will show it."""
    return Agreed(instant, wall_at(instant, frame.zone), frame.zone)


def agreed_at(items: Sequence[Item], frame: Frame) -> Agreed:
    """The instant that a day and a time of day mean, or the next time that the clock shows a time of day.

    Raises :class:`WhenFault`, and :class:`rules.zonetime.DoubtfulTime` where the clocks skip or repeat it.
    """
    heard = _hear(_settled(items, frame), frame)
    if heard.week and not heard.weekday:
        raise WhenFault("no day", f"{quoted(frame.text)} names no day.", "Name it, like fri 10 or next fri 10.")
    if heard.clock is None:
        raise _no_hour(heard, frame)
    if isinstance(items[-1], End):
        raise frame.unclear()
    clock = _in_part(heard.clock, heard.part, frame)
    if heard.day is None and heard.weekday is None:
        wall = _next_such_time(clock, frame)
    else:
        wall = datetime.combine(_day(heard, clock, frame), clock)
    return Agreed(to_instant_strictly(wall, frame.zone), wall, frame.zone)


# --- what was said ------------------------------------------------------------------------------------------------


def _settled(items: Sequence[Item], frame: Frame) -> list[Item]:
    """``10.11`` is the day beside a time of day, and the time beside a written day; by itself it is either."""
    doubts = [item for item in items if isinstance(item, Doubtful)]
    if not doubts:
        return list(items)
    clock, dated = (any(isinstance(item, kind) for item in items) for kind in (Clock, Date))
    if len(doubts) > 1 or clock == dated:
        first = doubts[0].clock.time
        raise time_or_day(frame.text, first.hour, first.minute)
    return [(item.date if clock else item.clock) if isinstance(item, Doubtful) else item for item in items]


def _hear(items: list[Item], frame: Frame) -> _Heard:
    clocks, parts, days, weekdays, weeks = (
        [item for item in items if isinstance(item, kind)] for kind in (Clock, Part, Date | Ahead, Weekday, Week)
    )
    if not any((clocks, parts, days, weekdays, weeks)):
        raise frame.unclear()
    if len(clocks) > 1 or len(parts) > 1:
        raise WhenFault("two", f"{quoted(frame.text)} names two times.", f"Write one, like {frame.near_day} 9:00.")
    if len(days) > 1 or len(weekdays) > 1 or len(weeks) > 1 or (days and weeks):
        raise WhenFault("two", f"{quoted(frame.text)} names two days.", f"Write one, like {frame.near_day} 9:00.")
    return _Heard(*(next(iter(found), None) for found in (clocks, parts, days, weekdays, weeks)))  # type: ignore[arg-type]


def _no_hour(heard: _Heard, frame: Frame) -> WhenFault:
    hour = heard.part.example if heard.part else 10
    if heard.day == Ahead(Wait()) and not heard.part:
        hour = min(23, frame.wall.hour + 2)
    named = "names no hour" if heard.part else "names a day but no time"
    example = f"{frame.said} {hour}{' me' if frame.mine else ''}" if len(frame.said) <= 24 else "fri 10"
    return WhenFault("no hour", f"{quoted(frame.text)} {named}.", f'Add the hour, for example "{example}".')


def _in_part(clock: Clock, part: Part | None, frame: Frame) -> time:
    """The time of day within the part of the day: 6 in the evening is 18:00, and 6am is never in the evening."""
    hour, at = clock.time.hour, clock.time
    if part is None or part.first <= hour <= part.last:
        return at
    later = at.replace(hour=(hour + 12) % 24)
    if not (hour and part.first <= hour + 12 <= part.last):
        raise WhenFault("two", f"{quoted(frame.text)} names two times.", f"Write the hour alone, like fri {hour}:00.")
    if clock.exact:
        readings = f"{hour}:{at:%M} or {later.hour}:{at:%M}"
        raise either(frame.text, readings, f"Write one of them and the day, like {frame.near_day} {later:%H:%M}.")
    return later


# --- the day ------------------------------------------------------------------------------------------------------


def _is_coming(wall: datetime, frame: Frame) -> bool:
    """Whether the clock will still show this; what comes twice is past when its second time is."""
    try:
        return to_instant_strictly(wall, frame.zone) > frame.now
    except DoubtfulTime as doubt:
        return wall > frame.wall if doubt.skipped else doubt.choices[1] > frame.now


def _next_such_time(clock: time, frame: Frame) -> datetime:
    """The next time the clock shows this, on a day when the client may be called then if there is one."""
    today, table = frame.wall.date(), frame.table
    walls = [datetime.combine(today + timedelta(days=ahead), clock) for ahead in range(9)]
    coming = walls if _is_coming(walls[0], frame) else walls[1:]
    suitable = (wall for wall in coming if table is None or table.is_open(to_instant(wall, frame.zone)))
    return next(suitable, coming[0])


def _day(heard: _Heard, clock: time, frame: Frame) -> date:
    if heard.day is None:
        assert heard.weekday is not None
        return _weekday(heard.weekday.number, heard.week, clock, frame)
    day = _ahead(heard, heard.day, frame) if isinstance(heard.day, Ahead) else _written(heard.day, clock, frame)
    if heard.weekday is not None and heard.weekday.number != day.weekday():
        message = f"{quoted(frame.text)}: {day:%d.%m.%Y} is a {day:%A}."
        raise WhenFault("two", message, f"Leave one out, for example {day:%d.%m.%Y} {clock:%H:%M}.")
    return day


def _weekday(number: int, week: Week | None, clock: time, frame: Frame) -> date:
    """The next such day, today while the time is still to come; or that day of this calendar week or the next.

    "Next Friday" said on a Monday is the Friday of next week, as in Ukrainian and Russian, and never this week's.
    """
    today = frame.wall.date()
    if week is not None:
        return today + timedelta(days=number - today.weekday() + 7 * week.ahead)
    day = today + timedelta(days=(number - today.weekday()) % 7)
    return day if _is_coming(datetime.combine(day, clock), frame) else day + timedelta(days=7)


def _ahead(heard: _Heard, day: Ahead, frame: Frame) -> date:
    if day.counted and heard.clock and heard.clock.bare and not heard.part:
        raise hours_more(frame.text, day.wait, heard.clock.time.hour)
    return months_on(frame.wall.date(), day.wait.months) + timedelta(days=day.wait.days)


def months_on(day: date, months: int) -> date:
    """The same day of a later month, or the last day of one that is too short: from 31 January the end of February."""
    return day + relativedelta(months=months)


def _written(written: Date, clock: time, frame: Frame) -> date:
    """``25.11``, ``25.11.2026``, ``25 nov``, ``25th``; without a year the next such day."""
    today = frame.wall.date()
    if written.month is None:
        return _day_of_month(written.day, clock, frame)
    years = (today.year, today.year + 1) if written.year is None else (written.year,)
    days = [date(each, written.month, written.day) for each in years if _is_day(each, written.month, written.day)]
    found = next((found for found in days if written.year is not None or found >= today), None)
    if found is None:
        raise _no_such_day(frame)
    if written.year is None and found - today > _CLOSE_YEAR:
        add = f"Add the year if you mean {found:%d.%m.%Y}."
        raise WhenFault("passed", f"{quoted(frame.text)} has passed this year.", add)
    return found


def _day_of_month(day: int, clock: time, frame: Frame) -> date:
    """The next such day of a month, today while the time is still to come."""
    today = frame.wall.date()
    for ahead in range(3):
        found = today + relativedelta(months=ahead, day=day)  # in a shorter month its last day
        if found.day == day and found >= today and _is_coming(datetime.combine(found, clock), frame):
            return found
    raise _no_such_day(frame)


def _no_such_day(frame: Frame) -> WhenFault:
    message = f"{quoted(frame.text)}: there is no such day."
    return WhenFault("no such day", message, f"Write day.month, for example {frame.near_day} 9:00.")


def _is_day(year: int, month: int, day: int) -> bool:
    return year >= MINYEAR and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
