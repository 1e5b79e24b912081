"""Passwords, for people whom the storage's own login does not name: set, checked, and locked after wrong guesses.

Hashed with Argon2id at the parameters of RFC 9106 for machines with little memory (64 MiB, 3 passes, 4 lanes), the
defaults of argon2-cffi, which is loaded only where a password is. Whoever guesses learns nothing from the answer: it is
the same for a name that is not here, a wrong password and a person who is locked out, and a hash is checked for each,
so that it takes as long (but for the one row that is written about a person who is here). Who gives the right password
of somebody disabled is told so.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlmodel import Session, select

from salesdesk.access import audit
from salesdesk.access.people import Person, person_of, user_id_of
from salesdesk.access.rights import Refusal
from salesdesk.access.sitting import Sitting
from salesdesk.clock import Clock
from salesdesk.errors import BadRequest
from salesdesk.storage.database import Database, one_transaction
from salesdesk.storage.models import User
from salesdesk.words.counted import counted

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 10  # characters; length is what makes a password hard to guess (NIST SP 800-63B), so there is no other rule
FREE_TRIES = 5  # wrong passwords in a row before anybody has to wait
FIRST_LOCK = timedelta(seconds=30)  # doubled by every further wrong password
LONGEST_LOCK = timedelta(minutes=15)


def set_password(sitting: Sitting, password: str, name: str | None = None) -> str:
    """Give the person, or whom they ``name`` (admins only), a new password; whose it is now.

    A lock from wrong guesses ends. Raises :class:`Refusal` for somebody else's unless the person is an admin,
    :class:`salesdesk.errors.NothingToDo` for an unknown name, and :class:`BadRequest` for a short password.
    """
    with sitting.database.read() as session:
        user_id = (
            sitting.person.id if name in (None, sitting.person.name) else _whose(session, sitting.person, name or "")
        )
    check_length(password)
    hashed = _hasher().hash(password)  # takes its time: not inside the transaction
    return _store(sitting, user_id, hashed)


@one_transaction
def _store(sitting: Sitting, user_id: int, hashed: str) -> str:
    with sitting.database.write() as session:
        user = session.get_one(User, user_id)
        user.password_hash, user.failed_logins, user.locked_until = hashed, 0, None
        session.flush()
        audit.append(session, sitting.person, "users.password", f"user {user_id}", {}, sitting.clock.now())
        return user.name


def check_length(password: str) -> None:
    """Raise :class:`BadRequest` for a password that is too short."""
    if len(password) < SHORTEST:
        raise BadRequest(
            f"The password has {counted(len(password), 'character')}, the least is {SHORTEST}.",
            "Take a longer one: a few words that only you put together.",
        )


def may_set(database: Database, person: Person, name: str | None) -> None:
    """Raise what :func:`set_password` would for the name, before anybody is asked for a password."""
    with database.read() as session:
        if name not in (None, person.name):
            _whose(session, person, name or "")


def _whose(session: Session, person: Person, name: str) -> int:
    if person.role != "admin":
        raise Refusal(f"{person.name} may set their own password only.", "An admin sets others': users password NAME")
    return user_id_of(session, name)


def sign_in_by_password(database: Database, clock: Clock, name: str, password: str) -> Person:
    """The person of this name, if the password is theirs.

    Guesses at once do not get around the lock: each is judged with the row locked, after the ones before it. A hash
    of older parameters is renewed. Raises :class:`Refusal`, always the same one, and
    :class:`salesdesk.errors.NotAllowed` for somebody disabled who gave the right password.
    """
    with database.read() as session:
        known = session.exec(select(User.id, User.password_hash).where(User.name == name)).first()
    user_id, hashed = known or (None, None)
    right = _fits(hashed or _dummy(), password) and hashed is not None
    if user_id is None:
        raise _wrong("")
    found = _let_in(database, clock, user_id, hashed if right else None, password)
    if found is None:
        raise _wrong(f"user {user_id}")
    return found


@one_transaction
def _let_in(database: Database, clock: Clock, user_id: int, fitting: str | None, password: str) -> Person | None:
    """The person, if the hash that the password fits is theirs still. One guess is counted, however often this runs."""
    with database.write() as session:
        query = select(User).where(User.id == user_id).with_for_update()
        user, now = session.exec(query).one(), clock.now()
        let_in = _judge(user, fitting is not None and user.password_hash == fitting, now)
        if let_in and fitting is not None and _hasher().check_needs_rehash(fitting):
            user.password_hash = _hasher().hash(password)
        return person_of(session, user) if let_in else None


def _judge(user: User, right: bool, now: datetime) -> bool:
    """Whether a guess lets in; count it if it does not. While somebody is locked out guesses are not even counted."""
    if user.locked_until is not None and now < user.locked_until:
        return False
    if right:
        user.failed_logins, user.locked_until = 0, None
        return True
    user.failed_logins += 1
    over = user.failed_logins - FREE_TRIES
    if over >= 0:
        user.locked_until = now + min(FIRST_LOCK * 2 ** min(over, 10), LONGEST_LOCK)
    return False


def _wrong(about: str) -> Refusal:
    return Refusal(
        "The name or the password is wrong, or there were too many wrong ones.",
        "Wait a little and try again; an admin can set a new one: salesdesk users password NAME",
        about=about,
    )


def _fits(hashed: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher
    from argon2.profiles import RFC_9106_LOW_MEMORY

    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@lru_cache(maxsize=1)
def _dummy() -> str:
    """A hash that takes as long to check as anybody's; made of parameters only, for making one would take longer."""
    from argon2.profiles import RFC_9106_LOW_MEMORY as COST

    filler = "A" * 22, "A" * 43  # 16 bytes of salt and 32 of digest in base 64 without padding
    settings = f"m={COST.memory_cost},t={COST.time_cost},p={COST.parallelism}"
    return f"$argon2id$v={COST.version}${settings}${filler[0]}${filler[1]}"
