"""How names of places are made alike, and what a text for a place is taken apart into."""

import pytest

from salesdesk.places.folding import fold
from salesdesk.places.postcodes import cut_postcodes, postcode_zones
from salesdesk.places.regions import regions, regions_named
from salesdesk.places.said import take_apart


@pytest.mark.parametrize(
    "alike",
    [
        ("Нью-Йорк", "нью йорк", "НЬЮ‑ЙОРК"),
        ("Орёл", "Орел", "орёл"),
        ("Кам'янське", "Кам’янське", "Камʼянське", "Кам`янське"),
        ("Saint-Étienne", "St. Etienne", "saint etienne"),
        ("Калінінград", "Калининград"),
        ("Красноярськ", "Красноярск"),
        ("Қарағанды", "Караганды"),
        ("Łódź", "Lodz"),
        ("Fort Worth", "Ft Worth", "FT. WORTH"),
        ("Arkhangel’sk", "Arkhangelsk"),
    ],
)
def test_spellings_of_one_name_fold_alike(alike: tuple[str, ...]) -> None:
    assert len({fold(name) for name in alike}) == 1


def test_different_names_stay_different() -> None:
    names = ("Київ", "Кишинів", "Орск", "Омск", "Tver", "Tula", "Москва", "Moscow")
    assert len({fold(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("г. Москва", "москва"),
        ("г.Москва", "москва"),
        ("Москва г", "москва"),
        ("город Москва", "москва"),
        ("м. Київ", "киив"),
        ("місто Київ", "киив"),
        ("City of London", "london"),
        ("смт Гостомель", "гостомел"),
    ],
)
def test_the_word_for_a_town_is_left_off(text: str, name: str) -> None:
    (part,), _ = take_apart(text)
    assert name in part.keys


@pytest.mark.parametrize(
    ("text", "village"), [("с. Октябрьское", True), ("дер. Ивановка", True), ("г. Октябрьский", False), ("Сочи", False)]
)
def test_a_village_is_told_from_a_town(text: str, *, village: bool) -> None:
    (part,), _ = take_apart(text)
    assert part.village is village


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Московская обл.", ["RU-MOS"]),
        ("Московская область", ["RU-MOS"]),
        ("МОСКОВСЬКА ОБЛ", ["RU-MOS"]),
        ("Moscow Oblast", ["RU-MOS"]),
        ("Москва", ["RU-MOW"]),
        ("Львівська область", ["UA-46"]),
        ("Львовская обл", ["UA-46"]),
        ("Львівщина", ["UA-46"]),
        ("Краснодарский край", ["RU-KDA"]),
        ("Респ. Татарстан", ["RU-TA"]),
        ("Саха (Якутия)", ["RU-SA"]),
        ("ХМАО - Югра", ["RU-KHM"]),
        ("Карагандинская обл.", ["KZ-35"]),
        ("Қарағанды облысы", ["KZ-35"]),
        ("Texas", ["US-TX"]),
        ("TX", ["US-TX"]),
        ("us-tx", ["US-TX"]),
        ("Техас", ["US-TX"]),
        ("State of New York", ["US-NY"]),
        ("British Columbia", ["CA-BC"]),
        ("Québec", ["CA-QC"]),
        ("NSW", ["AU-NSW"]),
        ("WA", ["US-WA", "AU-WA"]),
        ("Атлантида", []),
        ("обл.", []),
    ],
)
def test_a_region_by_its_name(text: str, codes: list[str]) -> None:
    assert sorted(f"{region.country}-{region.code}" for region in regions_named(text)) == sorted(codes)


def test_every_region_is_found_by_each_of_its_names() -> None:
    lost = [
        (region.name, name)
        for region in regions().values()
        for name in (region.name, *region.others)
        if region not in regions_named(name)
    ]
    assert lost == []


def test_the_regions_are_all_there() -> None:
    counts = {country: sum(key[0] == country for key in regions()) for country in ("UA", "RU", "KZ", "US", "CA", "AU")}
    assert counts == {"UA": 27, "RU": 83, "KZ": 20, "US": 51, "CA": 13, "AU": 8}


@pytest.mark.parametrize(
    ("country", "code", "zones"),
    [
        ("RU", "101000", ["Europe/Moscow"]),
        ("RU", "660049", ["Asia/Krasnoyarsk"]),
        ("RU", "236000", ["Europe/Kaliningrad"]),
        ("RU", "678960", ["Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan"]),
        ("US", "10001", ["America/New_York"]),
        ("US", "10001-1234", ["America/New_York"]),
        ("US", "79901", ["America/Denver"]),
        ("US", "67735", ["America/Chicago", "America/Denver"]),
        ("US", "99501", ["America/Anchorage", "America/Juneau", "America/Sitka", "America/Nome"]),
        ("CA", "M5V 2T6", ["America/Toronto"]),
        ("CA", "k1a0b1", ["America/Toronto"]),
        ("CA", "S9V 0A1", ["America/Edmonton"]),
        ("CA", "P9N 1A1", ["America/Winnipeg"]),
        ("AU", "2000", ["Australia/Sydney"]),
        ("AU", "0800", ["Australia/Darwin"]),
        ("AU", "800", ["Australia/Darwin"]),
        ("AU", "2880", ["Australia/Sydney", "Australia/Broken_Hill"]),
        ("UA", "01001", []),
        ("RU", "01001", []),
        ("US", "101000", []),
        ("US", "", []),
        (None, "10001", []),
    ],
)
def test_what_a_postcode_tells(country: str | None, code: str, zones: list[str]) -> None:
    assert list(postcode_zones(country, code)) == zones


def test_every_american_area_is_in_one_line() -> None:
    """Of the thousand three-digit areas those in use are known; some are the military's or none."""
    known = [n for n in range(1000) if postcode_zones("US", f"{n:03}01")]
    assert len(known) > 880
    assert all(postcode_zones("RU", f"{n}000") for n in (*range(101, 136), *range(140, 145), *range(603, 608)))


def test_postcodes_are_taken_out_of_a_text() -> None:
    assert cut_postcodes("101000, Москва") == (" , Москва", ["101000"])
    assert cut_postcodes("Toronto M5V 2T6")[1] == ["M5V 2T6"]
    assert cut_postcodes("Khreshchatyk 1")[1] == []
