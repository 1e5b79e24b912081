"""Looking clients up."""

from __future__ import annotations

from sqlmodel import Session, col, select

from salesdesk.clients.unfinished import visible
from salesdesk.clients.view import client_view, client_views
from salesdesk.clock import Clock
from salesdesk.database import Database
from salesdesk.errors import BadRequest, NothingToDo
from salesdesk.models import LAST_ID, Client
from salesdesk.people import user_id_of
from salesdesk.rulebook import current
from salesdesk.views import ClientView

USUAL = 100  # clients in a list when no limit is said
MOST = 10_000


def show_client(database: Database, clock: Clock, client_id: int) -> ClientView:
    """One client as it stands now. Raises :class:`NothingToDo` for an unknown id."""
    with database.read() as session:
        query = select(Client).where(Client.id == client_id, visible())
        client = session.exec(query).first() if 0 < client_id <= LAST_ID else None
        if client is None:
            raise NothingToDo(f"There is no client {client_id}.", "See: salesdesk clients list")
        return client_view(session, client, current(session).rules, clock.now())


def list_clients(
    database: Database, clock: Clock, *, status: str | None = None, owner: str | None = None, limit: int | None = None
) -> list[ClientView]:
    """The first clients by id, in a status (an id of the rules) or of an owner (a user's name) where one is named.

    ``limit`` is 1 to 10,000, and 100 when not said. Raises :class:`BadRequest` for a limit out of this range or an
    unknown status, :class:`NothingToDo` for an unknown owner.
    """
    limit = USUAL if limit is None else limit
    if not 1 <= limit <= MOST:
        raise BadRequest(f"A list cannot have {limit} clients.", f"Give --limit from 1 to {MOST}.")
    with database.read() as session:
        rules = current(session).rules
        query = select(Client).where(visible()).order_by(col(Client.id)).limit(limit)
        if status is not None:
            query = query.where(Client.status == _known_status(session, status))
        if owner is not None:
            query = query.where(Client.owner_id == user_id_of(session, owner))
        return client_views(session, session.exec(query).all(), rules, clock.now())


def _known_status(session: Session, status: str) -> str:
    statuses = current(session).rules.statuses
    if status not in statuses:
        raise BadRequest(f'There is no status "{status}".', f"Use one of: {', '.join(statuses)}.")
    return status
