"""People and clients for a desk under test."""

from __future__ import annotations

from typing import Any

from salesdesk.access.people import NewUser, add_user, find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clients.draft import draft_from_row
from salesdesk.clients.store import Arrival, add_clients
from salesdesk.clock import Clock
from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.models import key_of
from salesdesk.work.rulebook import current


def hire(database: Database, clock: Clock, name: str, role: str = "manager", **more: Any) -> Desk:
    """Add a person and give their desk; ``more`` are further fields of :class:`NewUser`."""
    with database.write() as session:
        add_user(session, NewUser(name, role, **more), clock.now())
        return Desk(Sitting(database, clock, find_person(session, name)))


def arrive(database: Database, clock: Clock, name: str, phone: str, *, feed: str = "planned", **cells: str) -> int:
    """Add a client of Ukraine, by the cells that a row of a file would have, and give its id."""
    row = {"name": [name], "phone": [phone], **{key: [value] for key, value in cells.items()}}
    draft = draft_from_row(row, {}, country="UA", at=clock.now())
    with database.write() as session:
        arrival = Arrival(current(session), clock.now(), feed)  # type: ignore[arg-type]
        return key_of(add_clients(session, [draft], arrival)[0])
