"""After an update of the zone tables: every task whose instants older ones gave is worked out and planned anew.

What was agreed is the wall time. So a promise, and a call that is to come in so many days, move to the instant at which
the clocks will show that time; what is to come in hours stays, for those pass whatever the clocks show. What closed
promises and their calls say of when they were due follows too, or the figures would count a late call as kept. It
happens by itself, when somebody first signs in with later tables, in one transaction; of two at once the second finds
nothing left.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import pytz
from sqlalchemy import func, text, update
from sqlmodel import Session, col, select

from rules.area import Area
from rules.file.faults import RuleFaults
from rules.ladder import after, rung_for
from rules.model import Delay, RuleSet
from rules.reasons import Code, Reason, as_json, from_json, instant_value
from rules.windows import home_or
from rules.zonetime import tables_version, to_instant, wall_at
from salesdesk.access import audit
from salesdesk.access.bounded_login import is_guarded
from salesdesk.access.people import Person
from salesdesk.clock import Clock
from salesdesk.errors import StorageError
from salesdesk.storage.database import Database, one_transaction
from salesdesk.storage.models import Area as AreaRow
from salesdesk.storage.models import Attempt, Client, Task, key_of
from salesdesk.storage.zone_tables import FOLLOWING, is_behind
from salesdesk.words.codes import Act
from salesdesk.work.claims import area_of
from salesdesk.work.planning import allowed_again, move_due
from salesdesk.work.rulebook import book_of, current, keep_rules
from salesdesk.work.situations import Calls, calls_to_many

_LOCK = 0x5A4F4E45  # "ZONE": the PostgreSQL advisory lock of whoever follows; on SQLite there is one writer anyway
_AT_ONCE = 500  # tasks held in memory
_FURTHEST = timedelta(hours=3)  # no change of the tables moves a clock by more
_SHORT = timedelta(hours=23)  # what is promised for sooner, to the second, was said as a delay in hours
_MOVES = frozenset(
    (
        *(Code.MOVED_BY_CAP, Code.MOVED_BY_WINDOW, Code.MOVED_BY_HOLIDAY),
        *(Code.HELD_BY_CAP, Code.HELD_NO_ZONE, Code.HELD_CLOSED, Code.HELD_NO_HOUR),
    )
)
_TOLD_AT = (Code.NEXT_AGREED, Code.NEXT_DUE)


def follow_tables(database: Database, clock: Clock, person: Person | None = None) -> int:
    """Work out anew what older zone tables gave; how many calls were moved, which the audit is told.

    Nothing is done by a login that may not: the next that may does it. Raises
    :class:`salesdesk.errors.StorageError`.
    """
    with database.read() as session:
        if not is_behind(session) or not _may(database, session):
            return 0
    return _follow(database, clock.now(), person)


def _may(database: Database, session: Session) -> bool:
    """Whether all of the tasks can be changed from here."""
    path = database.location.path
    if path is not None:
        return not database.location.read_only and os.access(path, os.W_OK)
    connection = session.connection()
    allowed = "SELECT has_table_privilege('task', 'UPDATE') AND NOT pg_is_in_recovery()"
    if not connection.execute(text(allowed)).scalar_one():
        return False
    return not is_guarded(session) or bool(connection.execute(text("SELECT salesdesk_guard.sees_all()")).scalar_one())


@one_transaction
def _follow(database: Database, now: datetime, person: Person | None) -> int:
    with database.patient(), database.write() as session:
        if not database.is_sqlite:
            session.exec(select(func.pg_advisory_xact_lock(_LOCK))).one()
        keep_rules(session)
        if not is_behind(session):
            return 0
        try:
            rules = current(session).rules
        except StorageError:  # rules that cannot be read: nothing is fed before they are mended, and then this is done
            return 0
        _leave_as_they_are(session, now)
        with session.no_autoflush:  # of each task before the next is looked at
            areas = {key_of(row): area_of(row) for row in session.exec(select(AreaRow))}
            moved = sum(_Following(session, rules, areas, now, tasks).moved() for tasks in _older(session))
        _follow_wishes(session)
        if moved:
            audit.append(session, person, "db.zone-tables", tables_version(), {"moved": moved}, now)
        return moved


def _leave_as_they_are(session: Session, now: datetime) -> None:
    """Calls that fell due long ago, and of no agreed time, are due whatever the clocks show."""
    due = [col(Task.closed_at).is_(None), col(Task.agreed_wall).is_(None), col(Task.due_at) <= now - _FURTHEST]
    older = update(Task).where(*due, col(Task.wanted_at) <= Task.due_at, col(Task.zone_tables) < tables_version())
    session.connection().execute(older.values(zone_tables=tables_version()))


def _older(session: Session) -> Iterator[Sequence[tuple[Task, int]]]:
    """The tasks that older tables worked out, each with its client's misses, locked, some at a time."""
    last = 0
    while True:
        query = (
            select(Task, Client.misses)
            .join(Client, col(Client.id) == Task.client_id)
            .where(FOLLOWING, col(Task.zone_tables) < tables_version(), col(Task.id) > last)
            .order_by(col(Task.id))
            .limit(_AT_ONCE)
            .with_for_update(of=Task)
        )
        found = session.exec(query).all()
        if not found:
            return
        yield found
        session.flush()
        last = key_of(found[-1][0])


