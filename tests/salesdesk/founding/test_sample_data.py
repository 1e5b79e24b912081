"""The sample files keep their promises: real zones, valid numbers, and a history that obeys the preset's rules."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

import phonenumbers
import pytz
from phonenumbers import timezone as phone_zones

SAMPLES = Path(__file__).parents[3] / "sample_data"
CLIENT_COLUMNS = [
    "name",
    "phone",
    "email",
    "company",
    "position",
    "city",
    "region",
    "country",
    "zone",
    "source",
    "note",
]
HISTORY_COLUMNS = ["day", "time", "manager", "client", "outcome", "reason", "seconds", "amount", "in", "note"]
OPENS, CLOSES = time(9), time(20)
HOME = pytz.timezone("Europe/Kyiv")
# The demo may be opened on any day, so its two weeks must fit wherever clocks change in between.
TODAYS = [date(2026, 1, 5) + timedelta(weeks=week) for week in range(53)]

# The ladders of the presets: what follows the 1st, 2nd, ... miss in a row, as (days, seconds); None archives.
LADDERS = {
    "not-answering": [(0, 300), (0, 1800), (0, 10800), (1, 0), None],
    "not-available": [(0, 3600), (0, 10800), (1, 0), (2, 0), None],
    "busy": [(0, 300), (0, 900), (0, 3600), (1, 0), None],
}
FOLLOW_UP = {"interested": (1, 0), "offer-sent": (2, 0)}
NOT_REACHED = {"no-answer", "wrong-number"}


class Call(NamedTuple):
    """One row of history.csv, its first fields as numbers."""

    day: int
    at: time
    seconds: int
    row: dict[str, str]

    def starts(self, today: date, zone: pytz.BaseTzInfo = HOME) -> datetime:
        """When the call starts, on that zone's clock, if the demo is opened on ``today``."""
        wall = datetime.combine(today + timedelta(days=self.day), self.at)
        return HOME.localize(wall, is_dst=None).astimezone(zone)


