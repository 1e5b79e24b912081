"""Due tasks that a cap forbids now: asked about at every claim, and moved to when they are allowed.

Who meets one such task at the head of a feed moves all that stand beside it, in a few statements for hundreds of them:
one claim for each would be as many, and a floor that waits for the end of them. What nothing will ever allow as things
stand (a total that is used up) is moved so far that it does not come back to the head every day; a change of the rules
and a new zone plan it anew before that.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Integer, String, bindparam, case, update
from sqlmodel import col, select

from rules.allowed import Allowed
from rules.model import Feed
from rules.reasons import as_json
from rules.zonetime import tables_version
from salesdesk.storage.models import Task, UtcDateTime
from salesdesk.storage.models.base import Json
from salesdesk.work.claims import Taking, areas_now, claim_next, feed_now, let_go, open_to, shared_with, unclaimed
from salesdesk.work.planning import allowed_from, due_by_these_tables
from salesdesk.work.situations import Calls, calls_to_many, caps_in

AT_ONCE = 500  # tasks looked at together
MOST_MOVED = 10 * AT_ONCE  # in one transaction, so that nobody waits long for SQLite's one writer
HELD_FOR = timedelta(days=30)  # until what nothing allows as things stand is asked about again

_MOVE = (
    update(Task)
    .where(col(Task.id) == bindparam("moved", type_=Integer))
    .values(
        due_at=bindparam("to", type_=UtcDateTime),
        because=bindparam("why", type_=Json),
        zone_tables=case(
            (col(Task.zone_tables) > bindparam("tables", type_=String), bindparam("tables", type_=String)),
            else_=col(Task.zone_tables),
        ),
    )
)


class MoreToMove(Exception):
    """So many tasks were moved on that the rest is for another transaction."""


def may_call_now(taking: Taking, task: Task) -> bool:
    """Whether windows and caps allow a call to the client of this task at this moment."""
    return (
        task.area_id in areas_now(taking)[0] and _allowed(taking, task.area_id, _calls(taking, task)).at <= taking.now
    )


def claim_allowed(taking: Taking) -> Task | None:
    """Claim the first due task whose caps allow a call; those that a cap forbids now are moved on the way.

    Raises :class:`MoreToMove` after :data:`MOST_MOVED`: what was moved is to be committed, and the same done again.
    """
    moved = 0
    while (task := claim_next(taking)) is not None:
        allowed = _allowed(taking, task.area_id, _calls(taking, task))
        if allowed.at <= taking.now:
            return task
        _put_off(taking, task, allowed)
        moved += 1 + _move_on(taking, feed_now(task, taking.now))
        if moved >= MOST_MOVED:
            raise MoreToMove
    return None


def _calls(taking: Taking, task: Task) -> Calls:
    return caps_in(taking, task.client_id)


def _allowed(taking: Taking, area_id: int, calls: Calls) -> Allowed:
    """When windows and caps next allow a call there; what is held is asked about again in :data:`HELD_FOR`."""
    allowed = allowed_from(taking.book.rules, taking.area(area_id), taking.now, calls)
    return replace(allowed, at=taking.now + HELD_FOR) if allowed.held else allowed


def _put_off(taking: Taking, task: Task, until: Allowed) -> None:
    """Move a claimed task to the first allowed instant, and let it go."""
    task.due_at, task.because = until.at, as_json(until.reasons)
    due_by_these_tables(task)
    let_go(task)
    taking.session.flush()


def _move_on(taking: Taking, feed: Feed) -> int:
    """Move those of the next due tasks of a feed that a cap forbids now; how many.

    They are looked at in the order in which this person would be handed them, so the next claim of the feed finds one
    that is allowed, if there is one among them.
    """
    rows = _next_due(taking, feed)
    calls = calls_to_many(taking.session, [client_id for _, client_id, _ in rows], taking.now)
    asked = ((task_id, _allowed(taking, area_id, calls[client_id])) for task_id, client_id, area_id in rows)
    moves = [
        {"moved": task_id, "to": allowed.at, "why": as_json(allowed.reasons), "tables": tables_version()}
        for task_id, allowed in asked
        if allowed.at > taking.now
    ]
    if moves:
        taking.session.connection().execute(_MOVE, moves)
    return len(moves)


def _next_due(taking: Taking, feed: Feed) -> list[tuple[int, int, int]]:
    """The numbers of tasks, with their clients and areas. On PostgreSQL they are locked, and those that somebody is
    taking at this very moment left out.
    """
    own = case((col(Task.assignee_id) == taking.person.id, 0), else_=1) if feed == "callback" else None
    order = [*([] if own is None else [own]), col(Task.due_at), col(Task.id)]
    query = (
        select(Task.id, Task.client_id, Task.area_id)
        .where(*open_to(taking), unclaimed(taking), col(Task.feed) == feed, shared_with(taking, feed))
        .where(col(Task.due_at) <= taking.now, col(Task.area_id).in_(areas_now(taking)[0]))
        .order_by(*order)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return [(task_id, client_id, area_id) for task_id, client_id, area_id in taking.session.exec(query) if task_id]
