"""Time moves statuses: the rules' triggers, run in short batches by whatever process has a moment to spare.

Each silence fires a trigger once, whoever runs them: the clients are locked, and what fired can be read from the tasks
that triggers closed. A trigger that moves the status begins a new silence there (``Client.touched_at``). One that only
plans a task does not, so a longer silence in the same status still counts from when somebody last had to do with the
client, and a task that nobody gets round to is not planned again and again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, SQLColumnExpression, func, or_, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from rules.model import RuleSet, Trigger
from rules.triggers import fires, trigger_decision
from rules.windows import home_or
from salesdesk.clock import Clock
from salesdesk.storage.database import Database, one_transaction
from salesdesk.storage.models import Area as AreaRow
from salesdesk.storage.models import Client, Deal, Task, key_of
from salesdesk.work.claims import area_of, in_feed, unheld
from salesdesk.work.follow import Step, follow
from salesdesk.work.rulebook import current, keep_rules
from salesdesk.work.situations import phones_of, situation_of
from salesdesk.work.zone_tables import follow_tables

BATCH = 10  # clients moved in one transaction: SQLite's writers wait for each other, and a key must not
LIMIT = 500
EVERY = timedelta(minutes=1)  # how often one process runs them in passing
_PAGE = 500
_SHIFT = timedelta(hours=3)  # days are local ones: at most this much shorter, where the clocks are changed


def run_triggers(database: Database, clock: Clock, limit: int = LIMIT) -> int:
    """Move the clients whose silence is long enough, at most ``limit``; how many were moved.

    Clients with a promise, in somebody's hands or of an unfinished import are left alone.
    """
    moved, now = 0, clock.now()
    for ids in _silent(database, now):
        moved += _move(database, ids[: limit - moved], now)
        if moved >= limit:
            break
    return moved


class InPassing:
    """Runs the triggers now and then in a process that has something else to do."""

    def __init__(self) -> None:
        self._last: datetime | None = None

    def run(self, database: Database, clock: Clock) -> None:
        """Move one batch, unless the last one was not full and less than a minute ago."""
        now = clock.now()
        if self._last is not None and now - self._last < EVERY:
            return
        self._last = now
        follow_tables(database, clock)  # a desk with older tables may have written meanwhile
        if run_triggers(database, clock, BATCH) == BATCH:
            self._last = None


class _Silence(NamedTuple):
    """A client of whom nothing was heard since ``touched_at``; ``fired_at`` is when a trigger last moved it."""

    client: Client
    fired_at: datetime | None
    area: AreaRow

    def due(self, rules: RuleSet, now: datetime) -> Trigger | None:
        """The trigger that is due."""
        client, zone = self.client, home_or(area_of(self.area), rules)
        return fires(rules, client.status, client.touched_at, zone, now, fired_at=self.fired_at)


def _silent(database: Database, now: datetime) -> Iterator[list[int]]:
    """The ids of clients for whom a trigger is due, longest silent first, in batches; none is locked yet."""
    with database.read() as session:
        rules = current(session).rules
    for trigger in rules.triggers:
        last: Client | None = None
        while page := _page(database, rules, trigger, now, last):
            due = [key_of(silence.client) for silence in page if silence.due(rules, now) is trigger]
            yield from (due[start : start + BATCH] for start in range(0, len(due), BATCH))
            last = page[-1].client


def _page(database: Database, rules: RuleSet, trigger: Trigger, now: datetime, last: Client | None) -> list[_Silence]:
    """The next clients, after the last one seen, who may have been silent for long enough."""
    silence = timedelta(days=trigger.silent_for.days, seconds=trigger.silent_for.seconds)
    since = now - silence + (_SHIFT if trigger.silent_for.days else timedelta())
    touched_at, fired_at = col(Client.touched_at), _fired_at()
    fired_after = _seconds_between(database, touched_at, fired_at)
    query = (
        _silences()
        .join(Task, col(Task.client_id) == Client.id)
        .where(Client.status == trigger.status, touched_at <= since, *_movable(database, now))
        .where(or_(fired_at.is_(None), fired_after < silence.total_seconds() - 1))  # else it fired in this silence
        .order_by(touched_at, col(Client.id))
        .limit(_PAGE)
    )
    if last is not None:
        query = query.where(tuple_(touched_at, col(Client.id)) > (last.touched_at, key_of(last)))
    with database.read() as session:
        return [_Silence(*row) for row in session.exec(query)]


def _silences() -> Select[Client, datetime | None, AreaRow]:
    return select(Client, _fired_at(), AreaRow).join(AreaRow, col(AreaRow.id) == Client.area_id)


def _fired_at() -> ColumnElement[datetime | None]:
    """When a trigger last closed a task of the client."""
    fired = aliased(Task)
    closed_at = select(func.max(fired.closed_at)).where(fired.client_id == Client.id, fired.closed_by == "trigger")
    return closed_at.correlate(Client).scalar_subquery()


def _seconds_between(
    database: Database, start: SQLColumnExpression[Any], end: SQLColumnExpression[Any]
) -> ColumnElement[Any]:
    """From one instant to another, as either engine counts."""
    if database.is_sqlite:
        return (func.julianday(end) - func.julianday(start)) * 86_400
    return func.extract("epoch", end - start)


def _movable(database: Database, now: datetime) -> list[ColumnElement[bool]]:
    """That a trigger may replace the task: a promise is kept, and who holds the client is calling."""
    return [*in_feed(), col(Task.feed) != "callback", unheld(database, now)]


@one_transaction
def _move(database: Database, ids: list[int], now: datetime) -> int:
    """Lock those of the clients that are still silent and nobody else is at, and move them; how many they were."""
    with database.write() as session:
        keep_rules(session)
        rules = current(session).rules
        # Tasks before clients, the order in which the desk locks them.
        free = select(Task).where(col(Task.client_id).in_(ids), *_movable(database, now))
        tasks = {task.client_id: task for task in session.exec(free.with_for_update(skip_locked=True))}
        query = _silences().where(col(Client.id).in_(tasks)).with_for_update(of=Client, skip_locked=True)
        silences = [_Silence(*row) for row in session.exec(query)]
        due = [(silence, trigger) for silence in silences if (trigger := silence.due(rules, now))]
        for silence, trigger in due:
            _fire(session, rules, trigger, tasks[key_of(silence.client)], now)
        return len(due)


def _fire(session: Session, rules: RuleSet, trigger: Trigger, task: Task, now: datetime) -> None:
    """Do what the trigger says to the client of a locked task."""
    client, deal = session.get_one(Client, task.client_id), session.get_one(Deal, task.deal_id)
    situation = situation_of(session, rules, task, phones_of(session, task.client_id), now)
    decision = trigger_decision(rules, trigger, situation, now)
    if decision.status != client.status:
        client.touched_at = now
    follow(Step(session, rules, client, task, deal, now, "trigger"), decision)
