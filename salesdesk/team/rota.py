"""Who works in which pool, and when: memberships and working hours of one's own. An admin's business; audited."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from sqlmodel import Session, col, select

from salesdesk.access import audit
from salesdesk.access.people import MAX_POOL, user_id_of
from salesdesk.access.rights import Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.errors import BadRequest
from salesdesk.storage.database import one_transaction
from salesdesk.storage.models import User, UserPool, key_of
from salesdesk.work.presence import read_hours

_DAYS = re.compile(r"(?P<days>[a-z]{3}(?: *- *[a-z]{3})?) +(?P<spans>[0-9][0-9:, –-]*)")
_MEND = 'Write them like "mon-fri 09:00-18:00", several days like "mon-thu 09:00-18:00; fri 09:00-15:00".'


def hours_from(text: str) -> str:
    """Working hours as typed (``mon-fri 09:00-13:00, 14:00-18:00; sat 10:00-15:00``), as they are stored.

    Raises :class:`BadRequest` for anything else, with the first thing that is wrong.
    """
    found = [match.groupdict() for match in _DAYS.finditer(text.lower())]
    if not found or _DAYS.sub("", text.lower()).strip(" ;,"):
        raise BadRequest(f'"{text}" are no working hours.', _MEND)
    table: dict[str, str] = {}
    for part in found:
        days = part["days"].replace(" ", "")
        if days in table:
            raise BadRequest(f'"{days}" stands twice in these working hours.', "Put commas between spans of one day.")
        table[days] = part["spans"].strip(" ,")
    stored = json.dumps(table)
    read_hours(stored)
    return stored


@one_transaction
def set_hours(sitting: Sitting, name: str, hours: str | None) -> User:
    """Give somebody working hours of their own, as typed; ``None``: the team's again. By their own clock.

    Raises :class:`NotAllowed`, :class:`NothingToDo` for an unknown name, :class:`BadRequest` for other texts.
    """
    may(sitting, Right.MANAGE_PEOPLE)
    stored = hours_from(hours) if hours is not None else None
    with sitting.database.write() as session:
        user = session.get_one(User, user_id_of(session, name))
        user.hours = stored
        detail = {"hours": json.loads(stored) if stored else None}
        audit.append(session, sitting.person, "users.hours", f"user {user.id}", detail, sitting.clock.now())
        return user


@dataclass(frozen=True, slots=True)
class Change:
    """Pools that somebody joins and leaves."""

    join: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()


@one_transaction
def change_pools(sitting: Sitting, name: str, change: Change) -> tuple[User, list[str]]:
    """Have somebody join pools and leave others; they, and the pools they are in now. Their desk knows when it opens.

    Raises :class:`NotAllowed`, :class:`NothingToDo` for an unknown name, :class:`BadRequest` for a pool that cannot be.
    """
    may(sitting, Right.MANAGE_PEOPLE)
    for pool in (*change.join, *change.leave):
        if not 0 < len(pool) <= MAX_POOL:
            raise BadRequest(f'"{pool}" cannot be a pool.', f"A pool's name has 1 to {MAX_POOL} characters.")
    with sitting.database.write() as session:
        user = session.get_one(User, user_id_of(session, name))
        rows = {row.pool: row for row in _memberships(session, user)}
        for pool in change.leave:
            if pool in rows:
                session.delete(rows.pop(pool))
        session.add_all(
            UserPool(user_id=key_of(user), pool=pool) for pool in dict.fromkeys(change.join) if pool not in rows
        )
        session.flush()
        pools = [row.pool for row in _memberships(session, user)]
        if change.join or change.leave:
            audit.append(
                session, sitting.person, "users.pool", f"user {user.id}", {"pools": pools}, sitting.clock.now()
            )
        return user, pools


def _memberships(session: Session, user: User) -> list[UserPool]:
    return list(session.exec(select(UserPool).where(UserPool.user_id == user.id).order_by(col(UserPool.pool))))
