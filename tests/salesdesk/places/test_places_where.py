"""What the words for a place tell: namesakes, regions, countries, postcodes, and what stays unsure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.places.phones import phone_from_e164
from salesdesk.places.same_time import same_time
from salesdesk.places.search import find_places, label
from salesdesk.places.table import Place, table
from salesdesk.places.where import DOMINANCE, look_up
from salesdesk.places.written import Written
from salesdesk.places.zone_guess import BadZone, ZoneGuess, guess_zone, to_area, zone_of_text

WINTER = datetime(2026, 11, 23, 10, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 10, tzinfo=UTC)
DAY = WINTER.date()
RUSSIAN, TOLL_FREE, DENVER, KYIV = "+79161234567", "+18005550123", "+13035550123", "+380671234567"


def guess(city: str = "", phone: str = RUSSIAN, at: datetime = WINTER, **words: str) -> ZoneGuess:
    number, country = phone_from_e164(phone), words.get("country")
    zone, written = words.pop("zone", None), Written(city, **words)
    return guess_zone(given=zone, phone=number, country=country or number.region, at=at, written=written)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("г. Красноярск", "Asia/Krasnoyarsk"),
        ("Красноярск, Красноярский край", "Asia/Krasnoyarsk"),
        ("Россия, Красноярск", "Asia/Krasnoyarsk"),
        ("660000, Красноярск", "Asia/Krasnoyarsk"),
        ("101000 Москва", "Europe/Moscow"),
        ("Московская обл., г. Химки", "Europe/Moscow"),
        ("Химки Московская обл", "Europe/Moscow"),
        ("Свердловская область", "Asia/Yekaterinburg"),
        ("с. Неведомое, Иркутская обл.", "Asia/Irkutsk"),
        ("Київ, Україна", "Europe/Kyiv"),
        ("Алматы", "Asia/Almaty"),
        ("Лондон", "Europe/London"),
    ],
)
def test_a_town_settles_a_russian_mobile(text: str, zone: str) -> None:
    found = guess(text)
    assert (found.zone, found.source) == (zone, "place")


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Denver, CO", "America/Denver"),
        ("Denver CO", "America/Denver"),
        ("Denver, CO 80202", "America/Denver"),
        ("Springfield, Illinois, US", "America/Chicago"),
        ("Springfield MA", "America/New_York"),
        ("Paris, TX", "America/Chicago"),
        ("Paris, France", "Europe/Paris"),
        ("Portland, OR", "America/Los_Angeles"),
        ("New York NY 10001", "America/New_York"),
        ("Toronto, ON M5V 2T6", "America/Toronto"),
        ("Vancouver, BC", "America/Vancouver"),
        ("Washington, DC", "America/New_York"),
        ("Georgia", "America/New_York"),
        ("Columbus", "America/New_York"),  # Ohio's is over ten times as big as those in other zones
    ],
)
def test_towns_beside_a_toll_free_number(text: str, zone: str) -> None:
    assert guess(text, TOLL_FREE).zone == zone


@pytest.mark.parametrize(
    ("city", "zones"),
    [
        ("Springfield", {"America/Chicago", "America/New_York", "America/Los_Angeles"}),
        ("Moscow", {"America/Los_Angeles", "Europe/Moscow"}),  # a village giant beside the one in Idaho
        ("Paris", {"America/Chicago", "Europe/Paris"}),
        ("Texas", {"America/Chicago", "America/Denver"}),
    ],
)
def test_namesakes_stay_unsure_with_every_zone_they_leave(city: str, zones: set[str]) -> None:
    found = guess(city, TOLL_FREE)
    assert (found.zone, found.source, set(found.candidates)) == (None, "unknown", zones)
    assert list(found.candidates) == sorted(found.candidates)


def test_a_russian_namesake_is_cut_by_region_or_postcode() -> None:
    assert set(guess("Железногорск").candidates) == {"Asia/Krasnoyarsk", "Europe/Moscow"}
    assert guess("Железногорск", region="Курская область").zone == "Europe/Moscow"
    assert guess("Железногорск", region="Красноярский край").zone == "Asia/Krasnoyarsk"
    assert guess("Железногорск", postcode="662970").zone == "Asia/Krasnoyarsk"
    assert guess("662970, Железногорск").zone == "Asia/Krasnoyarsk"


def test_a_region_wins_over_a_town_that_is_not_in_it() -> None:
    """It is a place too small for the table, and not its big namesake elsewhere."""
    assert guess("Springfield", TOLL_FREE, region="VT").zone == "America/New_York"
    assert guess("Красноярск", region="Калининградская обл.").zone == "Europe/Kaliningrad"
    assert guess("Springfield", TOLL_FREE, region="somewhere nice").zone is None


def test_a_village_is_not_the_town_of_its_name() -> None:
    assert guess("с. Красноярск").zone is None
    assert guess("с. Красноярск") == guess()
    assert guess("с. Красноярск, Красноярский край").zone == "Asia/Krasnoyarsk"


@pytest.mark.parametrize("text", ["за Києвом", "near Denver", "Новая Москва", "not Paris"])
def test_a_town_among_other_words_is_not_guessed(text: str) -> None:
    assert guess(text) == guess()
    with pytest.raises(BadZone):
        guess(zone=text)


def test_the_stated_country_is_a_fence() -> None:
    assert guess("Moscow", TOLL_FREE, country="US").zone == "America/Los_Angeles"
    assert guess("Москва", KYIV, country="RU").zone == "Europe/Moscow"
    assert guess("Київ", RUSSIAN, country="RU") == guess()
    assert guess("Paris", TOLL_FREE, country="FR").zone == "Europe/Paris"


def test_abroad_only_a_plain_name_counts() -> None:
    assert guess("Kyiv", DENVER).zone == "Europe/Kyiv"
    assert guess("Springfield", RUSSIAN) == guess()
    assert guess("Versailles", TOLL_FREE) == guess(phone=TOLL_FREE)  # Kentucky has one, too small for the table
    assert guess("Birmingham", KYIV).zone == "Europe/Kyiv"


def test_a_region_that_two_zones_part_is_unsure_and_its_postcode_settles_it() -> None:
    assert guess("", TOLL_FREE, region="TX").candidates == ("America/Chicago", "America/Denver")
    assert guess("", TOLL_FREE, region="TX", postcode="79901").zone == "America/Denver"
    assert guess("", TOLL_FREE, region="TX", postcode="75201").zone == "America/Chicago"
    assert guess("", TOLL_FREE, region="AZ", at=SUMMER).candidates == ("America/Denver", "America/Phoenix")


def test_a_postcode_alone() -> None:
    assert guess(postcode="660000").zone == "Asia/Krasnoyarsk"
    assert set(guess(postcode="678000").candidates) == {"Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan"}
    assert guess(postcode="66000") == guess()
    assert guess(postcode="80202", phone=KYIV, country="US").zone == "America/Denver"


def test_a_postcode_that_contradicts_makes_unsure() -> None:
    assert guess("Москва", postcode="660000").candidates == ("Asia/Krasnoyarsk", "Europe/Moscow")


def test_place_and_number_cut_each_other() -> None:
    """New York's number picks among the Springfields; Denver's contradicts them all."""
    assert guess("Springfield", "+12125550123") == ZoneGuess("America/New_York", (), "phone")
    contradicted = guess("Springfield", DENVER)
    assert set(contradicted.candidates) == {
        "America/Denver",
        "America/Chicago",
        "America/New_York",
        "America/Los_Angeles",
    }
    idaho = guess("Moscow", "+12085550123")  # Idaho's numbers are Boise's or the coast's
    assert (idaho.zone, idaho.source) == ("America/Los_Angeles", "place")


@pytest.mark.parametrize(
    ("words", "won", "rival"),
    [
        ({"city": "Kyiv", "phone": DENVER}, ("Europe/Kyiv", "place"), ("America/Denver", "phone")),
        ({"city": "Denver", "phone": KYIV}, ("America/Denver", "place"), ("Europe/Kyiv", "phone")),
        ({"city": "Lviv", "phone": KYIV}, ("Europe/Kyiv", "place"), (None, None)),
        (
            {"city": "Berlin", "zone": "Europe/Kyiv", "phone": KYIV},
            ("Europe/Kyiv", "given"),
            ("Europe/Berlin", "place"),
        ),
        ({"city": "Kyiv", "zone": "Asia/Tokyo", "phone": KYIV}, ("Asia/Tokyo", "given"), ("Europe/Kyiv", "place")),
        ({"zone": "Asia/Tokyo", "phone": KYIV}, ("Asia/Tokyo", "given"), ("Europe/Kyiv", "phone")),
        ({"zone": "Europe/Bucharest", "phone": KYIV}, ("Europe/Bucharest", "given"), (None, None)),
        ({"city": "Springfield", "zone": "Asia/Tokyo", "phone": TOLL_FREE}, ("Asia/Tokyo", "given"), (None, None)),
    ],
)
def test_a_conflict_of_two_sure_sources_is_kept(
    words: dict[str, Any], won: tuple[str, str], rival: tuple[str | None, str | None]
) -> None:
    found = guess(**words)
    assert (found.zone, found.source) == won
    assert (found.rival_zone, found.rival_source) == rival


@pytest.mark.parametrize("at", [WINTER, SUMMER])
def test_zones_that_part_again_are_a_conflict_all_the_year(at: datetime) -> None:
    assert guess("Phoenix, AZ", DENVER, at).rival_zone == "America/Denver"


@pytest.mark.parametrize("at", [datetime(2026, month, 15, tzinfo=UTC) for month in (1, 4, 7, 12)])
@pytest.mark.parametrize(
    ("country", "region", "zones"),
    [
        ("US", "AZ", ("America/Denver", "America/Phoenix")),
        ("US", "Arizona", ("America/Denver", "America/Phoenix")),
        ("US", "Аризона", ("America/Denver", "America/Phoenix")),
        ("CA", "Ontario", ("America/Toronto", "America/Winnipeg")),
        ("US", "IN", ("America/Chicago", "America/Indiana/Indianapolis")),
        ("AU", "NSW", ("Australia/Broken_Hill", "Australia/Sydney")),
    ],
)
def test_a_region_of_two_clocks_is_not_sure_in_any_month(
    country: str, region: str, zones: tuple[str, ...], at: datetime
) -> None:
    found = guess_zone(given=None, phone=None, country=country, at=at, written=Written(region=region, country=country))
    assert (found.zone, found.candidates) == (None, zones)


@pytest.mark.parametrize("at", [WINTER, SUMMER])
@pytest.mark.parametrize(
    ("country", "region", "zone"),
    [
        ("US", "OH", "America/New_York"),
        ("CA", "Nova Scotia", "America/Halifax"),
        ("CA", "YT", "America/Whitehorse"),
        ("US", "UT", "America/Denver"),
    ],
)
def test_a_region_of_one_clock_is_sure_in_every_month(country: str, region: str, zone: str, at: datetime) -> None:
    written = Written(region=region, country=country)
    assert guess_zone(given=None, phone=None, country=country, at=at, written=written).zone == zone


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Красноярск", "Asia/Krasnoyarsk"),
        ("Springfield, Illinois", "America/Chicago"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("UTC", "Etc/UTC"),
        ("Bogota", "America/Bogota"),
    ],
)
def test_a_zone_may_be_given_as_a_city(text: str, zone: str) -> None:
    assert guess(zone=text) == ZoneGuess(zone, (), "given", None, None)


def test_a_city_of_several_zones_is_no_zone_and_the_fault_names_them() -> None:
    with pytest.raises(BadZone) as caught:
        guess(zone="Springfield", phone=TOLL_FREE)
    assert "does not tell one time zone" in caught.value.title
    assert "Springfield, Illinois, US" in caught.value.mend
    with pytest.raises(BadZone, match="Nowhereville"):
        guess(zone="Nowhereville")


@pytest.mark.parametrize(
    ("city", "region"), [("Miami", "FL"), ("Miami, FL", "FL"), ("Kansas City", "KS,MO"), ("Kyiv", None)]
)
def test_calling_rules_see_the_region_of_the_town(city: str, region: str | None) -> None:
    found = guess(city, TOLL_FREE)
    assert to_area(found, found.country, "").region == region
    assert to_area(found, "US", "Texas").region == "TX"


def test_dominance_is_ten_times_the_others_together() -> None:
    """The table's own rule, seen on every name that several American towns of different zones share."""
    day = date(2026, 11, 23)
    for name in ("springfield", "portland", "columbus", "aurora", "kansascity", "arlington", "lakewood"):
        towns = [place for place in table().find(name) if place.country == "US"]
        biggest = max(towns, key=lambda place: place.people)
        others = sum(place.people for place in towns if not same_time(place.zone, [biggest.zone], day))
        found = look_up(Written(name, country="US"), "US", day)
        assert found is not None
        assert found.sure == (biggest.people >= DOMINANCE * others)


