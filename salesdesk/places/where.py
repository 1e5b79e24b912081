"""Which zones the words for a place tell, and how sure they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pytz

from salesdesk.places.postcodes import postcode_zones
from salesdesk.places.regions import regions
from salesdesk.places.said import Part, splits, take_apart
from salesdesk.places.same_time import clock_of, merged, same_time
from salesdesk.places.table import SMALLEST, Place, table
from salesdesk.places.written import Written

DOMINANCE = 10  # times as many people as all of its namesakes that keep another time


@dataclass(frozen=True, slots=True)
class Found:
    """What the words tell: one zone when they are sure, else every one that they leave open.

    ``places`` are those that may be meant, the biggest first; ``country`` and ``region`` (ISO) are told where all of
    them agree, ``regions`` are those of that country that they lie in.
    """

    zones: tuple[str, ...]
    places: tuple[Place, ...] = ()
    country: str | None = None
    region: str | None = None
    regions: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether they tell one zone."""
        return len(self.zones) == 1


@dataclass(frozen=True, slots=True)
class _Looking:
    """What is looked for, in which country first, and from which day on (UTC) zones are compared."""

    said: Written
    near: str | None
    day: date


def look_up(said: Written, near: str | None, day: date) -> Found | None:
    """What the words for a place tell, or ``None`` when they tell nothing.

    ``near`` is the country (ISO) of the client's number, zones are compared from ``day`` (UTC) on.
    A town is cut by the region, country and postcode beside it. Of several namesakes that keep different times the
    biggest is meant only where it has at least ten times (:data:`DOMINANCE`) the people of all the others together;
    in each country a first name comes before other names. Without a stated country the number's own comes first,
    unless a namesake abroad is ten times as big: then neither is sure. Abroad a name must be plain in the whole world
    by the same rule, counting one more namesake that the table is too coarse to have (15,000 people). A town that is
    not where its region says, or is called a village, gives way to the region. A postcode that contradicts the place
    makes both unsure.
    """
    looking = _Looking(said, near, day)
    parts, codes = take_apart(said.city)
    beside = tuple(part for part in take_apart(said.region)[0] if part.is_hint)
    found = _town(parts, beside, looking)
    if found is None and len(parts) == 1 and not parts[0].is_hint:
        found = next(filter(None, (_town(pair, beside, looking, split=True) for pair in splits(said.city))), None)
    found = found or _region((*parts, *beside), looking)
    return _with_postcode(found, (said.postcode, *codes), looking)


def _town(parts: Sequence[Part], beside: Sequence[Part], looking: _Looking, *, split: bool = False) -> Found | None:
    """The first of the parts that names a town where the others say it is.

    Where a text was ``split`` at a space its other half must say where: "by Kyiv" is not Kyiv.
    """
    for part in parts:
        if split and not all(other.is_hint for other in parts if other is not part):
            continue
        hints = [other for other in (*parts, *beside) if other is not part and other.is_hint]
        if part.village and not any(hint.regions for hint in hints):
            continue
        every = next(filter(None, (table().find(key) for key in part.keys)), [])
        places = [
            p for p in every if all(hint.holds(p) for hint in hints) and looking.said.country in (None, p.country)
        ]
        if places:
            return _settle(_first_named(places), looking, fenced=bool(hints or looking.said.country))
    return None


def _first_named(places: Sequence[Place]) -> list[Place]:
    """In each country those that are called so first of all, where there are such."""
    called = {place.country for place in places if place.main}
    return [place for place in places if place.main or place.country not in called]


def _settle(places: Sequence[Place], looking: _Looking, *, fenced: bool) -> Found | None:
    if fenced:
        return _of_namesakes(places, looking.day)
    home = [place for place in places if place.country == looking.near]
    abroad = [place for place in places if place.country != looking.near]
    if not home:
        meant = _plain(abroad, looking.day, unlisted=SMALLEST)
        return _open(meant, looking.day) if meant else None
    bar = DOMINANCE * sum(place.people for place in home)
    giants = [place for place in abroad if place.people >= bar]
    return _open([*giants, *home], looking.day) if giants else _of_namesakes(home, looking.day)


def _of_namesakes(places: Sequence[Place], day: date) -> Found:
    """Those that are plainly meant, else all of them."""
    return _open(_plain(places, day) or places, day)


def _plain(places: Sequence[Place], day: date, unlisted: int = 0) -> list[Place]:
    """The biggest place and those that keep its time, if it is plainly meant: so many more people than in all others
    together, of whom ``unlisted`` may live in a place that the table does not have.
    """
    biggest = max(places, key=lambda place: place.people)
    same = [place for place in places if clock_of(place.zone, day) == clock_of(biggest.zone, day)]
    others = sum(place.people for place in places) - sum(place.people for place in same)
    return same if biggest.people >= DOMINANCE * (others + unlisted) else []


def _open(places: Sequence[Place], day: date) -> Found:
    zones = merged((place.zone for place in places), day)
    found = _in(zones, {(place.country, place.region) for place in places})
    return replace(found, places=tuple(places))


def _in(zones: tuple[str, ...], where: set[tuple[str, str]]) -> Found:
    """The zones of places that lie there (country and region): told where all of them agree."""
    countries = {country for country, _ in where}
    if len(countries) != 1:
        return Found(zones)
    regions = tuple(sorted(region for _, region in where)) if all(region for _, region in where) else ()
    return Found(zones, (), countries.pop(), regions[0] if len(regions) == 1 else None, regions)


def _region(parts: Iterable[Part], looking: _Looking) -> Found | None:
    """What zones, regions and countries among the parts tell when no town does."""
    hints = [part for part in parts if part.is_hint]
    if zones := [part.zone for part in hints if part.zone]:
        return Found(merged(zones, looking.day))
    named = {code for part in hints for code in _regions_of(part, looking)}
    named = {code for code in named if all(_allows(part, code) for part in hints)} or named
    if named:
        zones = [zone for code in sorted(named) for zone in regions()[code].zones]
        return _in(merged(zones, looking.day), named)
    countries = {country for part in hints for country in part.countries} if looking.said.country is None else set()
    if len(countries) != 1:
        return None
    country = countries.pop()
    return Found(merged(pytz.country_timezones.get(country, ()), looking.day), country=country)


def _regions_of(part: Part, looking: _Looking) -> set[tuple[str, str]]:
    """The regions that a part may mean: those of the stated country, else of the number's own. "Georgia" is the state
    only beside an American number; a name that no country and no town has is a region wherever the number is from.
    """
    fence = looking.said.country
    near = {code for code in part.regions if code[0] == (fence or looking.near)}
    elsewhere = fence or part.countries or any(table().find(key) for key in part.keys)
    return near or (set() if elsewhere else set(part.regions))


def _allows(part: Part, code: tuple[str, str]) -> bool:
    return code[0] in part.countries or code in part.regions


def _with_postcode(found: Found | None, codes: Iterable[str], looking: _Looking) -> Found | None:
    """Cut what was found by a postcode of its country, or go by the postcode alone."""
    country = found.country if found else looking.said.country or looking.near
    zones = next(filter(None, (postcode_zones(country, code) for code in codes)), ())
    if not zones:
        return found
    if found is None:
        return Found(merged(zones, looking.day), country=country)
    places = [place for place in found.places if same_time(place.zone, zones, looking.day)]
    kept = [zone for zone in found.zones if same_time(zone, zones, looking.day)]
    if places:
        return _of_namesakes(places, looking.day)
    if kept:
        return Found(tuple(kept), (), found.country, found.region, found.regions)
    return Found(merged((*found.zones, *zones), looking.day), found.places, found.country)