def read(name: str) -> list[dict[str, str]]:
    with (SAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CLIENTS = {row["phone"]: row for row in read("clients.csv")}
CALLS = [
    Call(int(row["day"]), time.fromisoformat(row["time"]), int(row["seconds"]), row) for row in read("history.csv")
]


def calls_by(column: str) -> dict[str, list[Call]]:
    groups: dict[str, list[Call]] = defaultdict(list)
    for call in CALLS:
        groups[call.row[column]].append(call)
    return groups


def untouched() -> list[dict[str, str]]:
    called = {call.row["client"] for call in CALLS}
    return [row for phone, row in CLIENTS.items() if phone not in called]


def zone_of(phone: str) -> pytz.BaseTzInfo:
    """The client's zone: the one given, else the only one its number can be in."""
    given = CLIENTS[phone]["zone"]
    zones = [given] if given else phone_zones.time_zones_for_number(phonenumbers.parse(phone))
    assert len(zones) == 1, f"{phone} has history, so its zone must be sure"
    return pytz.timezone(zones[0])


def wait_after(call: Call, misses: int) -> tuple[int, int] | None:
    """The (days, seconds) that the preset waits after this call; ``None`` when the client is finished with."""
    if call.row["outcome"] == "no-answer":
        return LADDERS[call.row["reason"]][misses - 1]
    if call.row["outcome"] == "call-back":
        found = re.fullmatch(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?", call.row["in"])
        assert found, call.row
        days, hours, minutes = (int(part or 0) for part in found.groups())
        return days, hours * 3600 + minutes * 60
    return FOLLOW_UP.get(call.row["outcome"])


def due_after(ended: datetime, wait: tuple[int, int], zone: pytz.BaseTzInfo) -> datetime:
    """Days at the same local wall time first, then elapsed seconds. These walls are never inside a clock change."""
    wall = ended.astimezone(zone).replace(tzinfo=None) + timedelta(days=wait[0])
    return zone.localize(wall, is_dst=None) + timedelta(seconds=wait[1])


def test_about_two_hundred_clients_with_the_promised_columns() -> None:
    assert list(next(iter(CLIENTS.values()))) == CLIENT_COLUMNS
    assert 195 <= len(CLIENTS) <= 210
    countries = Counter(row["country"] for row in CLIENTS.values())
    assert set(countries) == {"UA", "PL", "DE", "GB", "US", "KZ", "CA"}
    assert countries["UA"] == 80


def test_phones_are_valid_distinct_and_in_e164() -> None:
    phones = [row["phone"] for row in read("clients.csv")]
    assert len(set(phones)) == len(phones)
    for phone in phones:
        number = phonenumbers.parse(phone)
        assert phonenumbers.is_valid_number(number), phone
        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == phone


def test_phones_are_from_the_ranges_that_the_readme_names() -> None:
    ranges = {
        "US": r"\+1\d{3}555(01\d\d)",
        "CA": r"\+1\d{3}555(01\d\d)",
        "GB": r"\+44(2079460|1[1-6]\d4960|2920180)\d{3}",
        "DE": r"\+49(3023125|6990009|4066969|2214710|8999998)\d{3}|\+4917139200\d\d",
        "UA": r"\+380(39|92|94|[3-6]\d\d?)00\d+",
        "PL": r"\+48\d\d000\d{4}",
        "KZ": r"\+7(764000|727200|7\d{3}00)\d{4}",
    }
    for phone, row in CLIENTS.items():
        assert re.fullmatch(ranges[row["country"]], phone), phone


def test_zones_are_real_and_some_are_left_to_the_phone() -> None:
    zones = [row["zone"] for row in CLIENTS.values()]
    assert {zone for zone in zones if zone} <= set(pytz.common_timezones)
    assert 20 <= zones.count("") <= 30


def test_emails_lead_nowhere() -> None:
    for row in CLIENTS.values():
        assert re.fullmatch(r"|[a-z.\d-]+@([a-z\d-]+\.example|example\.(com|org|net))", row["email"]), row


def test_history_has_two_weeks_in_time_order() -> None:
    assert list(CALLS[0].row) == HISTORY_COLUMNS
    assert 600 <= len(CALLS) <= 700
    moments = [(call.day, call.at) for call in CALLS]
    assert moments == sorted(moments)
    assert {call.day for call in CALLS} == set(range(-14, 1))
    assert all(time(8, 30) <= call.at <= time(20, 30) for call in CALLS)


def test_history_refers_to_known_people_and_gives_what_each_outcome_needs() -> None:
    assert set(calls_by("manager")) == {"anna", "ivan", "maria"}
    assert set(calls_by("client")) <= set(CLIENTS)
    for call in CALLS:
        row = call.row
        assert (row["outcome"] in {"no-answer", "refused"}) == bool(row["reason"]), row
        assert (row["outcome"] == "paid") == bool(row["amount"]), row
        assert (row["outcome"] == "call-back") == bool(row["in"]), row
        assert row["note"] or row["reason"] != "other", row
        assert not row["amount"] or 200 <= int(row["amount"]) <= 5000


def test_history_has_believable_figures() -> None:
    outcomes = Counter(call.row["outcome"] for call in CALLS)
    reached = sum(count for outcome, count in outcomes.items() if outcome not in NOT_REACHED)
    assert 0.30 <= reached / len(CALLS) <= 0.35
    assert 20 <= outcomes["paid"] <= 30
    load = {name: len(calls) for name, calls in calls_by("manager").items()}
    assert load["anna"] > load["ivan"] > load["maria"]


def test_every_call_is_inside_the_window_of_the_client_on_any_date() -> None:
    for call in CALLS:
        zone = zone_of(call.row["client"])
        for today in TODAYS:
            assert OPENS <= call.starts(today, zone).time() < CLOSES, (call, today)


def test_a_client_is_called_again_only_when_due_and_never_after_the_end() -> None:
    for phone, calls in calls_by("client").items():
        zone, misses = zone_of(phone), 0
        for call, following in itertools.pairwise(calls):
            misses = misses + 1 if call.row["outcome"] == "no-answer" else 0
            wait = wait_after(call, misses)
            assert wait is not None, f"{phone} is called after {call.row}"
            for today in TODAYS:
                ended = call.starts(today) + timedelta(seconds=call.seconds)
                assert following.starts(today) >= due_after(ended, wait, zone), (call.row, following.row, today)


def test_caps_hold_six_calls_a_day_and_five_minutes_between() -> None:
    for calls in calls_by("client").values():
        starts = [call.starts(TODAYS[0]) for call in calls]
        assert all(later - sooner >= timedelta(hours=24) for sooner, later in zip(starts, starts[6:], strict=False))
        assert all(b - a >= timedelta(minutes=5) for a, b in itertools.pairwise(starts))


def test_a_manager_makes_one_call_at_a_time() -> None:
    for calls in calls_by("manager").values():
        for call, following in itertools.pairwise(calls):
            free = call.starts(TODAYS[0]) + timedelta(seconds=call.seconds + 60)
            assert following.starts(TODAYS[0]) >= free, (call.row, following.row)


def test_enough_clients_stay_untouched_in_each_zone() -> None:
    left = untouched()
    assert len(left) >= 90
    zones = Counter(row["zone"] for row in left)
    for zone in ("Pacific/Honolulu", "America/Anchorage", "Asia/Almaty", "Europe/London", "Europe/Kyiv"):
        assert zones[zone] >= 3, zone


def test_somebody_untouched_is_awake_at_every_minute_of_winter_and_summer() -> None:
    zones = {pytz.timezone(row["zone"]) for row in untouched() if row["zone"]}
    for midnight in (datetime(2026, 1, 14, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)):
        for minute in range(24 * 60):
            moment = midnight + timedelta(minutes=minute)
            assert any(OPENS <= moment.astimezone(zone).time() < CLOSES for zone in zones), moment


def test_the_messy_file_is_as_messy_as_described() -> None:
    data = (SAMPLES / "messy.csv").read_bytes()
    lines = list(csv.reader(data.decode("cp1251").splitlines(keepends=True), delimiter=";"))
    header, rows = lines[0], lines[1:]
    assert header == ["ПІБ", "Телефон", "Місто", "Країна", "Часовий пояс", "Джерело", "Коментар"]
    assert len(rows) == 25
    assert [number for number, row in enumerate(rows, 1) if len(row) > len(header)] == [14]
    assert rows[14][4] not in pytz.all_timezones
    assert rows[5][1] == "3,8044E+11"