@dataclass(frozen=True, slots=True)
class _Following:
    """Some tasks being worked out anew at ``now`` (aware UTC)."""

    session: Session
    rules: RuleSet
    areas: Mapping[int, Area]
    now: datetime
    tasks: Sequence[tuple[Task, int]]

    def moved(self) -> int:
        """Work them out; how many open calls are due at another time than before."""
        calls = calls_to_many(self.session, [task.client_id for task, _ in self.tasks if _is_open(task)], self.now)
        planners = _planners(self.session, [task for task, _ in self.tasks if _is_step(task)])
        moved = 0
        for task, misses in self.tasks:
            wanted, due = task.wanted_at, task.due_at
            self._want(task, planners.get(key_of(task)))
            if _is_open(task):
                self._plan(task, misses, calls[task.client_id], wanted)
                moved += task.due_at != due
            else:
                self._correct(task, wanted)
            task.zone_tables = tables_version()
        return moved

    def _want(self, task: Task, planner: _Planner | None) -> None:
        """Put what is wanted at the instant that these tables give; ``planner`` is the call that planned it."""
        before = task.wanted_at
        if task.agreed_wall is not None and task.agreed_zone is not None:
            if task.agreed_zone in pytz.all_timezones_set:
                self._keep_promise(task, task.agreed_wall, task.agreed_zone)
        elif planner is not None:
            stepped = _stepped(self.session, planner.call, self.areas[planner.area_id])
            task.wanted_at = stepped if stepped is not None and abs(stepped - before) <= _FURTHEST else before
        if task.wanted_at != before:
            self._move_wish(task, before)

    def _keep_promise(self, task: Task, wall: str, zone: str) -> None:
        if _to_the_second(task.wanted_at) and task.wanted_at - self._said_at(task) < _SHORT:
            task.agreed_wall = wall_at(task.wanted_at, zone).isoformat(timespec="minutes")
        else:
            task.wanted_at = instant_of(wall, zone, task.wanted_at)

    def _said_at(self, task: Task) -> datetime:
        """When a promise was given, as near as it is known: one to come may have been put into an older task."""
        touched_at = self.session.get_one(Client, task.client_id).touched_at
        return max(task.created_at, touched_at) if touched_at < task.wanted_at else task.created_at

    def _move_wish(self, task: Task, before: datetime) -> None:
        """The time that a client asked for goes with the promise of it."""
        client = self.session.get_one(Client, task.client_id)
        if client.preferred_at == before and client.preferred_wall is None and task.agreed_wall is not None:
            client.preferred_at, client.preferred_wall = task.wanted_at, task.agreed_wall
            client.preferred_zone = task.agreed_zone

    def _plan(self, task: Task, misses: int, calls: Calls, wanted: datetime) -> None:
        area = self.areas[task.area_id]
        if not pytz.all_timezones_set.issuperset(area.zones):
            return
        allowed = allowed_again(self.rules, area, task, misses, calls)
        if allowed.at == task.due_at and task.wanted_at == wanted:
            return
        move_due(task, allowed.at)
        why = Reason(Act.ZONE_TABLES, {"version": tables_version()})
        task.because = as_json((*_kept_reasons(task, wanted), why, *allowed.reasons))

    def _correct(self, task: Task, wanted: datetime) -> None:
        """A promise that is over: when it was due, and so whether its call kept it."""
        if task.wanted_at == wanted:
            return
        task.due_at = task.wanted_at if task.due_at == wanted else max(task.due_at, task.wanted_at)
        for call in self.session.exec(select(Attempt).where(Attempt.task_id == task.id)):
            call.wanted_at, call.due_at = task.wanted_at, task.due_at


