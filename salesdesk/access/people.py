"""The people of the desk: who acts, what they may do, and their record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pytz
from sqlmodel import Session, col, select

from salesdesk.errors import BadRequest, NotAllowed, NothingToDo
from salesdesk.storage.models import User, UserPool
from salesdesk.storage.models.base import MAX_NAME

Role = Literal["manager", "lead", "admin"]
ROLES: tuple[Role, ...] = ("manager", "lead", "admin")
MAX_POOL = 64
_NAME = re.compile(r"^[^\W_][\w.@-]{0,63}$")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may act here. ``zone`` is their own IANA zone or ``None`` for the home zone."""

    id: int
    name: str
    label: str
    role: Role
    zone: str | None
    pools: frozenset[str]


def find_person(session: Session, name: str) -> Person:
    """The active person of this name. Raises :class:`NotAllowed` when unknown or disabled."""
    user = session.exec(select(User).where(User.name == name)).first()
    if user is None:
        raise NotAllowed(
            f'Nobody here is called "{name}".', "An admin adds people: salesdesk users add NAME --role ROLE"
        )
    return person_of(session, user)


def person_of(session: Session, user: User) -> Person:
    """A user's row as a person who acts. Raises :class:`NotAllowed` when disabled."""
    if not user.active or user.id is None:
        raise NotAllowed(f'"{user.name}" is disabled.', "An admin can enable them: salesdesk users enable NAME")
    pools = session.exec(select(UserPool.pool).where(UserPool.user_id == user.id))
    role = next(role for role in ROLES if role == user.role)
    return Person(user.id, user.name, user.label, role, user.zone, frozenset(pools))


def user_name(login: str) -> str:
    """The nearest valid user name to an OS login (``_apt``, ``DOMAIN\\user``)."""
    kept = re.sub(r"[^\w.@-]", "-", login).lstrip("_.@-")
    return kept[:64] or "admin"


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person to be added. ``hours`` are working hours of their own as :mod:`salesdesk.team.rota` stores them."""

    name: str
    role: str
    label: str = ""
    os_login: str | None = None
    zone: str | None = None
    pools: tuple[str, ...] = ()
    hours: str | None = None


def add_user(session: Session, new: NewUser, now: datetime) -> User:
    """Add a person. Raises :class:`BadRequest` for a bad name, role or zone, or a name or login that is taken."""
    _check_new(session, new)
    user = User(
        name=new.name, label=new.label or new.name, role=new.role, os_login=new.os_login, zone=new.zone, created_at=now
    )
    user.hours = new.hours
    session.add(user)
    session.flush()
    if user.id is not None:
        session.add_all(UserPool(user_id=user.id, pool=pool) for pool in dict.fromkeys(new.pools))
        session.flush()
    return user


def _check_new(session: Session, new: NewUser) -> None:
    if not _NAME.match(new.name):
        raise BadRequest(
            f'"{new.name}" cannot be a user name.', "Use letters, digits, dots and dashes, beginning with a letter."
        )
    _check_lengths(new)
    if new.role not in ROLES:
        raise BadRequest(f'There is no role "{new.role}".', f"Use one of: {', '.join(ROLES)}.")
    if new.zone is not None and new.zone not in pytz.all_timezones_set:
        raise BadRequest(f'"{new.zone}" is not a time zone.', "Use an IANA name such as Europe/Kyiv.")
    if session.exec(select(User.id).where(User.name == new.name)).first() is not None:
        raise BadRequest(f'The name "{new.name}" is taken.', "See: salesdesk users list")
    if new.os_login and session.exec(select(User.id).where(User.os_login == new.os_login)).first() is not None:
        raise BadRequest(f'The login "{new.os_login}" belongs to another user.', "See: salesdesk users list")


def _check_lengths(new: NewUser) -> None:
    texts = [("label", new.label, MAX_NAME), ("login", new.os_login or "", MAX_NAME)]
    for what, text, most in [*texts, *(("pool", pool, MAX_POOL) for pool in new.pools)]:
        if len(text) > most:
            raise BadRequest(f"The {what} has {len(text)} characters, the limit is {most}.", "Shorten it.")


def list_users(session: Session) -> list[User]:
    """Everybody, disabled ones too, by name."""
    return list(session.exec(select(User).order_by(col(User.name))))


def user_id_of(session: Session, name: str) -> int:
    """The id of a user's name, active or not. Raises :class:`NothingToDo` when there is none."""
    found = session.exec(select(User.id).where(User.name == name)).first()
    if found is None:
        raise NothingToDo(f'Nobody here is called "{name}".', "See: salesdesk users list")
    return found
