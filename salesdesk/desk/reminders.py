"""Reminders: the promises whose time is near, for who gave them and, while those are away, for their lead."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from rules.model import RuleSet
from salesdesk.access.people import Person
from salesdesk.desk.desk import Desk
from salesdesk.storage.models import Client, Task, User, UserPool, key_of
from salesdesk.work.claims import in_feed, unheld
from salesdesk.work.graces import given_by
from salesdesk.work.presence import away
from salesdesk.work.rulebook import current, zone_of

REMIND_BEFORE = timedelta(minutes=5)
_OVER_AFTER = timedelta(hours=1)  # what is late by more is a case for the overdue figures, not for a bell
_MOST = 50  # of the promises of others; a lead reads one line

Promised = tuple[Task, Client]


@dataclass(frozen=True, slots=True)
class Reminder:
    """A promise whose time is near. ``due_at`` is aware UTC, ``client_zone`` ``None`` while it is not sure.

    ``home_zone`` is that of who is reminded. ``whose`` is empty for their own promise, else the label of who gave it;
    ``None`` for one that is nobody's.
    """

    task_id: int
    client_name: str
    due_at: datetime
    client_zone: str | None
    home_zone: str
    whose: str | None = ""

    def minutes_left(self, now: datetime) -> int:
        """Minutes until the promise is due, a begun one counted whole; negative once it is late."""
        return -int((now - self.due_at).total_seconds() // 60)


def due_reminders(desk: Desk, before: timedelta = REMIND_BEFORE) -> tuple[Reminder, ...]:
    """The promises due within ``before`` from now, and those late by an hour at most that nobody has in hand; soonest
    first.

    A person is reminded of their own, while they are in the pool of the task and so may take it. Those of people who
    are away or disabled go to their lead: whom the rules name for a pool of theirs or, where they name nobody who is
    active, everyone with that role (admins too). So do those that are nobody's, or of somebody who is not in the pool
    of the task, by that pool.
    """
    with desk.database.read() as session:
        rules, now = current(session).rules, desk.clock.now()
        near = [*in_feed(), col(Task.feed) == "callback", unheld(desk.database, now)]
        near += [col(Task.due_at) <= now + before, col(Task.due_at) > now - _OVER_AFTER]
        own = _promises(session, *near, given_by(desk.person.id), _may_take(desk.person))
        found: list[tuple[Promised, str | None]] = [(row, "") for row in own]
        if _leads(rules, desk.person):
            others = or_(col(Task.assignee_id).is_(None), col(Task.assignee_id) != desk.person.id)
            found += _concerning(_Leading(session, rules, desk.person), _promises(session, *near, others), now)
        home = zone_of(desk.person, rules)
        reminders = [
            Reminder(key_of(task), client.name, task.due_at, client.zone, home, whose)
            for (task, client), whose in found
        ]
        return tuple(sorted(reminders, key=lambda reminder: (reminder.due_at, reminder.task_id)))


def _promises(session: Session, *conditions: ColumnElement[bool]) -> list[Promised]:
    query = select(Task, Client).join(Client, col(Client.id) == Task.client_id).where(*conditions)
    return list(session.exec(query.order_by(col(Task.due_at).desc(), col(Task.id)).limit(_MOST)))


def _may_take(person: Person) -> ColumnElement[bool]:
    """That a task is in a pool of the person's, or everybody's: nobody is reminded of what they will not be handed."""
    return or_(col(Task.pool).is_(None), col(Task.pool).in_(person.pools))


def _leads(rules: RuleSet, person: Person) -> bool:
    """Whether promises of others may concern this person; most people are spared the look."""
    return person.role != "manager" or any(pool.lead == person.name for pool in rules.pools.values())


def _concerning(leading: _Leading, rows: Sequence[Promised], now: datetime) -> Iterator[tuple[Promised, str | None]]:
    """Those of other people's promises that this person has to see to, each with the label of who gave it."""
    ids = {task.assignee_id for task, _ in rows if task.assignee_id is not None}
    absent, givers = away(leading.session, ids, now), leading.givers(ids)
    for row in rows:
        task = row[0]
        pool, giver = {task.pool} if task.pool else set(), givers.get(task.assignee_id or 0)
        if giver is None or task.assignee_id is None:
            if leading.concerns(pool):
                yield row, None
        elif not pool <= giver.pools:
            if leading.concerns(pool):
                yield row, giver.label
        elif task.assignee_id in absent and leading.concerns(giver.pools, task.assignee_id):
            yield row, giver.label


@dataclass(frozen=True, slots=True)
class _Giver:
    """Who gave a promise."""

    label: str
    pools: set[str]


@dataclass(frozen=True, slots=True)
class _Leading:
    """A person who may be the lead of others."""

    session: Session
    rules: RuleSet
    person: Person

    def givers(self, ids: Collection[int]) -> dict[int, _Giver]:
        """These people, by id."""
        if not ids:
            return {}
        users = self.session.exec(select(User).where(col(User.id).in_(ids)))
        found = {key_of(user): _Giver(user.label, set()) for user in users}
        for row in self.session.exec(select(UserPool).where(col(UserPool.user_id).in_(ids))):
            found[row.user_id].pools.add(row.pool)
        return found

    def concerns(self, pools: Collection[str], giver: int | None = None) -> bool:
        """Whether this person leads these pools; a giver who is the lead themselves is not reminded by this."""
        named = {self.rules.pools[pool].lead for pool in pools if pool in self.rules.pools}
        query = select(User.id).where(col(User.name).in_(named), col(User.active), col(User.id) != (giver or 0))
        leads = set(self.session.exec(query)) if named - {None} else set()
        return self.person.id in leads or (not leads and self.person.role != "manager")
