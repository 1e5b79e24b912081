"""Database roles on PostgreSQL: a login of somebody's own reads and changes what its person may, by any program.

``db grant`` makes a group role for each role of the desk and puts people's logins into theirs;
:mod:`salesdesk.access.row_guards` says what each may do. The owner of the tables passes all of it by, so migrations
and the owner's desks work as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, text
from sqlmodel import Session, select

from salesdesk.access import audit
from salesdesk.access.people import ROLES, list_users
from salesdesk.access.rights import Refusal, Right, may
from salesdesk.access.row_guards import statements
from salesdesk.access.sitting import Sitting
from salesdesk.errors import BadRequest, NothingToDo
from salesdesk.storage.database import one_transaction
from salesdesk.storage.models import User
from salesdesk.words.counted import counted


@dataclass(frozen=True, slots=True)
class Granted:
    """What became of a person's login: ``state`` is ``granted``, ``removed`` (disabled), ``owner`` (who reads all
    anyway) or ``missing`` (the server has no such login).
    """

    name: str
    login: str
    role: str
    state: str

    def as_json(self) -> dict[str, Any]:
        """The answer of ``db grant``."""
        return {"name": self.name, "login": self.login, "role": self.role, "state": self.state}


@one_transaction
def grant(sitting: Sitting, names: Sequence[str]) -> list[Granted]:
    """Make or mend the roles and what they may do, and put the logins of the named people (everybody's when none is
    named) into theirs. One transaction; the same however often it is done. To be done again after an upgrade.

    Admins only, and the login that runs it must own the tables and may create roles. Raises :class:`Refusal`,
    :class:`BadRequest` on SQLite, and :class:`NothingToDo` for an unknown name or a named person without a login.
    """
    may(sitting, Right.GRANT)
    if sitting.database.is_sqlite:
        raise BadRequest(
            "An SQLite file has no logins of its own: whoever can read it can read all of it.",
            "Keep the file to people who may, or use PostgreSQL: salesdesk db backup, then db restore there.",
        )
    with sitting.database.write() as session:
        connection = session.connection()
        place = _place(connection)
        groups = _groups(connection, place)
        quote = connection.dialect.identifier_preparer.quote
        names_of = {role: quote(group) for role, group in groups.items()}
        _run(connection, statements(quote(place.schema), names_of, quote))
        done = [_member(connection, place, groups, user) for user in _users(session, names)]
        for one in done:
            if names and one.state == "missing":
                raise NothingToDo(
                    f'The server has no login "{one.login}" for {one.name}.',
                    "Make it there (createuser), or name theirs: salesdesk users add NAME --os-user LOGIN",
                )
        audit.append(
            session,
            sitting.person,
            "db.grant",
            counted(len(done), "login"),
            {one.name: one.state for one in done},
            sitting.clock.now(),
        )
        return done


class _Place(NamedTuple):
    """The database's number on the server, and the schema and owner of the tables."""

    database: int
    schema: str
    owner: str


def _place(connection: Connection) -> _Place:
    row = connection.execute(
        text(
            "SELECT (SELECT oid FROM pg_database WHERE datname = current_database()), nspname,"
            " pg_get_userbyid(relowner), pg_has_role(session_user, relowner, 'MEMBER')"
            " FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"
            " WHERE pg_class.oid = to_regclass('client')"
        )
    ).one()
    if not row[3]:
        raise Refusal("Only the owner of the tables can say who may read them.", f"Connect as {row[2]}.")
    return _Place(*row[:3])


def _groups(connection: Connection, place: _Place) -> dict[str, str]:
    """The group role of each role. Their names carry the database's number, for roles belong to the whole server: a
    lead of a practice desk must not be one of the real desk.
    """
    groups: dict[str, str] = {role: f"salesdesk_{role}_{place.database}" for role in ROLES}
    found = set(connection.execute(text("SELECT rolname FROM pg_roles")).scalars())
    quote = connection.dialect.identifier_preparer.quote
    _run(connection, [f"CREATE ROLE {quote(group)} NOLOGIN" for group in groups.values() if group not in found])
    return groups


def _users(session: Session, names: Sequence[str]) -> list[User]:
    if not names:
        return list_users(session)
    found = {user.name: user for user in session.exec(select(User)) if user.name in names}
    for name in names:
        if name not in found:
            raise NothingToDo(f'Nobody here is called "{name}".', "See: salesdesk users list")
    return list(found.values())


def _member(connection: Connection, place: _Place, groups: dict[str, str], user: User) -> Granted:
    """Put a login into the group of its person's role and out of the others."""
    login = user.os_login or user.name
    query = text("SELECT pg_has_role(rolname, :owner, 'MEMBER') FROM pg_roles WHERE rolname = :login")
    owns = connection.execute(query, {"owner": place.owner, "login": login}).scalar_one_or_none()
    if owns is None or owns:
        return Granted(user.name, login, user.role, "missing" if owns is None else "owner")
    quote = connection.dialect.identifier_preparer.quote
    wanted = groups[user.role] if user.active else None
    others = ", ".join(quote(group) for group in groups.values() if group != wanted)
    _run(connection, [f"REVOKE {others} FROM {quote(login)}"])
    if wanted is not None:
        _run(connection, [f"GRANT {quote(wanted)} TO {quote(login)}"])
    return Granted(user.name, login, user.role, "granted" if wanted else "removed")


def _run(connection: Connection, statements: Iterator[str] | Sequence[str]) -> None:
    """Run statements as they stand: each may hold several, and percent signs of its own."""
    raw: Any = connection.connection.dbapi_connection
    for statement in statements:
        raw.execute(statement)
