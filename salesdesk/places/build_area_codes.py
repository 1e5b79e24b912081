"""Makes the packaged table of the area codes of the United States and Canada from the phone library's own places.

Run it: ``python -m salesdesk.places.build_area_codes`` (and a file to write, else this package's own). The source is
the geocoding data of the package ``phonenumbers``, of which a program would have to load all for one number. Codes that
it has no region for are added by hand. The same version of the library gives the same bytes.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from phonenumbers.geodata import GEOCODE_DATA

from salesdesk.places.countries import NAMED_REGIONS

# Washington is named otherwise there, the rest only by towns or not at all.
_BY_HAND = {
    "202": ("US", "DC"),
    "771": ("US", "DC"),
    "564": ("US", "WA"),
    "257": ("CA", "BC"),
}
_SPLIT = {"782": {("CA", "NS"), ("CA", "PE")}}
_HEAD = """# Where numbers are by area code: country, regions (ISO 3166-2), codes. Several regions: it holds in each.
# Made by salesdesk/places/build_area_codes.py.
"""


def build(file: Path) -> None:
    """Write the table."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    regions = _regions()
    for prefix, told in GEOCODE_DATA.items():
        if prefix.startswith("1") and len(prefix) >= 4:
            region = regions.get(told.get("en", "").rpartition(", ")[2])
            if region is not None:
                found[prefix[1:4]].add(region)
    found |= _SPLIT | {code: {region} for code, region in _BY_HAND.items()}
    codes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for code, where in sorted(found.items()):
        country = next(iter(where))[0]
        codes[country, ",".join(sorted(region for _, region in where))].append(code)
    lines = [f"{country}\t{told}\t{' '.join(each)}\n" for (country, told), each in sorted(codes.items())]
    file.write_text(_HEAD + "".join(lines), "utf-8")


def _regions() -> dict[str, tuple[str, str]]:
    """Regions by their names and codes."""
    named = [(country, *row.rsplit(" ", 1)) for country, rows in NAMED_REGIONS.items() for row in rows.split("|")]
    return {text: (country, code) for country, name, code in named for text in (name, code)}


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("area_codes.tsv"))
