"""Whether a number is right: marking one as wrong outside a call, and lifting that mark, in one place.

A wrong number is marked by an outcome (``bad_phone``), or here. The mark is lifted by who says that the number is right
after all (:func:`mark_number`), and by the number itself, where its owner shows that it works: they arrive singly with
it, or call in from it (:func:`lift_wrong`). A list that has the number says nothing of whether it works, so an import
leaves the mark; so does lifting do-not-call, which is another wish. Each time it is in the audit.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from salesdesk.access import audit
from salesdesk.access.people import Person
from salesdesk.access.rights import Right, may, require_sight
from salesdesk.access.sitting import Sitting
from salesdesk.clients.reopening import locked_client
from salesdesk.errors import BadRequest, NothingToDo
from salesdesk.places.phones import parse_phone
from salesdesk.storage.database import one_transaction
from salesdesk.storage.models import Phone
from salesdesk.work.ending import end_work
from salesdesk.work.pictures import client_view
from salesdesk.work.rulebook import current, keep_rules
from salesdesk.work.settings import home_country
from salesdesk.work.situations import callable_phones, phones_of
from salesdesk.work.views import ClientView

_ACTION = "clients.phone"


@one_transaction
def mark_number(sitting: Sitting, client_id: int, number: str, *, good: bool | None) -> ClientView:
    """Say that a client's number is right after all, or that it is wrong. A manager does it for the client in hand.

    A client who has no other number that may be called goes to the rules' ``dnc_status``, at once, even out of
    somebody's hands; lifting the mark does not bring them back (``clients reopen`` does), nor does it lift do-not-call.
    Raises :class:`NothingToDo` for an unknown client or number and when the mark is as wanted already,
    :class:`BadRequest` for a text that is no number and when ``good`` is not said, and :class:`NotAllowed` for a
    manager who does not hold the client.
    """
    may(sitting, Right.MARK_NUMBER)
    require_sight(sitting, client_id)
    if good is None:
        raise BadRequest("It is not said whether the number is right.", "Say --good or --bad.")
    with sitting.database.write() as session:
        keep_rules(session)
        now, rules = sitting.clock.now(), current(session).rules
        e164 = parse_phone(number, home_country(session)).e164
        client, task = locked_client(session, client_id)
        phones = phones_of(session, client_id)
        phone = next((phone for phone in phones if phone.e164 == e164), None)
        if phone is None:
            raise NothingToDo(f"Client {client_id} has no such number.", f"See: salesdesk clients show {client_id}")
        if phone.bad != good:
            is_so = "is not marked as wrong" if good else "is marked as wrong already"
            raise NothingToDo(f"That number {is_so}.", _other_mark(phone) if good else "Nothing was changed.")
        phone.bad = not good
        _tell(session, sitting.person, client_id, good=good, now=now)
        if task is not None and not callable_phones(phones):
            end_work(session, rules, client, task, now, "dnc")
        session.flush()
        return client_view(session, client, rules, now)


def lift_wrong(session: Session, person: Person, phones: Iterable[Phone], now: datetime) -> None:
    """Lift the mark from those of a client's numbers that have just shown that they work; ``now`` is aware UTC."""
    for phone in phones:
        if phone.bad:
            phone.bad = False
            _tell(session, person, phone.client_id, good=True, now=now)
    session.flush()


def _other_mark(phone: Phone) -> str:
    return (
        "It is marked do-not-call: salesdesk clients dnc PHONE --off --why TEXT"
        if phone.dnc
        else "Nothing was changed."
    )


def _tell(session: Session, person: Person, client_id: int, *, good: bool, now: datetime) -> None:
    audit.append(session, person, _ACTION, f"client {client_id}", {"good": good}, now)
