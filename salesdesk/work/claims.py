"""The feed: which due task a person is handed next, claimed in one statement.

Each kind of feed has its own sub-select over the index (feed, due_at, id), and COALESCE takes the first that finds
anything, in the order the rules give; promises have two, for a person's own come before those that others have left
(:mod:`salesdesk.work.promises`). So a claim reads a handful of rows however many are due. SKIP LOCKED keeps PostgreSQL
desks out of each other's way; SQLite's compiler drops it, and there BEGIN IMMEDIATE does the same.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Float,
    Integer,
    UpdateBase,
    and_,
    any_,
    bindparam,
    func,
    insert,
    literal,
    or_,
    update,
)
from sqlmodel import Session, col, select

from rules.area import Area
from rules.model import FEEDS, Feed
from salesdesk.access.people import Person
from salesdesk.storage.database import SERVER_NOW, Database
from salesdesk.storage.models import Area as AreaRow
from salesdesk.storage.models import Claim, Task, UtcDateTime, key_of
from salesdesk.work.complete import complete
from salesdesk.work.graces import free_for, given_by, given_grace, grace_of
from salesdesk.work.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Taking:
    """Who asks for work, when (aware UTC), under which rules. ``avoided`` is a task that they have just given back."""

    database: Database
    session: Session
    person: Person
    book: Rulebook
    now: datetime
    avoided: int = 0
    calls: dict[int, tuple[datetime, ...]] = field(default_factory=dict, compare=False, repr=False)
    _areas: dict[int, Area] = field(default_factory=dict, compare=False, repr=False)

    def area(self, area_id: int) -> Area:
        """The area of this number."""
        return (
            self.areas()[area_id]
            if self._areas
            else _area(*self.session.exec(_ONE_AREA, params={"key": area_id}).one())
        )

    def areas(self) -> dict[int, Area]:
        """Every area by its number, read once in this transaction."""
        if not self._areas:
            rows = self.session.exec(_ALL_AREAS)
            self._areas.update({key: _area(*place) for key, *place in rows if key is not None})
        return self._areas

    @property
    def lease(self) -> timedelta:
        """How long a claim holds without a heartbeat."""
        return timedelta(minutes=self.book.rules.feed.claim_minutes)


def area_of(row: AreaRow) -> Area:
    """An area row as the rules see it."""
    return _area(row.country, row.region, row.zones)


@lru_cache(maxsize=4096)
def _area(country: str, region: str, zones: str) -> Area:
    return Area(country or None, region or None, tuple(zones.split(",")) if zones else ())


_ALL_AREAS = select(AreaRow.id, AreaRow.country, AreaRow.region, AreaRow.zones)
_ONE_AREA = select(AreaRow.country, AreaRow.region, AreaRow.zones).where(AreaRow.id == bindparam("key"))


def areas_now(taking: Taking) -> tuple[list[int], dict[int, Area]]:
    """The ids of the areas that may be called at this instant, and the closed ones by id."""
    areas = taking.areas()
    opened = [key for key, area in areas.items() if taking.book.is_open(area, taking.now)]
    return opened, {key: area for key, area in areas.items() if key not in set(opened)}


def in_feed() -> list[ColumnElement[bool]]:
    """That a task is open and its import, if it came with one, is complete."""
    return [col(Task.closed_at).is_(None), complete(Task.import_id)]


def open_to(taking: Taking) -> list[ColumnElement[bool]]:
    """What makes an open task one that this person could ever take: its pool, and its import being complete."""
    return [*in_feed(), _in_pools(taking.person.pools)]


def _in_pools(pools: Collection[str] | BindParameter[Any]) -> ColumnElement[bool]:
    return or_(col(Task.pool).is_(None), col(Task.pool).in_(pools))


def unclaimed(taking: Taking) -> ColumnElement[bool]:
    """That nobody holds the task, or the hold has run out."""
    return unheld(taking.database, taking.now)


def unheld(database: Database, now: datetime) -> ColumnElement[bool]:
    """That no live lease holds a task at ``now`` (aware UTC)."""
    return _free_at(database.lease_now(now))


def _free_at(lease_now: ColumnElement[datetime]) -> ColumnElement[bool]:
    return or_(col(Task.claimed_by).is_(None), col(Task.claimed_until) <= lease_now)


def shared_with(taking: Taking, feed: Feed) -> ColumnElement[bool]:
    """That a task is nobody's, or this person's, or its assignee has let the grace pass or cannot take it."""
    rules, now = taking.book.rules, taking.now
    past, given_past = now - grace_of(rules.feed, feed), now - given_grace(rules.feed)
    return free_for(taking.person.id, past, rules.sharing_pools, given_past)


def feed_now(task: Task, now: datetime) -> Feed:
    """The feed that an open task is in at ``now`` (aware UTC): an incoming client past its freshness is planned."""
    stale = task.feed == "incoming" and task.fresh_until is not None and task.fresh_until <= now
    return "planned" if stale else next(feed for feed in FEEDS if feed == task.feed)


def claim_next(taking: Taking) -> Task | None:
    """Claim the first due task for this person, in one statement; ``None`` when there is none."""
    _end_freshness(taking)
    rules = taking.book.rules.feed
    values: dict[str, Any] = {f"past_{feed}": taking.now - grace_of(rules, feed) for feed in rules.order}
    values |= {"areas": areas_now(taking)[0], "pools": sorted(taking.person.pools), "now": taking.now}
    values |= {"sharing": taking.book.rules.sharing_pools, "given_past": taking.now - given_grace(rules)}
    values["avoided"] = taking.avoided
    return _hold(taking, _claim_first(taking.database.is_sqlite, rules.order), values)


def claim_again(taking: Taking, task_id: int) -> Task | None:
    """Renew this person's hold on a task that nobody else has taken since."""
    return _hold(taking, _claim_same(taking.database.is_sqlite), {"held": task_id})


