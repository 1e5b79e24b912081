"""Numbers that must not be called: marking one by hand, and lifting the mark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from salesdesk.access import audit
from salesdesk.access.rights import Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.clients.duplicates import lock_numbers
from salesdesk.clients.notes import joined
from salesdesk.clients.reopening import locked_client
from salesdesk.errors import BadRequest, NothingToDo
from salesdesk.places.phones import parse_phone
from salesdesk.storage.database import one_transaction
from salesdesk.storage.models import MAX_NAME, Phone, Suppression
from salesdesk.work.ending import end_work
from salesdesk.work.pictures import client_view
from salesdesk.work.rulebook import current, keep_rules
from salesdesk.work.settings import home_country
from salesdesk.work.situations import callable_phones, phones_of
from salesdesk.work.suppression import digest_of, suppress
from salesdesk.work.views import ClientView


@dataclass(frozen=True, slots=True)
class Wish:
    """Whether a number may be called from now on, and why in the words of who says so."""

    phone: str
    why: str
    off: bool = False


@one_transaction
def mark(sitting: Sitting, wish: Wish) -> ClientView | None:
    """Mark a number as not to be called, or with ``off`` lift the mark. Lead and admin only; audited.

    The number is suppressed too, so that it stays marked when it comes in again. A client who has no other number that
    may be called goes to the rules' ``dnc_status``, at once, even out of somebody's hands; lifting the mark does not
    bring them back (``clients reopen`` does). Returns the client who has the number; ``None`` where nobody here has it.
    Raises :class:`BadRequest` for a text that is no number or a reason that is missing or too long, and
    :class:`NothingToDo` when the mark is as wanted already.
    """
    may(sitting, Right.SUPPRESS)
    if not wish.why.strip() or len(wish.why) > MAX_NAME:
        raise BadRequest(f"--why needs 1 to {MAX_NAME} characters.", "Say in a few words who asked for it, and how.")
    with sitting.database.write() as session:
        keep_rules(session)
        lock_numbers(sitting.database, session)
        now = sitting.clock.now()
        e164 = parse_phone(wish.phone, home_country(session)).e164
        known = session.exec(select(Phone.client_id).where(Phone.e164 == e164)).first()
        _require_change(session, e164, off=wish.off)
        if wish.off:
            _lift(session, e164)
        else:
            suppress(session, e164, user_id=sitting.person.id, why=wish.why.strip(), now=now)
        client = _settle(session, known, e164, wish, now) if known is not None else None
        about = f"client {known}" if known is not None else "a number that nobody here has"
        audit.append(session, sitting.person, "clients.dnc", about, {"off": wish.off}, now)
        return client


def _require_change(session: Session, e164: str, *, off: bool) -> None:
    suppressed = session.get(Suppression, digest_of(session, e164)) is not None
    phone = session.exec(select(Phone).where(Phone.e164 == e164)).first()
    marked = phone.dnc if phone is not None else None
    if off and not suppressed and not marked:
        if phone is not None and phone.bad:
            mend = f"Where it is right after all: salesdesk clients phone {phone.client_id} PHONE --good"
            raise NothingToDo("That number is not marked do-not-call; it is marked as wrong.", mend)
        raise NothingToDo("That number is not marked.", "Nothing was changed.")
    if not off and suppressed and marked in (None, True):
        raise NothingToDo("That number is marked already.", "Nothing was changed.")


def _lift(session: Session, e164: str) -> None:
    found = session.get(Suppression, digest_of(session, e164))
    if found is not None:
        session.delete(found)


def _settle(session: Session, client_id: int, e164: str, wish: Wish, now: datetime) -> ClientView:
    """Mark the number of the client who has it, and end the work with them if no other may be called."""
    client, task = locked_client(session, client_id)
    rules = current(session).rules
    session.exec(select(Phone).where(col(Phone.e164) == e164)).one().dnc = not wish.off
    session.flush()
    if wish.off:
        client.note = joined(client.note, f"may be called again: {wish.why.strip()}")
    elif task is not None and not callable_phones(phones_of(session, client_id)):
        end_work(session, rules, client, task, now, "dnc")
    session.flush()
    return client_view(session, client, rules, now)
