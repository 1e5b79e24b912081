"""Who has a client in hand: what others may not do with one meanwhile, and how a hold was lost, in words."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from salesdesk.errors import NothingToDo
from salesdesk.storage.database import Database
from salesdesk.storage.models import LAST_ID, Audit, Claim, Task, User

RELEASED = "task.release"  # the audit's word for a hold that a lead ended


class ClaimLost(NothingToDo):
    """The claim that something was said on is held no more; ``how`` says who ended it and who has the client now."""

    def __init__(self, claim: int, how: str) -> None:
        super().__init__(f"Claim {claim} is no longer yours: {how}.", "Take the next task: salesdesk task next")
        self.how = how


def holder_of(database: Database, session: Session, task: Task, now: datetime) -> str | None:
    """The name of who holds a task under a lease that still runs at ``now`` (aware UTC)."""
    query = select(User.name).join(Task, col(Task.claimed_by) == User.id)
    live = col(Task.claimed_until) > database.lease_now(now)
    return session.exec(query.where(Task.id == task.id, live)).first()


def require_free(database: Database, session: Session, task: Task, now: datetime) -> None:
    """Raise :class:`NothingToDo` when somebody has the task's client in hand at ``now`` (aware UTC)."""
    name = holder_of(database, session, task, now)
    if name is not None:
        raise NothingToDo(
            f"{name} has client {task.client_id} in hand.",
            f"Wait for the end of the call, or take it back: salesdesk task release --manager {name}",
        )


def how_lost(session: Session, claim: int) -> str | None:
    """Why a claim is no longer held: who ended it, and who has the client now. ``None`` if there is no such claim."""
    row = session.get(Claim, claim) if 0 < claim <= LAST_ID else None
    if row is None:
        return None
    query = select(User.name).join(Task, col(Task.claimed_by) == User.id).where(Task.id == row.task_id)
    name = session.exec(query.where(Task.claim_id != claim)).first()
    now = f"{name} has the client now" if name else "nobody has the client now"
    who = _released_by(session, row)
    return f"released by {who}; {now}" if who else now


def _released_by(session: Session, claim: Claim) -> str | None:
    """The lead who ended this hold, if one did."""
    query = select(Audit.detail, User.label).join(User, col(User.id) == Audit.actor_id)
    query = query.where(Audit.action == RELEASED, Audit.object == f"task {claim.task_id}").order_by(
        col(Audit.id).desc()
    )
    return next((label for detail, label in session.exec(query) if detail.get("claim") == claim.id), None)
