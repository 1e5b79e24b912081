"""Moving clients to another status because the rules changed, with their deals and tasks, many in one statement."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, func, insert, literal, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from rules.model import RuleSet
from rules.reasons import Reason
from salesdesk.storage.models import Client, Deal, Phone, Task, UtcDateTime
from salesdesk.storage.models.base import Json
from salesdesk.words.codes import Act

# What a task of a kind that is gone hands on to the one in its place.
_PLANNED = ("feed", "assignee_id", "wanted_at", "agreed_wall", "agreed_zone", "due_at", "fresh_until")
_KEPT = ("client_id", "deal_id", "area_id", "import_id", *_PLANNED)


@dataclass(frozen=True, slots=True)
class Move:
    """Where clients go, by which rules (the new ones), and when (aware UTC), in the caller's transaction."""

    session: Session
    rules: RuleSet
    to: str
    now: datetime

    @property
    def because(self) -> list[Any]:
        """Why their tasks are what they are, as it is stored."""
        return Reason(Act.RULES_MOVED, {"status": self.to, "label": self.rules.statuses[self.to].label}).as_json()


def move(moving: Move, ids: Collection[int]) -> None:
    """Put clients into the status, whatever they stand in.

    An ending closes deal and task. An open status keeps both where they are open, puts a call in the place of a task
    whose kind is gone, and opens what is missing. Nobody without a callable number may be in an open status: those
    clients go to ``dnc_status``.
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
    """Close the tasks whose kind is gone and open calls for the same time, promises as they were given."""
    session = moving.session
    gone = [*_open_of(Task, ids), col(Task.kind).not_in(moving.rules.tasks)]
    lost = session.exec(select(Task).where(*gone)).all()
    following = [_in_place_of(task, moving) for task in lost]
    for task in lost:
        session.expunge(task)  # closed below by a statement, of which this copy would not know
    _close_tasks(moving, gone)
    session.add_all(following)
    session.flush()


def _in_place_of(task: Task, moving: Move) -> Task:
    kind = "callback" if task.feed == "callback" else "call"
    kept = {name: getattr(task, name) for name in _KEPT}
    because = [*task.because, moving.because]
    return Task(kind=kind, pool=moving.rules.tasks[kind].pool, because=because, created_at=moving.now, **kept)


def _reopen(moving: Move, ids: Collection[int]) -> None:
    """Clients whose deal had ended begin a new one, with a call at once."""
    at_work = select(Task.client_id).where(*_open_of(Task, ids))
    ended = [col(Client.id).in_(ids), col(Client.id).not_in(at_work)]
    now = literal(moving.now, UtcDateTime)
    _run(moving, Client, ended, misses=0, touched_at=moving.now)
    deal: dict[str, Any] = {
        "client_id": Client.id,
        "funnel": Client.funnel,
        "status": literal(moving.to),
        "opened_at": now,
    }
    _insert(moving, Deal, deal, select_columns(*deal.values()).where(*ended))
    task: dict[str, Any] = {
        "client_id": Client.id,
        "deal_id": Deal.id,
        "kind": literal("call"),
        "feed": literal("planned"),
        "pool": literal(moving.rules.tasks["call"].pool, String),
        "assignee_id": Client.owner_id,
        "wanted_at": now,
        "due_at": now,
        "area_id": Client.area_id,
        "import_id": Client.import_id,
        "because": literal([moving.because], Json),
        "created_at": now,
    }
    its_deal = and_(col(Deal.client_id) == Client.id, col(Deal.closed_at).is_(None))
    _insert(moving, Task, task, select_columns(*task.values()).join(Deal, its_deal).where(*ended))


def _insert(moving: Move, table: type[Deal | Task], values: Mapping[str, Any], rows: Any) -> None:
    moving.session.connection().execute(insert(table).from_select(list(values), rows))
