"""Call windows: whether a client may be called at an instant, and when they next may be.

A window is wall-clock time. Where several zones are given (a client whose zone is not known), an instant is allowed
only when it is inside the window in **every** one of them. All instants are aware UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rules.area import ANY_REGION, Area
from rules.model import WEEKDAYS, Calling, Region, RuleSet, Span, Window
from rules.reasons import Code, Reason, Value, instant_value
from rules.zonetime import stretches, wall_at

# A window repeats weekly, so eight days show every opening there is; one more covers a day lost to a clock change.
HORIZON = timedelta(days=9)
_FAR = 8 * HORIZON  # where public holidays close days too; who passes them passes about two months of them
_SOON = timedelta(days=1)  # most closed windows open within a day; looking no further at first is several times quicker

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Timetable:
    """The window that holds for an area, and the zones in which it must be open (none: never open).

    ``closed`` are public holidays: dates of each zone's own calendar on which it does not open at all.
    """

    window: Window
    zones: tuple[str, ...]
    where: str = "everywhere"
    closed: frozenset[date] = frozenset()

    def is_open(self, instant: datetime) -> bool:
        """Whether a call is allowed at the instant."""
        return bool(self.zones) and all(self._inside(wall_at(instant, zone)) for zone in self.zones)

    def _inside(self, wall: datetime) -> bool:
        second = wall.hour * 3600 + wall.minute * 60 + wall.second
        spans = self.window.days[wall.weekday()]
        return any(span.start <= second < span.end for span in spans) and wall.date() not in self.closed

    def next_open(self, instant: datetime) -> datetime | None:
        """The first allowed instant at or after this one, or ``None`` when no hour suits within nine days (with public
        holidays, within ten weeks).
        """
        if self.is_open(instant):
            return instant
        for reach in (_SOON, HORIZON, *([_FAR] if self.closed else [])):
            first = next(self.openings(instant, instant + reach), None)
            if first is not None:
                return first[0]
        return None

    def closes_at(self, instant: datetime) -> datetime | None:
        """When the opening that holds the instant ends; ``None`` when it is closed, or open past nine days."""
        end = instant + HORIZON
        first = next(self.openings(instant, end), None)
        if first is None or first[0] > instant or first[1] >= end:
            return None
        return first[1]

    def openings(self, start: datetime, end: datetime) -> Iterator[Interval]:
        """The allowed intervals inside ``[start, end)``, in order, touching ones joined."""
        if not self.zones:
            return
        common = list(_joined(self._open_in(self.zones[0], start, end)))
        for zone in self.zones[1:]:
            common = list(_overlaps(common, list(_joined(self._open_in(zone, start, end)))))
        yield from common

    def _open_in(self, zone: str, start: datetime, end: datetime) -> Iterator[Interval]:
        """The intervals in one zone; within a stretch of constant offset they are plain subtraction."""
        for first, last, offset in stretches(zone, start, end):
            day = (first + offset).replace(hour=0, minute=0, second=0, microsecond=0)
            while day < last + offset:
                for span in self.window.days[day.weekday()] if day.date() not in self.closed else ():
                    opens = max(first, day + timedelta(seconds=span.start) - offset)
                    closes = min(last, day + timedelta(seconds=span.end) - offset)
                    if opens < closes:
                        yield opens, closes
                day += timedelta(days=1)


def timetable(rules: RuleSet, area: Area, closed_days: frozenset[date] = frozenset()) -> Timetable:
    """The timetable of an area: its region's window if it has one, and the zones that must agree.

    An unknown zone follows ``unknown_zone``: all candidates must agree, or the home zone counts, or the client is held.
    ``closed_days`` are the area's public holidays (local dates); they count only where the rules close them.
    """
    where, window = _window_for(rules.calling, area)
    return Timetable(window, _zones_for(rules, area), where, closed_days if rules.calling.holidays else frozenset())


def _window_for(calling: Calling, area: Area) -> tuple[str, Window]:
    """The window of an area and where it holds; of several that may hold what is inside all of them."""
    entries = region_entries(calling, area)
    windows = {entry.where if entry else "everywhere": entry.window if entry else calling.window for entry in entries}
    return " and ".join(windows), _inside_all(tuple(windows.values()))


def region_entries(calling: Calling, area: Area) -> tuple[Region | None, ...]:
    """The entries that may hold for an area, each once: of every region that it may be in the region's own, else the
    country's, else none (``None``: what holds everywhere).
    """
    if area.country is None:
        return (None,)
    whole = calling.regions.get(area.country)
    if area.region == ANY_REGION:
        inside = [entry for where, entry in calling.regions.items() if where.startswith(f"{area.country}-")]
        return (whole, *inside)
    own = [calling.regions.get(f"{area.country}-{region}", whole) for region in area.regions]
    return tuple({entry.where if entry else "": entry for entry in own}.values()) or (whole,)


def _inside_all(windows: tuple[Window, ...]) -> Window:
    first, *others = windows
    for other in others:
        days = zip(first.days, other.days, strict=True)
        first = Window(tuple(tuple(_common(ours, theirs)) for ours, theirs in days))
    return first


def _common(ours: tuple[Span, ...], theirs: tuple[Span, ...]) -> Iterator[Span]:
    for one in ours:
        for other in theirs:
            start, end = max(one.start, other.start), min(one.end, other.end)
            if start < end:
                yield Span(start, end)


def _zones_for(rules: RuleSet, area: Area) -> tuple[str, ...]:
    if area.sure or rules.calling.unknown_zone == "intersection":
        return area.zones
    return (rules.working.zone,) if rules.calling.unknown_zone == "home" else ()


def home_or(area: Area, rules: RuleSet) -> str:
    """The zone in which an area's days are counted: its own when sure, else the home zone."""
    return area.zone or rules.working.zone


