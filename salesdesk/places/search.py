"""Finding a place while its name is typed, in English, Ukrainian or Russian."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from pytz import country_timezones

from salesdesk.countries import country_name
from salesdesk.places.folding import fold, words
from salesdesk.places.regions import region_name
from salesdesk.places.said import take_apart
from salesdesk.places.table import Place, table


def find_places(text: str, limit: int = 8) -> list[Place]:
    """The places whose names begin with the text, the biggest first; those called so first of all come before others.

    What follows a comma cuts them by region or country: ``springfield, ill``. Costs a few milliseconds at most after
    the first look-up; :func:`label` gives each a text that leads back to it.
    """
    name, *beside = text.split(",")
    hints = [part for part in beside if fold(part)]
    found: dict[tuple[str, str, str, str], Place] = {}
    for place in islice(_matching("".join(words(name)), hints), 4 * limit):
        found.setdefault((place.name, place.country, place.region, place.zone), place)
    return list(found.values())[:limit]


def namesakes(text: str) -> list[Place]:
    """Every place of the name that a text begins with, the biggest first."""
    parts, _ = take_apart(text)
    found = {place for key in (parts[0].keys if parts else ()) for place in table().find(key)}
    return sorted(found, key=lambda place: (-place.people, label(place)))


def label(place: Place) -> str:
    """A place as people read it, and as :func:`salesdesk.zones.zone_of_text` understands it: ``Krasnoyarsk, Krasnoyarsk
    Krai, RU``. Where a country has several zones and its regions are not known the zone parts namesakes.
    """
    region = region_name(place.country, place.region)
    zone = "" if region or len(country_timezones.get(place.country, ())) < 2 else place.zone
    return ", ".join(filter(None, (place.name, region, place.country, zone)))


def _matching(name: str, hints: list[str]) -> Iterator[Place]:
    for place in table().beginning_with(name):
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
