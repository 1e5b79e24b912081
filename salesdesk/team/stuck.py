"""Who holds which client now, who is stuck (a desk that died, a call that nobody ends), and taking clients back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

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
from salesdesk.work.presence import away
from salesdesk.work.rulebook import current
from salesdesk.work.views import Handed

MOST = 200  # rows; a floor with more of them has another trouble
LONG = timedelta(minutes=30)  # a live hold is stuck after this, or three leases where that is longer
LEASES = 3
NAMED = 5  # holders that a refusal names


@dataclass(frozen=True, slots=True)
class Hold:
    """A client in somebody's hands, or one whose lease has run out and who was not given back (not ``live``).

    ``manager`` is a user name, ``label`` how the screens call them; instants are aware UTC. ``at_desk`` says that a
    desk of theirs gives signs of life; ``stuck`` that the lease has run out, or the hold goes on for very long.
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
    at_desk: bool
    stuck: bool

    def as_json(self) -> dict[str, Any]:
        """A row of ``task held``."""
        return {
            "task": self.task_id,
            "claim": self.claim,
            "client_id": self.client_id,
            "client": self.client_name,
            "manager": self.manager,
            "since": instant_text(self.since),
            "lease_ends": instant_text(self.lease_ends),
            "live": self.live,
            "at_desk": self.at_desk,
            "stuck": self.stuck,
        }


def holds(sitting: Sitting) -> list[Hold]:
    """Who holds which client, the oldest first, 200 at most; also the fresh lease of a desk that died.

    Lead and admin only.
    """
    may(sitting, Right.FREE_CLAIMS)
    with sitting.database.read() as session:
        now = sitting.clock.now()
        query = (
            select(Task, Claim.taken_at, Client.name, User)
            .join(Claim, col(Claim.id) == Task.claim_id)
            .join(Client, col(Client.id) == Task.client_id)
            .join(User, col(User.id) == Task.claimed_by)
            .order_by(col(Claim.taken_at), col(Claim.id))
        )
        rows = session.exec(query.limit(MOST)).all()
        over = select(Task.id).where(col(Task.claimed_until) <= sitting.database.lease_now(now))
        ended = set(session.exec(over.where(col(Task.claimed_by).is_not(None))))
        gone = away(session, {key_of(user) for *_, user in rows}, now)
        long = max(LONG, LEASES * timedelta(minutes=current(session).rules.feed.claim_minutes))
        return [
            _hold(row, live=row[0].id not in ended, at_desk=key_of(row[3]) not in gone, long_since=now - long)
            for row in rows
        ]


def _hold(row: tuple[Task, datetime, str, User], *, live: bool, at_desk: bool, long_since: datetime) -> Hold:
    task, taken_at, client, user = row
    if task.claim_id is None or task.claimed_until is None:
        raise AssertionError(f"task {task.id} is held without a claim")
    return Hold(
        task_id=key_of(task),
        claim=task.claim_id,
        client_id=task.client_id,
        client_name=client,
        manager=user.name,
        label=user.label,
        since=taken_at,
        lease_ends=task.claimed_until,
        live=live,
        at_desk=at_desk,
        stuck=not live or taken_at <= long_since,
    )


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
            lost = f"{manager} holds no client." if task is None else f"{manager} holds that client no more."
            raise NothingToDo(lost, _who_holds(session))
        held = handed_out(Taking(sitting.database, session, _holder(session, user_id), current(session), now), task)
        detail: dict[str, Any] = {"client": task.client_id, "manager": manager, "claim": task.claim_id}
        detail["lease_ends"] = instant_text(task.claimed_until)
        let_go(task)
        audit.append(session, sitting.person, RELEASED, f"task {task.id}", detail, now)
        return held


def _who_holds(session: Session) -> str:
    """Who holds which client, for somebody who named the wrong one."""
    query = select(User.name, Task.client_id).join(Task, col(Task.claimed_by) == User.id).order_by(col(User.name))
    held = [f"{name} holds client {client}" for name, client in session.exec(query.limit(NAMED + 1))]
    more = ", and others hold more" if len(held) > NAMED else ""
    return f"{', '.join(held[:NAMED])}{more}. See: salesdesk task held" if held else "Nobody holds a client now."


def _holder(session: Session, user_id: int) -> Person:
    """Who holds the client; one who was disabled meanwhile may hold one still."""
    user = session.get_one(User, user_id)
    return Person(user_id, user.name, user.label, "manager", user.zone, frozenset())
