"""Why a client is called now, or why not: every rule that applies, in order, with its figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from rules.area import Area
from rules.caps import CapUse
from rules.reasons import Reason, Value, as_json, instant_value
from rules.windows import Timetable, home_or
from salesdesk.access.rights import Right, may, require_sight
from salesdesk.access.sitting import Sitting
from salesdesk.desk.checks import Check, caps_now, checks, standing_of
from salesdesk.errors import NothingToDo
from salesdesk.places.holidays import open_hours
from salesdesk.storage.models import LAST_ID, Attempt, Client, Task, User, key_of
from salesdesk.storage.models import Area as AreaRow
from salesdesk.words.codes import Asked
from salesdesk.words.json_times import instant_text, local_text
from salesdesk.work.claims import Taking, area_of
from salesdesk.work.rulebook import current
from salesdesk.work.views import because_json


@dataclass(frozen=True, slots=True)
class Why:
    """Whether a client could be handed to a person at ``now`` (aware UTC), and what every rule says to that.

    ``table`` are the client's hours, ``claim`` a user's name and until when they hold the client.
    """

    client_id: int
    name: str
    eligible: bool
    checks: tuple[Check, ...]
    due_at: datetime | None
    area: Area
    table: Timetable
    caps: tuple[CapUse, ...]
    claim: tuple[str, datetime] | None
    now: datetime

    @property
    def because(self) -> tuple[str, ...]:
        """The rules in words."""
        return tuple(check.text for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """The contract's answer of ``task why``."""
        table, now, is_open = self.table, self.now, self.table.is_open(self.now)
        return {
            "client_id": self.client_id,
            "eligible": self.eligible,
            **because_json([check.reason for check in self.checks]),
            "due_at": instant_text(self.due_at),
            "window": {
                "open": is_open,
                "opens_at": None if is_open else instant_text(table.next_open(now)),
                "closes_at": instant_text(table.closes_at(now)),
                "local": local_text(now, self.area.zone),
            },
            "caps": [
                {"rule": use.rule, "limit": use.limit, "used": use.used, "free_at": instant_text(use.free_at)}
                for use in self.caps
            ],
            "claim": {"user": self.claim[0], "until": instant_text(self.claim[1])} if self.claim else None,
        }


def why(sitting: Sitting, client_id: int) -> Why:
    """Why this client could be handed to this person now, or could not.

    Raises :class:`salesdesk.errors.NotAllowed` for a manager who does not hold the client, :class:`NothingToDo` for an
    unknown id.
    """
    may(sitting, Right.SEE_CLIENT)
    require_sight(sitting, client_id)
    with sitting.database.read() as session:
        client = session.get(Client, client_id) if 0 < client_id <= LAST_ID else None
        if client is None:
            raise NothingToDo(f"There is no client {client_id}.", "See: salesdesk clients list")
        taking = Taking(sitting.database, session, sitting.person, current(session), sitting.clock.now())
        task = session.exec(select(Task).where(Task.client_id == client_id, col(Task.closed_at).is_(None))).first()
        return _at_work(taking, client, task) if task else _ended(taking, client)


def _at_work(taking: Taking, client: Client, task: Task) -> Why:
    standing = standing_of(taking, client, task)
    asked = (Check(True, _stands(taking, client)), *checks(standing))
    claim = None
    if standing.live and task.claimed_until:
        claim = taking.session.exec(select(User.name).where(User.id == task.claimed_by)).one(), task.claimed_until
    return Why(
        client_id=task.client_id,
        name=client.name,
        eligible=standing.mine or all(check.passes for check in asked),
        checks=asked,
        due_at=task.due_at,
        area=standing.area,
        table=standing.table,
        caps=standing.caps,
        claim=claim,
        now=taking.now,
    )


def _stands(taking: Taking, client: Client) -> Reason:
    """Where the client stands. A claim does not ask: an open task is there in open statuses only."""
    status = taking.book.rules.statuses.get(client.status)
    if status is None:
        return Reason(Asked.STANDS_UNKNOWN, {"status": client.status})
    return Reason(Asked.STANDS, {"status": status.id, "label": status.label, "kind": status.kind})


def _ended(taking: Taking, client: Client) -> Why:
    area = area_of(taking.session.get_one(AreaRow, client.area_id))
    how = _ending(taking.session, key_of(client), home_or(area, taking.book.rules), _stands(taking, client))
    return Why(
        client_id=key_of(client),
        name=client.name,
        eligible=False,
        checks=(Check(False, how),),
        due_at=None,
        area=area,
        table=open_hours(taking.book.rules, area, taking.now),
        caps=caps_now(taking, client, area),
        claim=None,
        now=taking.now,
    )


def _ending(session: Session, client_id: int, zone: str, stands: Reason) -> Reason:
    """How the work with a client ended, and when."""
    closed = select(Task).where(Task.client_id == client_id, col(Task.closed_at).is_not(None))
    task = session.exec(closed.order_by(col(Task.closed_at).desc(), col(Task.id).desc()).limit(1)).first()
    if task is None or task.closed_at is None:
        return Reason(Asked.CAME_SO, {"stands": as_json([stands])})
    ended: dict[str, Value] = {"stands": as_json([stands]), "at": instant_value(task.closed_at), "zone": zone}
    if task.closed_by != "outcome":
        return Reason(Asked.CLOSED_BY, {**ended, "by": task.closed_by or "rules"})
    call = select(Attempt, User.name).join(User, col(User.id) == Attempt.user_id).where(Attempt.task_id == task.id)
    attempt, name = session.exec(call).one()
    return Reason(Asked.CLOSED_BY_CALL, {**ended, "because": list(attempt.because), "user": name})
