"""Giving clients to another owner: one by hand, or all of somebody who is ill or leaves.

The owner changes, and whose the open task is; a promise goes to the new owner too, for the client was promised a call
and not a name. Who has the client in hand keeps them until the outcome.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from sqlalchemy import ColumnElement, func, update
from sqlmodel import Session, col, select

from salesdesk.access import audit
from salesdesk.access.people import user_id_of
from salesdesk.access.rights import Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.clients.gain import open_task
from salesdesk.clients.queries import known_status, visible_client
from salesdesk.errors import BadRequest, NothingToDo
from salesdesk.storage.database import one_transaction
from salesdesk.storage.models import Client, Task, User, key_of
from salesdesk.words.counted import counted
from salesdesk.work.complete import visible
from salesdesk.work.pictures import client_view
from salesdesk.work.pools import takers
from salesdesk.work.rulebook import current
from salesdesk.work.views import ClientView

_AT_ONCE = 500  # clients in one transaction, so that nobody waits long for it
MOST_SHARES = 1000  # the largest share of one person; it only orders turns


@dataclass(frozen=True, slots=True)
class Handover:
    """Whose clients go to whom. ``giver`` and ``takers`` are user names, ``status`` limits it to one (an id of the
    rules), ``shares`` says how many each taker gets in a round: ``(2, 1)`` two for the first, one for the second.
    """

    giver: str
    takers: tuple[str, ...]
    status: str | None = None
    shares: tuple[int, ...] = ()
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """How many clients have a new owner, and how many open tasks are another person's: promises among them, and some
    that somebody has in hand and keeps until the outcome.
    """

    moved: int = 0
    tasks: int = 0
    promises: int = 0
    held: int = 0

    def __add__(self, more: Moved) -> Moved:
        return Moved(
            self.moved + more.moved, self.tasks + more.tasks, self.promises + more.promises, self.held + more.held
        )

    def as_json(self) -> dict[str, int]:
        """The answer of ``clients move --from``."""
        return {"moved": self.moved, "tasks": self.tasks, "promises": self.promises, "held": self.held}


@one_transaction
def move_client(sitting: Sitting, client_id: int, owner: str) -> ClientView:
    """Make a client somebody's, with the open task that they have. Lead and admin only; audited.

    Raises :class:`NothingToDo` for an unknown client or user, :class:`BadRequest` for a disabled one.
    """
    may(sitting, Right.MOVE)
    with sitting.database.write() as session:
        now, rules = sitting.clock.now(), current(session).rules
        user_id = _active_user(session, owner)
        client = visible_client(session, client_id)
        task = open_task(session, client_id)  # locked before the client is changed, as the desk does
        before, client.owner_id = client.owner_id, user_id
        if task is not None:
            task.assignee_id = user_id if takers(session, task.pool, [user_id]) else None
        session.flush()
        detail: dict[str, Any] = {"from": _name(session, before), "to": owner}
        audit.append(session, sitting.person, "clients.move", f"client {client_id}", detail, now)
        return client_view(session, client, rules, now)


def hand_over(sitting: Sitting, wanted: Handover) -> Moved:
    """Give all clients of one person, and all open tasks that wait for them, to others. Lead and admin only.

    In short batches, each of them audited, so that what was done stays done when it is cut short; doing it again does
    the rest. Raises :class:`NothingToDo` for an unknown user or when there is nothing to give, :class:`BadRequest` for
    a disabled taker, an unknown status, or shares that do not fit.
    """
    may(sitting, Right.MOVE)
    with sitting.database.read() as session:
        giver, turns = _settle(session, wanted)
        found = _count(session, giver, wanted.status)
    if found == Moved():
        raise NothingToDo(f"{wanted.giver} has no clients and no open tasks of that kind.", "Nothing was changed.")
    if wanted.dry_run:
        return found
    batches, done, taking = _Batches(sitting, wanted, giver), Moved(), cycle(turns)
    for batch in (batches.move_clients, batches.move_tasks):
        while (moved := batch(taking)) is not None:
            done += moved
    return done


def _settle(session: Session, wanted: Handover) -> tuple[int, list[int]]:
    """Who gives, and whose turn it is to take, over and over."""
    shares = wanted.shares or (1,) * len(wanted.takers)
    if len(shares) != len(wanted.takers) or not all(1 <= share <= MOST_SHARES for share in shares):
        raise BadRequest(
            f"{counted(len(wanted.takers), 'person', 'people')} cannot take the shares {', '.join(map(str, shares))}.",
            f"Give one whole number from 1 to {MOST_SHARES} for each: --to anna --to ivan --share 2,1",
        )
    if wanted.giver in wanted.takers or len(set(wanted.takers)) < len(wanted.takers):
        raise BadRequest("Nobody can take from themselves, or twice.", "Name each person once.")
    if wanted.status is not None:
        known_status(session, wanted.status)
    users = [_active_user(session, name) for name in wanted.takers]
    turns = [user for user, share in zip(users, shares, strict=True) for _ in range(share)]
    return user_id_of(session, wanted.giver), turns


def _count(session: Session, giver: int, status: str | None) -> Moved:
    """What there is to give."""
    clients = select(func.count(col(Client.id))).where(*_theirs(giver, status))
    tasks = select(Task.feed, func.count(col(Task.id)), func.count(col(Task.claimed_by)))
    tasks = tasks.join(Client, col(Client.id) == Task.client_id).where(*_waiting(giver, status)).group_by(Task.feed)
    rows = session.exec(tasks).all()
    promises = sum(count for feed, count, _ in rows if feed == "callback")
    return Moved(
        session.exec(clients).one(), sum(count for _, count, _ in rows), promises, sum(held for _, _, held in rows)
    )


def _theirs(owner: int, status: str | None) -> list[ColumnElement[bool]]:
    return [col(Client.owner_id) == owner, visible(), *_in(status)]


def _waiting(assignee: int, status: str | None) -> list[ColumnElement[bool]]:
    """Open tasks that wait for a person."""
    return [col(Task.closed_at).is_(None), col(Task.assignee_id) == assignee, visible(), *_in(status)]


def _in(status: str | None) -> list[ColumnElement[bool]]:
    return [] if status is None else [col(Client.status) == status]


@dataclass(frozen=True, slots=True)
class _Batches:
    """Who moves what, a batch at a time."""

    sitting: Sitting
    wanted: Handover
    giver: int

    @one_transaction
    def move_clients(self, turns: Iterator[int]) -> Moved | None:
        """Move some clients with their open tasks; ``None`` when none is left."""
        with self.sitting.database.write() as session:
            query = select(Client.id).where(*_theirs(self.giver, self.wanted.status)).order_by(col(Client.id))
            found = session.exec(query.limit(_AT_ONCE)).all()
            ids = [client_id for client_id in found if client_id is not None]
            if not ids:
                return None
            _lock(session, ids)
            owners = {client_id: next(turns) for client_id in ids}
            for owner in set(owners.values()):
                mine = [client_id for client_id in ids if owners[client_id] == owner]
                session.connection().execute(update(Client).where(col(Client.id).in_(mine)).values(owner_id=owner))
            tasks = self._tasks(session, col(Task.client_id).in_(ids))
            moved = _assign(session, tasks, [owners[task.client_id] for task in tasks])
            return self._audited(session, "clients", ids, Moved(moved=len(ids)) + moved)

    @one_transaction
    def move_tasks(self, turns: Iterator[int]) -> Moved | None:
        """Move some open tasks of clients who are not the giver's own; ``None`` when none is left."""
        with self.sitting.database.write() as session:
            tasks = self._tasks(session)
            if not tasks:
                return None
            moved = _assign(session, tasks, [next(turns) for _ in tasks])
            return self._audited(session, "tasks of clients", sorted(task.client_id for task in tasks), moved)

    def _tasks(self, session: Session, *more: ColumnElement[bool]) -> Sequence[Task]:
        """Open tasks that wait for the giver, as they are now; nobody changes them before this transaction ends."""
        query = select(Task).join(Client, col(Client.id) == Task.client_id)
        query = query.where(*_waiting(self.giver, self.wanted.status), *more).order_by(col(Task.id)).limit(_AT_ONCE)
        return session.exec(query.with_for_update(of=Task)).all()

    def _audited(self, session: Session, what: str, ids: Sequence[int], moved: Moved) -> Moved:
        detail = {"from": self.wanted.giver, "to": list(self.wanted.takers), **moved.as_json()}
        audit.append(
            session, self.sitting.person, "clients.move", f"{what} {ids[0]}-{ids[-1]}", detail, self.sitting.clock.now()
        )
        return moved


