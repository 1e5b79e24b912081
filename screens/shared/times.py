"""Times in words, each with whose it is. Pure; instants are aware, zones IANA names."""

from __future__ import annotations

from datetime import datetime, timedelta

from rules.zonetime import offset_at, to_local


def same_time(instant: datetime, zone: str, other: str) -> bool:
    """Whether the clocks of two zones show the same at an instant (aware)."""
    return offset_at(instant, zone) == offset_at(instant, other)


def day_and_time(instant: datetime, zone: str, now: datetime) -> str:
    """An instant in a zone as people say it near now: ``today 11:32``, ``tomorrow 09:00``, ``19 Nov 16:40``."""
    local, today = to_local(instant, zone), to_local(now, zone).date()
    days = (local.date() - today).days
    names = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    year = "" if local.year == today.year else f" {local.year}"
    return f"{names.get(days) or f'{local.day} {local:%b}{year}'} {local:%H:%M}"


def time_there(instant: datetime, mine: str, theirs: str | None) -> str:
    """What the client's clock says when mine says something else: ``16:32 there``, or ``Tue 01:32 there`` on another
    day; nothing where both say the same or the client's zone is not sure.
    """
    if theirs is None or same_time(instant, mine, theirs):
        return ""
    here, there = to_local(instant, mine), to_local(instant, theirs)
    return f"{there:%H:%M} there" if here.date() == there.date() else f"{there:%a %H:%M} there"


def both_clocks(instant: datetime, mine: str, theirs: str | None, now: datetime) -> str:
    """An instant on both clocks, each with whose it is: ``tomorrow 09:00 yours, 14:00 there``."""
    said = f"{day_and_time(instant, mine, now)} yours"
    there = time_there(instant, mine, theirs)
    if there:
        return f"{said}, {there}"
    return f"{said} and theirs" if theirs else said


def difference(ahead: timedelta) -> str:
    """How far the client's clock is ahead of the manager's, in words: ``+5 h from you``."""
    size = signed_hours(ahead)
    return f"{size} from you" if size else "your time"


def signed_hours(ahead: timedelta) -> str:
    """A difference of clocks: ``+5 h``, ``-3 h 30 min``; nothing for none."""
    minutes = int(ahead.total_seconds() // 60)
    if not minutes:
        return ""
    hours, rest = divmod(abs(minutes), 60)
    size = f"{hours} h" if not rest else f"{hours} h {rest} min" if hours else f"{rest} min"
    return f"{'+' if minutes > 0 else '-'}{size}"


def waiting_time(left: timedelta) -> str:
    """How long from now, in words: ``in 4 min``."""
    seconds = max(0, int(left.total_seconds()))
    if seconds < 60:
        return f"in {seconds} s"
    minutes = (seconds + 59) // 60
    return f"in {minutes} min" if minutes < 120 else f"in {minutes // 60} h {minutes % 60} min"
