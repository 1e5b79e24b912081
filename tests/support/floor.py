"""A desk for the end-to-end tests: always open, so that they pass at any hour, with clients whose order is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import col, func, select

from salesdesk.access.people import NewUser, add_user
from salesdesk.clients.draft import draft_from_row
from salesdesk.clients.store import Arrival, add_clients
from salesdesk.clock import SystemClock
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, Client, Task, User
from salesdesk.work.rulebook import current, save, version_row
from tests.support.terminal import Terminal

# In the order in which the desk hands them out.
NAMES = ("Olena Kovalenko", "Petro Melnyk", *(f"Client {letter}" for letter in "ABCDEFGHIJ"))


@dataclass(frozen=True)
class Floor:
    """A desk that two managers, anna and ivan, may open in terminals of their own."""

    database: Database
    open: Callable[..., Terminal]

    def rename(self, old: str, name: str, note: str = "") -> None:
        """Write a name and note straight into the base, as an older program or a stranger's SQL may have done."""
        with self.database.write() as session:
            client = session.exec(select(Client).where(Client.name == old)).one()
            client.name, client.note = name, note

    def held(self) -> dict[str, str]:
        """Which client each person holds."""
        query = select(User.name, Client.name).join(Task, col(Task.claimed_by) == User.id)
        with self.database.read() as session:
            return dict(session.exec(query.join(Client, col(Task.client_id) == Client.id)).all())

    def attempts(self) -> dict[str, int]:
        """How many calls to each client are recorded."""
        query = select(Client.name, func.count(col(Attempt.id))).join(Attempt).group_by(Client.name)
        with self.database.read() as session:
            return dict(session.exec(query).all())


def fill(database: Database) -> None:
    """Two managers, and clients that are due now, whatever the hour."""
    now = SystemClock().now()
    drafts = [
        draft_from_row({"name": [name], "phone": [f"+380671231{number:03d}"]}, {}, country="UA", at=now)
        for number, name in enumerate(NAMES)
    ]
    with database.write() as session:
        always = version_row(session).toml.replace("09:00-20:00", "00:00-24:00")
        save(session, always, author_id=None, note="open at any hour", now=now)
        for user in ("anna", "ivan"):
            add_user(session, NewUser(user, "manager"), now)
        add_clients(session, drafts, Arrival(current(session), now, "planned"))
