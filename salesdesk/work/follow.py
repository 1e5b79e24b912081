"""What a decision does to a client's open task and deal, whether a call or the passing of time led to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from rules.model import RuleSet
from rules.reasons import Reason, as_json
from rules.situation import Decision, Planned
from salesdesk.storage.models import Client, Deal, Task, User, UserPool, key_of
from salesdesk.work.claims import let_go


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
    deal = step.deal
    funnel = step.rules.funnel_of(decision.status)
    if decision.closed_as is None:
        deal.status, deal.funnel = decision.status, funnel.id if funnel else deal.funnel
        return deal
    deal.status, deal.closed_at = decision.closed_as, step.now
    if decision.next is None:
        return deal
    step.session.flush()
    following = Deal(
        client_id=deal.client_id,
        funnel=funnel.id if funnel else deal.funnel,
        status=decision.status,
        opened_at=step.now,
    )
    step.session.add(following)
    step.session.flush()
    return following


def _open_next(step: Step, deal: Deal, planned: Planned, because: tuple[Reason, ...]) -> Task:
    agreed = planned.agreed
    task = Task(
        client_id=step.task.client_id,
        deal_id=key_of(deal),
        kind=planned.kind,
        feed=planned.feed,
        pool=planned.pool,
        assignee_id=_assignee(step, planned),
        wanted_at=planned.wanted_at,
        agreed_wall=agreed.wall.isoformat(timespec="minutes") if agreed else None,
        agreed_zone=agreed.zone if agreed else None,
        due_at=planned.due_at,
        allowed_by=step.allowed_by,
        area_id=step.client.area_id,
        because=as_json(because),
        created_at=step.now,
    )
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
