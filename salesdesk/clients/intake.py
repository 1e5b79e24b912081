"""Clients who arrive singly: by the command line now, by other ways later. They are fed before everybody planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from rules.area import Area
from rules.reasons import Reason, as_json
from rules.situation import Agreed
from rules.when.faults import WhenFault
from rules.zonetime import tables_version
from salesdesk.access import audit
from salesdesk.access.people import Person
from salesdesk.access.rights import Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.clients.draft import ClientDraft, draft_from_row
from salesdesk.clients.duplicates import holders_of, lock_numbers
from salesdesk.clients.gain import merger, open_task
from salesdesk.clients.newcomer import Newcomer, preferred
from salesdesk.clients.phone_marks import lift_wrong
from salesdesk.clients.reopening import require_number
from salesdesk.clients.store import Arrival, add_clients, check_draft
from salesdesk.errors import BadRequest
from salesdesk.places.zone_guess import to_area
from salesdesk.storage.database import one_transaction
from salesdesk.storage.models import Area as AreaRow
from salesdesk.storage.models import Client, Task, key_of
from salesdesk.words.codes import Act
from salesdesk.work.claims import area_of
from salesdesk.work.opening import ToDo, begin_deals, new_task
from salesdesk.work.pictures import client_view
from salesdesk.work.planning import client_allowed_from
from salesdesk.work.pools import give_out, takers
from salesdesk.work.promises import make_promise, prefer_at
from salesdesk.work.rulebook import current, keep_rules, zone_of
from salesdesk.work.settings import home_country
from salesdesk.work.situations import phones_of
from salesdesk.work.views import ClientView

_PLACE_MEND = "Say where they are (--city or --zone), or how long from now (+2h), or your own time (15:30 me)."
_AGAIN = Reason(Act.ARRIVED_AGAIN)


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client as typed. ``phone`` may hold several numbers; ``country`` is a name or ISO code, ``zone`` an IANA name,
    ``prefer`` a WHEN in the client's local time, ``owner`` a user's name.
    """

    name: str
    phone: str
    company: str = ""
    city: str = ""
    country: str | None = None
    zone: str | None = None
    prefer: str | None = None
    source: str = ""
    owner: str | None = None
    note: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class _Coming:
    """A client coming in, inside one transaction. ``my_zone`` is that of who types."""

    session: Session
    arrival: Arrival
    person: Person
    my_zone: str
    when: str | None

    def wish(self, area: Area) -> Agreed | None:
        """The time at which the client wants to be called, by the clock of the area."""
        if not self.when:
            return None
        try:
            return preferred(self.when, area, self.arrival.book, self.my_zone, self.arrival.now)
        except WhenFault as fault:
            mend = _PLACE_MEND if fault.kind == "no zone" else fault.mend
            raise BadRequest(str(fault), mend) from fault


@one_transaction
def add_client(sitting: Sitting, new: NewClient) -> ClientView:
    """Take in one client, due at once or at the time they prefer, which is kept as a promise.

    A number that is here already means that its client arrived again: what is new is added to them, a number that was
    marked as wrong is right after all, an open task other than a promise becomes due now (a promise moves only to a
    newly preferred time), and a client in a final status is reopened with a new deal. A task in somebody's hands is
    left as it is. Nobody's client is given out as the pool's rules say. Raises :class:`NotAllowed`, and
    :class:`BadRequest` for texts that cannot be used, numbers of two clients, or a client who must not be called.
    """
    may(sitting, Right.ADD)
    now = sitting.clock.now()
    with sitting.database.read() as session:
        draft = _draft(new, home_country(session), now)
    with sitting.database.write() as session:
        keep_rules(session)
        lock_numbers(sitting.database, session)
        book = current(session)
        arrival = Arrival(book, now, "incoming")
        check_draft(session, draft, arrival)
        coming = _Coming(session, arrival, sitting.person, zone_of(sitting.person, book.rules), new.prefer)
        known = _known(session, draft)
        client = _first_time(coming, draft) if known is None else _again(coming, known, draft)
        session.flush()
        again = {"again": known is not None}
        audit.append(session, sitting.person, "clients.add", f"client {client.id}", again, now)
        return client_view(session, client, book.rules, now)


