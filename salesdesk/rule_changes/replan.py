"""Planning open tasks anew when call windows, caps or holidays change: from what was wanted, never before it.

This follows the new version in short transactions of its own, so that a floor never waits for it; until a task's turn
comes the claim holds it to the new windows and caps anyway. The setting :data:`PLANNED` says by which version every
task is planned, so a run that was broken off is made good by the next one.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from rules.area import Area
from rules.caps import caps_for
from rules.file.faults import RuleFaults
from rules.reasons import Reason, as_json, from_json
from rules.windows import home_or, timetable
from salesdesk.clock import Clock
from salesdesk.storage.database import Database, one_transaction
from salesdesk.storage.models import Area as AreaRow
from salesdesk.storage.models import Client, RuleVersion, Setting, Task, key_of
from salesdesk.words.codes import Act
from salesdesk.work.claims import area_of
from salesdesk.work.planning import allowed_again, move_due
from salesdesk.work.rulebook import Rulebook, book_of, current, keep_rules, lock_rules
from salesdesk.work.situations import calls_to_many

PLANNED = "tasks_planned_by"  # the setting that holds the version by which every open task is planned
BATCH = 100  # tasks; short enough that a key pressed at a desk does not wait noticeably for SQLite's one writer


def catch_up(database: Database, clock: Clock) -> int:
    """Plan by the version in force what older ones planned, where their windows or caps differ; how many moved.

    Claimed tasks are left alone: who holds one calls now. Stops early when the rules change again meanwhile, for
    whoever changed them goes on.
    """
    with database.read() as session:
        version = current(session).version
        since = _planned_by(session)
        areas = _differing(session, since) if since < version else {}
    moved, last = 0, 0
    while areas:
        batch = _plan_some(database, clock, version, areas, last)
        if batch is None:
            return moved
        moved += batch.moved
        if batch.last is None:
            break
        last = batch.last
    if since < version:
        _remember(database, version)
    return moved


class _Batch(NamedTuple):
    """How many tasks of a batch were moved, and the number of its last one; ``None`` when there are no more."""

    moved: int
    last: int | None


@one_transaction
def _plan_some(database: Database, clock: Clock, version: int, areas: dict[int, Area], last: int) -> _Batch | None:
    """Plan the tasks that follow ``last``; ``None`` when another version is in force by now."""
    with database.write() as session:
        keep_rules(session)
        book = current(session)
        if book.version != version:
            return None
        tasks = _next_tasks(session, areas, last)
        moved = _plan(session, tasks, _Plan(book, areas, clock.now()))
        return _Batch(moved, key_of(tasks[-1][0]) if len(tasks) == BATCH else None)


def _planned_by(session: Session) -> int:
    """The version by which every task is planned; the first one while nobody has changed the rules."""
    setting = session.get(Setting, PLANNED)
    return int(setting.value) if setting else session.exec(select(func.min(col(RuleVersion.id)))).one() or 1


@one_transaction
def _remember(database: Database, version: int) -> None:
    with database.write() as session:
        lock_rules(session)
        setting = session.get(Setting, PLANNED)
        if setting is None:
            session.add(Setting(name=PLANNED, value=str(version)))
        elif int(setting.value) < version:
            setting.value = str(version)


def _differing(session: Session, since: int) -> dict[int, Area]:
    """The areas whose calling rules are not the same in all versions since then."""
    versions = session.exec(select(RuleVersion.id).where(col(RuleVersion.id) >= since)).all()
    books = [_readable(session, version) for version in versions if version is not None]
    areas = {key_of(row): area_of(row) for row in session.exec(select(AreaRow))}
    return {key: area for key, area in areas.items() if len({_calling(book, area) for book in books}) > 1}


def _readable(session: Session, version: int) -> Rulebook | None:
    try:
        return book_of(session, version)
    except RuleFaults:  # an older program took it; what it planned is not known
        return None


def _calling(book: Rulebook | None, area: Area) -> Hashable:
    """All that decides when an area may be called."""
    if book is None:
        return None
    rules = book.rules
    return timetable(rules, area), caps_for(rules.calling, area), home_or(area, rules), rules.calling.holidays


def _next_tasks(session: Session, areas: Collection[int], last: int) -> list[tuple[Task, int]]:
    """The next open tasks that nobody holds, by id, each with its client's misses. On PostgreSQL they are locked, and
    those that somebody is taking at this very moment left out.
    """
    query = (
        select(Task, Client.misses)
        .join(Client, col(Client.id) == Task.client_id)
        .where(col(Task.closed_at).is_(None), col(Task.claimed_by).is_(None), col(Task.area_id).in_(areas))
        .where(col(Task.id) > last)
        .order_by(col(Task.id))
        .limit(BATCH)
        .with_for_update(of=Task, skip_locked=True)
    )
    return list(session.exec(query))


@dataclass(frozen=True, slots=True)
class _Plan:
    """By which rules tasks are planned, where, and when (aware UTC)."""

    book: Rulebook
    areas: dict[int, Area]
    now: datetime


def _plan(session: Session, tasks: list[tuple[Task, int]], plan: _Plan) -> int:
    calls = calls_to_many(session, [task.client_id for task, _ in tasks], plan.now)
    moved = 0
    for task, misses in tasks:
        allowed = allowed_again(plan.book.rules, plan.areas[task.area_id], task, misses, calls[task.client_id])
        if allowed.at == task.due_at:
            continue
        moved += 1
        move_due(task, allowed.at)
        before = takewhile(lambda reason: reason.code != Act.PLANNED_ANEW, from_json(task.because))
        anew = Reason(Act.PLANNED_ANEW, {"version": plan.book.version})
        task.because = as_json((*before, anew, *allowed.reasons))
    return moved
