"""Time zones from what is given, from numbers and from countries."""

from datetime import UTC, datetime

import phonenumbers
import pytest
import pytz
from hypothesis import given
from hypothesis import strategies as st

from rules.area import Area
from salesdesk.errors import BadRequest
from salesdesk.places.countries import region_code
from salesdesk.places.phones import phone_from_e164
from salesdesk.places.zone_guess import BadZone, ZoneGuess, country_code, guess_zone, to_area, zone_name

WINTER = datetime(2026, 11, 23, 10, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 10, tzinfo=UTC)


def guess(
    e164: str | None = None, country: str | None = None, zone: str | None = None, at: datetime = WINTER
) -> ZoneGuess:
    phone = phone_from_e164(e164) if e164 else None
    return guess_zone(given=zone, phone=phone, country=country, at=at)


@pytest.mark.parametrize("at", [WINTER, SUMMER])
@pytest.mark.parametrize(
    ("e164", "zone"),
    [
        ("+380671234567", "Europe/Kyiv"),
        ("+380441234567", "Europe/Kyiv"),
        ("+48221234567", "Europe/Warsaw"),
        ("+4915123456789", "Europe/Berlin"),
        ("+493023125000", "Europe/Berlin"),
        ("+442079460123", "Europe/London"),
        ("+447400123456", "Europe/London"),
        ("+77011234567", "Asia/Almaty"),
        ("+77272501234", "Asia/Almaty"),
        ("+74951234567", "Europe/Moscow"),
        ("+13035550123", "America/Denver"),
        ("+18085550123", "Pacific/Honolulu"),
        ("+14165550123", "America/Toronto"),
        ("+819012345678", "Asia/Tokyo"),
        ("+38349123456", "Europe/Belgrade"),  # Kosovo, a country that the tz database does not list
    ],
)
def test_a_number_of_one_zone_is_sure(e164: str, zone: str, at: datetime) -> None:
    assert guess(e164, at=at) == ZoneGuess(zone, (), "phone")


def test_russian_mobiles_are_unsure_and_no_zone_of_russia_is_lost() -> None:
    unsure = guess("+79161234567")
    assert (unsure.zone, unsure.source) == (None, "unknown")
    assert {"Europe/Kaliningrad", "Europe/Moscow", "Asia/Kamchatka"} <= set(unsure.candidates)
    offsets = {WINTER.astimezone(pytz.timezone(zone)).utcoffset() for zone in unsure.candidates}
    country = {WINTER.astimezone(pytz.timezone(zone)).utcoffset() for zone in pytz.country_timezones["RU"]}
    assert offsets == country
    assert len(unsure.candidates) == len(offsets)
    assert list(unsure.candidates) == sorted(unsure.candidates)


def test_a_toll_free_number_tells_only_its_country() -> None:
    unsure = guess("+18005550123")
    assert unsure == guess(country="US")
    assert unsure.zone is None
    assert {"America/New_York", "America/Los_Angeles"} <= set(unsure.candidates)
    assert guess("+380800501234") == ZoneGuess("Europe/Kyiv", (), "country")
    assert guess("+80012345678") == ZoneGuess(None, (), "unknown")


def test_an_area_code_across_two_zones_keeps_its_few_candidates() -> None:
    assert guess("+12085550123") == ZoneGuess(None, ("America/Boise", "America/Los_Angeles"), "unknown")  # Idaho


@pytest.mark.parametrize("at", [WINTER, SUMMER])
@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("UA", "Europe/Kyiv"),
        ("DE", "Europe/Berlin"),
        ("KZ", "Asia/Almaty"),
        ("GB", "Europe/London"),
        ("PL", "Europe/Warsaw"),
    ],
)
def test_a_country_of_one_zone_is_sure(country: str, zone: str, at: datetime) -> None:
    assert guess(country=country, at=at) == ZoneGuess(zone, (), "country")


def test_the_clients_country_helps_where_the_number_does_not() -> None:
    assert guess("+79161234567", "KZ") == ZoneGuess("Asia/Almaty", (), "country")
    assert guess("+12125550123", "UA") == ZoneGuess("America/New_York", (), "phone")


@pytest.mark.parametrize("country", [None, "XX", "XK"])
def test_nothing_known_has_no_candidates(country: str | None) -> None:
    assert guess(country=country) == ZoneGuess(None, (), "unknown")


