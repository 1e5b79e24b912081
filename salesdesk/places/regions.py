"""Regions (oblasts, states, cantons) of the countries with more than one time, or with public holidays by region:
Ukraine, Russia, Kazakhstan, the United States, Canada, Australia, Germany, Austria, Switzerland, the United Kingdom,
Spain, Brazil and India.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from salesdesk.places.folding import words
from salesdesk.places.table import rows

# Words that say what kind of region it is, left off on both sides.
_KINDS = frozenset(
    words(
        "обл область обласць край республика респ республіка автономный автономная автономний автономна ао округ "
        "регион регіон штат провинция провінція облысы region oblast obl krai kray republic state province prov okrug "
        "kanton canton cantone кантон freistaat bundesland estado земля "
        "of the"
    )
)
_TERRITORY = frozenset(words("territory territories district"))
# Their codes are words that people write; the others' codes are digits or used with the country only.
_CODED = frozenset(("US", "CA", "AU"))


@dataclass(frozen=True, slots=True)
class Region:
    """A region. ``code`` is the part of its ISO 3166-2 code after the dash; ``geonames`` are its codes there."""

    country: str
    code: str
    geonames: tuple[str, ...]
    zones: tuple[str, ...]
    name: str
    others: tuple[str, ...]


@lru_cache(maxsize=1)
def regions() -> dict[tuple[str, str], Region]:
    """Every region by country and code."""
    made = [
        Region(country, code, tuple(theirs.split(",")), tuple(zones.split(",")), name, tuple(others.split("|")))
        for country, code, theirs, zones, name, others in rows("regions.tsv")
    ]
    return {(region.country, region.code): region for region in made}


@lru_cache(maxsize=2048)
def regions_named(text: str) -> tuple[Region, ...]:
    """The regions that a text may mean: by its whole name, else by its name without the word for its kind."""
    said = words(text)
    by_name = _by_name()
    return by_name.get("".join(said)) or by_name.get("".join(_bare(said))) or ()


def regions_beginning(text: str) -> list[Region]:
    """The regions of which a name begins with the text, in the table's order, or that it names as a whole."""
    said = "".join(words(text))
    found = [region for names, region in _names() if said and any(name.startswith(said) for name in names)]
    return found or list(regions_named(text))


def bare_name(region: Region) -> str:
    """The folded English name without the word for its kind."""
    return "".join(_bare(words(region.name)))


def has_kind(region: Region) -> bool:
    """Whether its English name says what kind of region it is."""
    return not (_KINDS | _TERRITORY).isdisjoint(words(region.name))


def region_name(country: str, code: str) -> str:
    """The English name of a region, empty when it is not known."""
    region = regions().get((country, code))
    return region.name if region else ""


def _bare(said: list[str]) -> list[str]:
    return [word for word in said if word not in _KINDS]


@lru_cache(maxsize=1)
def _names() -> list[tuple[tuple[str, ...], Region]]:
    """The folded names of each region."""
    return [
        (tuple("".join(words(name)) for name in (region.name, *region.others)), region) for region in regions().values()
    ]


@lru_cache(maxsize=1)
def _by_name() -> dict[str, tuple[Region, ...]]:
    """Regions by each folded name; a whole name comes before one that lost the word for its kind."""
    whole: dict[str, list[Region]] = defaultdict(list)
    bare: dict[str, list[Region]] = defaultdict(list)
    for region in regions().values():
        codes = [f"{region.country}-{region.code}", *([region.code] if region.country in _CODED else [])]
        for name in (region.name, *region.others, *codes):
            said = words(name)
            for index, key in ((whole, "".join(said)), (bare, "".join(_bare(said)))):
                if key and region not in index[key]:
                    index[key].append(region)
    return {key: tuple(found) for key, found in (bare | whole).items()}