def claim_one(taking: Taking, task_id: int) -> Task | None:
    """Claim this open task, due or not, for this person, who holds no other; ``None`` while somebody else holds it."""
    now = {"now": taking.now} if taking.database.is_sqlite else {}  # a server goes by its own clock
    task = _hold(taking, _claim_named(taking.database.is_sqlite), {"held": task_id, **now})
    if task is not None:
        number_claim(taking, task)
    return task


def _hold(taking: Taking, statement: UpdateBase, values: dict[str, Any]) -> Task | None:
    length = taking.lease
    until = {"until": taking.now + length} if taking.database.is_sqlite else {"length": length.total_seconds()}
    values |= {"me": taking.person.id, **until}
    return taking.session.execute(statement, values, execution_options=_READ_ANEW).scalars().one_or_none()


# Statements are built once and run with other values: building them anew took half of the time that a claim took.
_READ_ANEW = {"populate_existing": True, "synchronize_session": False}
_NOW, _ME = bindparam("now", type_=UtcDateTime), bindparam("me", type_=Integer)


@lru_cache(maxsize=64)
def _claim_first(sqlite: bool, order: tuple[Feed, ...]) -> UpdateBase:
    """Hold the first task of the first feed that has one for :data:`_ME` at :data:`_NOW`."""
    pools: BindParameter[Any] = bindparam("pools", expanding=True)
    areas: BindParameter[Any] = bindparam("areas", expanding=True)
    conditions = [*in_feed(), _in_pools(pools), _free_at(_NOW if sqlite else SERVER_NOW)]
    conditions += [col(Task.due_at) <= _NOW, col(Task.area_id).in_(areas)]
    conditions.append(col(Task.id) != bindparam("avoided", type_=Integer))
    sharing: BindParameter[Any] = bindparam("sharing", expanding=True)
    given_past: BindParameter[datetime] = bindparam("given_past", type_=UtcDateTime)
    past = {feed: bindparam(f"past_{feed}", type_=UtcDateTime) for feed in order}
    picks: list[ColumnElement[Any]] = []
    for feed in order:
        if feed == "callback":  # one's own promises before those that others have left
            picks.append(_first(*conditions, col(Task.feed) == feed, given_by(_ME)))
        picks.append(_first(*conditions, col(Task.feed) == feed, free_for(_ME, past[feed], sharing, given_past)))
    return _holding(sqlite, col(Task.id) == func.coalesce(*picks, literal(None)))