@pytest.mark.parametrize("month", range(1, 13))
def test_zones_that_part_again_are_several(month: int) -> None:
    """Phoenix and Denver agree in winter and part in March."""
    assert "America/Phoenix" in guess(country="US", at=datetime(2026, month, 20, tzinfo=UTC)).candidates


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Europe/Kyiv", "Europe/Kyiv"),
        ("europe/kyiv", "Europe/Kyiv"),
        (" Europe/Kiev ", "Europe/Kyiv"),
        ("Europe/Zaporozhye", "Europe/Kyiv"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("US/Pacific", "America/Los_Angeles"),
        ("Europe/Stockholm", "Europe/Stockholm"),
        ("america/new york", "America/New_York"),
        ("New York", "America/New_York"),
        ("kyiv", "Europe/Kyiv"),
        ("UTC", "Etc/UTC"),
    ],
)
def test_a_given_zone_becomes_its_modern_name(text: str, zone: str) -> None:
    assert zone_name(text) == zone
    assert guess("+79161234567", "US", text) == ZoneGuess(zone, (), "given")


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("Europe/Kyev", "Europe/Kyiv"),
        ("Kiyv", "Europe/Kyiv"),
        ("Марс", "IANA"),
        ("\n\x1b[2J", "IANA"),
        ("+2", "IANA"),
    ],
)
def test_a_wrong_zone_is_refused_with_near_ones(text: str, mend: str) -> None:
    with pytest.raises(BadZone) as caught:
        guess("+380671234567", zone=text)
    assert isinstance(caught.value, BadRequest)
    assert mend in caught.value.mend
    assert caught.value.title.isprintable()


def test_blank_is_not_given() -> None:
    assert guess("+380671234567", zone="  ").source == "phone"


@given(st.text(max_size=40))
def test_any_text_is_a_zone_or_a_bad_zone(text: str) -> None:
    try:
        zone = zone_name(text)
    except BadZone:
        return
    assert zone in pytz.all_timezones_set


@given(
    st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)),
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_every_country_gives_real_zones(country: str, at: datetime) -> None:
    example = phonenumbers.example_number(country)
    assert example is not None
    phone = phone_from_e164(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164))
    found = guess_zone(given=None, phone=phone, country=None, at=at)
    zones = found.candidates if found.zone is None else (found.zone,)
    assert set(zones) <= pytz.all_timezones_set
    assert (found.zone is None) == (found.source == "unknown")
    assert len(found.candidates) != 1


def test_areas_for_the_calling_rules() -> None:
    sure = guess("+13055550123")
    assert to_area(sure, "US", "Florida") == Area("US", "FL", ("America/New_York",))
    assert to_area(sure, "US", "us-fl").region == "FL"
    assert to_area(sure, "UA", "Київська область").region is None
    assert to_area(guess("+79161234567"), "RU", None).zones == guess("+79161234567").candidates
    assert to_area(guess(), None, "FL") == Area(None, None, ())


@pytest.mark.parametrize(
    ("country", "text", "code"),
    [
        ("US", "oklahoma", "OK"),
        ("US", "new york", "NY"),
        ("CA", "Québec", "QC"),
        ("DE", "BY", "BY"),
        ("UA", "30", "30"),
        ("US", "somewhere", None),
        ("US", "", None),
        ("US", "-", None),
    ],
)
def test_regions(country: str, text: str, code: str | None) -> None:
    assert region_code(country, text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UA", "UA"),
        ("ua", "UA"),
        ("Україна", "UA"),
        ("Украина", "UA"),
        ("UK", "GB"),
        ("Велика Британія", "GB"),
        ("U.S.A.", "US"),
        ("США", "US"),
        ("Соединенные Штаты", "US"),
        ("Россия", "RU"),
        ("Росія", "RU"),
        ("Казахстан", "KZ"),
        ("Польща", "PL"),
        ("Німеччина", "DE"),
        ("Чехія", "CZ"),
        ("Türkiye", "TR"),
        ("Côte d'Ivoire", "CI"),
        ("Japan", "JP"),
        ("Атлантида", None),
        ("XX", None),
        ("", None),
    ],
)
def test_countries_in_three_languages(text: str, code: str | None) -> None:
    assert country_code(text) == code


def test_every_english_name_and_code_is_known() -> None:
    assert {country_code(name) for name in pytz.country_names.values()} == set(pytz.country_names)
    assert all(country_code(code) == code for code in pytz.country_names)
