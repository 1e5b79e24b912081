"""Zones against the phone library's own: no example number of any country gets a zone that is not among its own."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime

import phonenumbers
import pytest
import pytz
from phonenumbers import PhoneNumberType
from phonenumbers import timezone as phone_zones

from salesdesk.places.phones import phone_from_e164
from salesdesk.places.same_time import same_time
from salesdesk.places.zone_guess import guess_zone
from salesdesk.places.zone_names import exact_zone

KINDS = [PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE, PhoneNumberType.VOIP]
KINDS += [PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.PERSONAL_NUMBER]
KINDS += [PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.PAGER, PhoneNumberType.UAN, PhoneNumberType.VOICEMAIL]


def examples() -> list[str]:
    """An example of every kind of number that a region has."""
    found: dict[str, None] = {}
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in KINDS:
            number = phonenumbers.example_number_for_type(region, kind)
            if number is not None and phonenumbers.is_valid_number(number):
                found[phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)] = None
    return list(found)


def test_there_are_many_examples() -> None:
    assert len(examples()) > 600


# Countries of one time for which the phone library names a neighbour's zone that keeps another time: the tz database
# has the country's own.
LIBRARY_ASTRAY = {"DZ", "LY", "MA", "NI", "PS", "SS"}


@pytest.mark.parametrize("at", [datetime(2026, 1, 23, tzinfo=UTC), datetime(2026, 7, 23, tzinfo=UTC)])
def test_every_example_number_gets_one_of_its_own_zones_or_is_unsure(at: datetime) -> None:
    astray = []
    for e164 in examples():
        number = phone_from_e164(e164)
        found = guess_zone(given=None, phone=number, country=None, at=at)
        own = [exact_zone(zone) or zone for zone in phone_zones.time_zones_for_number(phonenumbers.parse(e164))]
        known = [zone for zone in own if zone != "Etc/Unknown"]
        if found.zone and known and not same_time(found.zone, known, at.date()):
            if number.region in LIBRARY_ASTRAY:
                assert pytz.country_timezones[number.region][0] == found.zone
            else:
                astray.append((e164, number.region, found.zone, known))
    assert astray == []


def test_the_places_are_not_read_before_they_are_asked_for() -> None:
    script = (
        "import sys; import salesdesk.places.zone_guess; "
        "assert 'salesdesk.places.table' not in sys.modules; "
        "assert 'salesdesk.places.where' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env=dict(os.environ))
