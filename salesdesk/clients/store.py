"""Putting clients into the base: the client, its numbers, its deal and its first task, together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from rules.area import Area
from rules.model import Feed
from rules.reasons import Reason
from rules.situation import Agreed
from salesdesk.clients.draft import ClientDraft, search_key
from salesdesk.errors import BadRequest
from salesdesk.places.zone_guess import to_area
from salesdesk.storage.models import Client, Deal, Phone, Suppression, Task, User, key_of
from salesdesk.words.codes import Act
from salesdesk.work.areas import area_row
from salesdesk.work.opening import ToDo, new_deal, new_task
from salesdesk.work.planning import allowed_from
from salesdesk.work.pools import takers
from salesdesk.work.promises import prefer_at
from salesdesk.work.rulebook import Rulebook
from salesdesk.work.suppression import digest_of


@dataclass(frozen=True, slots=True)
class Arrival:
    """How some clients come in: singly (``incoming``) or by an import (``planned``), when (aware UTC) and whose.

    ``owner`` and ``source`` hold for those that name none themselves. ``prefer`` is a time that a single client asked
    to be called at: it is kept as a promise.
    """

    book: Rulebook
    now: datetime
    feed: Feed
    owner: str | None = None
    source: str = ""
    prefer: Agreed | None = None
    import_id: int | None = None


def add_clients(session: Session, drafts: Sequence[ClientDraft], arrival: Arrival) -> list[Client]:
    """Store clients whose numbers are not in the base yet, each in the first status with its first task.

    A client without a number that may be called goes to the rules' ``dnc_status`` and has no task. Raises
    :class:`BadRequest` for an unknown owner or status; see :func:`check_draft` to find that out before.
    """
    places = [to_area(draft.zone, draft.country, draft.region) for draft in drafts]
    rows = {place: area_row(session, place) for place in dict.fromkeys(places)}
    owners = {name: _owner(session, name) for name in {draft.owner or arrival.owner for draft in drafts}}
    clients = [
        _client(draft, key_of(rows[place]), owners[draft.owner or arrival.owner], arrival)
        for draft, place in zip(drafts, places, strict=True)
    ]
    session.add_all(clients)
    session.flush()
    phones = _phones(session, drafts, clients)
    for client, numbers in zip(clients, phones, strict=True):
        session.add_all(numbers)
        if all(number.dnc for number in numbers):
            client.status = arrival.book.rules.calling.dnc_status
    rules = arrival.book.rules
    deals = [new_deal(client, arrival.now, ended=rules.kind_of(client.status) != "open") for client in clients]
    session.add_all(deals)
    session.flush()
    callers = takers(session, arrival.book.rules.tasks["call"].pool, set(owners.values()))
    for deal, client, place in zip(deals, clients, places, strict=True):
        if deal.closed_at is None:
            session.add(_first_task(client, deal, place, arrival, callers))
    session.flush()
    return clients


def check_draft(session: Session, draft: ClientDraft, arrival: Arrival) -> None:
    """Raise :class:`BadRequest` when the draft names an owner or a status that is not known here."""
    _owner(session, draft.owner or arrival.owner)
    _status(draft.status, arrival)


def _client(draft: ClientDraft, area_id: int, owner_id: int | None, arrival: Arrival) -> Client:
    rules = arrival.book.rules
    status = _status(draft.status, arrival)
    funnel = rules.funnel_of(status)
    client = Client(
        name=draft.name,
        company=draft.company,
        position=draft.position,
        emails=list(draft.emails),
        city=draft.city,
        region=draft.region,
        country=draft.country or "",
        zone=draft.zone.zone,
        zone_source=draft.zone.source,
        rival_zone=draft.zone.rival_zone,
        rival_source=draft.zone.rival_source,
        area_id=area_id,
        funnel=funnel.id if funnel else next(iter(rules.funnels)),
        status=status,
        owner_id=owner_id,
        source=draft.source or arrival.source,
        note=draft.note,
        custom=dict(draft.custom),
        tags=[],
        import_id=arrival.import_id,
        created_at=arrival.now,
        touched_at=arrival.now,
    )
    if arrival.prefer is not None:
        prefer_at(client, arrival.prefer)
    client.search_key = client_key(client, (number.e164 for number in draft.phones))
    return client


def client_key(client: Client, numbers: Iterable[str]) -> str:
    """The folded text by which a client is found: names, company, city, e-mails and numbers."""
    return search_key(client.name, client.company, client.city, *client.emails, *numbers)


def _owner(session: Session, name: str | None) -> int | None:
    if not name:
        return None
    found = session.exec(select(User.id).where(User.name == name, col(User.active).is_(True))).first()
    if found is None:
        raise BadRequest(f'The owner "{name}" is not an active user here.', "See: salesdesk users list")
    return found


def _status(named: str, arrival: Arrival) -> str:
    """The status that a file names by id or label; a new client's when it names none."""
    rules = arrival.book.rules
    if not named:
        return rules.first_status
    folded = search_key(named)
    for status in rules.statuses.values():
        if folded in (status.id, search_key(status.label)):
            return status.id
    raise BadRequest(f'The status "{named}" is not known.', f"Use one of: {', '.join(rules.statuses)}.")


def _phones(session: Session, drafts: Sequence[ClientDraft], clients: Sequence[Client]) -> list[list[Phone]]:
    """The numbers of each client; which of them are suppressed is asked once for all."""
    digests = {number.e164: digest_of(session, number.e164) for draft in drafts for number in draft.phones}
    suppressed = set(session.exec(select(Suppression.digest).where(col(Suppression.digest).in_(digests.values()))))
    return [
        [
            Phone(
                client_id=key_of(client),
                e164=number.e164,
                kind=number.kind,
                position=position,
                dnc=digests[number.e164] in suppressed,
            )
            for position, number in enumerate(draft.phones)
        ]
        for draft, client in zip(drafts, clients, strict=True)
    ]


def _first_task(client: Client, deal: Deal, area: Area, arrival: Arrival, callers: set[int]) -> Task:
    """The first call: at once, or at the time that the client asked for; when their window allows it. It is their
    owner's, if that is one of the ``callers``.
    """
    rules, prefer = arrival.book.rules, arrival.prefer
    wanted = prefer.at if prefer else arrival.now
    allowed = allowed_from(rules, area, wanted)
    fresh = allowed.at + timedelta(seconds=rules.feed.fresh_for)
    todo = ToDo(
        kind="callback" if prefer else "call",
        feed="callback" if prefer else arrival.feed,
        pool=rules.tasks["call"].pool,
        assignee_id=client.owner_id if client.owner_id in callers else None,
        wanted_at=wanted,
        due_at=allowed.at,
        because=(_why(arrival), *allowed.reasons),
        agreed=prefer,
        fresh_until=fresh if arrival.feed == "incoming" and not prefer else None,
        import_id=arrival.import_id,
    )
    return new_task(client, deal, todo, arrival.now)


def _why(arrival: Arrival) -> Reason:
    if arrival.prefer:
        return Reason(Act.ASKED_FOR)
    return Reason(Act.ARRIVED) if arrival.feed == "incoming" else Reason(Act.IMPORTED)
