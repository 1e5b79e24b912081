"""Typed time: ``15:30``, ``tomorrow 10``, ``fri 14:00``, ``+2h``, ``25.11 9:00``, ISO; also in Ukrainian and Russian.

A small grammar of our own: what it does not understand it refuses with examples and never guesses. A time is the
client's local time unless it ends in ``me``. What is typed is one of:

- a delay: ``+2h``, ``in half an hour``, ``через 2 години``, ``+1d``; ``+30`` is minutes;
- an instant with its offset: ``2026-11-25T14:00+02:00``;
- a time of day, with a day before or behind it or without one: a bare hour is the next one inside the call window, a
  weekday the next such day, and a weekday with "next" that day of the next calendar week.

Digits with two readings are refused with both: ``15.30`` is a time and ``25.11`` a day, but ``10.11`` can be either.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rules.ladder import after
from rules.model import Delay
from rules.situation import Agreed
from rules.when.day import Frame, agreed_at, at_instant, months_on
from rules.when.delay import read_delay
from rules.when.faults import EXAMPLES, Kind, WhenFault, day_said, quoted
from rules.when.items import INSTANT, folded, without_mine, words_of
from rules.when.read import read_items
from rules.when.wait import Wait
from rules.when.words import LEADS
from rules.windows import Timetable
from rules.zonetime import DoubtfulTime, to_instant, to_local, wall_at

__all__ = ["EXAMPLES", "MAX_AHEAD", "Kind", "WhenFault", "parse_when"]

MAX_AHEAD = timedelta(days=731)
_LONGEST = 100  # no time takes as many characters


def parse_when(
    text: str, *, now: datetime, client_zone: str | None, my_zone: str, table: Timetable | None = None
) -> Agreed:
    """The instant that a person means (``now`` and the result are aware UTC).

    ``client_zone`` is ``None`` while it is unsure: then only delays, times with an offset and ``me`` are taken.
    ``table`` lets a bare hour mean its next occurrence inside the call window. Raises :class:`WhenFault`.
    """
    said, mine = without_mine(folded(text)) if len(text) <= _LONGEST else ("", False)
    zone = my_zone if mine else client_zone
    known = zone or my_zone
    frame = Frame(known, now, wall_at(now, known), None if mine else table, text, said, mine)
    try:
        words = words_of(said)
        agreed = _instant_or_delay(words, frame) or _on_the_clock(words, frame, sure=zone is not None)
    except DoubtfulTime as doubt:
        raise _clocks_change(doubt, frame) from doubt
    except OverflowError as fault:  # the years 1 and 9999
        raise WhenFault("far", f"{quoted(text)} is out of all reach.", "Give a nearer time, like +2w.") from fault
    return _checked(agreed, frame)


def _instant_or_delay(words: list[str], frame: Frame) -> Agreed | None:
    bare = [word for word in words if word not in LEADS]
    if len(bare) == 1 and INSTANT.fullmatch(bare[0]):
        return _with_offset(bare[0], frame)
    wait = read_delay(words, frame.text)
    return _later(wait, frame) if wait else None


def _with_offset(word: str, frame: Frame) -> Agreed:
    """A full ISO instant with ``Z`` or an offset."""
    try:
        instant = datetime.fromisoformat(word.upper().replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))
    except ValueError as fault:
        raise frame.unclear() from fault
    return at_instant(instant.astimezone(UTC), frame)


def _later(wait: Wait, frame: Frame) -> Agreed:
    """A delay from now; months and days keep the wall time, as a ladder's days do."""
    start = frame.now
    if wait.months:
        day = months_on(frame.wall.date(), wait.months)
        start = to_instant(datetime.combine(day, frame.wall.time()), frame.zone)
    return at_instant(after(Delay(wait.days, 60 * wait.minutes), start, frame.zone), frame)


def _on_the_clock(words: list[str], frame: Frame, *, sure: bool) -> Agreed:
    """A day and a time of day, or a time of day alone."""
    if not sure:
        message = "The client's zone is not known, so a time of day is not clear."
        raise WhenFault("no zone", message, "Say how long (+2h), or your own time (15:30 me).")
    items = read_items(words, frame.text)
    if not items:
        raise frame.unclear()
    return agreed_at(items, frame)


def _checked(agreed: Agreed, frame: Frame) -> Agreed:
    if agreed.at <= frame.now:
        message = f"{quoted(frame.text)} has passed: it would be {day_said(agreed.wall, frame.wall.date())}."
        raise WhenFault("passed", message, "Give a time to come, for example +1h.")
    if agreed.at > frame.now + MAX_AHEAD:
        raise WhenFault("far", f"{quoted(frame.text)} is more than two years ahead.", "Give a nearer time, like +2w.")
    return agreed


def _clocks_change(doubt: DoubtfulTime, frame: Frame) -> WhenFault:
    """The fault of a time that the clocks skip or repeat, with what to type for either reading still to come."""
    # What was skipped is past once the clock has jumped over it; what comes twice when its second time is.
    jumped = doubt.skipped and doubt.wall <= frame.wall
    _checked(at_instant(doubt.choices[0 if jumped else 1], frame), frame)
    coming = [choice for choice in doubt.choices if choice > frame.now]
    verb = "does not exist" if doubt.skipped else "comes twice"
    message = f"{doubt.wall:%H:%M on %d.%m.%Y} {verb} in {doubt.zone}: the clocks change."
    typed = " or ".join(_iso(choice, doubt.zone) for choice in coming)
    return WhenFault("clocks change", message, f"Type {typed}.", tuple(at_instant(choice, frame) for choice in coming))


def _iso(instant: datetime, zone: str) -> str:
    return to_local(instant, zone).isoformat(timespec="minutes")
