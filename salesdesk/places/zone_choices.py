"""What a place or zone being typed may mean, for whoever says during a call where the client is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from salesdesk.places.search import find_places, find_regions, label, region_label
from salesdesk.places.zone_names import offered_zones

MOST_CHOICES = 8  # each has a digit of its own, and they fit under a card
MOST_REGIONS = 2  # of them; many towns begin as their region does
SHORTEST = 2  # letters; one letter means thousands of places, and looking them through is felt at the keyboard
_OFFSET = re.compile(r"[+-]\s*\d")


@dataclass(frozen=True, slots=True)
class ZoneChoice:
    """Something that may be meant: ``text`` says it to people and to :func:`salesdesk.clients.set_zone.set_zone`,
    ``zone`` is the IANA zone that it leads to.
    """

    text: str
    zone: str


def zone_choices(text: str, near: str = "", limit: int = MOST_CHOICES) -> list[ZoneChoice]:
    """The places whose names begin with the text, in English, Ukrainian or Russian; those of the country ``near`` (ISO)
    first. Then regions that tell one zone, then zones by their IANA names.
    """
    typed = text.strip()
    if len(typed) < SHORTEST or is_offset(typed):
        return []
    if "/" in typed:
        return _zones(typed)[:limit]
    places = find_places(typed, limit, near)
    named = find_regions(typed, near, besides=places)[:MOST_REGIONS] if len(typed) > SHORTEST else []
    shown = [ZoneChoice(label(place), place.zone) for place in places[: limit - len(named)]]
    told = [ZoneChoice(region_label(region), region.zones[0]) for region in named]
    return [*shown, *told, *_zones(typed)][:limit]


def is_offset(text: str) -> bool:
    """Whether this is a difference of clocks, as ``GMT+3``: it tells no place, and so not when summer time begins."""
    return _OFFSET.search(text) is not None


def _zones(typed: str) -> list[ZoneChoice]:
    """The zones whose names, old or new, or the city in them, begin with what was typed; each under its modern name."""
    key = "_".join(typed.split()).casefold()
    found = dict.fromkeys(zone for name, zone in offered_zones().items() if _begins(name, key))
    return [ZoneChoice(zone, zone) for zone in sorted(found)]


def _begins(name: str, key: str) -> bool:
    return name.startswith(key) or ("/" not in key and name.rpartition("/")[2].startswith(key))
