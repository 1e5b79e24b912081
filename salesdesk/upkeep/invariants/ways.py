"""Invariant 9: nobody stands before an empty set of buttons, and no task waits for a pool that is gone.

A pool that the rules have, and in which nobody active is, is no fault of the base: a step waits there until somebody
joins. No change of the rules leaves a task there, though (:mod:`salesdesk.rule_changes.pools`).
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func
from sqlmodel import Session, col, select

from rules.buttons import Place, ways_of
from rules.model import RuleSet
from salesdesk.storage.models import Client, Task

_OPEN = col(Task.closed_at).is_(None)


def tasks_without_ways(session: Session, rules: RuleSet) -> Iterator[str]:
    """Open tasks that nobody could finish, or nobody ever take, under the rules in force."""
    for status, kind in _bare(session, rules):
        query = select(Task.id).join(Client, col(Client.id) == Task.client_id)
        query = query.where(_OPEN, Task.kind == kind, Client.status == status)
        for row in session.exec(query.order_by(col(Task.id))):
            yield f'task {row}: there is no button for the kind "{kind}" in status "{status}"'
    gone = select(Task.id, Task.pool).where(_OPEN, col(Task.pool).is_not(None), col(Task.pool).not_in(rules.pools))
    for row, pool in session.exec(gone.order_by(col(Task.id))):
        yield f'task {row}: the rules have no pool "{pool}"'


def _bare(session: Session, rules: RuleSet) -> Iterator[Place]:
    """Where clients are met and no button is shown; a kind that is gone is told elsewhere."""
    ways = ways_of(rules)
    if ways.always:
        return
    met = select(Client.status, Task.kind).join(Task, col(Task.client_id) == Client.id)
    met = met.where(_OPEN, col(Client.status).in_(ways.opened), col(Task.kind).in_(rules.tasks))
    for status, kind in session.exec(met.group_by(col(Client.status), col(Task.kind)).order_by(func.min(Task.id))):
        if ways.bare((status, kind)):
            yield status, kind
