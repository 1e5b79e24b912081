"""Setting a client's zone by hand: when the person on the line says where they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, select

from rules.area import Area
from rules.reasons import Reason, Value, instant_value
from rules.zonetime import to_instant
from salesdesk.access import audit
from salesdesk.access.rights import Right, may, require_sight
from salesdesk.access.sitting import Sitting
from salesdesk.clients.draft import zone_and_country
from salesdesk.clients.gain import open_task
from salesdesk.clients.store import client_key
from salesdesk.errors import BadRequest, NothingToDo
from salesdesk.places.phones import phone_from_e164
from salesdesk.places.same_time import same_time
from salesdesk.places.search import label
from salesdesk.places.where import Found
from salesdesk.places.zone_guess import Written, ZoneGuess, guess_zone, to_area, zone_of_text
from salesdesk.storage.database import one_transaction
from salesdesk.storage.models import LAST_ID, Client, Task, key_of
from salesdesk.words.codes import Act
from salesdesk.words.reasons import sentences
from salesdesk.work.areas import move_to, plan_anew
from salesdesk.work.complete import visible
from salesdesk.work.pictures import client_view
from salesdesk.work.rulebook import current, keep_rules
from salesdesk.work.situations import phones_of
from salesdesk.work.views import ClientView


@dataclass(frozen=True, slots=True)
class ZoneSet:
    """What setting a zone did: the client now, its zone and its task's due time (aware UTC) before and after, and all
    that changed.
    """

    client: ClientView
    before: str | None
    after: str
    due_before: datetime | None
    due_after: datetime | None
    reasons: tuple[Reason, ...]

    @property
    def because(self) -> tuple[str, ...]:
        """All that changed, in words."""
        return sentences(self.reasons)


@one_transaction
def set_zone(sitting: Sitting, client_id: int, text: str) -> ZoneSet:
    """Set a client's zone to an IANA zone or to that of a town, as given by this person; one transaction.

    A town also becomes the client's place, so that the calling rules of its country and region hold. The open task is
    planned anew from what was wanted, under windows and caps; one in hand keeps its due time and gets the new area. A
    promise made by the client's clock while that was only worked out (from place, phone or country) keeps the wall
    time that was said: "at ten" was ten by the client's own clock. One made by the manager's clock, as a delay ("in two
    hours"), or in a zone that was given, was a known instant and stays that instant.

    Raises :class:`NotAllowed` for a manager who does not hold the client, :class:`NothingToDo` for an unknown id, and
    :class:`salesdesk.places.zone_guess.BadZone` for a text that names no zone, or towns in several (it names them).
    """
    may(sitting, Right.PLACE_CLIENT)
    require_sight(sitting, client_id)
    if not text.strip():
        raise BadRequest("No zone was said.", "Write an IANA name such as Europe/Kyiv, or a city.")
    now = sitting.clock.now()
    with sitting.database.write() as session:
        keep_rules(session)
        rules = current(session).rules
        task = open_task(session, client_id) if 0 < client_id <= LAST_ID else None  # before the client, as the desk
        client = _client(session, client_id)
        zone, found = zone_of_text(text, None, client.country or None, now.astimezone(UTC).date())
        before, due_before = client.zone, task.due_at if task else None
        changed = _settle_in(client, zone, found, now)
        changed += _keep_promise(client, task, before, zone)
        area = _give(session, client, zone, found, now)
        move_to(session, client, task, area)
        if task is not None:
            plan_anew(session, rules, task, now, Reason(Act.ZONE_SET))
            changed.append(_next_call(task, due_before, zone))
        client.zone_source = "given"
        session.flush()
        after = client_view(session, client, rules, now)
        audit.append(session, sitting.person, "clients.zone", f"client {client_id}", {"from": before, "to": zone}, now)
        return ZoneSet(after, before, zone, due_before, task.due_at if task else None, tuple(changed))


def _client(session: Session, client_id: int) -> Client:
    query = select(Client).where(Client.id == client_id, visible()).with_for_update(of=Client)
    client = session.exec(query).first() if 0 < client_id <= LAST_ID else None
    if client is None:
        raise NothingToDo(f"There is no client {client_id}.", "See: salesdesk clients list")
    return client


def _settle_in(client: Client, zone: str, found: Found | None, now: datetime) -> list[Reason]:
    """Write down where the client is, and say what is new about it."""
    was = Reason(Act.ZONE_WAS, {"zone": zone, "before": client.zone, "source": client.zone_source})
    if found is None or not found.places:
        return [was]
    place, day = found.places[0], now.astimezone(UTC).date()
    old = guess_zone(given=None, phone=None, country=None, at=now, written=Written(city=client.city))
    if old.zone is None or not same_time(old.zone, [zone], day):
        client.city = place.name
    client.country = place.country
    client.region = _region_text(client, found)
    return [was, Reason(Act.PLACE, {"place": label(place)})]


def _region_text(client: Client, found: Found) -> str:
    from salesdesk.places.regions import region_name

    told = region_name(found.country or "", found.region or "")
    return told or client.region


def _keep_promise(client: Client, task: Task | None, before: str | None, zone: str) -> list[Reason]:
    """Move a promise that was made by the client's supposed clock to the same wall time of the true one."""
    if task is None or task.claimed_by is not None or task.agreed_wall is None or before == zone:
        return []
    wall = datetime.fromisoformat(task.agreed_wall)
    supposed = task.agreed_zone == before and client.zone_source != "given"
    # A delay ("in two hours") has the seconds of the call in it, and so is not the wall time that is kept beside it.
    if before is None or not supposed or to_instant(wall, before) != task.wanted_at:
        return [Reason(Act.PROMISE_SAME_INSTANT, _at(task.wanted_at, zone))]
    wanted = to_instant(wall, zone)
    if client.preferred_at == task.wanted_at:
        client.preferred_at, client.preferred_zone = wanted, zone
    task.wanted_at, task.agreed_zone = wanted, zone
    return [Reason(Act.PROMISE_SAME_TIME, _at(wanted, zone))]


def _give(session: Session, client: Client, zone: str, found: Found | None, now: datetime) -> Area:
    """Set the zone with its rival, and give the area that follows."""
    numbers = [phone_from_e164(phone.e164) for phone in phones_of(session, key_of(client))]
    written = Written(client.city, client.region)
    guess, _ = zone_and_country(zone, numbers, written, client.country or None, now)
    client.zone, client.rival_zone, client.rival_source = zone, guess.rival_zone, guess.rival_source
    client.search_key = client_key(client, (number.e164 for number in numbers))
    told = ZoneGuess(zone, (), "given", country=found.country, region=found.region) if found else guess
    return to_area(told, client.country or None, client.region)


def _next_call(task: Task, due_before: datetime | None, zone: str) -> Reason:
    if task.claimed_by is not None:
        return Reason(Act.TASK_IN_HAND)
    if task.due_at == due_before:
        return Reason(Act.CALL_STAYS, _at(task.due_at, zone))
    return Reason(Act.CALL_MOVED, _at(task.due_at, zone))


def _at(instant: datetime, zone: str) -> dict[str, Value]:
    return {"at": instant_value(instant), "zone": zone}
