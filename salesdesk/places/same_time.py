"""Which zones keep the same time: those that do from now on, as far as the zone tables go, count as one.

Agreeing for a while is not enough. Arizona and the Navajo Nation in it do all winter; a client put into one of the two
then would be called an hour off in summer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from rules.zonetime import clock_from

Clock = tuple[timedelta, tuple[tuple[datetime, timedelta], ...]]


@lru_cache(maxsize=4096)
def clock_of(zone: str, day: date) -> Clock:
    """What a clock in the zone (IANA) shows from noon of ``day`` (UTC) on: the same for zones that count as one."""
    return clock_from(zone, datetime.combine(day, time(12), UTC))


def merged(zones: Iterable[str], day: date) -> tuple[str, ...]:
    """One zone, the first listed, of each group that keeps the same time from ``day`` (UTC) on."""
    groups: dict[Clock, str] = {}
    for zone in zones:
        groups.setdefault(clock_of(zone, day), zone)
    return tuple(groups.values())


def same_time(zone: str, zones: Iterable[str], day: date) -> bool:
    """Whether the zone keeps the same time as one of the others from ``day`` (UTC) on."""
    return clock_of(zone, day) in {clock_of(other, day) for other in zones}
