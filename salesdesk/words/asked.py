"""The words of what the rules say when they are asked about a client, a row a code. What a row takes are the values
of the code; ``stands`` and ``because`` are reasons themselves, in words already.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from salesdesk.words.codes import Asked
from salesdesk.words.counted import counted
from salesdesk.words.decided import Say
from salesdesk.words.elapsed import span_text
from salesdesk.words.pieces import at_text, clock_text, day_text, hours_text, length_text

_ENDED_BY = {
    "trigger": "by a trigger: silent for too long",
    "merge": "merged into another client",
    "dnc": "must not be called",
    "forget": "forgotten",
    "rules": "the rules changed",
    "undo": "an outcome was taken back",
}
_GRACES = {"fresh_for": "half of fresh_for"}


def _kept(user: str, at: str, zone: str, rule: str, grace: int) -> str:
    return f"kept for: {user}, until {at_text(at, zone)} ({_GRACES.get(rule, rule)} {length_text(grace)})"


def _due(at: str, zone: str, away: str, wanted: str | None) -> str:
    return f"due {at_text(at, zone)}, {away}" + (f", wanted {at_text(wanted, zone)}" if wanted else "")


def _span(seconds: int) -> str:
    return span_text(timedelta(seconds=seconds))


def _window(where: str, day: str, hours: Sequence[str]) -> str:
    return f"call window ({where}) {day} {hours_text(hours)}"


def _free(free_at: str | None, zone: str) -> str:
    return f"free {at_text(free_at, zone)}" if free_at else "never free again"


def _place(before: int, order: Sequence[str]) -> str:
    tasks = counted(before, "due task comes", "due tasks come")
    return f"place: {tasks} before it (feed order {', '.join(order)})"


ASKED: dict[str, Say] = {
    Asked.STANDS: lambda status, label, kind: f'status "{label}" ({kind})',
    Asked.STANDS_UNKNOWN: lambda status: f'status "{status}" (unknown)',
    Asked.CAME_SO: lambda stands: f"{stands} has no task: it came in so",
    Asked.CLOSED_BY: lambda stands, by, at, zone: f"{stands} has no task: {_ENDED_BY[by]}, {at_text(at, zone)}",
    Asked.CLOSED_BY_CALL: lambda stands, because, user, at, zone: (
        f"{stands} has no task: {because}, {user}, {at_text(at, zone)}"
    ),
    Asked.TASK: lambda kind, label, feed, because: f'task "{label}", feed {feed}: {because}',
    Asked.NO_IMPORT: lambda: "import: none",
    Asked.IMPORT_FINISHED: lambda number: f"import {number}: finished",
    Asked.IMPORT_UNFINISHED: lambda number: f"import {number}: not finished",
    Asked.EVERYBODYS_POOL: lambda: "pool: everybody",
    Asked.IN_POOL: lambda pool, user: f'pool "{pool}": {user} is in it',
    Asked.NOT_IN_POOL: lambda pool, user: f'pool "{pool}": {user} is not in it',
    Asked.KEPT_FOR_NOBODY: lambda: "kept for: nobody",
    Asked.KEPT_FOR: lambda user: f"kept for: {user}",
    Asked.KEPT_FOR_DISABLED: lambda user: f"kept for: {user}, who is disabled, so anybody may take it",
    Asked.KEPT_FOR_OUTSIDER: lambda user, pool: (
        f'kept for: {user}, who is not in pool "{pool}" any more, so anybody in it may take it'
    ),
    Asked.KEPT_UNTIL: _kept,
    Asked.WAS_KEPT_UNTIL: lambda user, at, zone, rule, grace: (
        f"{_kept(user, at, zone, rule, grace)}, so anybody may take it"
    ),
    Asked.DUE_SINCE: lambda at, zone, ago, wanted: _due(at, zone, f"{_span(ago)} ago", wanted),
    Asked.DUE_IN: lambda at, zone, left, wanted: _due(at, zone, f"in {_span(left)}", wanted),
    Asked.NOT_INCOMING: lambda fresh_for: f"fresh_for {length_text(fresh_for)}: not an incoming client",
    Asked.FRESH_UNTIL: lambda fresh_for, at, zone: (
        f"fresh_for {length_text(fresh_for)}: fresh until {at_text(at, zone)}"
    ),
    Asked.PLANNED_SINCE: lambda fresh_for, at, zone: (
        f"fresh_for {length_text(fresh_for)}: planned since {at_text(at, zone)}"
    ),
    Asked.WINDOW_NO_ZONE: lambda: "call window: held, for the client's time zone is not known; set it",
    Asked.WINDOW_OPEN: lambda where, day, hours, now, zones, unknown_zone, closes_at, zone: (
        f"{_window(where, day, hours)}: open, {clock_text(now, zones, unknown_zone)}"
        + (f", until {at_text(closes_at, zone)}" if closes_at else "")
    ),
    Asked.WINDOW_CLOSED: lambda where, day, hours, now, zones, unknown_zone, opens_at, zone: (
        f"{_window(where, day, hours)}: closed, {clock_text(now, zones, unknown_zone)}, "
        + (f"opens {at_text(opens_at, zone)}" if opens_at else "no hour suits in sight")
    ),
    Asked.HOLIDAYS_NOT_CLOSED: lambda: "public holidays: these rules do not close them",
    Asked.HOLIDAY_TODAY: lambda where, day: f"public holidays ({where or 'country not known'}): today, {day_text(day)}",
    Asked.NO_HOLIDAY_TODAY: lambda where, following: (
        f"public holidays ({where or 'country not known'}): not today; "
        + (f"next {day_text(following)}" if following else "none")
    ),
    Asked.NO_CAPS: lambda: "caps: none",
    Asked.CAP_FREE: lambda cap, limit, used: f"cap {cap} {limit}: {used} used",
    Asked.CAP_FULL: lambda cap, limit, used, free_at, zone: f"cap {cap} {limit}: {used} used, {_free(free_at, zone)}",
    Asked.GAP_FREE: lambda limit, used: f"cap min_gap {length_text(limit)}: last call {_span(used)} ago",
    Asked.GAP_RUNS: lambda limit, used, free_at, zone: (
        f"cap min_gap {length_text(limit)}: last call {_span(used)} ago, free {at_text(free_at, zone)}"
    ),
    Asked.HELD_BY_NOBODY: lambda: "claim: held by nobody",
    Asked.HOLD_RAN_OUT: lambda user, at, zone: f"claim: {user}'s ran out {at_text(at, zone)}",
    Asked.HELD_BY: lambda user, at, zone: f"claim: held by {user} until {at_text(at, zone)}",
    Asked.HANDED_OUT_ALREADY: lambda: "place: handed out already",
    Asked.NO_PLACE: lambda: "place: none while it may not be handed out",
    Asked.PLACE_IN_FEED: _place,
}