def instant_of(wall: str, zone: str, before: datetime) -> datetime:
    """The instant (aware UTC) of an agreed wall time by the tables in use; ``before`` is the one that it had.

    That one stays where the clocks show the agreed time at it, so the second of two is not taken for the first; its
    seconds stay too.
    """
    shown = wall_at(before, zone)
    if shown.isoformat(timespec="minutes") == wall:
        return before
    return to_instant(datetime.fromisoformat(wall).replace(second=shown.second, microsecond=shown.microsecond), zone)


def _is_open(task: Task) -> bool:
    return task.closed_at is None


def _to_the_second(instant: datetime) -> bool:
    return bool(instant.second or instant.microsecond)


def _kept_reasons(task: Task, wanted: datetime) -> Iterator[Reason]:
    """Why there is such a call, without what moved it, and with the time that is wanted now."""
    at = instant_value(wanted)
    for reason in from_json(task.because):
        if reason.code in _TOLD_AT and reason.values.get("at") == at:
            yield Reason(reason.code, {**reason.values, "at": instant_value(task.wanted_at)})
        elif reason.code not in _MOVES and reason.code != Act.ZONE_TABLES:
            yield reason


def _is_step(task: Task) -> bool:
    """Whether a task may be wanted so many days after a call."""
    return task.feed in ("retry", "planned") and task.agreed_wall is None and task.fresh_until is None


class _Planner(NamedTuple):
    """The call that planned a task, and the area that its client was in."""

    call: Attempt
    area_id: int


def _planners(session: Session, tasks: Sequence[Task]) -> dict[int, _Planner]:
    """The calls after which tasks were opened, by task; of one that a change of the rules has put in the place of
    another, the call that planned that.
    """
    ids = [key_of(task) for task in tasks]
    called = select(Attempt, Task.area_id).join(Task, col(Task.id) == Attempt.task_id)
    found = session.exec(called.where(col(Attempt.next_task_id).in_(ids)))
    planners = {call.next_task_id: _Planner(call, area_id) for call, area_id in found if call.next_task_id is not None}
    left = {(task.deal_id, task.created_at): task for task in tasks if task.id not in planners}
    if left:
        deals = {deal for deal, _ in left}
        closed = session.exec(select(Task).where(col(Task.deal_id).in_(deals), Task.closed_by == "rules")).all()
        before = {key: old for old in closed if old.closed_at and (key := (old.deal_id, old.closed_at)) in left}
        theirs = _planners(session, list(before.values())) if before else {}
        planners |= {key_of(left[key]): theirs[key_of(old)] for key, old in before.items() if key_of(old) in theirs}
    return planners


def _stepped(session: Session, call: Attempt, called_in: Area) -> datetime | None:
    """When a call to an area wants the next one, by the tables in use; ``None`` where that has nothing to do with the
    days of a calendar.
    """
    try:
        rules = book_of(session, call.rules_version).rules
    except RuleFaults:  # an older program took it; what it said is not known
        return None
    delay = _delay(rules, call)
    if delay is None or not delay.days:
        return None
    return after(delay, call.at, home_or(called_in, rules))


def _delay(rules: RuleSet, call: Attempt) -> Delay | None:
    """The delay that was the answer to a call: its rung's, or that of the step it leads to."""
    outcome = rules.outcomes[call.outcome]
    reasons = {reason.id: reason.effect for reason in outcome.reasons}
    effect = reasons[call.reason] if call.reason else outcome.effect
    if effect.ladder is not None:
        return rung_for(rules.ladders[effect.ladder], call.misses_after)[1].delay
    return effect.next.after if effect.next is not None else None


def _follow_wishes(session: Session) -> None:
    """The times that clients asked for, kept as they were said."""
    asked = select(Client).where(col(Client.preferred_wall).is_not(None)).order_by(col(Client.id))
    for client in session.exec(asked.execution_options(yield_per=_AT_ONCE)):
        wall, zone, before = client.preferred_wall, client.preferred_zone, client.preferred_at
        if wall is not None and zone in pytz.all_timezones_set and before is not None:
            client.preferred_at = instant_of(wall, zone or "", before)
