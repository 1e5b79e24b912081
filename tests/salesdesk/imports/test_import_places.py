"""Places in imported tables: postcodes, zones written as cities, and what is rejected."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import col, select

from salesdesk.access.people import find_person
from salesdesk.access.sitting import Sitting
from salesdesk.imports.importing import ImportReport, ImportRequest, import_clients
from salesdesk.storage.database import Database
from salesdesk.storage.models import Client
from tests.support.clock import StillClock

Import = Callable[..., ImportReport]


@pytest.fixture
def bring(database: Database, clock: StillClock, tmp_path: Path) -> Import:
    """Imports a table of the given rows as the admin."""

    def run(*rows: str, **more: object) -> ImportReport:
        path = tmp_path / "places.csv"
        path.write_text("".join(f"{row}\n" for row in rows), "utf-8")
        with database.read() as session:
            boss = find_person(session, "boss")
        return import_clients(Sitting(database, clock, boss), ImportRequest(path, **more))  # type: ignore[arg-type]

    return run


def clients(database: Database) -> list[Client]:
    with database.read() as session:
        return list(session.exec(select(Client).order_by(col(Client.id))))


def test_a_postcode_column_settles_a_mobile_and_is_kept(bring: Import, database: Database) -> None:
    report = bring("Имя;Телефон;Индекс", "Олег;+79161234567;660049", "Пётр;+79161234568;101000", "Ян;+79161234569;")
    assert report.columns["postcode"] == "Индекс"
    assert [(client.zone, client.zone_source) for client in clients(database)] == [
        ("Asia/Krasnoyarsk", "place"),
        ("Europe/Moscow", "place"),
        (None, "unknown"),
    ]
    assert [client.custom for client in clients(database)] == [{"postcode": "660049"}, {"postcode": "101000"}, {}]


def test_a_postcode_column_can_be_named(bring: Import, database: Database) -> None:
    bring("Name,Phone,Where,Code", "Ann,+18005550123,,79901", mapping={"postcode": "Code", "region": "Where"})
    assert clients(database)[0].zone == "America/Denver"


def test_a_zone_column_takes_a_city_that_tells_one(bring: Import, database: Database) -> None:
    rows = ("Name;Phone;Time zone", "A;+79161234561;Красноярск", "B;+79161234562;Asia/Omsk", "C;+79161234563;New York")
    assert bring(*rows).rejected == 0
    assert [(client.zone, client.zone_source) for client in clients(database)] == [
        ("Asia/Krasnoyarsk", "given"),
        ("Asia/Omsk", "given"),
        ("America/New_York", "given"),
    ]


def test_a_zone_column_that_tells_none_is_rejected_with_the_reason(bring: Import, database: Database) -> None:
    rows = ("Name;Phone;Time zone", "A;+18005550121;Springfield", "B;+18005550122;Nowhereville", "C;+18005550123;")
    report = bring(*rows)
    assert (report.created, report.rejected) == (1, 2)
    assert report.rejects_file is not None
    with report.rejects_file.open(encoding="utf-8-sig", newline="") as file:
        reasons = [row["reason"] for row in csv.DictReader(file)]
    assert reasons == ['"Springfield" does not tell one time zone', '"Nowhereville" is not a time zone']


def test_city_and_region_columns_settle_the_zone(bring: Import, database: Database) -> None:
    bring(
        "Name,Phone,City,State,Country",
        "A,+18005550121,Springfield,IL,USA",
        "B,+18005550122,Portland,Maine,",
        "C,+18005550123,Denver,,",
        "D,+79161234567,Бердск,Новосибирская обл.,",
        "E,+380671234567,Київ,,Україна",
    )
    assert [client.zone for client in clients(database)] == [
        "America/Chicago",
        "America/New_York",
        "America/Denver",
        "Asia/Novosibirsk",
        "Europe/Kyiv",
    ]
