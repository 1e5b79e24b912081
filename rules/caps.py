"""Caps: how often one client may be called. They count every call, by any number and any person.

A cap of N allows N calls in its period. Calls are instants (aware UTC) of attempts that were not undone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from functools import reduce

from rules.area import Area
from rules.model import Calling, Caps
from rules.windows import region_entries
from rules.zonetime import midnight_after, wall_at

# The longest period that a cap looks back over; older calls only count towards ``max_total``.
LOOK_BACK = timedelta(days=32)


@dataclass(frozen=True, slots=True)
class CapUse:
    """One cap at one instant. ``free_at`` is when it next allows a call: ``None`` when it never will again,
    the instant itself when it allows one now.
    """

    rule: str
    limit: int
    used: int
    free_at: datetime | None


def caps_for(calling: Calling, area: Area) -> Caps:
    """The caps that hold for an area: its region's, else its country's, else everybody's. Where it may be in several
    regions the strictest of each.
    """
    first, *others = [entry.caps if entry else calling.caps for entry in region_entries(calling, area)]
    return reduce(_stricter, others, first)


def _stricter(one: Caps, other: Caps) -> Caps:
    """Of two sets of caps the lower limits and the longer gap."""
    limits: dict[str, int | None] = {}
    for field in fields(Caps):
        said = [cap for cap in (getattr(one, field.name), getattr(other, field.name)) if cap is not None]
        strictest = max if field.name == "min_gap" else min
        limits[field.name] = strictest(said) if said else None
    return Caps(**limits)


def cap_uses(caps: Caps, calls: Sequence[datetime], total: int, at: datetime, zone: str) -> Iterator[CapUse]:
    """Every cap that is set, with what it would say of a call at ``at``. Days are those of ``zone``.

    ``calls`` are the client's calls of the last :data:`LOOK_BACK` in any order, ``total`` all there ever were.
    """
    if caps.max_total is not None:
        yield CapUse("max_total", caps.max_total, total, at if total < caps.max_total else None)
    if caps.min_gap is not None and calls:
        yield _gap_use(caps.min_gap, max(calls), at)
    if caps.max_per_24h is not None:
        yield _rolling_use(caps.max_per_24h, calls, at)
    yield from _calendar_uses(caps, calls, at, zone)


def free_at(
    caps: Caps, calls: Sequence[datetime], total: int, at: datetime, zone: str
) -> tuple[datetime | None, CapUse | None]:
    """The first instant at or after ``at`` that no cap forbids (``None``: never), and the cap that moved it."""
    moved: CapUse | None = None
    while True:
        hits = [use for use in cap_uses(caps, calls, total, at, zone) if use.free_at is None or use.free_at > at]
        if not hits:
            return at, moved
        moved = max(hits, key=lambda use: (use.free_at is None, use.free_at or at))
        if moved.free_at is None:
            return None, moved
        at = moved.free_at


def _gap_use(gap: int, last: datetime, at: datetime) -> CapUse:
    return CapUse("min_gap", gap, max(0, int((at - last).total_seconds())), max(at, last + timedelta(seconds=gap)))


def _rolling_use(limit: int, calls: Sequence[datetime], at: datetime) -> CapUse:
    day = timedelta(hours=24)
    recent = sorted(call for call in calls if call > at - day)
    return CapUse("max_per_24h", limit, len(recent), at if len(recent) < limit else recent[-limit] + day)


def _calendar_uses(caps: Caps, calls: Sequence[datetime], at: datetime, zone: str) -> Iterator[CapUse]:
    if caps.max_per_day is None and caps.max_per_week is None and caps.max_per_month is None:
        return
    today = wall_at(at, zone).date()
    month_end = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
    periods = (
        ("max_per_day", caps.max_per_day, today, 1),
        ("max_per_week", caps.max_per_week, today - timedelta(days=today.weekday()), 7 - today.weekday()),
        ("max_per_month", caps.max_per_month, today.replace(day=1), (month_end - today).days),
    )
    for rule, limit, since, left in periods:
        if limit is not None:
            used = _count_since(since, calls, zone)
            free = at if used < limit else midnight_after(at, zone, left)
            yield CapUse(rule, limit, used, free)


def _count_since(since: date, calls: Sequence[datetime], zone: str) -> int:
    """How many calls fell on a local day or later. Those a whole day before it in UTC cannot have, in any zone."""
    earliest = datetime(since.year, since.month, since.day, tzinfo=UTC) - timedelta(days=1)
    return sum(wall_at(call, zone).date() >= since for call in calls if call > earliest)
