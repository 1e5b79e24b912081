"""The audit: administrative acts, each row chained to the one before it, so that a row changed or taken out shows.

The chain shows tampering inside it; the newest rows cut off leave no trace here, so whoever must prove more keeps the
newest digest elsewhere. Rows name people and objects by id or name of their own, never by a client's personal text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from salesdesk.jsonable import instant_text
from salesdesk.models import Audit
from salesdesk.people import Person
from salesdesk.signin import os_login

_LOCK = 0x41554449  # "AUDI": the PostgreSQL advisory lock under which the chain grows
_AT_ONCE = 1000


def append(  # noqa: PLR0913, PLR0917 - the columns of an audit row
    session: Session, person: Person, action: str, object_: str, detail: Mapping[str, Any], now: datetime
) -> Audit:
    """Add a row to the chain, in the caller's transaction, so that the act and its row stand or fall together.

    ``action`` begins with its noun (``rules.apply``), ``object_`` names what was acted on (``version 5``), ``detail``
    is plain JSON, ``now`` aware UTC. On PostgreSQL whoever appends next waits for this transaction: append late in it.
    On SQLite the one writer waits for nobody.
    """
    if session.connection().dialect.name == "postgresql":
        session.exec(select(func.pg_advisory_xact_lock(_LOCK))).one()
    last = session.exec(select(Audit.digest).order_by(col(Audit.id).desc()).limit(1)).first()
    row = Audit(
        at=now,
        actor_id=person.id,
        os_login=os_login(),
        action=action,
        object=object_,
        detail=dict(detail),
        previous=last or "",
    )
    row.digest = _digest(row)
    session.add(row)
    session.flush()
    return row


def verify(session: Session) -> int | None:
    """The id of the first row that was changed, put in, or has lost the one before it; ``None`` for a sound chain."""
    previous = ""
    query = select(Audit).order_by(col(Audit.id)).execution_options(yield_per=_AT_ONCE)
    with closing(session.exec(query)) as rows:
        for row in rows:
            if row.previous != previous or row.digest != _digest(row):
                return row.id
            previous = row.digest
    return None


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
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{row.previous}\n{text}".encode()).hexdigest()
