"""What a newcomer tells of the clock of a client who is here already: a better source wins, never a worse one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from salesdesk.clients.draft import ClientDraft, zone_and_country
from salesdesk.places.phones import phone_from_e164
from salesdesk.places.same_time import same_time
from salesdesk.places.zone_guess import Written, ZoneGuess, better
from salesdesk.storage.models import Client, Phone


def guess_together(
    client: Client, phones: Sequence[Phone], draft: ClientDraft, gained: Mapping[str, Any], at: datetime
) -> ZoneGuess:
    """What the newcomer tells of the zone; where it fills a gap in the client's place, what both tell together."""
    places = {field: gained.get(field) or getattr(client, field) for field in ("city", "region")}
    written = Written(**places, postcode=draft.custom.get("postcode", "") or client.custom.get("postcode", ""))
    said_before = client.city or client.region or "postcode" in client.custom
    if draft.zone.zone or not said_before or not (gained.keys() & places.keys() or draft.custom.get("postcode")):
        return draft.zone
    numbers = (*map(phone_from_e164, (phone.e164 for phone in phones)), *draft.phones)
    together, _ = zone_and_country("", numbers, written, client.country or draft.country, at)
    return together


def zone_gain(client: Client, guess: ZoneGuess, at: datetime) -> dict[str, Any]:
    """The columns of the client's zone that change. What loses and says another time is kept as the rival."""
    day = at.astimezone(UTC).date()
    if guess.zone is None:
        return {}
    if client.zone is None or better(guess.source, client.zone_source):
        won = {"zone": guess.zone, "zone_source": guess.source}
        return won | _rival(guess, client.zone, client.zone_source, day)
    if better(client.zone_source, guess.source) and client.rival_zone is None:
        return _lost(client.zone, guess, day)
    return {}


def _rival(guess: ZoneGuess, zone: str | None, source: str, day: date) -> dict[str, Any]:
    """The rival of a guess that won: what it took the place of, else its own."""
    if zone and guess.zone and not same_time(zone, [guess.zone], day):
        return {"rival_zone": zone, "rival_source": source}
    return {"rival_zone": guess.rival_zone, "rival_source": guess.rival_source}


def _lost(zone: str, guess: ZoneGuess, day: date) -> dict[str, Any]:
    if guess.zone is None or same_time(zone, [guess.zone], day):
        return {}
    return {"rival_zone": guess.zone, "rival_source": guess.source}


def narrower(guess: ZoneGuess, zones: tuple[str, ...]) -> tuple[str, ...]:
    """The candidates of an unsure client: the guess's, where they are a part of the present ones or there are none."""
    part = bool(guess.candidates) and set(guess.candidates) < set(zones)
    return guess.candidates if part or not zones else zones
