"""Finding a place while its name is typed, in English, Ukrainian or Russian."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from pytz import country_timezones

from salesdesk.places.countries import country_name
from salesdesk.places.folding import fold, words
from salesdesk.places.regions import Region, bare_name, has_kind, region_name, regions_beginning
from salesdesk.places.said import splits, take_apart
from salesdesk.places.table import Place, table

_KIND_WORDS = {"US": "state", "AU": "state", "CA": "province"}


def find_places(text: str, limit: int = 8, near: str = "") -> list[Place]:
    """The places whose names begin with the text: those of the country ``near`` (ISO) first, then the biggest; in Latin
    letters those called so first of all come before others.

    What follows a comma cuts them by region or country: ``springfield, ill``. Without one the last words may do so, if
    they are the whole name or code of a region or country: ``springfield il``. Costs a few milliseconds at most after
    the first look-up; :func:`label` gives each a text that leads back to it.
    """
    name, *beside = text.split(",")
    hints = [part for part in beside if fold(part)]
    found: dict[tuple[str, str, str, str], Place] = {}
    matching = chain(_matching("".join(words(name)), hints, near), () if beside else _parted(name, near))
    for place in islice(matching, 4 * limit):
        found.setdefault((place.name, place.country, place.region, place.zone), place)
    return list(found.values())[:limit]


def find_regions(text: str, near: str = "", besides: Iterable[Place] = ()) -> list[Region]:
    """The regions that tell one zone and whose names begin with the text, those of the country ``near`` (ISO) first.

    One that has its name from a town among the places ``besides`` is left out: the town says the same.
    """
    towns = {(place.country, place.region, fold(place.name)) for place in besides}
    found = [
        region
        for region in regions_beginning(text)
        if len(region.zones) == 1 and (region.country, region.code, bare_name(region)) not in towns
    ]
    return sorted(found, key=lambda region: region.country != near)


def region_label(region: Region) -> str:
    """A region as people read it, and as :func:`salesdesk.places.zone_guess.zone_of_text` understands it: ``Utah
    state, US``.

    The word for its kind tells it from a town of its name, such as Washington.
    """
    kind = "" if has_kind(region) else _KIND_WORDS.get(region.country, "region")
    return f"{f'{region.name} {kind}'.strip()}, {region.country}"


def namesakes(text: str) -> list[Place]:
    """Every place of the name that a text begins with, the biggest first."""
    parts, _ = take_apart(text)
    found = {place for key in (parts[0].keys if parts else ()) for place in table().find(key)}
    return sorted(found, key=lambda place: (-place.people, label(place)))


def label(place: Place) -> str:
    """A place as people read it, and as :func:`salesdesk.places.zone_guess.zone_of_text` understands it.

    For example ``Krasnoyarsk, Krasnoyarsk Krai, RU``. Where a country has several zones and its regions are not known
    the zone parts namesakes.
    """
    region = region_name(place.country, place.region)
    zone = "" if region or len(country_timezones.get(place.country, ())) < 2 else place.zone
    return ", ".join(filter(None, (place.name, region, place.country, zone)))


def _parted(text: str, near: str) -> Iterator[Place]:
    """The places that are meant where the last words say in which region or country."""
    for head, tail in splits(text):
        if tail.regions or tail.countries:
            yield from filter(tail.holds, table().beginning_with(head.keys[0], near))


def _matching(name: str, hints: list[str], near: str) -> Iterator[Place]:
    for place in table().beginning_with(name, near):
        if all(_lies_in(place, hint) for hint in hints):
            yield place


def _lies_in(place: Place, hint: str) -> bool:
    """Whether a hint begins the name or code of the place's region, country or zone, or means its region."""
    said = (
        place.region,
        region_name(place.country, place.region),
        place.country,
        country_name(place.country),
        place.zone,
    )
    begins = any(fold(text).startswith(fold(hint)) for text in said if text)
    return begins or any(part.holds(place) for part in take_apart(hint)[0])
