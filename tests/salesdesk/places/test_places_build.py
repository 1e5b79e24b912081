"""The packaged table: its size, its licence, and that the script which makes it makes it readable."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
import pytz

from salesdesk.places.build import build
from salesdesk.places.postcodes import postcode_zones
from salesdesk.places.regions import regions
from salesdesk.places.search import label
from salesdesk.places.table import Place, Table, table

PACKAGE = resources.files("salesdesk.places")
MEGABYTE = 1_000_000


def city(number: int, name: str, country: str, people: int, zone: str, **more: object) -> dict[str, object]:
    return {
        "geonameid": number,
        "name": name,
        "countrycode": country,
        "population": people,
        "timezone": zone,
        "admin1code": "",
        "alternatenames": [],
        **more,
    }


SOURCE = [
    city(1, "Alba", "IT", 30_000, "Europe/Rome"),
    city(2, "Alba", "RU", 90_000, "Asia/Omsk", admin1code="54", alternatenames=["Альба", "Старая", "ALB", "alba-al"]),
    city(3, "Zvir (Upper)", "UA", 15_400, "Europe/Kiev", alternatenames=["Звір", "Zwir", "ツ"]),
    city(4, "Denver", "US", 700_000, "America/Denver", admin1code="CO", alternatenames=["Mile-High City", "Denwer"]),
]


@pytest.fixture
def made(tmp_path: Path) -> Table:
    """The table of a small made-up source."""
    source = tmp_path / "cities.json"
    source.write_text(json.dumps({each["geonameid"]: each for each in SOURCE}), "utf-8")
    build(source, tmp_path)
    names, places, zones = (tmp_path / name for name in ("names.tsv", "places.tsv", "zones.txt"))
    return Table(names.read_bytes(), places.read_bytes(), tuple(zones.read_text("utf-8").split()))


def test_the_look_up_reads_what_the_script_made(made: Table) -> None:
    small, big = Place("Alba", "IT", "", "Europe/Rome", 30_000), Place("Alba", "RU", "OMS", "Asia/Omsk", 90_000)
    assert made.find("alba") == [big, small], "the biggest first"
    assert made.find("албба") == made.find("alb") == made.find("") == []
    (omsk,) = made.find("алба")
    assert (omsk.name, omsk.main) == ("Alba", True), "the present name in Cyrillic letters"
    (old,) = made.find("старая")
    assert (old.name, old.main) == ("Alba", False)
    assert made.find("albaal") == [], "the sound of a name in another script"


def test_names_are_made_fit_to_be_read_and_typed(made: Table) -> None:
    (village,) = made.find("звир")
    assert village == Place("Zvir", "UA", "", "Europe/Kyiv", 15_000), "no brackets, the modern zone, thousands"
    assert [place.name for place in made.find("zwir") + made.find("zvirupper")] == ["Zvir", "Zvir"]
    assert made.find("milehighcity") == []
    assert [place.name for place in made.find("denwer")] == ["Denver"]


def test_the_first_and_the_last_name_are_found(made: Table) -> None:
    names = [line.split(b"\t")[0].decode() for line in made.names.splitlines()]
    assert names == sorted(names, key=str.encode)
    assert all(made.find(name) for name in names)


def test_beginnings_come_biggest_first_and_once(made: Table) -> None:
    assert [(place.name, place.country) for place in made.beginning_with("a")] == [("Alba", "RU"), ("Alba", "IT")]
    assert [place.name for place in made.beginning_with("zv")] == ["Zvir"]
    assert list(made.beginning_with("")) == list(made.beginning_with("q")) == []


def test_the_same_source_gives_the_same_bytes(made: Table, tmp_path: Path) -> None:
    again = tmp_path / "again"
    again.mkdir()
    command = [sys.executable, "-m", "salesdesk.places.build", str(tmp_path / "cities.json"), str(again)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "7"})
    assert (again / "names.tsv").read_bytes() == made.names
    assert (again / "places.tsv").read_bytes() == made.places


def test_the_packaged_table_is_compact_and_names_its_licence() -> None:
    sizes = {file.name: len(file.read_bytes()) for file in PACKAGE.iterdir() if file.name.endswith((".tsv", ".txt"))}
    assert sum(sizes.values()) < 3 * MEGABYTE
    assert sizes.keys() >= {"names.tsv", "places.tsv", "zones.txt", "regions.tsv", "postcodes.tsv", "LICENCE.txt"}
    licence = PACKAGE.joinpath("LICENCE.txt").read_text("utf-8")
    assert "GeoNames" in licence
    assert "CC BY 4.0" in licence


def test_the_packaged_table_is_whole() -> None:
    places = table().places.splitlines()
    assert len(places) > 30_000
    assert set(table().zones) <= pytz.all_timezones_set
    names = table().names.splitlines()
    assert names == sorted(names)
    assert all(line.count(b"\t") == 2 for line in names)


def test_zones_of_regions_and_postcodes_exist() -> None:
    assert {zone for region in regions().values() for zone in region.zones} <= pytz.all_timezones_set
    codes = [("RU", f"{n}000") for n in range(100, 700)] + [("US", f"{n:03}01") for n in range(1000)]
    codes += [("CA", f"{letter}1A 1A1") for letter in "ABCEGHJKLMNPRSTVXY"] + [
        ("AU", f"{n}") for n in range(200, 10_000)
    ]
    told = {zone for country, code in codes for zone in postcode_zones(country, code)}
    assert told <= pytz.all_timezones_set


def test_every_place_lies_in_a_zone_of_its_region() -> None:
    """The regions' zones were written by hand: no town may lie outside them."""
    from datetime import date

    from salesdesk.places.same_time import same_time

    outside = []
    for line in table().places.decode().splitlines():
        name, country, region, zone, _ = line.split("\t")
        known = regions().get((country, region))
        days = (date(2026, 1, 15), date(2026, 7, 15))
        if known and not all(same_time(table().zones[int(zone)], known.zones, day) for day in days):
            outside.append((name, country, region, table().zones[int(zone)]))
    assert outside == []


def test_labels_are_as_people_read_them() -> None:
    (krasnoyarsk,) = table().find("krasnoyarsk")
    assert label(krasnoyarsk) == "Krasnoyarsk, Krasnoyarsk Krai, RU"
    assert label(table().find("berlin")[0]) == "Berlin, Berlin, DE"
    assert label(table().find("paris")[0]) == "Paris, FR"
