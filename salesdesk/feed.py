"""The feed: which due task a person is handed next, claimed in one statement.

Each kind of feed has its own sub-select over the index (feed, due_at, id), and COALESCE takes the first that finds
anything, in the order the rules give. So a claim reads a handful of rows however many are due. SKIP LOCKED keeps
PostgreSQL desks out of each other's way; SQLite's compiler drops it, and there BEGIN IMMEDIATE does the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, func, literal, or_, update
from sqlmodel import Session, col, select

from rules.area import Area
from rules.model import FEEDS, Feed, FeedRules
from salesdesk.database import Database
from salesdesk.models import Area as AreaRow
from salesdesk.models import Claim, Import, Task, key_of
from salesdesk.people import Person
from salesdesk.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Taking:
    """Who asks for work, when (aware UTC), under which rules."""

    database: Database
    session: Session
    person: Person
    book: Rulebook
    now: datetime

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


def areas_now(taking: Taking) -> tuple[list[int], dict[int, Area]]:
    """The ids of the areas that may be called at this instant, and the closed ones by id."""
    opened, closed = [], {}
    for row in taking.session.exec(select(AreaRow)):
        if row.id is None:
            continue
        area = area_of(row)
        if taking.book.is_open(area, taking.now):
            opened.append(row.id)
        else:
            closed[row.id] = area
    return opened, closed


def in_feed() -> list[ColumnElement[bool]]:
    """That a task is open and its import, if it came with one, is complete."""
    unfinished = select(Import.id).where(col(Import.finished_at).is_(None))
    return [col(Task.closed_at).is_(None), or_(col(Task.import_id).is_(None), col(Task.import_id).not_in(unfinished))]


def open_to(taking: Taking) -> list[ColumnElement[bool]]:
    """What makes an open task one that this person could ever take: its pool, and its import being complete."""
    conditions = in_feed()
    if taking.person.pools:
        conditions.append(or_(col(Task.pool).is_(None), col(Task.pool).in_(taking.person.pools)))
    else:
        conditions.append(col(Task.pool).is_(None))
    return conditions


def unclaimed(taking: Taking) -> ColumnElement[bool]:
    """That nobody holds the task, or the hold has run out."""
    return unheld(taking.database, taking.now)


def unheld(database: Database, now: datetime) -> ColumnElement[bool]:
    """That no live lease holds a task at ``now`` (aware UTC)."""
    return or_(col(Task.claimed_by).is_(None), col(Task.claimed_until) <= database.lease_now(now))


def grace_of(rules: FeedRules, feed: Feed) -> timedelta:
    """How long after its due time a task is kept for its assignee."""
    return timedelta(seconds=rules.promise_grace if feed == "callback" else rules.owner_grace)


def shared_with(taking: Taking, feed: Feed) -> ColumnElement[bool]:
    """That a task is nobody's, or this person's, or its assignee has let the grace pass."""
    return or_(
        col(Task.assignee_id).is_(None),
        col(Task.assignee_id) == taking.person.id,
        col(Task.due_at) <= taking.now - grace_of(taking.book.rules.feed, feed),
    )


def feed_now(task: Task, now: datetime) -> Feed:
    """The feed that an open task is in at ``now`` (aware UTC): an incoming client past its freshness is planned."""
    stale = task.feed == "incoming" and task.fresh_until is not None and task.fresh_until <= now
    return "planned" if stale else next(feed for feed in FEEDS if feed == task.feed)


def claim_next(taking: Taking) -> Task | None:
    """Claim the first due task for this person, in one statement; ``None`` when there is none."""
    _end_freshness(taking)
    areas, _ = areas_now(taking)
    conditions = [*open_to(taking), unclaimed(taking), col(Task.due_at) <= taking.now, col(Task.area_id).in_(areas)]
    picks = [
        select(Task.id)
        .where(*conditions, col(Task.feed) == feed, shared_with(taking, feed))
        .order_by(col(Task.due_at), col(Task.id))
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
        for feed in taking.book.rules.feed.order
    ]
    return _hold(taking, col(Task.id) == func.coalesce(*picks, literal(None)))


def claim_again(taking: Taking, task_id: int) -> Task | None:
    """Renew this person's hold on a task that nobody else has taken since."""
    return _hold(taking, and_(col(Task.id) == task_id, col(Task.claimed_by) == taking.person.id))


def _hold(taking: Taking, which: ColumnElement[bool]) -> Task | None:
    until = taking.database.lease_until(taking.now, taking.lease)
    statement = (
        update(Task).where(which).values(claimed_by=taking.person.id, claimed_until=until).returning(col(Task.id))
    )
    task_id = taking.session.connection().execute(statement).scalar_one_or_none()
    if task_id is None:
        return None
    return taking.session.exec(select(Task).where(Task.id == task_id).execution_options(populate_existing=True)).one()


def number_claim(taking: Taking, task: Task) -> int:
    """Give a fresh hold its claim number, under which its outcome is recorded once."""
    claim = Claim(task_id=key_of(task), user_id=taking.person.id, taken_at=taking.now)
    taking.session.add(claim)
    taking.session.flush()
    task.claim_id = key_of(claim)
    taking.session.flush()
    return task.claim_id


def _end_freshness(taking: Taking) -> None:
    """An incoming client that nobody called while it was fresh takes its place among the planned ones."""
    stale = and_(col(Task.closed_at).is_(None), col(Task.feed) == "incoming", col(Task.fresh_until) <= taking.now)
    taking.session.connection().execute(update(Task).where(stale).values(feed="planned"))


def held_task(session: Session, person: Person) -> Task | None:
    """The task that this person holds, even when the lease has run out and nobody else took it."""
    query = select(Task).where(Task.claimed_by == person.id, col(Task.closed_at).is_(None))
    return session.exec(query.with_for_update()).first()


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


def put_off(taking: Taking, task: Task, until: datetime, because: tuple[str, ...]) -> None:
    """Move a claimed task that a cap forbids now to the first allowed instant, and let it go."""
    task.due_at = until
    task.because = list(because)
    let_go(task)
    taking.session.flush()
