"""Moving clients to another status because the rules changed, with their deals and tasks, many in one statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, update
from sqlmodel import Session, col, select

from rules.buttons import ways_of
from rules.model import RuleSet
from rules.reasons import Reason
from salesdesk.storage.models import Client, Deal, Phone, Task
from salesdesk.words.codes import Act
from salesdesk.work.opening import begin_deals, in_place_of, open_calls
from salesdesk.work.pools import takers


@dataclass(frozen=True, slots=True)
class Move:
    """Where clients go, by which rules (the new ones), and when (aware UTC), in the caller's transaction."""

    session: Session
    rules: RuleSet
    to: str
    now: datetime

    @property
    def because(self) -> Reason:
        """Why their tasks are what they are."""
        return Reason(Act.RULES_MOVED, {"status": self.to, "label": self.rules.statuses[self.to].label})


def move(moving: Move, ids: Collection[int]) -> None:
    """Put clients into the status, whatever they stand in.

    An ending closes deal and task. An open status keeps both where they are open, puts a call in the place of a task
    whose kind is gone or has no button there (for a call there always is one, :mod:`rules.file.check_buttons`), and
    opens what is missing. Nobody without a callable number may be in an open status: those clients go to
    ``dnc_status``.
    """
    if moving.rules.kind_of(moving.to) != "open":
        return _end(moving, ids)
    usable = select(Phone.client_id).where(col(Phone.dnc).is_(False), col(Phone.bad).is_(False))
    reachable = set(moving.session.exec(usable.where(col(Phone.client_id).in_(ids))))
    _end(Move(moving.session, moving.rules, moving.rules.calling.dnc_status, moving.now), set(ids) - reachable)
    return _open(moving, reachable)


def _run(moving: Move, table: type[Client | Deal | Task], where: Sequence[ColumnElement[bool]], **values: Any) -> None:
    moving.session.connection().execute(update(table).where(*where).values(**values))


def _open_of(table: type[Deal | Task], ids: Collection[int]) -> list[ColumnElement[bool]]:
    return [col(table.client_id).in_(ids), col(table.closed_at).is_(None)]


def _end(moving: Move, ids: Collection[int]) -> None:
    if not ids:
        return
    _close_tasks(moving, _open_of(Task, ids))
    closed_at = func.coalesce(col(Deal.closed_at), moving.now)
    _run(moving, Deal, [col(Deal.id).in_(_present_deals(ids))], status=moving.to, closed_at=closed_at)
    _run(moving, Client, [col(Client.id).in_(ids)], status=moving.to)


def _present_deals(ids: Collection[int]) -> Any:
    """The deal whose stage is the client's status: the open one, else the last."""
    opened = func.max(case((col(Deal.closed_at).is_(None), col(Deal.id))))
    return (
        select(func.coalesce(opened, func.max(col(Deal.id))))
        .where(col(Deal.client_id).in_(ids))
        .group_by(col(Deal.client_id))
    )


def _close_tasks(moving: Move, which: Sequence[ColumnElement[bool]]) -> None:
    """A claim on such a task is lost: an outcome that is said of it now is told so."""
    freed: dict[str, None] = {"claimed_by": None, "claimed_until": None, "claim_id": None}
    _run(moving, Task, which, closed_at=moving.now, closed_by="rules", **freed)


def _open(moving: Move, ids: Collection[int]) -> None:
    if not ids:
        return
    funnel = moving.rules.funnel_of(moving.to)
    staged = {"status": moving.to} | ({"funnel": funnel.id} if funnel else {})
    _replace_tasks(moving, ids)
    _run(moving, Deal, _open_of(Deal, ids), **staged)
    _run(moving, Client, [col(Client.id).in_(ids)], **staged)
    _reopen(moving, ids)


def _replace_tasks(moving: Move, ids: Collection[int]) -> None:
    """Close the tasks that nobody could finish there and open calls for the same time, promises as they were given."""
    session, ways = moving.session, ways_of(moving.rules)
    fitting = [kind for kind in moving.rules.tasks if ways.dead_end((moving.to, kind)) is None]
    gone = [*_open_of(Task, ids), col(Task.kind).not_in(fitting)]
    lost = session.exec(select(Task).where(*gone)).all()
    following = _in_their_place(moving, lost)
    for task in lost:
        session.expunge(task)  # closed below by a statement, of which this copy would not know
    _close_tasks(moving, gone)
    session.add_all(following)
    session.flush()


def _in_their_place(moving: Move, lost: Sequence[Task]) -> list[Task]:
    """Calls, and callbacks for what was promised: still whose they were, if those are in the pool of the new kind."""
    session, tasks = moving.session, moving.rules.tasks
    kinds = ["callback" if task.feed == "callback" else "call" for task in lost]
    people = {task.assignee_id for task in lost}
    callers = {kind: takers(session, tasks[kind].pool, people) for kind in set(kinds)}
    return [
        in_place_of(
            task,
            kind,
            tasks[kind].pool,
            task.assignee_id if task.assignee_id in callers[kind] else None,
            moving.because,
            moving.now,
        )
        for task, kind in zip(lost, kinds, strict=True)
    ]


def _reopen(moving: Move, ids: Collection[int]) -> None:
    """Clients whose deal had ended begin a new one, with a call as soon as their windows and caps allow."""
    session, rules, now = moving.session, moving.rules, moving.now
    at_work = select(Task.client_id).where(*_open_of(Task, ids))
    ended = select(Client).where(col(Client.id).in_(ids), col(Client.id).not_in(at_work)).order_by(col(Client.id))
    clients = session.exec(ended.execution_options(populate_existing=True)).all()
    open_calls(session, rules, begin_deals(session, rules, clients, moving.to, now), moving.because, now)