def _draft(new: NewClient, home: str, now: datetime) -> ClientDraft:
    cells = {
        "name": new.name,
        "phone": new.phone,
        "company": new.company,
        "city": new.city,
        "country": new.country,
        "zone": new.zone,
        "source": new.source,
        "owner": new.owner,
        "note": new.note,
        "email": new.email,
    }
    draft = draft_from_row({key: [value] for key, value in cells.items() if value}, {}, country=home, at=now)
    for what in ("bad phone", "bad e-mail"):
        if what in draft.custom:
            raise BadRequest(f"{what.capitalize()}: {draft.custom[what]}", "Write it again, or leave it out.")
    return draft


def _known(session: Session, draft: ClientDraft) -> Client | None:
    """The client who has one of the numbers already."""
    holders = holders_of(session, (number.e164 for number in draft.phones))
    ids = sorted({holder.client_id for holder in holders.values()})
    if any(holder.running for holder in holders.values()):
        raise BadRequest("An import that is not finished yet has this number.", "Try again when it is done.")
    if len(ids) > 1:
        raise BadRequest(
            f"The numbers are those of clients {' and '.join(map(str, ids))}.", "Give the numbers of one client."
        )
    return session.get_one(Client, ids[0]) if ids else None


def _first_time(coming: _Coming, draft: ClientDraft) -> Client:
    prefer = coming.wish(to_area(draft.zone, draft.country, draft.region))
    arrival = Arrival(coming.arrival.book, coming.arrival.now, "incoming", prefer=prefer)
    client = add_clients(coming.session, [draft], arrival)[0]
    task = open_task(coming.session, key_of(client))
    if task is not None:
        give_out(coming.session, arrival.book.rules, client, task, arrival.now)
    return client


def _again(coming: _Coming, client: Client, draft: ClientDraft) -> Client:
    session, arrival = coming.session, coming.arrival
    task = open_task(session, key_of(client))  # locked before the client, as the desk does
    phones = phones_of(session, key_of(client))
    merger(session, arrival.book, arrival.now).merge(client, phones, Newcomer(draft))
    given = {number.e164 for number in draft.phones}
    lift_wrong(session, coming.person, [phone for phone in phones if phone.e164 in given], arrival.now)
    require_number(client, phones)
    client.touched_at = arrival.now
    area = area_of(session.get_one(AreaRow, client.area_id))
    prefer = coming.wish(area)
    if prefer is not None:
        prefer_at(client, prefer)
    if task is None:
        task = _reopen(coming, client)
    elif task.claimed_by is not None or (task.feed == "callback" and prefer is None):
        return client
    _plan(coming, task, prefer)
    session.add(task)
    session.flush()
    give_out(session, arrival.book.rules, client, task, arrival.now)
    return client


def _reopen(coming: _Coming, client: Client) -> Task:
    """Begin a new deal in the first status, with the misses forgotten; the task is still to be planned."""
    session, now, rules = coming.session, coming.arrival.now, coming.arrival.book.rules
    _, deal = begin_deals(session, rules, [client], rules.first_status, now)[0]
    pool = rules.tasks["call"].pool
    whose = client.owner_id if takers(session, pool, [client.owner_id]) else None
    return new_task(client, deal, ToDo("call", "incoming", pool, whose, wanted_at=now, due_at=now), now)


def _plan(coming: _Coming, task: Task, prefer: Agreed | None) -> None:
    """Have the task fall due at the preferred time or now, as windows and the calls made so far allow."""
    session, rules, now = coming.session, coming.arrival.book.rules, coming.arrival.now
    if prefer is not None:
        make_promise(session, rules, task, prefer, now)
        task.because = [*as_json([_AGAIN]), *task.because]
        return
    allowed = client_allowed_from(session, rules, task.client_id, task.area_id, now, now)
    task.wanted_at, task.feed, task.agreed_wall, task.agreed_zone = now, "incoming", None, None
    task.zone_tables = tables_version()
    task.due_at, task.because = allowed.at, as_json((_AGAIN, *allowed.reasons))
    task.fresh_until = task.due_at + timedelta(seconds=rules.feed.fresh_for)
