"""Public holidays of regions: by what a region is called, in several languages, and by its towns."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from rules.area import Area
from salesdesk.places.holidays import holidays_of
from salesdesk.places.phones import phone_from_e164
from salesdesk.places.written import Written
from salesdesk.places.zone_guess import guess_zone, to_area

AT = datetime(2026, 12, 1, 10, tzinfo=UTC)
EPIPHANY = date(2027, 1, 6)


def closed(country: str, day: date, *, region: str = "", city: str = "") -> bool:
    """Whether a client of these words has a public holiday."""
    written = Written(city=city, region=region, country=country)
    guess = guess_zone(given=None, phone=None, country=country, at=AT, written=written)
    return day in holidays_of(to_area(guess, country, region), AT)


@pytest.mark.parametrize(
    ("country", "name", "day"),
    [
        *[("DE", name, EPIPHANY) for name in ("BY", "DE-BY", "Bayern", "Bavaria", "Баварія", "Бавария", "bayern")],
        *[("DE", name, EPIPHANY) for name in ("Freistaat Bayern", "Baden-Württemberg", "Baden-Wuerttemberg")],
        *[("DE", name, EPIPHANY) for name in ("Sachsen-Anhalt", "Saxony-Anhalt")],
        *[("GB", name, date(2027, 1, 4)) for name in ("Scotland", "Шотландия", "Шотландія", "SCT")],
        *[("GB", name, date(2027, 3, 17)) for name in ("Northern Ireland", "Північна Ірландія")],
        *[("ES", name, date(2027, 9, 11)) for name in ("Catalonia", "Cataluña", "Catalunya", "Каталонія", "CT")],
        *[("ES", name, date(2028, 2, 28)) for name in ("Andalucía", "Andalusia", "Андалусия")],
        *[("CH", name, date(2027, 5, 1)) for name in ("Zürich", "Zuerich", "Kanton Zürich", "Цюрих", "ZH")],
        ("CH", "Genève", date(2027, 12, 31)),
        ("CH", "Ticino", EPIPHANY),
        *[("CA", name, date(2027, 6, 24)) for name in ("Quebec", "Québec", "Квебек", "QC")],
        *[("US", name, date(2027, 4, 19)) for name in ("Massachusetts", "MA", "Массачусетс")],
        *[("AU", name, date(2027, 11, 2)) for name in ("Victoria", "VIC", "Виктория")],
        ("AU", "Western Australia", date(2027, 6, 7)),
        *[("BR", name, date(2027, 7, 9)) for name in ("São Paulo", "Sao Paulo", "SP", "Сан-Паулу")],
        ("BR", "Bahia", date(2027, 7, 2)),
        ("BR", "Amazonas", date(2027, 9, 5)),
        ("BR", "Distrito Federal", date(2027, 11, 30)),
        ("ES", "La Rioja", date(2027, 6, 9)),
        ("CH", "Jura", date(2027, 6, 23)),
        ("IN", "Gujarat", date(2027, 1, 15)),
        ("IN", "Maharashtra", date(2027, 5, 1)),
        ("IN", "Punjab", date(2027, 3, 23)),
    ],
)
def test_a_region_closes_by_each_of_its_names(country: str, name: str, day: date) -> None:
    assert closed(country, day, region=name)
    assert not closed(country, day)


@pytest.mark.parametrize(
    ("country", "town", "day"),
    [
        *[("DE", town, EPIPHANY) for town in ("München", "Munich", "Мюнхен", "Nürnberg", "Stuttgart", "Штутгарт")],
        *[("GB", town, date(2027, 1, 4)) for town in ("Edinburgh", "Glasgow", "Единбург")],
        ("GB", "Belfast", date(2027, 3, 17)),
        *[("ES", town, date(2027, 9, 11)) for town in ("Barcelona", "Барселона", "Girona")],
        ("ES", "Sevilla", date(2028, 2, 28)),
        *[("CH", town, date(2027, 5, 1)) for town in ("Zürich", "Winterthur")],
        ("CH", "Lugano", EPIPHANY),
        ("CA", "Montréal", date(2027, 6, 24)),
        ("US", "Boston", date(2027, 4, 19)),
        ("AU", "Melbourne", date(2027, 11, 2)),
        ("BR", "Campinas", date(2027, 7, 9)),
        ("IN", "Mumbai", date(2027, 5, 1)),
    ],
)
def test_a_region_closes_in_its_towns(country: str, town: str, day: date) -> None:
    assert closed(country, day, city=town)


@pytest.mark.parametrize(
    ("country", "words", "day"),
    [
        ("DE", {"city": "Berlin"}, EPIPHANY),
        ("DE", {"region": "Hessen"}, EPIPHANY),
        ("DE", {"region": "Sachsen"}, EPIPHANY),
        ("GB", {"city": "London"}, date(2027, 3, 17)),
        ("GB", {"region": "Wales"}, date(2027, 1, 4)),
        ("ES", {"city": "Madrid"}, date(2027, 9, 11)),
        ("CH", {"city": "Luzern"}, date(2027, 5, 1)),
        ("AU", {"city": "Sydney"}, date(2027, 11, 2)),
    ],
)
def test_the_other_regions_work_that_day(country: str, words: dict[str, str], day: date) -> None:
    assert not closed(country, day, **words)


@pytest.mark.parametrize(
    ("city", "country", "zone"),
    [
        ("Lahore, Punjab", "PK", "Asia/Karachi"),
        ("Lons-le-Saunier, Jura", "FR", "Europe/Paris"),
        ("Santiago del Estero", "AR", "America/Argentina/Cordoba"),
        ("Chilecito, La Rioja", "AR", "America/Argentina/La_Rioja"),
        ("Leticia, Amazonas", "CO", "America/Bogota"),
        ("Valencia, Carabobo", "VE", "America/Caracas"),
    ],
)
def test_names_that_other_countries_have_too_lead_nobody_astray(city: str, country: str, zone: str) -> None:
    found = guess_zone(given=None, phone=None, country=country, at=AT, written=Written(city=city, country=country))
    assert found.zone == zone


def test_provinces_that_share_an_area_code_close_for_both() -> None:
    """Nova Scotia has Heritage Day, Prince Edward Island has Gold Cup Parade Day, and 902 is in both."""
    phone = phone_from_e164("+19025550123")
    days = holidays_of(to_area(guess_zone(given=None, phone=phone, country="CA", at=AT), "CA", ""), AT)
    for province in ("NS", "PE"):
        assert holidays_of(Area("CA", province, ("America/Halifax",)), AT) <= days
