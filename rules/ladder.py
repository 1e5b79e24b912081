"""Ladders: which rung a miss stands on, and when that rung says to call again."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta

from rules.model import Delay, Ladder, Rung
from rules.zonetime import add_days


def rung_for(ladder: Ladder, misses: int) -> tuple[int, Rung]:
    """The rung number (from 1) and rung of the ``misses``-th miss in a row; past the end the last one repeats."""
    number = min(misses, len(ladder.rungs))
    return number, ladder.rungs[number - 1]


def after(delay: Delay, start: datetime, zone: str) -> datetime:
    """The instant (aware UTC) one delay after ``start``: calendar days in the zone first, then elapsed time."""
    landed = add_days(start, delay.days, zone) if delay.days else start
    return landed + timedelta(seconds=delay.seconds)


def scatter(spread: int, client_id: int, misses: int) -> timedelta:
    """How far this client's moved call is put off within a ladder's ``spread`` seconds: always the same for the same
    client and miss, so that deciding twice gives the same answer.
    """
    return timedelta(seconds=zlib.crc32(f"{client_id}:{misses}".encode()) % (spread + 1))
