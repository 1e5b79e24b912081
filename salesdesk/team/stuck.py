"""Clients who may be stuck in somebody's hands: a desk that died, or a call that nobody ends; and taking them back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, or_
from sqlmodel import Session, col, select

from salesdesk.access import audit
from salesdesk.access.people import Person, user_id_of
from salesdesk.access.rights import Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.errors import NothingToDo
from salesdesk.storage.database import one_transaction
from salesdesk.storage.models import Claim, Client, Task, User, key_of
from salesdesk.words.json_times import instant_text
from salesdesk.work.claims import Taking, let_go
from salesdesk.work.handed import handed_out
from salesdesk.work.holding import RELEASED
from salesdesk.work.rulebook import current
from salesdesk.work.views import Handed

MOST = 200  # rows; a floor with more of them has another trouble
LONG = timedelta(minutes=30)  # a live hold is stuck after this, or three leases where that is longer
LEASES = 3


@dataclass(frozen=True, slots=True)
class StuckClaim:
    """A hold that has run out and was not given back, or (``live``) one that goes on for very long.

    ``manager`` is a user name, ``label`` how the screens call them; instants are aware UTC.
    """

    task_id: int
    claim: int
    client_id: int
    client_name: str
    manager: str
    label: str
    since: datetime
    lease_ends: datetime
    live: bool


def stuck_claims(sitting: Sitting) -> list[StuckClaim]:
    """The stuck holds, oldest first, 200 at most. Lead and admin only."""
    may(sitting, Right.FREE_CLAIMS)
    with sitting.database.read() as session:
        now = sitting.clock.now()
        long = max(LONG, LEASES * timedelta(minutes=current(session).rules.feed.claim_minutes))
        ended = col(Task.claimed_until) <= sitting.database.lease_now(now)
        query = (
            select(Task, Claim.taken_at, Client.name, User.name, User.label, case((ended, 0), else_=1))  # type: ignore[call-overload]
            .join(Claim, col(Claim.id) == Task.claim_id)
            .join(Client, col(Client.id) == Task.client_id)
            .join(User, col(User.id) == Task.claimed_by)
            .where(or_(ended, col(Claim.taken_at) <= now - long))
            .order_by(col(Claim.taken_at), col(Claim.id))
        )
        return [_stuck(*row) for row in session.exec(query.limit(MOST))]


def _stuck(task: Task, taken_at: datetime, client: str, name: str, label: str, live: int) -> StuckClaim:  # noqa: PLR0913, PLR0917 - a row
    if task.claim_id is None or task.claimed_until is None:
        raise AssertionError(f"task {task.id} is held without a claim")
    ends, key = task.claimed_until, key_of(task)
    return StuckClaim(key, task.claim_id, task.client_id, client, name, label, taken_at, ends, bool(live))


@one_transaction
def release_claim(sitting: Sitting, manager: str, claim: int | None = None) -> Handed:
    """Take the client out of a person's hands, so that anybody may take it; what they held. Lead and admin; audited.

    With ``claim`` only that one: they may have gone on to another client. Raises :class:`NothingToDo` when they hold
    nothing (any more), or nobody has this name.
    """
    may(sitting, Right.FREE_CLAIMS)
    with sitting.database.write() as session:
        now, user_id = sitting.clock.now(), user_id_of(session, manager)
        query = select(Task).where(Task.claimed_by == user_id, col(Task.closed_at).is_(None))
        task = session.exec(query.with_for_update()).first()
        if task is None or (claim is not None and task.claim_id != claim):
            raise NothingToDo(f"{manager} does not hold that client.", "See who holds what: KPI screen, key h")
        held = handed_out(Taking(sitting.database, session, _holder(session, user_id), current(session), now), task)
        detail: dict[str, Any] = {"client": task.client_id, "manager": manager, "claim": task.claim_id}
        detail["lease_ends"] = instant_text(task.claimed_until)
        let_go(task)
        audit.append(session, sitting.person, RELEASED, f"task {task.id}", detail, now)
        return held


def _holder(session: Session, user_id: int) -> Person:
    """Who holds the client; one who was disabled meanwhile may hold one still."""
    user = session.get_one(User, user_id)
    return Person(user_id, user.name, user.label, "manager", user.zone, frozenset())
