"""Invariant 1: a client, its status, its deals and its one open task go together."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, exists, func, or_
from sqlmodel import Session, col, select

from rules.model import RuleSet
from salesdesk.storage.models import Area, Client, Deal, Phone, Task

_OPEN_TASK = col(Task.closed_at).is_(None)


def rows_against_rules(session: Session, rules: RuleSet) -> Iterator[str]:
    """Clients, deals and tasks that do not agree with the statuses of the rules in force."""
    opened = [status.id for status in rules.statuses.values() if status.kind == "open"]
    known = list(rules.statuses)
    yield from _unknown_statuses(session, known)
    yield from _tasks_of_clients(session, opened, known)
    yield from _deals_of_clients(session, opened, known)
    yield from _uncallable(session, opened)
    yield from _unknown_work(session, rules)


def _unknown_statuses(session: Session, known: list[str]) -> Iterator[str]:
    for row, status in session.exec(select(Client.id, Client.status).where(col(Client.status).not_in(known))):
        yield f'client {row}: the rules have no status "{status}"'


def _unknown_work(session: Session, rules: RuleSet) -> Iterator[str]:
    """Open tasks for which there are no buttons, because the rules have no such kind."""
    unknown = select(Task.id, Task.kind).where(_OPEN_TASK, col(Task.kind).not_in(list(rules.tasks)))
    for row, kind in session.exec(unknown):
        yield f'task {row}: the rules have no task "{kind}"'


def _tasks_of_clients(session: Session, opened: list[str], known: list[str]) -> Iterator[str]:
    """Invariant 1: one open task in an open status, none in any other."""
    tasks, is_open = func.count(col(Task.id)), col(Client.status).in_(opened)
    query = (
        select(Client.id, Client.status, tasks)
        .outerjoin(Task, and_(col(Task.client_id) == Client.id, _OPEN_TASK))
        .where(col(Client.status).in_(known))
        .group_by(col(Client.id), col(Client.status))
        .having(or_(and_(is_open, tasks != 1), and_(~is_open, tasks != 0)))
    )
    for row, status, count in session.exec(query):
        must = f"it must have {_one_or_none(status, opened)} open task, and has {count}"
        yield f'client {row}: in status "{status}" {must}'


def _deals_of_clients(session: Session, opened: list[str], known: list[str]) -> Iterator[str]:
    """Every client has a deal; one is open in an open status, none in any other."""
    deals, is_open = func.count(col(Deal.id)), col(Client.status).in_(opened)
    open_deals = func.count(col(Deal.id)).filter(col(Deal.closed_at).is_(None))
    query = (
        select(Client.id, Client.status, deals, open_deals)
        .outerjoin(Deal, col(Deal.client_id) == Client.id)
        .where(col(Client.status).in_(known))
        .group_by(col(Client.id), col(Client.status))
        .having(or_(deals == 0, and_(is_open, open_deals != 1), and_(~is_open, open_deals != 0)))
    )
    for row, status, count, open_count in session.exec(query):
        must = f"it must have {_one_or_none(status, opened)} open deal, and has {open_count}"
        yield f'client {row}: in status "{status}" {must}' if count else f"client {row}: it has no deal"


def _one_or_none(status: str, opened: list[str]) -> str:
    return "one" if status in opened else "no"


def _uncallable(session: Session, opened: list[str]) -> Iterator[str]:
    """Invariant 1: a client without a number that may be called is in a final status."""
    usable = exists().where(col(Phone.client_id) == col(Client.id), ~col(Phone.dnc), ~col(Phone.bad))
    query = select(Client.id).where(col(Client.status).in_(opened), ~usable)
    for row in session.exec(query):
        yield f"client {row}: its status is open, but it has no number that may be called"


def client_statuses(session: Session) -> Iterator[str]:
    """A client's status is the stage of its open deal, else of its last."""
    of_client = select(func.max(Deal.id)).where(col(Deal.client_id) == Client.id).correlate(Client)
    stage = func.coalesce(of_client.where(col(Deal.closed_at).is_(None)).scalar_subquery(), of_client.scalar_subquery())
    held = select(Client.id, Client.status, stage.label("deal_id")).subquery()
    query = (
        select(held.c.id, held.c.status, Deal.id, Deal.status)
        .join(Deal, col(Deal.id) == held.c.deal_id)
        .where(held.c.status != col(Deal.status))
    )
    for row, status, deal, stage_id in session.exec(query):
        yield f'client {row}: its status is "{status}", but that of its deal {deal} is "{stage_id}"'


def areas(session: Session) -> Iterator[str]:
    """The calling rules that hold for a client are those of the zone that it is known to be in."""
    query = select(Client.id, Client.zone, Area.id).join(Area, col(Area.id) == Client.area_id)
    for row, zone, area in session.exec(query.where(col(Client.zone).is_not(None), col(Area.zones) != Client.zone)):
        yield f"client {row}: its zone is {zone}, but its area {area} is another one"


def open_tasks(session: Session) -> Iterator[str]:
    """An open task is where its client is, and belongs to the client's open deal."""
    query = (
        select(Task.id, Task.area_id, Client.area_id)
        .join(Client, col(Client.id) == Task.client_id)
        .where(_OPEN_TASK, col(Task.area_id) != Client.area_id)
    )
    for row, area, clients in session.exec(query):
        yield f"task {row}: its area is {area}, but that of its client is {clients}"
    stray = or_(col(Deal.closed_at).is_not(None), col(Deal.client_id) != Task.client_id)
    strays = select(Task.id, Deal.id).join(Deal, col(Deal.id) == Task.deal_id).where(_OPEN_TASK, stray)
    for row, deal in session.exec(strays):
        yield f"task {row}: it is open, but its deal {deal} is closed or another client's"
