"""The first instant at which a client may be called: window and caps together."""

from __future__ import annotations

from datetime import datetime

from rules.area import Area
from rules.caps import caps_for, free_at
from rules.model import RuleSet
from rules.windows import home_or, opening_text, timetable
from rules.zonetime import to_local

MAX_MOVES = 60  # a window and a cap can push each other along; a month of days is more than any real rule set needs


def first_allowed(
    rules: RuleSet, area: Area, calls: tuple[datetime, ...], total: int, wanted: datetime
) -> tuple[datetime, tuple[str, ...]]:
    """The first instant at or after ``wanted`` (aware UTC) that the window and every cap allow, and what moved it.

    ``calls`` were made to the client already (:data:`rules.caps.LOOK_BACK`), ``total`` ever. Where nothing is ever
    allowed (no hour suits all candidate zones, a total cap is used up) the wanted time stands and the last reason
    begins with ``held``: the claim asks the same questions again, so such a task is never handed out.
    """
    table, caps, zone = timetable(rules, area), caps_for(rules.calling, area), home_or(area, rules)
    at, moves = wanted, list[str]()
    for _ in range(MAX_MOVES):
        opens = table.next_open(at)
        if opens is None:
            return wanted, (*moves, "held: no hour suits every zone this client may be in; set the zone")
        if opens != at:
            moves.append(f"moved to {local_text(opens, zone)}: {opening_text(table, at)}")
        free, cap = free_at(caps, calls, total, opens, zone)
        if free is None:
            return wanted, (*moves, f"held: cap {cap} is used up")
        if free == opens:
            return opens, tuple(moves)
        moves.append(f"moved to {local_text(free, zone)}: cap {cap}")
        at = free
    return wanted, (*moves, "held: windows and caps leave no time in sight")


def local_text(instant: datetime, zone: str) -> str:
    """An instant as people read it, with the zone named: ``Mon 23 Nov 10:00 Europe/Kyiv``."""
    return f"{to_local(instant, zone):%a %d %b %H:%M} {zone}"