def _joined(intervals: Iterator[Interval]) -> Iterator[Interval]:
    held: Interval | None = None
    for interval in intervals:
        if held is not None and interval[0] <= held[1]:
            held = held[0], max(held[1], interval[1])
            continue
        if held is not None:
            yield held
        held = interval
    if held is not None:
        yield held


def _overlaps(ours: list[Interval], theirs: list[Interval]) -> Iterator[Interval]:
    i = j = 0
    while i < len(ours) and j < len(theirs):
        start, end = max(ours[i][0], theirs[j][0]), min(ours[i][1], theirs[j][1])
        if start < end:
            yield start, end
        if ours[i][1] <= theirs[j][1]:
            i += 1
        else:
            j += 1


def span_text(span: Span) -> str:
    """A span as people write it: ``09:00-20:00``."""
    return f"{_clock(span.start)}-{_clock(span.end)}"


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"


def day_hours(window: Window, weekday: int) -> list[str]:
    """The hours of one weekday, a text for each opening: ``09:00-13:00`` and ``14:00-18:00``; none when closed."""
    return [span_text(span) for span in window.days[weekday]]


def day_text(window: Window, weekday: int) -> str:
    """The hours of one weekday in words: ``09:00-13:00, 14:00-18:00``, or ``closed``."""
    return ", ".join(day_hours(window, weekday)) or "closed"


def closed_until(table: Timetable, instant: datetime, opens: datetime, zone: str) -> Reason:
    """What keeps the instant closed until ``opens``, which is read in ``zone``: the hours of its local day, and the
    public holidays on the way.
    """
    local = wall_at(instant, table.zones[0])
    passed = [day.isoformat() for day in _holidays_passed(table, instant, opens)]
    moved: dict[str, Value] = {"at": instant_value(opens), "zone": zone, "holidays": passed}
    moved |= {"window_zone": table.zones[0], "more_zones": len(table.zones) - 1}
    if passed and local.date() in table.closed:
        return Reason(Code.MOVED_BY_HOLIDAY, moved)
    day, hours = WEEKDAYS[local.weekday()], day_hours(table.window, local.weekday())
    return Reason(Code.MOVED_BY_WINDOW, {**moved, "day": day, "hours": hours})


def _holidays_passed(table: Timetable, instant: datetime, opens: datetime) -> list[date]:
    """The public holidays in any of the zones between two instants, without those that the window closes anyway."""
    if not table.closed:
        return []
    days = [(wall_at(instant, zone).date(), wall_at(opens, zone).date()) for zone in table.zones]
    return sorted(
        day
        for day in table.closed
        if table.window.days[day.weekday()] and any(first <= day <= last for first, last in days)
    )
