"""Who works here: adding people, disabling and enabling them. Each act is in the audit."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from salesdesk.access import audit
from salesdesk.access.people import NewUser, Person, add_user, user_id_of
from salesdesk.access.rights import Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.errors import BadRequest, NotAllowed, NothingToDo
from salesdesk.storage.database import one_transaction
from salesdesk.storage.models import Task, User, key_of
from salesdesk.work.claims import let_go


@one_transaction
def take_on(sitting: Sitting, new: NewUser) -> User:
    """Add a person. Raises :class:`NotAllowed`, and what :func:`salesdesk.access.people.add_user` does."""
    may(sitting, Right.MANAGE_PEOPLE)
    with sitting.database.write() as session:
        user = add_user(session, new, sitting.clock.now())
        audit.append(session, sitting.person, "users.add", f"user {user.id}", {"role": user.role}, sitting.clock.now())
        return user


@one_transaction
def disable(sitting: Sitting, name: str) -> User:
    """Have somebody be let in no more. What they did stays theirs, and so do their clients until somebody moves them;
    the client in their hands is free at once.

    Raises :class:`NotAllowed`, :class:`NothingToDo` for an unknown name or one that is disabled already, and
    :class:`BadRequest` for oneself and for the last admin: nobody could undo that.
    """
    may(sitting, Right.MANAGE_PEOPLE)
    with sitting.database.write() as session:
        admins = _active_admins(session)
        if sitting.person.id not in (key_of(admin) for admin in admins):
            raise NotAllowed(f"{sitting.person.name} is an admin no more.", "Ask another admin.")
        user = _user(session, name, active=False)
        _check_can_go(sitting.person, user, admins)
        user.active = False
        _free_claim(session, user)
        _record(session, sitting.person, "users.disable", user, sitting.clock.now())
        return user


@one_transaction
def enable(sitting: Sitting, name: str) -> User:
    """Let a disabled person in again, as they were; a lock from wrong passwords ends.

    Raises :class:`NotAllowed`, and :class:`NothingToDo` for an unknown name or one that is not disabled.
    """
    may(sitting, Right.MANAGE_PEOPLE)
    with sitting.database.write() as session:
        user = _user(session, name, active=True)
        user.active, user.failed_logins, user.locked_until = True, 0, None
        _record(session, sitting.person, "users.enable", user, sitting.clock.now())
        return user


def _active_admins(session: Session) -> list[User]:
    """All who could undo a mistake, locked: of two admins who disable each other at once the second one is refused."""
    query = select(User).where(User.role == "admin", col(User.active)).order_by(col(User.id))
    return list(session.exec(query.with_for_update().execution_options(populate_existing=True)))


def _user(session: Session, name: str, *, active: bool) -> User:
    """The user who is to become active or not. Their desk is kept from claiming anything until this is done."""
    query = select(User).where(User.id == user_id_of(session, name)).with_for_update()
    user = session.exec(query.execution_options(populate_existing=True)).one()
    if user.active == active:
        raise NothingToDo(f'"{name}" is {"not disabled" if active else "disabled already"}.', "Nothing was changed.")
    return user


def _check_can_go(person: Person, user: User, admins: list[User]) -> None:
    if [key_of(admin) for admin in admins] == [user.id]:
        raise BadRequest(
            f'"{user.name}" is the last admin who is active.',
            "Make or enable another one first: salesdesk users add NAME --role admin",
        )
    if user.id == person.id:
        raise BadRequest("You cannot disable yourself.", "Ask another admin to do it.")


def _free_claim(session: Session, user: User) -> None:
    held = session.exec(select(Task).where(Task.claimed_by == user.id).with_for_update()).first()
    if held is not None:
        let_go(held)


def _record(session: Session, person: Person, action: str, user: User, now: datetime) -> None:
    session.flush()
    audit.append(session, person, action, f"user {user.id}", {}, now)
