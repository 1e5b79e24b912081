"""Which clock a client lives by: as given, else by the place, the phone number or the country."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import phonenumbers
import pytz
from phonenumbers import timezone as phone_zones

from rules.area import ANY_REGION, Area
from salesdesk.places.area_codes import regions_of_number
from salesdesk.places.countries import NAMED_REGIONS, PARTED, country_code, region_code
from salesdesk.places.phones import PhoneNumber
from salesdesk.places.same_time import merged, same_time
from salesdesk.places.written import NOWHERE, Written
from salesdesk.places.zone_names import BadZone, exact_zone, shown, zone_name

if TYPE_CHECKING:
    from salesdesk.places.where import Found

__all__ = ["BadZone", "Written", "ZoneGuess", "better", "country_code", "guess_zone", "to_area", "zone_name"]

MAX_REGION = 8  # characters that an area has room for
# The sources of a zone, the best first.
SOURCES = ("given", "place", "phone", "country", "home", "unknown")
# The tz database lists Crimea under Ukraine too, yet Ukrainian numbers do not work there (its own are +7): leaving it
# in would make every Ukrainian unsure in winter. Busingen has always kept Berlin's time since 1981.
_LEFT_OUT = {"UA": frozenset({"Europe/Simferopol"}), "DE": frozenset({"Europe/Busingen"})}


@dataclass(frozen=True, slots=True)
class ZoneGuess:
    """A client's zone when it is known, else what it may be.

    ``candidates`` are sorted IANA names and empty when ``zone`` is known. ``source`` is given, place, phone, country,
    home or unknown, as the command line's contract names them. ``rival_zone`` is what a worse source (``rival_source``)
    says, when it is sure on its own and keeps another time. ``country`` and ``region`` (ISO) are where the words for
    the place put the client, if they tell; ``regions`` those of the client's country that are left open, by these words
    or else by the number's area code.
    """

    zone: str | None
    candidates: tuple[str, ...]
    source: str
    rival_zone: str | None = None
    rival_source: str | None = None
    country: str | None = field(default=None, compare=False)
    region: str | None = field(default=None, compare=False)
    regions: tuple[str, ...] = field(default=(), compare=False)


def guess_zone(
    *, given: str | None, phone: PhoneNumber | None, country: str | None, at: datetime, written: Written = NOWHERE
) -> ZoneGuess:
    """The zone of a client: as given, else from the place, the phone, or the country, else unknown with candidates.

    ``given`` is an IANA zone or a city that tells one. ``country`` is the client's own (ISO code); without it the
    number's country is used. ``written`` are the words for the place. ``at`` is aware UTC: zones that keep the same
    time from then on count as one. Raises :class:`BadZone` for a ``given`` that tells no zone.

    While several zones are possible all of them are kept: those that the place leaves open (cut by a landline's own
    where the two meet, both together where they contradict), else a landline's, else the country's.
    """
    day = at.astimezone(UTC).date()
    home = country or (phone.region if phone else None)
    found = _found(written, home, day) if written else None
    told = found is not None and found.country is not None
    regions = found.regions if found and told else regions_of_number(phone, home)
    return replace(_guess(given, phone, home, found, written, day), regions=regions)


def _guess(  # noqa: PLR0913, PLR0917 - all that can tell a zone
    given: str | None, phone: PhoneNumber | None, home: str | None, found: Found | None, written: Written, day: date
) -> ZoneGuess:
    by_phone = merged(_zones_of_phone(phone), day) if phone else ()
    sure: list[tuple[str, str]] = []
    if given and given.strip():
        sure.append(("given", zone_of_text(given, written.country, home, day)[0]))
    if found and found.sure:
        sure.append(("place", found.zones[0]))
    if len(by_phone) == 1 and (found is None or found.sure or same_time(by_phone[0], found.zones, day)):
        sure.append(("phone", by_phone[0]))
    if sure:
        return _settled(sure, found, day)
    # An area code may cross a border of zones: its few candidates beat the whole country's. A mobile's do not: for
    # Russian mobiles the library names Bucharest where it means Kaliningrad, and a zone lost is a call too early.
    narrow = phone is not None and phone.region == home and phone.kind.startswith("fixed")
    return _unsure(found, by_phone if narrow or len(by_phone) == 1 else (), home, day)


def _settled(sure: list[tuple[str, str]], found: Found | None, day: date) -> ZoneGuess:
    """The best source's zone, with the next one that says another time."""
    source, zone = sure[0]
    rival = next(((worse, other) for worse, other in sure[1:] if not same_time(other, [zone], day)), (None, None))
    place = found if found and same_time(zone, found.zones, day) else None
    return ZoneGuess(zone, (), source, rival[1], rival[0], *_where(place))


