"""A time that suits both: inside the client's hours and caps, and in an hour of the manager's work that is not full.

Pure. Instants are aware UTC; hours are wall-clock time of the side that they belong to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from rules.allowed import first_allowed
from rules.area import Area
from rules.caps import caps_for, free_at
from rules.model import WEEKDAYS, RuleSet, Span, Window
from rules.reasons import Code, Reason, Value
from rules.windows import Timetable, day_hours, home_or, timetable
from rules.zonetime import midnight_after, wall_at

REACH = timedelta(days=31)  # a slot farther away is no answer to "when shall we talk?"
STEP = timedelta(minutes=30)  # slots begin at whole and half hours of the manager's clock
_HOUR = timedelta(hours=1)
_ALWAYS = Window(((Span(0, 86_400),),) * 7)


@dataclass(frozen=True, slots=True)
class Sides:
    """What a time must suit: the client's side and the manager's.

    ``calls`` were made to the client within :data:`rules.caps.LOOK_BACK`, this one included, ``total`` ever.
    ``holidays`` are the public holidays where the client is (local dates), whether the rules close them or not.
    ``zone`` is the manager's clock. ``hours`` are their working hours, by the clock of ``hours_zone``. ``planned``
    counts the tasks that are theirs already, by the wall hour of ``zone`` (naive) in which they fall due; an hour that
    holds ``pace`` of them is full.
    """

    rules: RuleSet
    area: Area
    zone: str
    hours: Window
    hours_zone: str
    calls: tuple[datetime, ...] = ()
    total: int = 0
    holidays: frozenset[date] = frozenset()
    planned: Mapping[datetime, int] = field(default_factory=dict)
    pace: int = 12

    @property
    def theirs(self) -> Timetable:
        """When the client may be called."""
        return timetable(self.rules, self.area, self.holidays)

    @property
    def mine(self) -> Timetable:
        """When the manager works."""
        return Timetable(self.hours, (self.hours_zone,), "yours")

    def planned_at(self, at: datetime) -> int:
        """How many tasks of the manager's fall due in the hour that holds an instant."""
        return self.planned.get(wall_at(at, self.zone).replace(minute=0, second=0, microsecond=0), 0)

    def holiday_at(self, at: datetime) -> str | None:
        """The zone in which the instant falls on a public holiday where the client is, if it does."""
        zones = self.area.zones or (self.rules.working.zone,)
        return next((zone for zone in zones if wall_at(at, zone).date() in self.holidays), None)


@dataclass(frozen=True, slots=True)
class Remarks:
    """What speaks against a time on each side; ``None`` where it suits."""

    client: Reason | None = None
    mine: Reason | None = None


def at_any_hour(sides: Sides) -> Sides:
    """The same sides for a manager who would talk at any hour: for a client whose hours never meet theirs."""
    return replace(sides, hours=_ALWAYS)


def nearest_slot(sides: Sides, now: datetime, wanted: datetime | None = None) -> datetime | None:
    """The whole or half hour after ``now`` that suits both and is nearest to ``wanted`` (both aware UTC), else to now;
    of two that are as near the later. ``None`` when there is none within :data:`REACH`.
    """
    theirs, mine = sides.theirs, sides.mine
    since = max(now + timedelta(seconds=1), wanted or now)
    later = _slot_from(sides, theirs, mine, since)
    if wanted is None or later == wanted:
        return later
    reach = REACH if later is None else later - wanted
    return _slot_before(sides, theirs, mine, wanted, max(now, wanted - reach)) or later


def _slot_from(sides: Sides, theirs: Timetable, mine: Timetable, since: datetime) -> datetime | None:
    """The first slot at or after an instant."""
    at, end = _round_up(since, sides.zone), since + REACH
    while at < end:
        later = _client_from(sides, theirs, at)
        later = mine.next_open(later) if later is not None else None
        if later is None:
            return None
        later = _past_holiday_and_full_hour(sides, later)
        if later == at:
            return at
        at = _round_up(later, sides.zone)
    return None


def _slot_before(sides: Sides, theirs: Timetable, mine: Timetable, until: datetime, since: datetime) -> datetime | None:
    """The last slot between two instants, both left out. The quickest question first: this runs at keystrokes."""
    at = _round_up(until, sides.zone) - STEP
    while at > since:
        if (
            mine.is_open(at)
            and theirs.is_open(at)
            and _past_holiday_and_full_hour(sides, at) == at
            and _client_from(sides, theirs, at) == at
        ):
            return at
        at -= STEP
    return None


def remarks(sides: Sides, at: datetime) -> Remarks:
    """What speaks against an instant. The client's side is what a promise needs a second Enter for, but for a holiday
    that the rules do not close.
    """
    return Remarks(_client_remark(sides, at), _my_remark(sides, at))


def _client_from(sides: Sides, theirs: Timetable, at: datetime) -> datetime | None:
    """The first instant from ``at`` on at which the client may be called, if there ever is one."""
    if sides.calls or sides.total:
        closed = sides.holidays
        allowed = first_allowed(sides.rules, sides.area, sides.calls, sides.total, at, closed_days=closed)
        return None if allowed.held else allowed.at
    return theirs.next_open(at)


def _past_holiday_and_full_hour(sides: Sides, at: datetime) -> datetime:
    holiday_zone = sides.holiday_at(at)
    if holiday_zone is not None:
        return midnight_after(at, holiday_zone)
    if sides.planned_at(at) >= sides.pace:
        wall = wall_at(at, sides.zone)
        return at + _HOUR - (wall - wall.replace(minute=0, second=0, microsecond=0))
    return at


def _round_up(at: datetime, zone: str) -> datetime:
    """The next whole or half hour of a zone's clock, or the instant itself."""
    wall = wall_at(at, zone)
    past = (wall - datetime.min) % STEP  # noqa: DTZ901 - wall time is naive
    return at + (STEP - past) if past else at


def _client_remark(sides: Sides, at: datetime) -> Reason | None:
    table = sides.theirs
    if not table.zones:
        return Reason(Code.NO_ZONE)
    holiday = Reason(Code.HOLIDAY_THERE) if sides.holiday_at(at) else None
    if not table.is_open(at):
        outside = Reason(Code.OUTSIDE_THEIR_HOURS, _hours(table.window, wall_at(at, table.zones[0]).weekday()))
        return holiday if holiday and _inside(table, at) else outside
    _, cap = free_at(
        caps_for(sides.rules.calling, sides.area), sides.calls, sides.total, at, home_or(sides.area, sides.rules)
    )
    return Reason(Code.OVER_CAP, {"cap": cap.rule, "limit": cap.limit}) if cap else holiday


def _inside(table: Timetable, at: datetime) -> bool:
    """Whether the hours alone, without the holidays, would allow a call."""
    return Timetable(table.window, table.zones).is_open(at)


def _my_remark(sides: Sides, at: datetime) -> Reason | None:
    if not sides.mine.is_open(at):
        return Reason(Code.OUTSIDE_YOUR_HOURS, _hours(sides.hours, wall_at(at, sides.hours_zone).weekday()))
    planned = sides.planned_at(at)
    return Reason(Code.FULL_HOUR, {"planned": planned, "pace": sides.pace}) if planned >= sides.pace else None


def _hours(window: Window, weekday: int) -> dict[str, Value]:
    """The hours of a weekday."""
    return {"day": WEEKDAYS[weekday], "hours": day_hours(window, weekday)}
