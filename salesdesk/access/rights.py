"""Who may do what: every right with the roles that have it, and what a manager may see of the clients.

One table for the whole program, so that the base cannot be copied out through a door that was forgotten. Use-cases ask
it themselves (:func:`may`), whoever calls them; the command line asks it before anything else is read or asked.
"""

from __future__ import annotations

from enum import Enum

from sqlmodel import col, select

from salesdesk.access.people import ROLES, Person, Role
from salesdesk.access.sitting import Sitting
from salesdesk.errors import NotAllowed
from salesdesk.storage.models import Task
from salesdesk.words.counted import with_article

_ALL: tuple[Role, ...] = ROLES
_LEAD: tuple[Role, ...] = ("lead", "admin")
_ADMIN: tuple[Role, ...] = ("admin",)


class Right(Enum):
    """Something that not everybody may do; the value is what a person would call it."""

    # The desk. A manager sees the client in hand only (:func:`require_sight`), and their own figures.
    WORK = "take clients and say what happened"
    SEE_CLIENT = "look at a client"
    PLACE_CLIENT = "say where a client is"
    MARK_NUMBER = "say whether a number is right"
    SEE_LOAD = "see how full the hours of a day are"
    SEE_FIGURES = "see figures"
    SEE_PLAN = "see the plan"
    OWN_PASSWORD = "set a password"  # noqa: S105 - the name of a right
    # The team.
    SEE_TEAM = "see what others do"
    FREE_CLAIMS = "free a client whom somebody left open"
    RUN_TRIGGERS = "let time move clients"
    SET_PLAN = "set the plan"
    IMPORT = "bring clients in"
    ADD = "add a client"
    LIST = "list clients"
    FIND = "find clients"
    EXPORT = "take clients out"
    MOVE = "give clients to somebody else"
    REOPEN = "begin again with a client"
    MERGE = "merge clients"
    SUPPRESS = "close a number to calls"
    SEE_RULES = "see the rules"
    SIMULATE = "try other rules on recorded calls"
    # The whole base.
    SEE_AUDIT = "see the audit"
    FORGET = "forget a client"
    BACK_UP = "copy the base"
    RESTORE = "put another base in its place"
    UPGRADE = "upgrade the base"
    GRANT = "give people logins of their own"
    MANAGE_PEOPLE = "change who works here"
    CHANGE_RULES = "change the rules"


ROLES_WITH: dict[Right, tuple[Role, ...]] = {
    **dict.fromkeys(
        (
            Right.WORK,
            Right.SEE_CLIENT,
            Right.PLACE_CLIENT,
            Right.MARK_NUMBER,
            Right.SEE_LOAD,
            Right.SEE_FIGURES,
            Right.SEE_PLAN,
            Right.OWN_PASSWORD,
        ),
        _ALL,
    ),
    **dict.fromkeys(
        (
            Right.SEE_TEAM,
            Right.FREE_CLAIMS,
            Right.RUN_TRIGGERS,
            Right.SET_PLAN,
            Right.IMPORT,
            Right.ADD,
            Right.LIST,
            Right.FIND,
            Right.EXPORT,
            Right.MOVE,
            Right.REOPEN,
            Right.MERGE,
            Right.SUPPRESS,
            Right.SEE_RULES,
            Right.SIMULATE,
        ),
        _LEAD,
    ),
    **dict.fromkeys(
        (
            Right.SEE_AUDIT,
            Right.FORGET,
            Right.BACK_UP,
            Right.RESTORE,
            Right.UPGRADE,
            Right.GRANT,
            Right.MANAGE_PEOPLE,
            Right.CHANGE_RULES,
        ),
        _ADMIN,
    ),
}
"""The roles that have a right. Every right stands here once, so a new one must be given its roles."""


class Refusal(NotAllowed):
    """Somebody may not do something. ``about`` names the object for the audit by its number (``client 17``),
    ``actor_id`` who asked, where that is known. ``recorded`` is set once it is in the audit.
    """

    def __init__(self, title: str, mend: str = "", *, about: str = "", actor_id: int | None = None) -> None:
        super().__init__(title, mend)
        self.about, self.actor_id, self.recorded = about, actor_id, False


def may(sitting: Sitting, right: Right) -> None:
    """Raise :class:`NotAllowed` unless the person's role has the right."""
    require(sitting.person, right)


def require(person: Person, right: Right) -> None:
    """:func:`may` where there is no sitting yet."""
    roles = ROLES_WITH[right]
    if person.role not in roles:
        raise NotAllowed(
            f"{person.name} is {with_article(person.role)} and may not do that.",
            f"Ask {' or '.join(map(with_article, roles))}.",
        )


def require_sight(sitting: Sitting, client_id: int) -> None:
    """Raise :class:`NotAllowed` unless the person may see this client: a manager only the one whose task they hold."""
    person = sitting.person
    if person.role != "manager":
        return
    held = select(Task.id).where(
        Task.client_id == client_id, Task.claimed_by == person.id, col(Task.closed_at).is_(None)
    )
    with sitting.database.read() as session:
        if session.exec(held).first() is None:
            raise Refusal(
                f"{person.name} is a manager and sees the client in hand only.",
                "Take a task: salesdesk task next",
                about=f"client {client_id}",
            )
