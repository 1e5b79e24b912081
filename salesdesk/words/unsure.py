"""The clock of a client whose zone is not sure, said alike on the card, in lists and in reasons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime


def clock_span(now: datetime, zones: Iterable[str]) -> str:
    """From when to when it may be at ``now`` (aware) in some zones: ``09:12-18:12``; empty where none is known."""
    from rules.zonetime import wall_at

    walls = sorted(wall_at(now, zone) for zone in zones)
    if not walls:
        return ""
    first, last = f"{walls[0]:%H:%M}", f"{walls[-1]:%H:%M}"
    return first if walls[0] == walls[-1] else f"{first}-{last}"


def unsure_clock(now: datetime, zones: Iterable[str]) -> str:
    """The same with a question mark, as it stands where a sure client has their time: ``09:12-18:12 ?``."""
    return f"{clock_span(now, zones) or '??:??'} ?"
