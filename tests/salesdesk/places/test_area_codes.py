"""States and provinces by a number's area code, and the area that follows where no place is known."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from salesdesk.places.area_codes import regions_of_number
from salesdesk.places.build_area_codes import build
from salesdesk.places.phones import phone_from_e164
from salesdesk.places.written import Written
from salesdesk.places.zone_guess import guess_zone, to_area

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)


def region(number: str, country: str = "US", *, city: str = "", state: str = "") -> str | None:
    """The region of the area of a client with this number and these words for the place."""
    phone = phone_from_e164(number)
    guess = guess_zone(given=None, phone=phone, country=country, at=AT, written=Written(city=city, region=state))
    return to_area(guess, country, state).region


@pytest.mark.parametrize(
    ("number", "country", "expected"),
    [
        ("+13055550123", "US", "FL"),
        ("+17865550123", "US", "FL"),
        ("+14055550123", "US", "OK"),
        ("+12125550123", "US", "NY"),
        ("+19285550123", "US", "AZ"),
        ("+12025550123", "US", "DC"),
        ("+14165550123", "CA", "ON"),
        ("+15145550123", "CA", "QC"),
        ("+19025550123", "CA", "NS,PE"),
        ("+17825550123", "CA", "NS,PE"),
        ("+18675550123", "CA", "NT,NU,YT"),
        ("+18005550199", "US", "*"),
        ("+18885550199", "CA", "*"),
        ("+380671234567", "US", "*"),
        ("+13055550123", "CA", "*"),
        ("+380671234567", "UA", None),
        ("+4989123456", "DE", None),
    ],
)
def test_where_no_place_is_known_the_area_code_tells(number: str, country: str, expected: str | None) -> None:
    assert region(number, country) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"city": "Dallas"}, "TX"),
        ({"city": "Dallas, TX"}, "TX"),
        ({"state": "TX"}, "TX"),
        ({"state": "Texas"}, "TX"),
        ({"city": "Техас"}, "TX"),
        ({"city": "Miami"}, "FL"),
        ({"city": "nowhere at all"}, "FL"),
    ],
)
def test_a_place_comes_before_the_area_code(words: dict[str, str], expected: str) -> None:
    assert region("+13055550123", **words) == expected


def test_a_place_that_leaves_states_open_is_not_settled_by_the_area_code() -> None:
    """Springfields lie in more states than an area has room for."""
    assert region("+13055550123", city="Springfield") == "*"


def test_the_packaged_table_is_what_the_script_makes(tmp_path: Path) -> None:
    build(tmp_path / "made.tsv")
    packaged = Path(__file__).parents[3] / "salesdesk/places/area_codes.tsv"
    assert (tmp_path / "made.tsv").read_bytes() == packaged.read_bytes()


def test_numbers_of_no_place_tell_nothing() -> None:
    assert regions_of_number(None, "US") == regions_of_number(phone_from_e164("+18005550199"), "US") == ()
