"""The packaged table of places, searched where it lies: two sorted texts, read once and never parsed.

``places.tsv`` has a place to a line, the biggest first: name, country, region (ISO 3166-2, where
:mod:`salesdesk.places.regions` has them), the zone's number in ``zones.txt``, thousands of people. ``names.tsv`` has a
folded name to a line, sorted by its bytes: name, places called so first of all (in Latin or Cyrillic letters), places
that have it as another name. A place is named by where its line begins in ``places.tsv``, as four digits of base 36; so
the lower number is the bigger place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_FIRST, _OTHER = re.compile(rb"\t([0-9a-z ]+)\t"), re.compile(rb"\t([0-9a-z ]+)\n")
SMALLEST = 15_000  # people; GeoNames' cities15000 has the places above it and the seats of regions


@dataclass(frozen=True, slots=True)
class Place:
    """A town. ``region`` is the part of its ISO 3166-2 code after the dash, or empty; ``people`` are rounded to
    thousands. ``main`` says whether it was found by its first name, and not by another one.
    """

    name: str
    country: str
    region: str
    zone: str
    people: int
    main: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """The bytes of the two texts, and the zones by number."""

    names: bytes
    places: bytes
    zones: tuple[str, ...]

    def find(self, folded: str) -> list[Place]:
        """Every place of this folded name, the biggest first; those called so first of all come before the others."""
        key = folded.encode() + b"\t"
        start = self._first_at(key)
        if len(key) == 1 or not self.names.startswith(key, start):
            return []
        _, main, other = self.names[start : self.names.index(b"\n", start)].split(b"\t")
        return [self._place(number, main=True) for number in main.split()] + [
            self._place(number, main=False) for number in other.split()
        ]

    def beginning_with(self, folded: str, near: str = "") -> Iterator[Place]:
        """Every place with a name that begins with this folded text: those of the country ``near`` (ISO) before others,
        and the biggest first.

        In Latin letters those called so first of all come before the others: these have names from many languages.
        """
        key = folded.encode()
        if not key:
            return
        lines = self.names[self._first_at(key) : self._first_at(key + b"\xff")]
        fields = ((_FIRST,), (_OTHER,)) if folded.isascii() else ((_FIRST, _OTHER),)
        ranks = [{number for field in rank for number in b" ".join(field.findall(lines)).split()} for rank in fields]
        seen: set[bytes] = set()
        for wanted in (near.encode(), b"") if near else (b"",):
            for numbers in ranks:
                found = {number for number in numbers - seen if not wanted or self._country(number) == wanted}
                for number in sorted(found):
                    yield self._place(number, main=True)
                seen |= found

    def _first_at(self, key: bytes) -> int:
        """Where the first line begins that is not less than the key."""
        names, low, high = self.names, 0, len(self.names)
        while low < high:
            start = names.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = names.index(b"\n", start) + 1
            if names[start : start + len(key)] < key:
                low = end
            else:
                high = start
        return low

    def _country(self, number: bytes) -> bytes:
        start = self.places.index(b"\t", int(number, 36)) + 1
        return self.places[start : start + 2]

    def _place(self, number: bytes, *, main: bool) -> Place:
        start = int(number, 36)
        name, country, region, zone, thousands = self.places[start : self.places.index(b"\n", start)].split(b"\t")
        return Place(
            name.decode(), country.decode(), region.decode(), self.zones[int(zone)], int(thousands) * 1000, main
        )


@lru_cache(maxsize=1)
def table() -> Table:
    """The packaged table, read at the first look-up."""
    return Table(read("names.tsv"), read("places.tsv"), tuple(read("zones.txt").decode().split()))


def read(name: str) -> bytes:
    """The bytes of a file of this package."""
    return resources.files(__package__).joinpath(name).read_bytes()


def rows(name: str) -> list[list[str]]:
    """The fields of each line of a hand-written file of this package, comments left out."""
    lines = read(name).decode().splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]
