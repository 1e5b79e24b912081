"""The days that figures are about, and the days before that they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from rules.zonetime import to_instant, wall_at
from salesdesk.errors import BadRequest

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the team, both ends inclusive, in the home ``zone``, as they stood at ``as_of`` (aware UTC)."""

    since: date
    until: date
    zone: str
    as_of: datetime

    @property
    def starts_at(self) -> datetime:
        """The instant (aware UTC) at which the first day begins."""
        return _midnight(self.since, self.zone)

    @property
    def ends_at(self) -> datetime:
        """The instant (aware UTC) at which the last day is over; itself outside."""
        return _midnight(self.until + timedelta(days=1), self.zone)

    @property
    def previous(self) -> Period:
        """The period of the same length before. An unfinished one is compared up to the same time of day."""
        length = self.until - self.since + timedelta(days=1)
        as_of = self.as_of
        if as_of < self.ends_at:
            as_of = to_instant(wall_at(as_of, self.zone) - length, self.zone)
        return Period(self.since - length, self.until - length, self.zone, as_of)

    def days_begun(self) -> list[date]:
        """The days of the period that have begun by ``as_of``."""
        last = min(self.until, wall_at(self.as_of, self.zone).date())
        return [self.since + timedelta(days=n) for n in range((last - self.since).days + 1)]

    def as_json(self) -> dict[str, Any]:
        """The contract's ``period``: the first and the last day."""
        return {"from": self.since.isoformat(), "to": self.until.isoformat()}


def period_of(since: date | None, until: date | None, *, zone: str, now: datetime) -> Period:
    """The period that was asked for, seen at ``now`` (aware UTC); an end not given is today in the home zone.

    Raises :class:`BadRequest` when it ends before it begins, or names days that no desk has seen.
    """
    today = wall_at(now, zone).date()
    since, until = since or today, until or today
    if until < since:
        raise BadRequest(
            f"The period ends ({until}) before it begins ({since}).",
            f"Give both ends, the earlier first; one that is not given is today, {today}.",
        )
    if since < FIRST_DAY or until > LAST_DAY:
        raise BadRequest(
            f"The period {since} to {until} is out of reach.", f"Give days from {FIRST_DAY} to {LAST_DAY}."
        )
    return Period(since, until, zone, now)


def _midnight(day: date, zone: str) -> datetime:
    return to_instant(datetime.combine(day, time()), zone)
