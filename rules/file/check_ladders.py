"""Warns of ladders that never end, and of ladders that the caps do not let happen as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from rules.durations import DAY, delay_text, length
from rules.file.draft import Draft
from rules.file.faults import Findings
from rules.file.reader import shown
from rules.model import Caps, Delay, Ladder, Window

_MOST_PLACES = 3


def warn_of_ladders(draft: Draft, findings: Findings) -> None:
    """Notes a warning for each endless ladder, and for each rung that a cap always moves."""
    for name, ladder in draft.ladders.items.items():
        path = (*draft.ladders.paths[name], "rungs")
        if ladder.rungs and not ladder.rungs[-1].ending:
            findings.warn(path, f"has no ending: {shown(ladder.rungs[-1].text)} is repeated without end")
        for (index, message), places in _clashes(draft, ladder).items():
            findings.warn((*path, index), f"{message} ({_places_text(places)})")


def _clashes(draft: Draft, ladder: Ladder) -> dict[tuple[int, str], list[str]]:
    """The rungs that clash with caps, what is said of each, and where in the world it is so."""
    calling = draft.calling
    everywhere = [("everywhere", calling.window, calling.caps)]
    found: dict[tuple[int, str], list[str]] = {}
    for place, window, caps in everywhere + [(r.where, r.window, r.caps) for r in calling.regions.values()]:
        for clash in _against_caps(ladder, window, caps):
            found.setdefault(clash, []).append(place)
    return found


def _places_text(places: list[str]) -> str:
    if "everywhere" in places:
        return "everywhere"
    more = len(places) - _MOST_PLACES
    return ", ".join(places[:_MOST_PLACES]) + (f" and {more} more" if more > 0 else "")


def _against_caps(ladder: Ladder, window: Window, caps: Caps) -> Iterator[tuple[int, str]]:
    """The first rung that each cap moves, were every call missed and made at once when it is due."""
    waits = [length(rung.delay) for rung in ladder.rungs if rung.delay]
    gap, total = caps.min_gap or 0, caps.max_total
    for index, wait in enumerate(waits):
        if wait < gap:
            yield index, f"cap min_gap = {_text(gap)} puts this call off: the rung waits only {_text(wait)}"
            break
    if total is not None and total <= len(waits):
        yield (
            total - 1,
            f"cap max_total = {total} forbids this call: the ladder makes {len(waits) + 1}, so it never ends",
        )
    times = list(accumulate(waits, initial=0))
    for rule, limit, period in _counted(caps, window):
        for first in range(len(times) - limit):
            took = times[first + limit] - times[first]
            if took < period:
                yield (
                    first + limit - 1,
                    f"cap {rule} = {limit} puts this call off: it makes {limit + 1} in {_text(took)}",
                )
                break


def _counted(caps: Caps, window: Window) -> Iterator[tuple[str, int, int]]:
    """The caps that count calls in a period: name, limit, and the seconds in which one more is certainly too many or,
    for days, weeks and months of the calendar, usually.
    """
    callable_day = max((spans[-1].end - spans[0].start for spans in window.days if spans), default=0)
    periods = (
        ("max_per_day", caps.max_per_day, callable_day),
        ("max_per_24h", caps.max_per_24h, DAY),
        ("max_per_week", caps.max_per_week, 7 * DAY),
        ("max_per_month", caps.max_per_month, 28 * DAY),
    )
    for rule, limit, period in periods:
        if limit is not None:
            yield rule, limit, period


def _text(seconds: int) -> str:
    days, rest = divmod(seconds, DAY)
    return delay_text(Delay(days, rest))
