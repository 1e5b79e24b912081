"""What is offered while a place or zone is typed: near places first, regions, and no zone that misleads."""

from __future__ import annotations

from datetime import date

import pytest
import pytz

from salesdesk.places.regions import regions
from salesdesk.places.search import region_label
from salesdesk.places.zone_choices import MOST_CHOICES, MOST_REGIONS, zone_choices
from salesdesk.places.zone_guess import zone_of_text
from salesdesk.places.zone_names import BadZone, exact_zone, offered_zones, zone_name

DAY = date(2026, 11, 23)


def texts(typed: str, near: str = "") -> list[str]:
    return [choice.text for choice in zone_choices(typed, near)]


@pytest.mark.parametrize(
    "typed",
    ["gmt", "GMT+", "GMT+3", "gmt-0", "+3", "-5", "UTC+3", "est5", "EST5EDT", "mst7", "etc/", "etc/gmt+3", "+10"],
)
def test_a_difference_of_clocks_is_never_offered(typed: str) -> None:
    assert texts(typed) == []


def test_no_name_is_offered_whose_sign_is_turned_round_or_that_is_no_place() -> None:
    assert not {name for name in offered_zones() if "gmt" in name or "5edt" in name or name in ("est", "cet", "hst")}
    assert set(offered_zones().values()) <= pytz.all_timezones_set
    assert {"Etc/UTC", "Europe/Kyiv", "America/New_York"} <= set(offered_zones().values())


@pytest.mark.parametrize("text", ["GMT+3", "Etc/GMT-33", "EST6EDT", "etc/gmt +3"])
def test_nor_is_it_meant_by_a_wrong_zone(text: str) -> None:
    with pytest.raises(BadZone) as caught:
        zone_name(text)
    assert "GMT" not in caught.value.mend
    assert "EDT" not in caught.value.mend


def test_whoever_writes_its_whole_name_still_gets_it() -> None:
    assert exact_zone("Etc/GMT+3") == "Etc/GMT+3"
    assert zone_name("utc") == "Etc/UTC"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("asia/cal", "Asia/Kolkata"),
        ("europe/kiev", "Europe/Kyiv"),
        ("us/pac", "America/Los_Angeles"),
        ("utc", "Etc/UTC"),
    ],
)
def test_an_old_name_leads_to_the_modern_one(typed: str, first: str) -> None:
    assert texts(typed)[0] == first


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("California", "California state, US"),
        ("Каліфорнія", "California state, US"),
        ("юта", "Utah state, US"),
        ("Татарстан", "Tatarstan region, RU"),
        ("washington", "Washington state, US"),
        ("московская обл", "Moscow Oblast, RU"),
        ("northern terr", "Northern Territory, AU"),
    ],
)
def test_a_region_that_tells_one_zone_is_offered(typed: str, label: str) -> None:
    assert label in texts(typed)


def test_regions_come_after_towns_and_leave_them_room() -> None:
    found = texts("new", "US")
    assert len(found) == MOST_CHOICES
    assert found[0] == "New York City, New York, US"
    assert [text for text in found if text.endswith("state, US")] == found[-MOST_REGIONS:]
    assert "Texas state, US" not in texts("texas"), "it has two zones"
    assert texts("krasnoy", "RU")[0] == "Krasnoyarsk, Krasnoyarsk Krai, RU"
    assert "Krasnoyarsk Krai, RU" not in texts("krasnoy", "RU"), "its town says the same"


@pytest.mark.parametrize("near", ["UA", "US", None])
def test_a_regions_label_leads_back_to_it(near: str | None) -> None:
    for region in regions().values():
        if len(region.zones) == 1:
            assert zone_of_text(region_label(region), None, near, DAY)[0] == region.zones[0], region_label(region)


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("springfield il", "Springfield, Illinois, US"),
        ("springfield illinois", "Springfield, Illinois, US"),
        ("springfield new jersey", None),
        ("london on", "London, Ontario, CA"),
        ("железногорск курская", "Zheleznogorsk, Kursk, RU"),
        ("paris fr", "Paris, FR"),
    ],
)
def test_the_last_word_may_say_the_region(typed: str, label: str | None) -> None:
    assert texts(typed)[:1] == ([label] if label else [])


def test_places_of_the_clients_own_country_come_first() -> None:
    assert texts("вінн")[0] == "Winnipeg, Manitoba, CA"
    assert texts("вінн", "UA")[0] == "Vinnytsya, Vinnytsia, UA"
    assert texts("odessa", "UA")[:2] == ["Odesa, Odesa, UA", "Odessa, Texas, US"]
    assert texts("par", "UA")[0] == "Paris, FR"
    people = [text.rpartition(", ")[2] for text in texts("ki", "UA")[:6]]
    assert people == sorted(people, key=lambda country: country != "UA")
