"""The pieces that sentences are made of: instants with their zone, days, lengths of time, hours of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from rules.durations import DAY, delay_text
from rules.model import Delay
from rules.zonetime import to_local
from salesdesk.words.unsure import clock_span


def instant_of(value: str) -> datetime:
    """The instant (aware UTC) that a value holds."""
    return datetime.fromisoformat(value).astimezone(UTC)


def at_text(value: str, zone: str) -> str:
    """An instant as people read it, with the zone named: ``Mon 23 Nov 10:00 Europe/Kyiv``."""
    return f"{to_local(instant_of(value), zone):%a %d %b %H:%M} {zone}"


def day_text(value: str) -> str:
    """A day as people read it: ``Fri 25 Dec``."""
    return f"{date.fromisoformat(value):%a %d %b}"


def days_text(values: Sequence[str]) -> str:
    """Several days: ``Fri 25 Dec, Sat 26 Dec``."""
    return ", ".join(map(day_text, values))


def length_text(seconds: int) -> str:
    """A length of time as the rules write it; whole minutes are enough once it is one."""
    return delay_text(Delay(*divmod(seconds - seconds % 60 if seconds >= 60 else seconds, DAY)))


def hours_text(hours: Sequence[str]) -> str:
    """The hours of a day: ``09:00-13:00, 14:00-18:00``, or ``closed``."""
    return ", ".join(hours) or "closed"


def short_hours(day: str, hours: Sequence[str]) -> str:
    """The hours of a weekday in short: ``09-18``, ``09:30-13, 14-18``, or ``closed on Sun``."""
    return ", ".join(span.replace(":00", "") for span in hours) or f"closed on {day.capitalize()}"


def zones_text(zone: str, more: int) -> str:
    """A zone, and how many more there are: ``Asia/Kamchatka and 2 more zones``."""
    return f"{zone} and {more} more zone{'s' if more > 1 else ''}" if more else zone


def clock_text(now: str, zones: Sequence[str], unknown_zone: str) -> str:
    """The client's local time; while the zone is not sure, from when to when it may be, and by what the window goes."""
    if len(zones) == 1:
        return f"{to_local(instant_of(now), zones[0]):%H:%M} in {zones[0]}"
    span = clock_span(instant_of(now), zones)
    known = f"{span} in {len(zones)} possible zones" if span else "zone not known"
    return f"{known} (unknown_zone {unknown_zone})"
