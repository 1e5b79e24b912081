"""From rows to what the rules decide with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from rules.caps import LOOK_BACK
from rules.model import RuleSet
from rules.situation import Situation
from salesdesk.feed import area_of
from salesdesk.holiday_dates import closed_days
from salesdesk.models import Area as AreaRow
from salesdesk.models import Attempt, Client, Phone, Task, Undo, key_of


def calls_to(session: Session, client_id: int, now: datetime) -> tuple[datetime, ...]:
    """When the client was called within the caps' longest period (aware UTC), undone attempts left out."""
    query = (
        select(Attempt.at)
        .outerjoin(Undo, col(Undo.attempt_id) == Attempt.id)
        .where(Attempt.client_id == client_id, Attempt.at > now - LOOK_BACK, col(Undo.id).is_(None))
    )
    return tuple(session.exec(query))


def count_calls(session: Session, client_id: int) -> int:
    """How often the client was ever called, undone attempts left out."""
    query = (
        select(func.count(col(Attempt.id)))
        .outerjoin(Undo, col(Undo.attempt_id) == Attempt.id)
        .where(Attempt.client_id == client_id, col(Undo.id).is_(None))
    )
    return session.exec(query).one()


def phones_of(session: Session, client_id: int) -> list[Phone]:
    """A client's numbers in their order."""
    return list(
        session.exec(select(Phone).where(Phone.client_id == client_id).order_by(col(Phone.position), col(Phone.id)))
    )


def callable_phones(phones: list[Phone]) -> list[Phone]:
    """Those of the numbers that may be called."""
    return [phone for phone in phones if not phone.dnc and not phone.bad]


def situation_of(session: Session, rules: RuleSet, task: Task, phones: list[Phone], now: datetime) -> Situation:
    """All that a decision about the client of this task may depend on."""
    client = session.get_one(Client, task.client_id)
    area = area_of(session.get_one(AreaRow, client.area_id))
    client_id = key_of(client)
    return Situation(
        client_id=client_id,
        status=client.status,
        misses=client.misses,
        area=area,
        task_kind=task.kind,
        pool=task.pool,
        calls=calls_to(session, client_id, now),
        total_calls=count_calls(session, client_id),
        callable_phones=len(callable_phones(phones)),
        closed_days=closed_days(rules, area, now),
    )
