"""The first instant at which a client may be called: window and caps together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from rules.area import Area
from rules.caps import caps_for, free_at
from rules.model import RuleSet
from rules.reasons import Code, Reason, Value, instant_value
from rules.windows import Timetable, closed_until, home_or, timetable


@dataclass(frozen=True, slots=True)
class Allowed:
    """When a client may be called (aware UTC), and what moved that from the wanted time.

    ``held`` where nothing is ever allowed as things stand (no hour suits all candidate zones, a total cap is used up):
    ``at`` is the wanted time then, and the claim asks the same questions again, so such a task is never handed out.
    """

    at: datetime
    held: bool = False
    reasons: tuple[Reason, ...] = ()


def first_allowed(  # noqa: PLR0913 - everything that can forbid a call
    rules: RuleSet,
    area: Area,
    calls: tuple[datetime, ...],
    total: int,
    wanted: datetime,
    *,
    closed_days: frozenset[date] = frozenset(),
) -> Allowed:
    """The first instant at or after ``wanted`` (aware UTC) that the window and every cap allow.

    ``calls`` were made to the client already (:data:`rules.caps.LOOK_BACK`), ``total`` ever; ``closed_days`` are
    the area's public holidays (local dates).
    """
    table, zone = timetable(rules, area, closed_days), home_or(area, rules)
    free, cap = free_at(caps_for(rules.calling, area), calls, total, wanted, zone)
    full: dict[str, Value] = {"cap": cap.rule, "limit": cap.limit} if cap else {}
    if free is None:
        return Allowed(wanted, held=True, reasons=(Reason(Code.HELD_BY_CAP, full),))
    # Calls only grow older: what the caps allow at one instant they allow at every later one, so the window has the
    # last word.
    opens = table.next_open(free)
    if opens is None:
        return Allowed(wanted, held=True, reasons=(_never_open(table),))
    moves = list[Reason]()
    if free != wanted:
        moves.append(Reason(Code.MOVED_BY_CAP, {"at": instant_value(free), "zone": zone, **full}))
    if opens != free:
        moves.append(closed_until(table, free, opens, zone))
    return Allowed(opens, reasons=tuple(moves))


def _never_open(table: Timetable) -> Reason:
    if not table.zones:
        return Reason(Code.HELD_NO_ZONE)
    if len(table.zones) == 1:
        return Reason(Code.HELD_CLOSED, {"where": table.where})
    return Reason(Code.HELD_NO_HOUR)
