"""Taking apart what people write for a place: the town, and beside it a region, a country, a postcode or a zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import pytz

from salesdesk.places.countries import country_code
from salesdesk.places.folding import words
from salesdesk.places.postcodes import cut_postcodes
from salesdesk.places.regions import regions_named
from salesdesk.places.table import Place

_BREAKS = re.compile(r"[,;()|\n]")
# Words that say what kind of settlement it is. Villages are too small to be in the table: a town there of the same
# name is likely another one.
_TOWNS = frozenset(words("г гор город м місто city town of"))
_VILLAGES = frozenset(
    words(
        "с село д дер деревня п пос поселок посёлок селище смт пгт рп х хутор хутір ст станица станиця аул ауыл сл "
        "слобода снт village"
    )
)
_KINDS = _TOWNS | _VILLAGES


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a text: what it may name as a town (``keys``, folded, the whole first), and what it says as a hint.

    ``village`` is set where the text calls it one.
    """

    keys: tuple[str, ...]
    village: bool
    countries: frozenset[str]
    regions: frozenset[tuple[str, str]]
    zone: str | None

    @property
    def is_hint(self) -> bool:
        """Whether it can say where something else is."""
        return bool(self.countries or self.regions or self.zone)

    def holds(self, place: Place) -> bool:
        """Whether the place lies in what this part names."""
        return (
            place.country in self.countries or (place.country, place.region) in self.regions or place.zone == self.zone
        )


@lru_cache(maxsize=4096)
def take_apart(text: str) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """The parts of a place as written (parted by commas and brackets), and the postcodes in it."""
    rest, codes = cut_postcodes(text)
    return tuple(part_of(piece) for piece in _BREAKS.split(rest) if words(piece)), tuple(codes)


def part_of(text: str) -> Part:
    """What one part says."""
    said = words(text)
    start = next((n for n, word in enumerate(said) if word not in _KINDS), len(said))
    end = next((n for n in range(len(said), start, -1) if said[n - 1] not in _KINDS), start)
    whole, bare = "".join(said), "".join(said[start:end])
    named = country_code(text)
    return Part(
        keys=(whole, bare) if bare and bare != whole else (whole,),
        village=not _VILLAGES.isdisjoint(said[:start] + said[end:]),
        countries=frozenset([named]) if named else frozenset(),
        regions=frozenset((region.country, region.code) for region in regions_named(text)),
        zone=next((zone for zone in [text.strip()] if "/" in zone and zone in pytz.all_timezones_set), None),
    )


def splits(text: str) -> Iterator[tuple[Part, Part]]:
    """The ways to read a text without commas as two parts, such as ``Denver CO``."""
    rest, _ = cut_postcodes(text)
    pieces = rest.split()
    for at in range(len(pieces) - 1, 0, -1):
        head, tail = " ".join(pieces[:at]), " ".join(pieces[at:])
        if _names_something(head) and _names_something(tail):
            yield part_of(head), part_of(tail)


def _names_something(text: str) -> bool:
    return not _KINDS.issuperset(words(text))
