"""Invariants 3 and 6: what was recorded stays, fits together and counts once. An attempt stands unless undone."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, case, exists, func, or_
from sqlmodel import Session, col, select

from salesdesk.storage.models import Attempt, Claim, Client, Deal, Task, Undo
from salesdesk.words.counted import counted

# NOT EXISTS and not NOT IN: PostgreSQL turns this one into a join, and looks the other one up row by row.
_STANDING = ~exists().where(col(Undo.attempt_id) == col(Attempt.id))


def belongings(session: Session) -> Iterator[str]:
    """An attempt, its claim, its tasks and its deal are one person's and one client's."""
    query = (
        select(Attempt.id, Attempt.user_id, Claim.id, Claim.user_id)
        .join(Claim, col(Claim.id) == Attempt.claim_id)
        .where(col(Claim.user_id) != Attempt.user_id)
    )
    for row, user, claim, holder in session.exec(query):
        yield f"attempt {row}: it is by user {user}, but its claim {claim} is user {holder}'s"
    for word, key in (("task", col(Attempt.task_id)), ("next task", col(Attempt.next_task_id))):
        other = select(Attempt.id, Task.id).join(Task, col(Task.id) == key)
        for row, task in session.exec(other.where(col(Task.client_id) != Attempt.client_id)):
            yield f"attempt {row}: its {word} {task} is another client's"
    closed = select(Task.id, Deal.id).join(Deal, col(Deal.id) == Task.deal_id).where(col(Task.closed_at).is_not(None))
    for row, deal in session.exec(closed.where(col(Deal.client_id) != Task.client_id)):
        yield f"task {row}: its deal {deal} is another client's"
    dealt = select(Attempt.id, Deal.id).join(Deal, col(Deal.id) == Attempt.deal_id)
    for row, deal in session.exec(dealt.where(col(Deal.client_id) != Attempt.client_id)):
        yield f"attempt {row}: its deal {deal} is another client's"


def misses(session: Session) -> Iterator[str]:
    """A call that was reached ends the row of misses, one that was not adds to it; no client has more than that."""
    before, after = col(Attempt.misses_before), col(Attempt.misses_after)
    grows = and_(~col(Attempt.reached), after == before + 1)
    for row, old, new in session.exec(select(Attempt.id, before, after).where(~or_(after == 0, grows))):
        yield f"attempt {row}: its misses went from {old} to {new}"
    missed = func.count(case((and_(~col(Attempt.reached), _STANDING), 1)))
    query = (
        select(Client.id, Client.misses, missed)
        .outerjoin(Attempt, col(Attempt.client_id) == Client.id)
        .where(col(Client.misses) > 0)
        .group_by(col(Client.id), col(Client.misses))
        .having(col(Client.misses) > missed)
    )
    for row, count, found in session.exec(query):
        misses, calls = counted(count, "miss", "misses"), counted(found, "missed call")
        yield f"client {row}: it has {misses} in a row, but only {calls}"


def endings(session: Session) -> Iterator[str]:
    """A standing attempt closed its task, alone; and a task that an outcome closed has an attempt."""
    of_task = select(Attempt.id, Task.id).join(Task, col(Task.id) == Attempt.task_id).where(_STANDING)
    for row, task in session.exec(of_task.where(col(Task.closed_at).is_(None))):
        yield f"attempt {row}: its task {task} is still open"
    count = func.count(col(Attempt.id))
    several = select(Attempt.task_id, count).where(_STANDING).group_by(col(Attempt.task_id)).having(count > 1)
    for task, times in session.exec(several):
        yield f"task {task}: {times} attempts closed it"
    recorded = exists().where(col(Attempt.task_id) == col(Task.id))
    unsaid = select(Task.id).where(col(Task.closed_by) == "outcome", ~recorded)
    for task in session.exec(unsaid):
        yield f"task {task}: an outcome closed it, but there is no attempt"
    ended = select(Attempt.id, Deal.id).join(Deal, col(Deal.id) == Attempt.deal_id)
    still = ended.where(_STANDING, col(Attempt.closed_as).is_not(None), col(Deal.closed_at).is_(None))
    for row, deal in session.exec(still):
        yield f"attempt {row}: it ended deal {deal}, which is open"


def successors(session: Session) -> Iterator[str]:
    """What follows a call: a task while the client is open, and none that remains when the call was undone."""
    lacking = select(Attempt.id).where(col(Attempt.kind_after) == "open", col(Attempt.next_task_id).is_(None))
    for row in session.exec(lacking.where(_STANDING)):
        yield f"attempt {row}: it left the client open without a next task"
    for row in session.exec(select(Attempt.id).where(col(Attempt.next_task_id) == Attempt.task_id)):
        yield f"attempt {row}: its next task is the one that it closed"
    opened = (
        select(Undo.id, Undo.attempt_id, Task.id)
        .join(Attempt, col(Attempt.id) == Undo.attempt_id)
        .join(Task, col(Task.id) == Attempt.next_task_id)
        .where(col(Task.closed_at).is_(None))
    )
    for row, attempt, task in session.exec(opened):
        yield f"undo {row}: attempt {attempt} was taken back, but the task {task} that it opened is open"
