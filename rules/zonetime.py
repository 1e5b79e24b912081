"""Wall time and instants: the only place that turns one into the other.

pytz zones must be asked through ``fromutc`` and ``localize``; given to ``datetime(tzinfo=...)`` they mean local mean
time (London -00:01). Everything here takes IANA names and aware UTC instants.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import pytz
from pytz.tzinfo import BaseTzInfo

_DAY = timedelta(days=1)
_ZERO = timedelta(0)


class DoubtfulTime(ValueError):
    """A wall time that a clock change skips or repeats; ``choices`` are the two instants it could mean (aware UTC)."""

    def __init__(self, wall: datetime, zone: str, choices: tuple[datetime, datetime], *, skipped: bool) -> None:
        self.wall, self.zone, self.choices, self.skipped = wall, zone, choices, skipped
        verb = "does not exist" if skipped else "comes twice"
        either = " or ".join(f"{to_local(choice, zone):%H:%M %z}" for choice in choices)
        super().__init__(f"{wall:%d.%m.%Y %H:%M} {verb} in {zone} (the clocks change): say {either}")


def tables_version() -> str:
    """The release of the zone tables in use, such as ``2026c``; of two releases the later one compares greater."""
    return str(pytz.OLSON_VERSION)  # type: ignore[attr-defined]  # not among its types


@lru_cache(maxsize=1024)
def zone_info(name: str) -> BaseTzInfo:
    """The pytz zone of an IANA name. Raises ``pytz.UnknownTimeZoneError``."""
    return pytz.timezone(name)


@lru_cache(maxsize=1024)
def _changes(zone: str) -> tuple[list[datetime], list[timedelta]]:
    """When the zone's offset changes (naive UTC) and the offset from each change on; before the first, the first.

    Read from pytz's own tables: looking there is several times quicker than asking pytz for a local time, and a
    decision asks often. A fixed-offset zone has no tables.
    """
    info = zone_info(zone)
    times: list[datetime] = getattr(info, "_utc_transition_times", [])
    offsets = [entry[0] for entry in getattr(info, "_transition_info", [])]
    return times, offsets or [datetime(2000, 1, 1, tzinfo=UTC).astimezone(info).utcoffset() or _ZERO]


def offset_at(instant: datetime, zone: str) -> timedelta:
    """The zone's offset from UTC at an instant (aware)."""
    times, offsets = _changes(zone)
    return offsets[max(0, bisect_right(times, instant.astimezone(UTC).replace(tzinfo=None)) - 1)]


def to_local(instant: datetime, zone: str) -> datetime:
    """The instant (aware) as an aware local time in the zone."""
    return instant.astimezone(zone_info(zone))


def wall_at(instant: datetime, zone: str) -> datetime:
    """The naive wall time that a clock in the zone shows at an instant (aware)."""
    return instant.astimezone(UTC).replace(tzinfo=None) + offset_at(instant, zone)


def _readings(wall: datetime, zone: str) -> tuple[datetime, datetime, bool]:
    """The instants a wall time can mean, earlier first, and whether it exists at all."""
    aware = wall.replace(tzinfo=UTC)
    before, after = aware - offset_at(aware - _DAY, zone), aware - offset_at(aware + _DAY, zone)
    if before == after:  # the clocks do not change near it
        return before, before, True
    real = sorted({instant for instant in (before, after) if wall_at(instant, zone) == wall})
    if real:
        return real[0], real[-1], True
    return min(before, after), max(before, after), False


def to_instant(wall: datetime, zone: str) -> datetime:
    """The instant (aware UTC) of a naive wall time, for due times that nobody typed.

    A skipped time moves forward by the gap; a repeated one is the first (docs/architecture.md, invariant 5).
    """
    first, last, exists = _readings(wall, zone)
    return first if exists else last


def to_instant_strictly(wall: datetime, zone: str) -> datetime:
    """The instant (aware UTC) of a naive wall time that a person typed.

    Raises :class:`DoubtfulTime` with both choices where the clocks skip or repeat it.
    """
    first, last, exists = _readings(wall, zone)
    if not exists or first != last:
        raise DoubtfulTime(wall, zone, (first, last), skipped=not exists)
    return first


def add_days(instant: datetime, days: int, zone: str) -> datetime:
    """The instant (aware UTC) that many calendar days later at the same wall time of the zone."""
    return to_instant(wall_at(instant, zone) + timedelta(days=days), zone)


def midnight_after(instant: datetime, zone: str, days: int = 1) -> datetime:
    """The start (aware UTC) of the local day that comes ``days`` after the instant's local day."""
    day = wall_at(instant, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return to_instant(day + timedelta(days=days), zone)


def stretches(zone: str, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The parts of ``[start, end)`` (aware UTC) within which the zone's offset is constant, with that offset."""
    changes, _ = _changes(zone)
    at = start
    while at < end:
        index = bisect_right(changes, at.replace(tzinfo=None))
        until = min(end, changes[index].replace(tzinfo=UTC)) if index < len(changes) else end
        yield at, until, offset_at(at, zone)
        at = until


def clock_from(zone: str, start: datetime) -> tuple[timedelta, tuple[tuple[datetime, timedelta], ...]]:
    """What a clock in the zone shows from an instant (aware) on, as far as the zone tables go: its offset then, and
    when (naive UTC) it changes to which. Two zones with the same answer keep the same time from then on.
    """
    times, offsets = _changes(zone)
    index = bisect_right(times, start.astimezone(UTC).replace(tzinfo=None))
    now = offsets[max(0, index - 1)]
    coming = zip(times[index:], offsets[index:], (now, *offsets[index:]), strict=False)
    return now, tuple((at, offset) for at, offset, before in coming if offset != before)
