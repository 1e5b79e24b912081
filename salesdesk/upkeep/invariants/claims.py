"""Invariants 2 and 3: one holder, one claim, one outcome."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from salesdesk.storage.models import Attempt, Claim, Task
from salesdesk.words.counted import counted


def held_tasks(session: Session) -> Iterator[str]:
    """Only open tasks are held, each under a claim of its own."""
    held = or_(col(Task.claimed_by).is_not(None), col(Task.claim_id).is_not(None))
    for row in session.exec(select(Task.id).where(col(Task.closed_at).is_not(None), held)):
        yield f"task {row}: it is closed, but still claimed"
    for row in session.exec(select(Task.id).where(col(Task.claimed_by).is_not(None), col(Task.claim_id).is_(None))):
        yield f"task {row}: it is held without a claim"
    query = (
        select(Task.id, Task.claim_id, Claim.id)
        .outerjoin(Claim, col(Claim.id) == Task.claim_id)
        .where(
            col(Task.claim_id).is_not(None),
            or_(col(Claim.id).is_(None), col(Claim.task_id) != Task.id, col(Claim.user_id) != Task.claimed_by),
        )
    )
    for row, claim, found in session.exec(query):
        wrong = "is not there" if found is None else "is another task's or person's"
        yield f"task {row}: its claim {claim} {wrong}"


def holders_and_claims(session: Session) -> Iterator[str]:
    """Invariants 2 and 3: a person holds one client at most, and a claim has one outcome at most."""
    held = func.count(col(Task.id))
    holders = select(Task.claimed_by, held).where(col(Task.claimed_by).is_not(None)).group_by(col(Task.claimed_by))
    for user, count in session.exec(holders.having(held > 1)):
        yield f"user_account {user}: it holds {count} tasks at once"
    recorded = func.count(col(Attempt.id))
    repeated = select(Attempt.claim_id, recorded).group_by(col(Attempt.claim_id)).having(recorded > 1)
    for claim, count in session.exec(repeated):
        yield f"claim {claim}: it has {counted(count, 'attempt')}"


def attempts(session: Session) -> Iterator[str]:
    """An attempt is on the task that its claim was on."""
    query = (
        select(Attempt.id, Attempt.task_id, Claim.id, Claim.task_id)
        .join(Claim, col(Claim.id) == Attempt.claim_id)
        .where(col(Claim.task_id) != Attempt.task_id)
    )
    for row, task, claim, claimed in session.exec(query):
        yield f"attempt {row}: it is on task {task}, but its claim {claim} is on task {claimed}"
