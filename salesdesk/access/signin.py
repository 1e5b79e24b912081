"""Who acts: whom the storage's own login names, who proves it by password, and who may act as somebody else."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session, and_, col, or_, select

from salesdesk.access.os_login import os_login
from salesdesk.access.people import Person, find_person, person_of
from salesdesk.access.rights import Refusal
from salesdesk.clock import Clock
from salesdesk.errors import NotAllowed
from salesdesk.storage.database import Database
from salesdesk.storage.models import User, key_of

_POSTGRES_LOGIN = """
    SELECT session_user, pg_has_role(session_user, relowner, 'MEMBER') FROM pg_class
    WHERE oid = to_regclass('client')
"""


@dataclass(frozen=True, slots=True)
class _Login:
    """What the storage knows of whoever runs the program: their login names, and whether they own the storage."""

    names: tuple[str, ...]
    owner: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """How somebody whom the login does not name can prove who they are: ``ask`` gives the password they type."""

    clock: Clock
    ask: Callable[[], str]


def sign_in(database: Database, name: str | None, proof: Proof | None = None) -> Person:
    """The person who acts: ``name`` when one was given, else whoever the login belongs to.

    The storage's owner may act as anyone, since they could read it all anyway. Anybody else is who the storage's login
    says: on SQLite the OS login, on PostgreSQL the database role, because there an OS login is only the client's word.
    Whom that login does not name proves by password that they are ``name``, where a ``proof`` can be asked for. Raises
    :class:`NotAllowed` for somebody unknown, disabled, or not allowed to act as ``name``.
    """
    with database.read() as session:
        login = _sqlite_login(database) if database.is_sqlite else _postgres_login(session)
        if name is not None and login.owner:
            return _known(session, name)
        own = _own_user(session, login)
        if own is not None:
            return _oneself(session, own, name)
    if name is None or proof is None:
        raise _stranger(login)
    from salesdesk.access.passwords import sign_in_by_password

    return sign_in_by_password(database, proof.clock, name, proof.ask())


def _known(session: Session, name: str) -> Person:
    """The person of this name; a refusal of somebody who is disabled says of whom."""
    try:
        return find_person(session, name)
    except NotAllowed as fault:
        disabled = session.exec(select(User.id).where(User.name == name)).first()
        raise Refusal(fault.title, fault.mend, actor_id=disabled) from None


def _oneself(session: Session, own: User, name: str | None) -> Person:
    if name not in (None, own.name):
        raise Refusal(
            f'You are signed in as "{own.name}" and may not act as "{name}".',
            "Leave out --as and SALESDESK_USER.",
            actor_id=own.id,
        )
    try:
        return person_of(session, own)
    except NotAllowed as fault:
        raise Refusal(fault.title, fault.mend, actor_id=key_of(own)) from None


def _sqlite_login(database: Database) -> _Login:
    path, uid = database.location.path, os.getuid()
    owner = path is not None and (uid == 0 or path.stat().st_uid == uid)
    return _Login((os_login(),), owner)


def _postgres_login(session: Session) -> _Login:
    """A role owns the storage when it is, or may become, the owner of its tables; a superuser may become anyone."""
    role, owner = session.connection().execute(text(_POSTGRES_LOGIN)).one()
    if not owner:
        from salesdesk.access.bounded_login import spare_hashes

        spare_hashes()
    return _Login((os_login(), role) if owner else (role,), owner)


def _own_user(session: Session, login: _Login) -> User | None:
    """The user that a login was mapped to, else the one of that name whom nobody mapped to another login."""
    for name in login.names:
        mapped = col(User.os_login) == name
        named = and_(col(User.name) == name, col(User.os_login).is_(None))
        query = select(User).where(or_(mapped, named)).order_by(col(User.os_login).is_(None)).limit(1)
        found = session.exec(query).first()
        if found is not None:
            return found
    return None


def _stranger(login: _Login) -> NotAllowed:
    name = login.names[-1]
    mend = f"An admin adds you: salesdesk users add NAME --role ROLE --os-user {name}"
    if login.owner:
        mend = f"The database is yours: say who acts with --as NAME, or {mend[0].lower()}{mend[1:]}"
    else:
        mend += "\n  Or sign in with a password: --as NAME in a terminal, or --as NAME --password-stdin"
    return NotAllowed(f'Your login "{name}" belongs to nobody here.', mend)
