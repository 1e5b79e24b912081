"""What the program keeps about itself: the audit, imports that were taken back, suppressed numbers, breaks, hours."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

from sqlalchemy import exists, func, or_, text
from sqlmodel import Session, col, select

from salesdesk.access import audit as audit_chain
from salesdesk.errors import BadRequest
from salesdesk.storage.models import BreakTime, Client, Import, Phone, Setting, Suppression, User
from salesdesk.words.counted import counted
from salesdesk.work.presence import read_hours
from salesdesk.work.settings import SUPPRESSION_KEY

_AT_ONCE = 5000

# The triggers that make the audit append-only (migration 0003), where they are and work.
_GUARDS = {
    "sqlite": "SELECT count(*) = 2 FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"
    " AND name IN ('audit_no_update', 'audit_no_delete')",
    "postgresql": "SELECT count(*) = 1 FROM pg_trigger WHERE tgrelid = to_regclass('audit')"
    " AND tgname = 'audit_append_only' AND tgenabled <> 'D'",
}


def audit(session: Session) -> Iterator[str]:
    """The audit is one unbroken chain, and the engine refuses to change it."""
    broken = audit_chain.verify(session)
    if broken is not None:
        yield f"audit {broken}: it was changed or put in, or the row before it is gone"
    connection = session.connection()
    if not connection.execute(text(_GUARDS[connection.dialect.name])).scalar_one():
        yield "audit: nothing guards it against being changed"


def imports(session: Session) -> Iterator[str]:
    """An import that was taken back has left nothing."""
    for row in session.exec(select(Import).where(col(Import.finished_at).is_not(None))):
        if "aborted" not in row.counts:
            continue
        left = session.exec(select(func.count(col(Client.id))).where(Client.import_id == row.id)).one()
        if left:
            stay = f"{counted(left, 'client')} of it {'is' if left == 1 else 'are'}"
            yield f"import {row.id}: it was taken back, but {stay} left"


def suppressions(session: Session) -> Iterator[str]:
    """A number that was suppressed is marked wherever it stands; a sentence does not repeat it."""
    key = session.get(Setting, SUPPRESSION_KEY)
    if key is None:
        yield f"setting {SUPPRESSION_KEY}: it is missing, so suppressed numbers cannot be known again"
        return
    digests = set(session.exec(select(Suppression.digest)))
    if not digests:
        return
    secret = bytes.fromhex(key.value)
    unmarked = select(Phone.id, Phone.e164).where(~col(Phone.dnc)).execution_options(yield_per=_AT_ONCE)
    for row, e164 in session.exec(unmarked):
        if hmac.new(secret, e164.encode(), hashlib.sha256).hexdigest() in digests:
            yield f"phone {row}: its number is suppressed, but it may be called"


def people(session: Session) -> Iterator[str]:
    """A person is on one break at most, and has working hours that can be read."""
    breaks = func.count(col(BreakTime.id))
    query = select(BreakTime.user_id, breaks).where(col(BreakTime.ended_at).is_(None)).group_by(col(BreakTime.user_id))
    for user, count in session.exec(query.having(breaks > 1)):
        yield f"user_account {user}: it has {count} open breaks"
    for person, hours in session.exec(select(User.id, User.hours).where(col(User.hours).is_not(None))):
        try:
            read_hours(hours or "")
        except BadRequest:
            yield f"user_account {person}: its working hours cannot be read"


def forgotten(session: Session) -> Iterator[str]:
    """A forgotten client has no number, company, place, note or key to be found by left."""
    texts = (col(Client.company), col(Client.position), col(Client.city), col(Client.note), col(Client.search_key))
    numbered = exists().where(col(Phone.client_id) == col(Client.id))
    kept = or_(numbered, *(column != "" for column in texts))
    for row in session.exec(select(Client.id).where(col(Client.forgotten_at).is_not(None), kept)):
        yield f"client {row}: it was forgotten, but something personal is left"
