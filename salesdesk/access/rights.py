"""What a person may see of the clients: the base must not be copied out through the desk."""

from __future__ import annotations

from sqlmodel import col, select

from salesdesk.database import Database
from salesdesk.errors import NotAllowed
from salesdesk.models import Task
from salesdesk.people import Person


def require_sight(database: Database, person: Person, client_id: int) -> None:
    """Raise :class:`NotAllowed` unless the person may see this client: a manager only the one whose task they hold."""
    if person.role != "manager":
        return
    held = select(Task.id).where(
        Task.client_id == client_id, Task.claimed_by == person.id, col(Task.closed_at).is_(None)
    )
    with database.read() as session:
        if session.exec(held).first() is None:
            raise NotAllowed(
                f"{person.name} is a manager and sees the client in hand only.", "Take a task: salesdesk task next"
            )