def _lock(session: Session, client_ids: Sequence[int]) -> None:
    """Wait for outcomes that are being recorded: what they open is then found, and they find the new owner."""
    query = select(Task.id).where(col(Task.client_id).in_(client_ids), col(Task.closed_at).is_(None))
    session.exec(query.order_by(col(Task.id)).with_for_update()).all()


def _assign(session: Session, tasks: Sequence[Task], users: Sequence[int]) -> Moved:
    """Have each task wait for its user, or for anybody where that one is not in its pool."""
    pools = {pool: takers(session, pool, set(users)) for pool in {task.pool for task in tasks}}
    for task, user in zip(tasks, users, strict=True):
        task.assignee_id = user if user in pools[task.pool] else None
    session.flush()
    promises = sum(task.feed == "callback" for task in tasks)
    return Moved(tasks=len(tasks), promises=promises, held=sum(task.claimed_by is not None for task in tasks))


def _active_user(session: Session, name: str) -> int:
    user_id_of(session, name)
    user = session.exec(select(User).where(User.name == name)).one()
    if not user.active:
        raise BadRequest(f'"{name}" is disabled.', "Name somebody who works here: salesdesk users list")
    return key_of(user)


def _name(session: Session, user_id: int | None) -> str | None:
    return None if user_id is None else session.get_one(User, user_id).name
