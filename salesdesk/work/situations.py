"""From rows to what the rules decide with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from rules.caps import LOOK_BACK
from rules.model import RuleSet
from rules.situation import Situation
from salesdesk.places.holidays import closed_days
from salesdesk.storage.models import Area as AreaRow
from salesdesk.storage.models import Attempt, Client, Phone, Task, Undo, key_of
from salesdesk.work.claims import Taking, area_of

_CALLS = (
    select(Attempt.at)
    .outerjoin(Undo, col(Undo.attempt_id) == Attempt.id)
    .where(col(Attempt.client_id) == bindparam("client"), col(Undo.id).is_(None))
)
_PHONES = select(Phone).where(col(Phone.client_id) == bindparam("client")).order_by(col(Phone.position), col(Phone.id))


class Calls(NamedTuple):
    """The calls made to a client: when, within the caps' longest period (aware UTC), and how many ever."""

    recent: tuple[datetime, ...]
    total: int


NO_CALLS = Calls((), 0)


def calls_to(session: Session, client_id: int, now: datetime) -> Calls:
    """When the client was called within the caps' longest period (aware UTC), and how often ever; undone attempts are
    left out.
    """
    return _recent(_all_calls(session, client_id), now)


def calls_to_many(session: Session, clients: Collection[int], now: datetime) -> dict[int, Calls]:
    """What :func:`calls_to` says, for many clients in two statements."""
    standing = (
        select(Attempt.client_id, Attempt.at)
        .outerjoin(Undo, col(Undo.attempt_id) == Attempt.id)
        .where(col(Attempt.client_id).in_(clients), col(Undo.id).is_(None))
    )
    recent: dict[int, list[datetime]] = defaultdict(list)
    for client_id, at in session.exec(standing.where(col(Attempt.at) > now - LOOK_BACK)):
        recent[client_id].append(at)
    called = standing.subquery()
    counts = select(called.c.client_id, func.count()).group_by(called.c.client_id)
    totals: dict[int, int] = dict(session.exec(counts).all())
    return {client_id: Calls(tuple(recent[client_id]), totals.get(client_id, 0)) for client_id in clients}


def calls_in(taking: Taking, client_id: int) -> tuple[datetime, ...]:
    """Every call to the client (aware UTC), undone ones left out, read once in this transaction."""
    if client_id not in taking.calls:
        taking.calls[client_id] = _all_calls(taking.session, client_id)
    return taking.calls[client_id]


def caps_in(taking: Taking, client_id: int) -> Calls:
    """What :func:`calls_to` says, read once in this transaction."""
    return _recent(calls_in(taking, client_id), taking.now)


def _all_calls(session: Session, client_id: int) -> tuple[datetime, ...]:
    return tuple(session.exec(_CALLS, params={"client": client_id}))


def _recent(calls: tuple[datetime, ...], now: datetime) -> Calls:
    return Calls(tuple(at for at in calls if at > now - LOOK_BACK), len(calls))


def phones_of(session: Session, client_id: int) -> list[Phone]:
    """A client's numbers in their order."""
    return list(session.exec(_PHONES, params={"client": client_id}))


def callable_phones(phones: list[Phone]) -> list[Phone]:
    """Those of the numbers that may be called."""
    return [phone for phone in phones if not phone.dnc and not phone.bad]


def situation_of(session: Session, rules: RuleSet, task: Task, phones: list[Phone], now: datetime) -> Situation:
    """All that a decision about the client of this task may depend on."""
    client = session.get_one(Client, task.client_id)
    area = area_of(session.get_one(AreaRow, client.area_id))
    client_id = key_of(client)
    calls, total = calls_to(session, client_id, now)
    return Situation(
        client_id=client_id,
        status=client.status,
        misses=client.misses,
        area=area,
        task_kind=task.kind,
        pool=task.pool,
        calls=calls,
        total_calls=total,
        callable_phones=len(callable_phones(phones)),
        closed_days=closed_days(rules, area, now),
    )
