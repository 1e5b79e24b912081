"""What a newcomer adds to a client who is here already: gaps are filled, nothing that is there is overwritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from rules.reasons import Reason
from rules.situation import Agreed
from salesdesk.clients.draft import ClientDraft
from salesdesk.clients.newcomer import Newcomer
from salesdesk.clients.notes import joined
from salesdesk.clients.store import client_key
from salesdesk.clients.zone_gain import guess_together, narrower, zone_gain
from salesdesk.places.phones import PhoneNumber
from salesdesk.places.zone_guess import ZoneGuess, to_area
from salesdesk.storage.models import Area as AreaRow
from salesdesk.storage.models import Client, Phone, Suppression, Task, User, key_of
from salesdesk.words.codes import Act
from salesdesk.work.areas import move_to, plan_anew
from salesdesk.work.claims import area_of
from salesdesk.work.opening import wall_text
from salesdesk.work.promises import make_promise
from salesdesk.work.rulebook import Rulebook
from salesdesk.work.suppression import digest_of

_TEXTS = ("company", "position", "city", "region", "country", "source")
_PLACE = frozenset(("zone", "country", "region"))


@dataclass(frozen=True, slots=True)
class Gain:
    """The columns of a client that get new values, and its new numbers."""

    values: dict[str, Any]
    phones: tuple[PhoneNumber, ...]

    def __bool__(self) -> bool:
        return bool(self.values or self.phones)


@dataclass(frozen=True, slots=True)
class Merger:
    """Merges newcomers into clients inside one transaction. ``owners`` are the ids of active users by name."""

    session: Session
    book: Rulebook
    now: datetime
    owners: dict[str, int | None]

    def gain(self, client: Client, phones: Sequence[Phone], newcomer: Newcomer) -> Gain:
        """What would change. A different name, company or status is not taken over; a different note is appended."""
        draft = newcomer.draft
        values: dict[str, Any] = {
            field: getattr(draft, field) for field in _TEXTS if getattr(draft, field) and not getattr(client, field)
        }
        if client.name.startswith("+") and not draft.name.startswith("+"):  # a number stood in for the name
            values["name"] = draft.name
        values |= zone_gain(client, guess_together(client, phones, draft, values, self.now), self.now)
        if client.owner_id is None and draft.owner in self.owners:
            values["owner_id"] = self.owners[draft.owner]
        if client.preferred_at is None and newcomer.prefer is not None:
            said = newcomer.prefer
            values |= {"preferred_at": said.at, "preferred_wall": wall_text(said), "preferred_zone": said.zone}
        held = {phone.e164 for phone in phones}
        new = tuple(number for number in draft.phones if number.e164 not in held)
        return Gain(values | _more(client, draft), new)

    def merge(self, client: Client, phones: list[Phone], newcomer: Newcomer, taken: Collection[str] = ()) -> None:
        """Make the changes; ``phones`` are the client's and grow. Numbers that others have ``taken`` stay theirs."""
        gain = self.gain(client, phones, newcomer)
        guess = guess_together(client, phones, newcomer.draft, gain.values, self.now)
        for field, value in gain.values.items():
            setattr(client, field, value)
        # Who asked not to be called meant every number, those that were not known then too.
        silent = bool(phones) and all(phone.dnc for phone in phones)
        for number in gain.phones:
            if number.e164 not in taken:
                phones.append(self._phone(client, number, len(phones), silent))
        self.session.add_all(phones)
        client.search_key = client_key(client, (phone.e164 for phone in phones))
        if _PLACE & gain.values.keys() or (client.zone is None and guess.candidates):
            self._move(client, guess)
        if "preferred_at" in gain.values and newcomer.prefer is not None:
            self._promise(client, newcomer.prefer)

    def _promise(self, client: Client, prefer: Agreed) -> None:
        """Keep the time that became known as a promise; one that was given to the client before stays."""
        task = open_task(self.session, key_of(client))
        if task is not None and task.claimed_by is None and task.feed != "callback":
            make_promise(self.session, self.book.rules, task, prefer, self.now)

    def _phone(self, client: Client, number: PhoneNumber, position: int, silent: bool) -> Phone:
        dnc = silent or self.session.get(Suppression, digest_of(self.session, number.e164)) is not None
        return Phone(client_id=key_of(client), e164=number.e164, kind=number.kind, position=position, dnc=dnc)

    def _move(self, client: Client, guess: ZoneGuess) -> None:
        """Have the calling rules of the place that became known hold for the client and its open task."""
        before = area_of(self.session.get_one(AreaRow, client.area_id))
        zones = (client.zone,) if client.zone else narrower(guess, before.zones)
        area = to_area(replace(guess, zone=client.zone, candidates=zones), client.country or None, client.region)
        if len(area.regions) != 1 and area.country == before.country:
            area = replace(area, region=before.region or area.region)
        if area == before:
            return
        task = open_task(self.session, key_of(client))
        move_to(self.session, client, task, area)
        if task is not None:
            plan_anew(self.session, self.book.rules, task, self.now, Reason(Act.PLACE_KNOWN))


def merger(session: Session, book: Rulebook, now: datetime) -> Merger:
    """A merger for this transaction; ``now`` is aware UTC."""
    return Merger(session, book, now, dict(session.exec(select(User.name, User.id).where(col(User.active))).all()))


def open_task(session: Session, client_id: int) -> Task | None:
    """The client's open task; ``None`` in a final status. Nobody else changes it before this transaction ends."""
    query = select(Task).where(Task.client_id == client_id, col(Task.closed_at).is_(None)).with_for_update()
    return session.exec(query).first()


def load_clients(session: Session, ids: Collection[int]) -> dict[int, tuple[Client, list[Phone]]]:
    """Clients with their numbers, by id."""
    phones: dict[int, list[Phone]] = defaultdict(list)
    for phone in session.exec(select(Phone).where(col(Phone.client_id).in_(ids)).order_by(col(Phone.position))):
        phones[phone.client_id].append(phone)
    clients = session.exec(select(Client).where(col(Client.id).in_(ids)))
    return {key_of(client): (client, phones[key_of(client)]) for client in clients}


def _more(client: Client, draft: ClientDraft) -> dict[str, Any]:
    """E-mails, custom fields and a note that the client does not have yet."""
    values: dict[str, Any] = {}
    known = {address.casefold() for address in client.emails}
    emails = [address for address in draft.emails if address.casefold() not in known]
    if emails:
        values["emails"] = [*client.emails, *emails]
    if draft.custom.keys() - client.custom.keys():
        values["custom"] = {**draft.custom, **client.custom}
    if draft.note and draft.note not in client.note:
        values["note"] = joined(client.note, draft.note)
    return values
