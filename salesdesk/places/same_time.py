"""Which zones keep the same time: those that do for the coming month count as one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from rules.zonetime import stretches

_HORIZON = timedelta(days=31)  # how long from a day on two zones must agree to be one

Clock = tuple[tuple[datetime, timedelta], ...]


@lru_cache(maxsize=4096)
def clock_of(zone: str, day: date) -> Clock:
    """What a clock in the zone (IANA) shows in the month from noon of ``day`` (UTC): its offsets and when they end.

    Two zones with the same answer keep the same time all that month.
    """
    noon = datetime.combine(day, time(12), UTC)
    return tuple((until, offset) for _, until, offset in stretches(zone, noon, noon + _HORIZON))


def merged(zones: Iterable[str], day: date) -> tuple[str, ...]:
    """One zone, the first listed, of each group that keeps the same time from ``day`` (UTC) for a month."""
    groups: dict[Clock, str] = {}
    for zone in zones:
        groups.setdefault(clock_of(zone, day), zone)
    return tuple(groups.values())


def same_time(zone: str, zones: Iterable[str], day: date) -> bool:
    """Whether the zone keeps the same time as one of the others."""
    return clock_of(zone, day) in {clock_of(other, day) for other in zones}