def _unsure(found: Found | None, by_phone: tuple[str, ...], home: str | None, day: date) -> ZoneGuess:
    if found:
        both = tuple(zone for zone in found.zones if same_time(zone, by_phone, day))
        left = both or merged((*found.zones, *by_phone), day)
        if len(left) == 1:
            return ZoneGuess(left[0], (), "place", None, None, *_where(found))
        return ZoneGuess(None, tuple(sorted(left)), "unknown", None, None, *_where(found))
    by_country = merged(_zones_of_country(home), day)
    if len(by_country) == 1:
        return ZoneGuess(by_country[0], (), "country")
    return ZoneGuess(None, tuple(sorted(by_phone or by_country)), "unknown")


def _where(found: Found | None) -> tuple[str | None, str | None]:
    return (found.country, found.region) if found else (None, None)


def better(one: str, other: str) -> bool:
    """Whether the first source of a zone is better than the other."""
    return SOURCES.index(one) < SOURCES.index(other)


def to_area(guess: ZoneGuess, country: str | None, region: str | None) -> Area:
    """The place that calling rules look at.

    ``region`` is an ISO 3166-2 code or what the region is called. Where there is none, the region of the town holds,
    else those in which the number may be; in the countries that have either (:data:`PARTED`), for every region makes
    areas that each claim has to look at.
    """
    zones = (guess.zone,) if guess.zone else guess.candidates
    named = region_code(country, region)
    if named is None and country in PARTED:
        named = guess.region if guess.region and guess.country == country else _left_open(guess, country)
    return Area(country=country, region=named, zones=zones)


def _left_open(guess: ZoneGuess, country: str) -> str | None:
    """The regions that may be meant, as an area keeps them. Where they are too many for that it may be any, in the
    countries whose rules part by region; elsewhere none is known.
    """
    regions = ",".join(guess.regions if guess.country in (None, country) else ())
    if 0 < len(regions) <= MAX_REGION:
        return regions
    return ANY_REGION if country in NAMED_REGIONS else None


def zone_of_text(text: str, country: str | None, near: str | None, day: date) -> tuple[str, Found | None]:
    """The zone that a text names: an IANA name, a town that tells one, or a city that a zone is named after.

    ``country`` (ISO) is a fence, ``near`` where a name is looked for first; the answer has the town too, if it was
    one. Raises :class:`BadZone`, naming the towns where several are meant.
    """
    if exact := exact_zone(text):
        return exact, None
    found = _found(Written(city=text, country=country), near, day)
    if found and found.sure:
        return found.zones[0], found
    try:
        return zone_name(text), None
    except BadZone:
        from salesdesk.places.search import label, namesakes

        towns = found.places if found else namesakes(text)
        if not towns:
            raise
    several = "; ".join(dict.fromkeys(label(place) for place in towns[:5]))
    raise BadZone(f'"{shown(text)}" does not tell one time zone', f"Say which: {several}.")


@lru_cache(maxsize=8192)
def _found(written: Written, near: str | None, day: date) -> Found | None:
    from salesdesk.places.where import look_up  # the table is not for start-up

    return look_up(written, near, day)


def _zones_of_phone(phone: PhoneNumber) -> tuple[str, ...]:
    """The zones of a number, cut to its own country; none for a toll-free number, which has no place."""
    if phone.kind == "toll-free":
        return ()
    own = _zones_of_country(phone.region)
    if len(own) == 1:
        return own
    named = phone_zones.time_zones_for_number(phonenumbers.parse(phone.e164))
    known = {zone for zone in map(exact_zone, named) if zone}
    return tuple(zone for zone in own if zone in known) if own else tuple(sorted(known))


@lru_cache(maxsize=512)
def _zones_of_country(country: str | None) -> tuple[str, ...]:
    """The zones of an ISO country in the tz database's order, which puts the main ones first."""
    if not country:
        return ()
    left_out: Iterable[str] = _LEFT_OUT.get(country, frozenset())
    return tuple(zone for zone in pytz.country_timezones.get(country, ()) if zone not in left_out)
