"""What postcodes tell of the time, in the countries where they do: Russia, the United States, Canada, Australia."""

from __future__ import annotations

import re
from functools import lru_cache

from salesdesk.places.regions import regions
from salesdesk.places.table import rows

_SHAPES = {
    "RU": re.compile(r"\d{6}"),
    "US": re.compile(r"\d{5}(?:-?\d{4})?"),
    "CA": re.compile(r"[A-Z]\d[A-Z] ?-?\d[A-Z]\d|[A-Z]\d[A-Z]"),
    "AU": re.compile(r"\d{3,4}"),  # a spreadsheet takes the nought of Darwin's 0800
}
_IN_TEXT = re.compile(r"\b(?:\d{4,6}(?:-\d{4})?|[A-Za-z]\d[A-Za-z][ -]?\d[A-Za-z]\d)\b")


def postcode_zones(country: str | None, text: str) -> tuple[str, ...]:
    """The zones that a postcode of a country may be in; none when the text is no postcode there, or tells nothing."""
    code = text.strip().upper()
    shape = _SHAPES.get(country or "")
    if country is None or shape is None or not shape.fullmatch(code):
        return ()
    if country == "AU":
        code = code.zfill(4)
    prefixes = _prefixes(country)
    return next((prefixes[code[:n]] for n in range(4, 0, -1) if code[:n] in prefixes), ())


def cut_postcodes(text: str) -> tuple[str, list[str]]:
    """The text without what looks like postcodes in it, and those."""
    return _IN_TEXT.sub(" ", text), _IN_TEXT.findall(text)


@lru_cache(maxsize=8)
def _prefixes(country: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for where, told, prefixes in rows("postcodes.tsv"):
        if where == country:
            zones = tuple(told.split(",")) if "/" in told else regions()[country, told].zones
            found |= dict.fromkeys((each for part in prefixes.split() for each in _spread(part)), zones)
    return found


def _spread(part: str) -> list[str]:
    """Every prefix of a range such as ``101-135``."""
    first, _, last = part.partition("-")
    return [f"{n:0{len(first)}}" for n in range(int(first), int(last) + 1)] if last else [part]
