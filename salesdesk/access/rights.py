"""Who may do what: every command with the roles that may use it, and what a manager may see of the clients.

One table for the whole program, so that the base cannot be copied out through a door that was forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import col, select

from salesdesk.access.people import ROLES, Person, Role
from salesdesk.errors import NotAllowed
from salesdesk.storage.database import Database
from salesdesk.storage.models import Task

_ALL: tuple[Role, ...] = ROLES
_LEAD: tuple[Role, ...] = ("lead", "admin")
_ADMIN: tuple[Role, ...] = ("admin",)

FREE = frozenset(("init", "demo", "doctor", "db status", "db check", "rules check"))
"""Commands that ask nobody who they are."""


def _rows(roles: tuple[Role, ...], commands: str) -> Iterable[tuple[str, tuple[Role, ...]]]:
    return ((" ".join(command.split()), roles) for command in commands.split(","))


RIGHTS: dict[str, tuple[Role, ...]] = dict(
    [
        *_rows(
            _ALL,
            """desk, kpi, plan show, users password,
            task next, task outcome, task release, task skip, task undo, task why, task load, task inbound,
            clients show, clients zone""",
        ),
        *_rows(
            _LEAD,
            """tick, plan set, users list,
            clients import, clients add, clients list, clients find, clients export,
            clients move, clients reopen, clients merge, clients dnc,
            rules show, rules diff, rules history, rules simulate""",
        ),
        *_rows(
            _ADMIN,
            """audit, clients forget, db backup, db restore, db upgrade, db grant,
            users add, users disable, users enable, users hours, users pool,
            rules apply, rules edit, rules rollback, rules ladder set, rules reason set,
            rules status add, rules status rename, rules status remove""",
        ),
    ]
)
"""The roles that may use a command. ``task why``, ``clients show`` and ``clients zone`` show a manager the client in
hand only (:func:`require_sight`); ``kpi`` and ``users password`` are a manager's own."""


class Refusal(NotAllowed):
    """Somebody may not do something. ``about`` names the object for the audit by its number (``client 17``),
    ``actor_id`` who asked, where that is known. ``recorded`` is set once it is in the audit.
    """

    def __init__(self, title: str, mend: str = "", *, about: str = "", actor_id: int | None = None) -> None:
        super().__init__(title, mend)
        self.about, self.actor_id, self.recorded = about, actor_id, False


def require(person: Person, command: str) -> None:
    """Raise :class:`NotAllowed` unless the person's role may use the command (its words, without the program's name).

    Raises ``LookupError`` for a command without a row in the table: a new one must be given its roles.
    """
    roles = RIGHTS[command]
    if person.role not in roles:
        raise NotAllowed(f"{person.name} is a {person.role} and may not do that.", f"Ask a {' or '.join(roles)}.")


def require_sight(database: Database, person: Person, client_id: int) -> None:
    """Raise :class:`NotAllowed` unless the person may see this client: a manager only the one whose task they hold."""
    if person.role != "manager":
        return
    held = select(Task.id).where(
        Task.client_id == client_id, Task.claimed_by == person.id, col(Task.closed_at).is_(None)
    )
    with database.read() as session:
        if session.exec(held).first() is None:
            raise Refusal(
                f"{person.name} is a manager and sees the client in hand only.",
                "Take a task: salesdesk task next",
                about=f"client {client_id}",
            )
