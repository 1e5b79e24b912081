"""The audit: administrative acts, refusals and look-ups in vain, each row chained to the one before it, so that a
changed row shows. What is done on calls is not here: an attempt is its own record.

The chain shows tampering inside it; the newest rows cut off leave no trace here, so whoever must prove more keeps the
newest digest elsewhere. Rows name people, files and objects by id or name of their own, digits by a keyed hash, never a
client's personal text; the one text that somebody has typed is an admin's note on a change of rules.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from salesdesk.access.bounded_login import is_guarded
from salesdesk.access.os_login import os_login
from salesdesk.access.people import Person, user_id_of
from salesdesk.storage.models import Audit, User
from salesdesk.storage.models.base import MAX_NAME
from salesdesk.words.json_times import instant_text

DENIED = "denied"
_LOCK = 0x41554449  # "AUDI": the PostgreSQL advisory lock under which the chain grows
_AT_ONCE = 1000
_USER = "user "  # how rows name people: by their number here


def append(  # noqa: PLR0913, PLR0917 - the columns of an audit row
    session: Session, person: Person | None, action: str, object_: str, detail: Mapping[str, Any], now: datetime
) -> Audit:
    """Add a row to the chain, in the caller's transaction, so that the act and its row stand or fall together.

    ``person`` is ``None`` when nobody who is known here acted. ``action`` begins with its noun (``rules.apply``),
    ``object_`` names what was acted on (``version 5``), ``detail`` is plain JSON, ``now`` aware UTC. On PostgreSQL
    whoever appends next waits for this transaction: append late in it. On SQLite the one writer waits for nobody.
    """
    return _append(session, person.id if person else None, action, object_, detail, now)


def deny(session: Session, actor_id: int | None, command: str, about: str, now: datetime) -> Audit:
    """Record a refusal: of which command, and of what object if it was about one (``client 17``)."""
    return _append(session, actor_id, DENIED, about, {"command": command}, now)


def _append(  # noqa: PLR0913, PLR0917 - the columns of an audit row
    session: Session, actor_id: int | None, action: str, object_: str, detail: Mapping[str, Any], now: datetime
) -> Audit:
    if session.connection().dialect.name == "postgresql":
        session.exec(select(func.pg_advisory_xact_lock(_LOCK))).one()
    row = Audit(
        at=now,
        actor_id=actor_id,
        os_login=os_login()[:MAX_NAME],
        action=action,
        object=object_,
        detail=dict(detail),
        previous=_newest_digest(session),
    )
    row.digest = _digest(row)
    session.add(row)
    session.flush()
    return row


def _newest_digest(session: Session) -> str:
    if is_guarded(session):  # such a login does not see the rows that others made
        return str(session.connection().execute(text("SELECT salesdesk_guard.audit_head()")).scalar_one())
    return session.exec(select(Audit.digest).order_by(col(Audit.id).desc()).limit(1)).first() or ""


@dataclass(frozen=True, slots=True)
class Chain:
    """What checking the chain found: how many rows are sound, the newest digest, and the first row that is not."""

    rows: int
    digest: str
    broken: int | None


def examine(session: Session) -> Chain:
    """Check every row. The first broken one was changed, put in, or has lost the one before it."""
    previous, count = "", 0
    query = select(Audit).order_by(col(Audit.id)).execution_options(yield_per=_AT_ONCE)
    with closing(session.exec(query)) as rows:
        for row in rows:
            if row.previous != previous or row.digest != _digest(row):
                return Chain(count, previous, row.id)
            previous, count = row.digest, count + 1
    return Chain(count, previous, None)


def verify(session: Session) -> int | None:
    """The id of the first row that is broken; ``None`` for a sound chain."""
    return examine(session).broken


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the audit with the names of who acted and of whom it is about (``None``: nobody who is known here)."""

    row: Audit
    actor: str | None
    about: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The contract's audit row."""
        row = self.row
        return {
            "id": row.id,
            "at": instant_text(row.at),
            "actor": self.actor,
            "os_login": row.os_login,
            "action": row.action,
            "object": row.object,
            "object_name": self.about,
            "detail": row.detail,
        }


def entries(session: Session, *, since: datetime | None = None, actor: str | None = None) -> list[Entry]:
    """The rows, oldest first, from an instant on (aware UTC) and of one person where these are given, with the names
    of people in place of their numbers.

    Raises :class:`salesdesk.errors.NothingToDo` for an unknown name.
    """
    query = select(Audit, User.name).outerjoin(User, col(User.id) == Audit.actor_id).order_by(col(Audit.id))
    if since is not None:
        query = query.where(col(Audit.at) >= since)
    if actor is not None:
        query = query.where(Audit.actor_id == user_id_of(session, actor))
    found = session.exec(query).all()
    names = {f"{_USER}{key}": name for key, name in session.exec(select(User.id, User.name))}
    return [Entry(row, actor, names.get(row.object)) for row, actor in found]


def _digest(row: Audit) -> str:
    """SHA-256 over the digest before and the row's own fields as canonical JSON."""
    fields = {
        "at": instant_text(row.at),
        "actor_id": row.actor_id,
        "os_login": row.os_login,
        "action": row.action,
        "object": row.object,
        "detail": row.detail,
    }
    said = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{row.previous}\n{said}".encode()).hexdigest()
