"""Looking clients up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from rules.model import RuleSet
from salesdesk.access.people import user_id_of
from salesdesk.access.rights import Right, may, require_sight
from salesdesk.access.sitting import Sitting
from salesdesk.errors import BadRequest, NothingToDo
from salesdesk.storage.models import LAST_ID, Audit, Client
from salesdesk.words.counted import counted
from salesdesk.work.complete import visible
from salesdesk.work.pictures import client_view, client_views
from salesdesk.work.rulebook import current
from salesdesk.work.views import ClientView

USUAL = 100  # clients in a list when no limit is said
MOST = 10_000


def show_client(sitting: Sitting, client_id: int) -> ClientView:
    """One client as it stands now; a manager sees the one in hand. Raises :class:`NothingToDo` for an unknown id."""
    may(sitting, Right.SEE_CLIENT)
    require_sight(sitting, client_id)
    with sitting.database.read() as session:
        client = visible_client(session, client_id)
        return client_view(session, client, current(session).rules, sitting.clock.now())


def visible_client(session: Session, client_id: int) -> Client:
    """A client's row. Raises :class:`NothingToDo` for an unknown id, saying where a merged one went."""
    query = select(Client).where(Client.id == client_id, visible())
    client = session.exec(query).first() if 0 < client_id <= LAST_ID else None
    if client is None:
        raise NothingToDo(f"There is no client {client_id}.", _where(session, client_id))
    return client


def _where(session: Session, client_id: int) -> str:
    """Where to look for a client who is not here."""
    query = select(Audit.detail).where(Audit.action == "clients.merge", Audit.object == f"client {client_id}")
    merged = session.exec(query.order_by(col(Audit.id).desc()).limit(1)).first()
    return f"It was merged into client {merged['into']}." if merged else "See: salesdesk clients list"


@dataclass(frozen=True, slots=True)
class Listed:
    """Some clients, and how many there are of their kind in all."""

    clients: list[ClientView]
    total: int


def list_clients(
    sitting: Sitting, *, status: str | None = None, owner: str | None = None, limit: int | None = None
) -> list[ClientView]:
    """The clients of :func:`list_of_clients`."""
    return list_of_clients(sitting, status=status, owner=owner, limit=limit).clients


def list_of_clients(
    sitting: Sitting, *, status: str | None = None, owner: str | None = None, limit: int | None = None
) -> Listed:
    """The first clients by id, in a status (an id of the rules) or of an owner (a user's name) where one is named.

    ``limit`` is 1 to 10,000, and 100 when not said. Raises :class:`BadRequest` for a limit out of this range or an
    unknown status, :class:`NothingToDo` for an unknown owner.
    """
    may(sitting, Right.LIST)
    limit = USUAL if limit is None else limit
    if not 1 <= limit <= MOST:
        raise BadRequest(f"A list cannot have {counted(limit, 'client')}.", f"Give --limit from 1 to {MOST}.")
    with sitting.database.read() as session:
        rules = current(session).rules
        wanted = [visible()]
        if status is not None:
            wanted.append(col(Client.status) == known_status(session, status))
        if owner is not None:
            wanted.append(col(Client.owner_id) == user_id_of(session, owner))
        return listed(session, wanted, limit, rules, sitting.clock.now())


def listed(session: Session, wanted: list[ColumnElement[bool]], limit: int, rules: RuleSet, now: datetime) -> Listed:
    """The first clients by id of whom all these conditions hold, and how many there are."""
    query = select(Client).where(*wanted).order_by(col(Client.id)).limit(limit)
    found = client_views(session, session.exec(query).all(), rules, now)
    if len(found) < limit:
        return Listed(found, len(found))
    return Listed(found, session.exec(select(func.count(col(Client.id))).where(*wanted)).one())


def known_status(session: Session, status: str) -> str:
    """A status that the rules in force have. Raises :class:`BadRequest` for any other."""
    statuses = current(session).rules.statuses
    if status not in statuses:
        raise BadRequest(f'There is no status "{status}".', f"Use one of: {', '.join(statuses)}.")
    return status
