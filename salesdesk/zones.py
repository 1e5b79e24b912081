"""Which clock a client lives by: from what was given, from the phone number, or from the country."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import phonenumbers
import pytz
from phonenumbers import timezone as phone_zones

from rules.area import Area
from salesdesk.countries import country_code, region_code
from salesdesk.errors import BadRequest
from salesdesk.phones import PhoneNumber

__all__ = ["BadZone", "ZoneGuess", "country_code", "guess_zone", "to_area", "zone_name"]

_HORIZON = 31  # days ahead over which two zones must agree to be one
# The tz database lists Crimea under Ukraine too, yet Ukrainian numbers do not work there (its own are +7): leaving it
# in would make every Ukrainian unsure in winter. Busingen has always kept Berlin's time since 1981.
_LEFT_OUT = {"UA": frozenset({"Europe/Simferopol"}), "DE": frozenset({"Europe/Busingen"})}


class BadZone(BadRequest):
    """The text names no time zone."""


@dataclass(frozen=True, slots=True)
class ZoneGuess:
    """A client's zone when it is known, else what it may be.

    ``candidates`` are sorted IANA names and empty when ``zone`` is known. ``source`` is given, place, phone, country,
    home or unknown, as the command line's contract names them.
    """

    zone: str | None
    candidates: tuple[str, ...]
    source: str


def guess_zone(*, given: str | None, phone: PhoneNumber | None, country: str | None, at: datetime) -> ZoneGuess:
    """The zone of a client: as given, else from the phone, else from the country, else unknown with candidates.

    ``country`` is the client's own (ISO code); without it the number's country is used. ``at`` is aware UTC: zones
    that keep the same time in the month after it count as one. Raises :class:`BadZone` for a ``given`` that is none.
    """
    if given and given.strip():
        return ZoneGuess(zone_name(given), (), "given")
    day = at.astimezone(UTC).date()
    home = country or (phone.region if phone else None)
    by_phone = _merged(_zones_of_phone(phone), day) if phone else ()
    if len(by_phone) == 1:
        return ZoneGuess(by_phone[0], (), "phone")
    by_country = _merged(_zones_of_country(home), day)
    if len(by_country) == 1:
        return ZoneGuess(by_country[0], (), "country")
    # An area code may cross a border of zones: its few candidates beat the whole country's. A mobile's do not: for
    # Russian mobiles the library names Bucharest where it means Kaliningrad, and a zone lost is a call too early.
    narrower = by_phone if phone and phone.region == home and phone.kind.startswith("fixed") else ()
    return ZoneGuess(None, tuple(sorted(narrower or by_country)), "unknown")


def to_area(guess: ZoneGuess, country: str | None, region: str | None) -> Area:
    """The place that calling rules look at.

    ``region`` is an ISO 3166-2 code or, for the US and Canada, a name; any other text gives no region.
    """
    zones = (guess.zone,) if guess.zone else guess.candidates
    return Area(country=country, region=region_code(country, region), zones=zones)


def zone_name(text: str) -> str:
    """The modern IANA name for a zone as typed: any case, an old alias (``Europe/Kiev``), or its city (``Kyiv``).

    Raises :class:`BadZone` naming the nearest ones.
    """
    found = _names().get(_folded(text))
    if found:
        return found
    near = _nearest(_folded(text)[:60])
    mend = f"Did you mean {' or '.join(near)}?" if near else "Write an IANA name such as Europe/Kyiv."
    shown = "".join(c if c.isprintable() else " " for c in text[:60])
    raise BadZone(f'"{shown}" is not a time zone', mend)


def _folded(text: str) -> str:
    return "_".join(text.split()).casefold()


@lru_cache(maxsize=1024)
def _nearest(folded: str) -> list[str]:
    keys = difflib.get_close_matches(folded, _names(), n=5, cutoff=0.7)
    return list(dict.fromkeys(_names()[key] for key in keys))[:3]


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Every accepted spelling, folded, with its modern name; a city only stands for the zone named after it."""
    modern = {zone for zones in pytz.country_timezones.values() for zone in zones}
    links = _links()
    names = {zone.rsplit("/", 1)[-1].casefold(): zone for zone in sorted(modern)}
    names.update({zone.casefold(): zone for zone in pytz.all_timezones})
    names.update({old.casefold(): new for old, new in links.items() if old not in modern})
    return names


@lru_cache(maxsize=1)
def _links() -> dict[str, str]:
    """Aliases of the tz database (old name: new name), read from pytz's own copy of it: lines ``L NEW OLD``.

    Distributions that strip pytz of its tables leave old names as they are.
    """
    from importlib import resources  # not on the start-up path: only an import of clients reads aliases

    table = resources.files("pytz").joinpath("zoneinfo", "tzdata.zi")
    lines = table.read_text("ascii").splitlines() if table.is_file() else []
    rows = (line.split() for line in lines if line.startswith("L "))
    return {old: new for _, new, old in rows}


def _zones_of_phone(phone: PhoneNumber) -> tuple[str, ...]:
    """The zones of a number, cut to its own country; none for a toll-free number, which has no place."""
    if phone.kind == "toll-free":
        return ()
    own = _zones_of_country(phone.region)
    if len(own) == 1:
        return own
    named = phone_zones.time_zones_for_number(phonenumbers.parse(phone.e164))
    known = {_names()[zone.casefold()] for zone in named if zone.casefold() in _names()}
    return tuple(zone for zone in own if zone in known) if own else tuple(sorted(known))


@lru_cache(maxsize=512)
def _zones_of_country(country: str | None) -> tuple[str, ...]:
    """The zones of an ISO country in the tz database's order, which puts the main ones first."""
    if not country:
        return ()
    left_out: Iterable[str] = _LEFT_OUT.get(country, frozenset())
    return tuple(zone for zone in pytz.country_timezones.get(country, ()) if zone not in left_out)


@lru_cache(maxsize=2048)
def _merged(zones: tuple[str, ...], day: date) -> tuple[str, ...]:
    """One zone, the first listed, of each group that keeps the same time from ``day`` (UTC) for a month."""
    noon = datetime.combine(day, time(12), UTC)
    days = [noon + timedelta(days=n) for n in range(_HORIZON + 1)]
    groups: dict[tuple[timedelta | None, ...], str] = {}
    for name in zones:
        zone = pytz.timezone(name)
        groups.setdefault(tuple(instant.astimezone(zone).utcoffset() for instant in days), name)
    return tuple(groups.values())