def _first(*conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    first = select(Task.id).where(*conditions).order_by(col(Task.due_at), col(Task.id)).limit(1)
    return first.with_for_update(skip_locked=True).scalar_subquery()


@lru_cache(maxsize=2)
def _claim_same(sqlite: bool) -> UpdateBase:
    """Hold a task that :data:`_ME` holds already."""
    return _holding(sqlite, and_(col(Task.id) == bindparam("held", type_=Integer), col(Task.claimed_by) == _ME))


@lru_cache(maxsize=2)
def _claim_named(sqlite: bool) -> UpdateBase:
    """Hold one open task that is free at :data:`_NOW`, or :data:`_ME`'s already."""
    free = or_(col(Task.claimed_by) == _ME, _free_at(_NOW if sqlite else SERVER_NOW))
    return _holding(sqlite, and_(col(Task.id) == bindparam("held", type_=Integer), col(Task.closed_at).is_(None), free))


def _holding(sqlite: bool, which: ColumnElement[bool]) -> UpdateBase:
    until: ColumnElement[datetime] = bindparam("until", type_=UtcDateTime)
    if not sqlite:
        until = SERVER_NOW + func.make_interval(0, 0, 0, 0, 0, 0, bindparam("length", type_=Float))
    return update(Task).where(which).values(claimed_by=_ME, claimed_until=until).returning(Task)


_NEW_CLAIM = insert(Claim).returning(col(Claim.id))


def number_claim(taking: Taking, task: Task) -> int:
    """Give a fresh hold its claim number, under which its outcome is recorded once."""
    values = {"task_id": key_of(task), "user_id": taking.person.id, "taken_at": taking.now}
    task.claim_id = taking.session.connection().execute(_NEW_CLAIM, values).scalar_one()
    taking.session.flush()
    return claim_of(task)


@lru_cache(maxsize=2)
def _staling(sqlite: bool) -> UpdateBase:
    """Two that do this at once wait for nobody and so never for each other: what is held or being changed is left out.

    The array has PostgreSQL find the rows first and then change them by their numbers, whatever it thinks of the table.
    """
    stale = [col(Task.closed_at).is_(None), col(Task.feed) == "incoming", col(Task.fresh_until) <= _NOW]
    which = and_(*stale, _free_at(_NOW if sqlite else SERVER_NOW))
    if not sqlite:
        found = select(Task.id).where(which).with_for_update(skip_locked=True).scalar_subquery()
        which = col(Task.id) == any_(func.array(found, type_=ARRAY(Integer)))
    return update(Task).where(which).values(feed="planned")


def _end_freshness(taking: Taking) -> None:
    """An incoming client that nobody called while it was fresh takes its place among the planned ones.

    One that somebody holds does so when it is let go; until then :func:`feed_now` says what it is.
    """
    taking.session.connection().execute(_staling(taking.database.is_sqlite), {"now": taking.now})


_HELD = select(Task).where(col(Task.claimed_by) == _ME, col(Task.closed_at).is_(None)).with_for_update()


def held_task(session: Session, person: Person) -> Task | None:
    """The task that this person holds, even when the lease has run out and nobody else took it."""
    return session.exec(_HELD, params={"me": person.id}).first()


def claim_of(task: Task) -> int:
    """The number of the claim on a held task. Raises ``LookupError`` for one that nobody holds."""
    if task.claim_id is None:
        raise LookupError(f"task {task.id} is not claimed")
    return task.claim_id


def let_go(task: Task) -> None:
    """Give the claim back."""
    task.claimed_by = task.claimed_until = task.claim_id = None


def is_live(taking: Taking, task: Task) -> bool:
    """Whether the lease of a held task still runs, by the clock that leases go by."""
    query = select(Task.id).where(Task.id == task.id, col(Task.claimed_until) > taking.database.lease_now(taking.now))
    return taking.session.exec(query).first() is not None
