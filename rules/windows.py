"""Call windows: whether a client may be called at an instant, and when they next may be.

A window is wall-clock time. Where several zones are given (a client whose zone is not known), an instant is allowed
only when it is inside the window in **every** one of them. All instants are aware UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.area import Area
from rules.model import WEEKDAYS, Calling, RuleSet, Span, Window
from rules.zonetime import stretches, to_local, wall_at

# A window repeats weekly, so eight days show every opening there is; one more covers a day lost to a clock change.
HORIZON = timedelta(days=9)

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Timetable:
    """The window that holds for an area, and the zones in which it must be open (none: never open)."""

    window: Window
    zones: tuple[str, ...]
    where: str = "everywhere"

    def is_open(self, instant: datetime) -> bool:
        """Whether a call is allowed at the instant."""
        return bool(self.zones) and all(_inside(self.window, wall_at(instant, zone)) for zone in self.zones)

    def next_open(self, instant: datetime) -> datetime | None:
        """The first allowed instant at or after this one, or ``None`` when no hour suits within nine days."""
        if self.is_open(instant):
            return instant
        return next((start for start, _ in self.openings(instant, instant + HORIZON)), None)

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
        common = list(_joined(_open_in(self.window, self.zones[0], start, end)))
        for zone in self.zones[1:]:
            common = list(_overlaps(common, list(_joined(_open_in(self.window, zone, start, end)))))
        yield from common


def timetable(rules: RuleSet, area: Area) -> Timetable:
    """The timetable of an area: its region's window if it has one, and the zones that must agree.

    An unknown zone follows ``unknown_zone``: all candidates must agree, or the home zone counts, or the client is held.
    """
    where, window = _window_for(rules.calling, area)
    return Timetable(window, _zones_for(rules, area), where)


def _window_for(calling: Calling, area: Area) -> tuple[str, Window]:
    for where in region_names(area):
        if where in calling.regions:
            return where, calling.regions[where].window
    return "everywhere", calling.window


def region_names(area: Area) -> tuple[str, ...]:
    """The names under which an area's own rules may stand, most particular first: ``US-FL``, ``US``."""
    if area.country is None:
        return ()
    return (f"{area.country}-{area.region}", area.country) if area.region else (area.country,)


def _zones_for(rules: RuleSet, area: Area) -> tuple[str, ...]:
    if area.sure or rules.calling.unknown_zone == "intersection":
        return area.zones
    return (rules.working.zone,) if rules.calling.unknown_zone == "home" else ()


def home_or(area: Area, rules: RuleSet) -> str:
    """The zone in which an area's days are counted: its own when sure, else the home zone."""
    return area.zone or rules.working.zone


def _inside(window: Window, wall: datetime) -> bool:
    second = wall.hour * 3600 + wall.minute * 60 + wall.second
    return any(span.start <= second < span.end for span in window.days[wall.weekday()])


def _open_in(window: Window, zone: str, start: datetime, end: datetime) -> Iterator[Interval]:
    """The window's intervals in one zone; within a stretch of constant offset they are plain subtraction."""
    for first, last, offset in stretches(zone, start, end):
        day = (first + offset).replace(hour=0, minute=0, second=0, microsecond=0)
        while day < last + offset:
            for span in window.days[day.weekday()]:
                opens = max(first, day + timedelta(seconds=span.start) - offset)
                closes = min(last, day + timedelta(seconds=span.end) - offset)
                if opens < closes:
                    yield opens, closes
            day += timedelta(days=1)


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


def day_text(window: Window, weekday: int) -> str:
    """The hours of one weekday in words: ``09:00-13:00, 14:00-18:00``, or ``closed``."""
    return ", ".join(span_text(span) for span in window.days[weekday]) or "closed"


def opening_text(table: Timetable, instant: datetime) -> str:
    """What the window says about the local day of an instant, for a decision's reasons."""
    zone = table.zones[0]
    local = to_local(instant, zone)
    others = f" and {len(table.zones) - 1} more zones" if len(table.zones) > 1 else ""
    hours = day_text(table.window, local.weekday())
    return f"call window {WEEKDAYS[local.weekday()]} {hours}, {zone}{others}"
