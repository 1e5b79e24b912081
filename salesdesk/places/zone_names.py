"""The names of time zones as people type them, turned into modern IANA names."""

from __future__ import annotations

import difflib
from functools import lru_cache

import pytz

from salesdesk.errors import BadRequest

# The names without an area that are a place's, or plain to everybody.
_COUNTRIES = (
    "Cuba Egypt Eire Hongkong Iceland Iran Israel Jamaica Japan Kwajalein Libya Poland Portugal Singapore Turkey"
)
_SINGLE = frozenset((*_COUNTRIES.casefold().split(), "utc"))


class BadZone(BadRequest):
    """The text names no time zone."""


def zone_name(text: str) -> str:
    """The modern IANA name for a zone as typed: any case, an old alias (``Europe/Kiev``), or its city (``Kyiv``).

    Raises :class:`BadZone` naming the nearest ones.
    """
    found = exact_zone(text) or _cities().get(_folded(text))
    if found:
        return found
    near = _nearest(_folded(text)[:60])
    mend = f"Did you mean {' or '.join(near)}?" if near else "Write an IANA name such as Europe/Kyiv, or a city."
    raise BadZone(f'"{shown(text)}" is not a time zone', mend)


def exact_zone(text: str) -> str | None:
    """The modern name of a zone whose whole name or alias was typed, ``None`` for anything else."""
    return _zones().get(_folded(text))


@lru_cache(maxsize=1)
def offered_zones() -> dict[str, str]:
    """The names that are offered to people, folded, with the modern name of each.

    Left out are names that say a rule and no place. The signs of ``Etc/GMT+3`` and its like are turned round (it is
    west of Greenwich), and ``EST`` has no summer time: whoever picks one by its looks gets another clock than they
    meant. They are still understood where their whole name is written.
    """
    of_places = _modern() | {"Etc/UTC"}
    return {key: new for key, new in _zones().items() if new in of_places and _is_place(key)}


def _is_place(folded: str) -> bool:
    area, slash, _ = folded.partition("/")
    return area not in ("etc", "systemv") if slash else folded in _SINGLE


def shown(text: str) -> str:
    """The text for a message: one line, printable, not too long."""
    return "".join(c if c.isprintable() else " " for c in text[:60])


def _folded(text: str) -> str:
    return "_".join(text.split()).casefold()


@lru_cache(maxsize=1024)
def _nearest(folded: str) -> list[str]:
    names = _cities() | offered_zones()
    keys = difflib.get_close_matches(folded, names, n=5, cutoff=0.7)
    return list(dict.fromkeys(names[key] for key in keys))[:3]


def _modern() -> set[str]:
    return {zone for zones in pytz.country_timezones.values() for zone in zones}


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    """The cities that zones are named after, folded."""
    return {zone.rsplit("/", 1)[-1].casefold(): zone for zone in sorted(_modern())}


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """Every name of a zone, folded, with its modern name."""
    modern = _modern()
    names = {zone.casefold(): zone for zone in pytz.all_timezones}
    names.update({old.casefold(): new for old, new in _links().items() if old not in modern})
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
