"""From a wish to a due time: when a client may be called at the earliest.

Every task is planned here, whoever plans it, so that windows, caps and public holidays mean the same everywhere. What
the rules decide after a call asks them itself (:mod:`rules.decide`), for it counts that call too.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from rules.allowed import Allowed, first_allowed
from rules.area import Area
from rules.ladder import scatter
from rules.model import RuleSet
from rules.zonetime import tables_version
from salesdesk.places.holidays import closed_days
from salesdesk.storage.models import Area as AreaRow
from salesdesk.storage.models import Task
from salesdesk.work.claims import area_of
from salesdesk.work.situations import NO_CALLS, Calls, calls_to


def allowed_from(rules: RuleSet, area: Area, wanted: datetime, calls: Calls = NO_CALLS) -> Allowed:
    """The first instant from ``wanted`` on (aware UTC) at which a client there, called so often, may be called."""
    closed = closed_days(rules, area, wanted)
    return first_allowed(rules, area, calls.recent, calls.total, wanted, closed_days=closed)


def client_allowed_from(  # noqa: PLR0913, PLR0917 - a client, and where it is
    session: Session, rules: RuleSet, client_id: int, area_id: int, wanted: datetime, now: datetime
) -> Allowed:
    """:func:`allowed_from` for a client with the calls made to it so far (``now`` is aware UTC)."""
    area = area_of(session.get_one(AreaRow, area_id))
    return allowed_from(rules, area, wanted, calls_to(session, client_id, now))


def allowed_again(rules: RuleSet, area: Area, task: Task, misses: int, calls: Calls) -> Allowed:
    """When an open task is due, planned anew from what was wanted; one that a ladder scattered stays where it is, or is
    scattered again.
    """
    allowed = allowed_from(rules, area, task.wanted_at, calls)
    due, spread = allowed.at, max((ladder.spread for ladder in rules.ladders.values()), default=0)
    if due == task.wanted_at or task.feed != "retry" or not spread:
        return allowed
    if due <= task.due_at <= due + timedelta(seconds=spread):
        due = task.due_at
    else:
        due += scatter(spread, task.client_id, misses)
    return replace(allowed, at=allowed_from(rules, area, due, calls).at)


def move_due(task: Task, at: datetime) -> None:
    """Have an open task fall due at another instant (aware UTC); an incoming client stays fresh as long as before."""
    if task.fresh_until is not None:
        task.fresh_until += at - task.due_at
    task.due_at = at
    due_by_these_tables(task)


def due_by_these_tables(task: Task) -> None:
    """Note that only the due time of a task was worked out here: what is wanted may still be what older zone tables
    gave, and where newer ones gave it the due time is now by older ones.
    """
    task.zone_tables = min(task.zone_tables, tables_version())
