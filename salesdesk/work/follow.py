"""What a decision does to a client's open task and deal, whether a call or the passing of time led to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from rules.model import RuleSet
from rules.reasons import Reason
from rules.situation import Decision, Planned
from salesdesk.storage.models import Client, Deal, Task, User, UserPool
from salesdesk.work.claims import let_go
from salesdesk.work.opening import ToDo, new_deal, new_task, stand_in


@dataclass(frozen=True, slots=True)
class Step:
    """A client with its open task and deal, about to be moved on at ``now`` (aware UTC).

    ``by`` is what closes the task (a word of ``Task.closed_by``), ``person_id`` whose call it was, if it was one.
    ``allowed_by`` is who confirmed that the next call may be promised outside the client's hours.
    """

    session: Session
    rules: RuleSet
    client: Client
    task: Task
    deal: Deal
    now: datetime
    by: str
    person_id: int | None = None
    allowed_by: int | None = None


def follow(step: Step, decision: Decision) -> Task | None:
    """Close the task, move deal and client to where the decision puts them, and open the next task if there is one."""
    let_go(step.task)
    step.task.closed_at, step.task.closed_by = step.now, step.by
    step.session.flush()
    deal = _move_deal(step, decision)
    step.client.status, step.client.misses, step.client.funnel = decision.status, decision.misses, deal.funnel
    return _open_next(step, deal, decision.next, decision.because) if decision.next else None


def _move_deal(step: Step, decision: Decision) -> Deal:
    """Move the open deal along, close it, and open the next one when the rules plan a task after its end."""
    deal, rules = step.deal, step.rules
    if decision.closed_as is None:
        stand_in(rules, deal, decision.status)
        return deal
    deal.status, deal.closed_at = decision.closed_as, step.now
    if decision.next is None:
        return deal
    step.session.flush()
    stand_in(rules, step.client, decision.status)
    following = new_deal(step.client, step.now)
    step.session.add(following)
    step.session.flush()
    return following


def _open_next(step: Step, deal: Deal, planned: Planned, because: tuple[Reason, ...]) -> Task:
    todo = ToDo(
        kind=planned.kind,
        feed=planned.feed,
        pool=planned.pool,
        assignee_id=_assignee(step, planned),
        wanted_at=planned.wanted_at,
        due_at=planned.due_at,
        because=because,
        agreed=planned.agreed,
        allowed_by=step.allowed_by,
    )
    task = new_task(step.client, deal, todo, step.now)
    step.session.add(task)
    step.session.flush()
    return task


def _assignee(step: Step, planned: Planned) -> int | None:
    """Whose the next task is, if anybody's: never somebody who is not in its pool and could not take it."""
    candidate = _candidate(step, planned.to)
    if candidate is None or planned.pool is None:
        return candidate
    member = select(UserPool.user_id).where(UserPool.user_id == candidate, UserPool.pool == planned.pool)
    return step.session.exec(member).first()


def _candidate(step: Step, to: str | None) -> int | None:
    """Who promised, the owner, a named person, or nobody in particular."""
    if to == "me":
        return step.person_id
    if to == "pool":
        return None
    if to == "owner":
        return step.client.owner_id or step.person_id
    if to is None:
        return step.client.owner_id
    named = select(User.id).where(User.name == to, col(User.active).is_(True))
    return step.session.exec(named).first() or step.client.owner_id