def test_search_finds_a_city_in_three_languages() -> None:
    for text in ("krasnoy", "красноярск", "Красноярськ", "КРАСНОЯ"):
        assert "Krasnoyarsk, Krasnoyarsk Krai, RU" in [label(place) for place in find_places(text)]
    assert label(find_places("мос")[0]) == "Moscow, Moscow, RU"
    assert label(find_places("киї")[0]) == "Kyiv, Kyiv, UA"
    assert find_places("new y", limit=1)[0].name == "New York City"


def test_search_is_cut_by_what_follows_a_comma() -> None:
    assert {place.region for place in find_places("springfield, ill")} == {"IL"}
    assert {place.country for place in find_places("san, es")} == {"ES"}
    assert [place.region for place in find_places("Железногорск, Курская обл")] == ["KRS"]
    assert find_places("") == find_places("  ,ua") == find_places("qqqq") == []
    assert len(find_places("san", limit=3)) == 3


def test_search_comes_biggest_first() -> None:
    people = [place.people for place in find_places("spring", limit=20)]
    assert people == sorted(people, reverse=True)


def every_place() -> list[Place]:
    return [table().find(name.split(b"\t")[0].decode())[0] for name in table().names.splitlines()[::40]]


@given(place=st.sampled_from(every_place()), near=st.sampled_from(["UA", "RU", "US", None]))
def test_a_label_leads_back_to_its_place(place: Place, near: str | None) -> None:
    zone, _ = zone_of_text(label(place), None, near, DAY)
    assert same_time(zone, [place.zone], DAY)


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=12))
def test_any_text_is_survived(city: str, region: str, postcode: str) -> None:
    found = guess(city, region=region, postcode=postcode)
    assert (found.zone is None) == bool(found.candidates)
    find_places(city)
