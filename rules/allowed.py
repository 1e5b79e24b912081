"""The first instant at which a client may be called: window and caps together."""

from __future__ import annotations

from datetime import date, datetime

from rules.area import Area
from rules.caps import caps_for, free_at
from rules.model import RuleSet
from rules.windows import Timetable, home_or, opening_text, timetable
from rules.zonetime import to_local


def first_allowed(  # noqa: PLR0913 - everything that can forbid a call
    rules: RuleSet,
    area: Area,
    calls: tuple[datetime, ...],
    total: int,
    wanted: datetime,
    *,
    closed_days: frozenset[date] = frozenset(),
) -> tuple[datetime, tuple[str, ...]]:
    """The first instant at or after ``wanted`` (aware UTC) that the window and every cap allow, and what moved it.

    ``calls`` were made to the client already (:data:`rules.caps.LOOK_BACK`), ``total`` ever; ``closed_days`` are
    the area's public holidays (local dates). Where nothing is ever allowed (no hour suits all candidate zones, a total
    cap is used up) the wanted time stands and the last reason begins with ``held``: the claim asks the same questions
    again, so such a task is never handed out.
    """
    table, zone = timetable(rules, area, closed_days), home_or(area, rules)
    free, cap = free_at(caps_for(rules.calling, area), calls, total, wanted, zone)
    if free is None:
        return wanted, (f"held: cap {cap} is used up",)
    # Calls only grow older: what the caps allow at one instant they allow at every later one, so the window has the
    # last word.
    opens = table.next_open(free)
    if opens is None:
        return wanted, (f"held: {_never_open(table)}",)
    moves = list[str]()
    if free != wanted:
        moves.append(f"moved to {local_text(free, zone)}: cap {cap}")
    if opens != free:
        moves.append(f"moved to {local_text(opens, zone)}: {opening_text(table, free, opens)}")
    return opens, tuple(moves)


def _never_open(table: Timetable) -> str:
    if not table.zones:
        return "the client's time zone is not known; set it"
    if len(table.zones) == 1:
        return f"the call window ({table.where}) is closed all week"
    return "no hour suits every zone this client may be in; set the zone"


def local_text(instant: datetime, zone: str) -> str:
    """An instant as people read it, with the zone named: ``Mon 23 Nov 10:00 Europe/Kyiv``."""
    return f"{to_local(instant, zone):%a %d %b %H:%M} {zone}"
