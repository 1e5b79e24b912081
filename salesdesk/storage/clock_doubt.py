"""Whether this machine's clock can be believed: due times go by it, and every call is recorded by it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from salesdesk.clock import Clock
from salesdesk.storage.database import SERVER_NOW, Database
from salesdesk.storage.models import Claim

DOUBT = timedelta(seconds=30)  # a desk that is further off than this warns (docs/architecture.md, storage)
_LOOKED_AT = 200  # claims; so that the warning stays for a while after the clock was set back


def clock_doubt(database: Database, clock: Clock) -> str | None:
    """What is wrong with the machine's clock, in a sentence for the person at it; ``None`` while it can be believed.

    PostgreSQL's own clock is what all desks share, so it is compared with that. On SQLite a clock that was set back is
    known by the calls that were taken later than now. Cheap enough to be asked twice a minute. Raises
    :class:`salesdesk.errors.StorageError`.
    """
    with database.read() as session:
        if not database.is_sqlite:
            return _against_server(clock.now() - session.exec(select(SERVER_NOW)).one())
        last = _last_taken(session)
    behind = last - clock.now() if last else timedelta()
    if behind <= DOUBT:
        return None
    return f"This machine's clock is {_length(behind)} behind calls that were taken already: check it."


def _against_server(ahead: timedelta) -> str | None:
    if abs(ahead) <= DOUBT:
        return None
    side = "ahead of" if ahead > timedelta() else "behind"
    return f"This machine's clock is {_length(abs(ahead))} {side} the database server's: check it."


def _last_taken(session: Session) -> datetime | None:
    recent = select(Claim.taken_at).order_by(col(Claim.id).desc()).limit(_LOOKED_AT).subquery()
    last: datetime | None = session.exec(select(func.max(recent.c.taken_at))).one()
    return last


def _length(time: timedelta) -> str:
    seconds = int(time.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
