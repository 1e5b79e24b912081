"""Wall time and instants, at every clock change of every zone from 2020 to 2035."""

from datetime import UTC, datetime, timedelta

import pytest
import pytz
from hypothesis import given
from hypothesis import strategies as st

from rules.zonetime import (
    DoubtfulTime,
    add_days,
    clock_from,
    midnight_after,
    offset_at,
    stretches,
    tables_version,
    to_instant,
    to_instant_strictly,
    to_local,
    wall_at,
    zone_info,
)
from tests.support.rule_cases import (
    DIFFERENT_CHANGES,
    EDGES,
    ODD_ZONES,
    changes,
    edges,
    instants,
    local,
    shown,
    utc,
    zones,
)

KYIV, HAVANA, BEIRUT, ASUNCION = "Europe/Kyiv", "America/Havana", "Asia/Beirut", "America/Asuncion"
LORD_HOWE, CHATHAM = "Australia/Lord_Howe", "Pacific/Chatham"


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_an_instant_has_a_wall_time_an_offset_and_a_local_time() -> None:
    noon = utc("2026-07-01 12:00")
    assert wall_at(noon, "Europe/London") == wall("2026-07-01 13:00")
    assert offset_at(noon, "Asia/Kathmandu") == timedelta(hours=5, minutes=45)
    assert offset_at(noon, "UTC") == timedelta()
    assert to_local(noon, KYIV).isoformat() == "2026-07-01T15:00:00+03:00"


def test_an_unknown_zone_is_a_fault() -> None:
    with pytest.raises(pytz.UnknownTimeZoneError):
        zone_info("Europe/Nowhere")


def test_wall_times_around_every_clock_change_of_every_zone() -> None:
    """A skipped time moves on by the gap, a repeated one is the first, any other is what the clock says."""
    for zone, instant, before, after in DIFFERENT_CHANGES:
        first = instant + min(before, after)
        for quarters in range(-2, 7):
            check_wall_time(zone, first + timedelta(minutes=15 * quarters), before, after)


def check_wall_time(zone: str, time: datetime, before: timedelta, after: timedelta) -> None:
    naive, choices = time.replace(tzinfo=None), sorted({time - before, time - after})
    meant = [choice for choice in choices if wall_at(choice, zone) == naive]
    found = to_instant(naive, zone)
    if len(meant) == 1:
        assert found == meant[0] == to_instant_strictly(naive, zone), (zone, naive)
        return
    assert found == (meant[0] if meant else time - before), (zone, naive)
    assert wall_at(found, zone) == (naive if meant else naive + after - before), (zone, naive)
    with pytest.raises(DoubtfulTime) as doubt:
        to_instant_strictly(naive, zone)
    assert (doubt.value.skipped, list(doubt.value.choices)) == (not meant, choices), (zone, naive)


def test_the_zones_change_their_clocks_often_enough_to_mean_something() -> None:
    assert len(EDGES) > 3000
    assert len(DIFFERENT_CHANGES) > 500
    assert all(changes(zone) for zone in (KYIV, HAVANA, BEIRUT, ASUNCION, LORD_HOWE, CHATHAM))


def test_a_typed_time_that_is_skipped_names_both_choices() -> None:
    with pytest.raises(
        DoubtfulTime, match=r"31.03.2024 03:30 does not exist in Europe/Kyiv .*02:30 \+0200 or 04:30 \+0300"
    ):
        to_instant_strictly(wall("2024-03-31 03:30"), KYIV)


def test_a_typed_time_that_comes_twice_names_both_choices() -> None:
    with pytest.raises(DoubtfulTime, match=r"comes twice .*: say 03:30 \+0300 or 03:30 \+0200") as doubt:
        to_instant_strictly(wall("2024-10-27 03:30"), KYIV)
    assert doubt.value.choices == (utc("2024-10-27 00:30"), utc("2024-10-27 01:30"))
    assert (doubt.value.zone, doubt.value.skipped) == (KYIV, False)


@pytest.mark.parametrize(
    ("text", "zone", "lands"),
    [
        ("2024-03-10 00:30", HAVANA, "2024-03-10 01:30-04:00"),  # midnight itself is skipped
        ("2024-11-03 00:30", HAVANA, "2024-11-03 00:30-04:00"),  # the first of two
        ("2024-03-31 00:00", BEIRUT, "2024-03-31 01:00+03:00"),
        ("2024-10-26 23:30", BEIRUT, "2024-10-26 23:30+03:00"),
        ("2024-10-27 00:00", BEIRUT, "2024-10-27 00:00+02:00"),
        ("2023-10-01 00:10", ASUNCION, "2023-10-01 01:10-03:00"),
        ("2024-10-06 02:10", LORD_HOWE, "2024-10-06 02:40+11:00"),  # half an hour is skipped
        ("2024-04-07 01:45", LORD_HOWE, "2024-04-07 01:45+11:00"),
        ("2024-09-29 03:00", CHATHAM, "2024-09-29 04:00+13:45"),
    ],
)
def test_changes_at_midnight_and_of_half_an_hour(text: str, zone: str, lands: str) -> None:
    assert shown(to_instant(wall(text), zone), zone) == lands


@pytest.mark.parametrize(
    ("at", "zone", "days", "lands"),
    [
        ("2024-03-30 10:00", KYIV, 1, "2024-03-31 10:00+03:00"),
        ("2024-10-26 10:00", KYIV, 1, "2024-10-27 10:00+02:00"),
        ("2024-03-30 03:30", KYIV, 1, "2024-03-31 04:30+03:00"),  # does not exist: on by the gap
        ("2024-10-26 03:30", KYIV, 1, "2024-10-27 03:30+03:00"),  # comes twice: the first
        ("2026-02-28 09:00", "UTC", 1, "2026-03-01 09:00+00:00"),
        ("2026-12-31 23:59", CHATHAM, 1, "2027-01-01 23:59+13:45"),
    ],
)
def test_days_keep_the_wall_time(at: str, zone: str, days: int, lands: str) -> None:
    assert shown(add_days(local(at, zone), days, zone), zone) == lands


@given(st.one_of(edges(), st.tuples(zones, instants)), st.integers(0, 60))
def test_days_keep_the_wall_time_except_in_gaps(edge: tuple[str, datetime], days: int) -> None:
    zone, start = edge
    landed = add_days(start, days, zone)
    wanted = wall_at(start, zone) + timedelta(days=days)
    if wall_at(landed, zone) != wanted:
        gaps = [after - before for at, before, after in changes(zone) if at <= landed < at + (after - before)]
        assert [wall_at(landed, zone) - wanted] == gaps
    else:
        assert wall_at(landed - timedelta(hours=1), zone) != wanted  # of two such times the first
        assert wall_at(landed - timedelta(minutes=30), zone) != wanted


@pytest.mark.parametrize(
    ("at", "zone", "starts"),
    [
        ("2024-03-09 15:00", HAVANA, "2024-03-10 01:00-04:00"),
        ("2024-11-02 15:00", HAVANA, "2024-11-03 00:00-04:00"),
        ("2024-03-30 15:00", BEIRUT, "2024-03-31 01:00+03:00"),
        ("2024-10-26 22:00", BEIRUT, "2024-10-27 00:00+02:00"),
        ("2023-09-30 12:00", ASUNCION, "2023-10-01 01:00-03:00"),
        ("2026-11-23 00:00", KYIV, "2026-11-24 00:00+02:00"),
    ],
)
def test_a_day_starts_with_its_first_instant(at: str, zone: str, starts: str) -> None:
    midnight = midnight_after(local(at, zone), zone)
    assert shown(midnight, zone) == starts
    assert wall_at(midnight - timedelta(microseconds=1), zone).date() < wall_at(midnight, zone).date()


@given(edges(), st.integers(1, 31))
def test_no_day_starts_late(edge: tuple[str, datetime], days: int) -> None:
    zone, at = edge
    midnight = midnight_after(at, zone, days)
    assert wall_at(midnight, zone).date() == wall_at(at, zone).date() + timedelta(days=days)
    assert wall_at(midnight - timedelta(microseconds=1), zone).date() < wall_at(midnight, zone).date()


@given(edges(), st.integers(0, 400))
def test_stretches_leave_no_hole_and_keep_one_offset(edge: tuple[str, datetime], days: int) -> None:
    zone, start = edge
    end, at = start + timedelta(days=days), start
    for first, last, offset in stretches(zone, start, end):
        assert first == at < last
        assert offset_at(first, zone) == offset == offset_at(last - timedelta(microseconds=1), zone)
        at = last
    assert at == end


@pytest.mark.parametrize("zone", [*ODD_ZONES, "Etc/GMT+5"])
def test_stretches_past_the_last_known_change(zone: str) -> None:
    start, end = utc("2050-01-01 00:00"), utc("2050-03-01 00:00")
    assert [part[:2] for part in stretches(zone, start, end)] == [(start, end)]


@pytest.mark.parametrize("zone", pytz.all_timezones)
def test_the_tables_agree_with_pytz(zone: str) -> None:
    moments = [
        datetime(year, month, 15, 12, 30, 7, tzinfo=UTC)
        for year in (1890, 1950, 2020, 2026, 2035, 2050)
        for month in (1, 7)
    ]
    for moment in moments:
        assert wall_at(moment, zone) == moment.astimezone(pytz.timezone(zone)).replace(tzinfo=None)


@pytest.mark.parametrize("zone", ["America/Phoenix", "Etc/UTC", "Asia/Tokyo"])
def test_a_clock_that_is_never_changed_shows_one_offset(zone: str) -> None:
    at = utc("2026-07-01 12:00")
    assert clock_from(zone, at) == (offset_at(at, zone), ())


@pytest.mark.parametrize(
    ("one", "other", "day", "same"),
    [
        ("America/Phoenix", "America/Denver", "2026-12-15", False),
        ("America/Phoenix", "America/Denver", "2026-07-15", False),
        ("Europe/Kyiv", "Europe/Helsinki", "2026-12-15", True),
        ("Australia/Brisbane", "Australia/Sydney", "2026-07-15", False),
        ("America/New_York", "America/Detroit", "2026-07-15", True),
        ("Asia/Almaty", "Asia/Qyzylorda", "2026-07-15", True),
        ("Asia/Almaty", "Asia/Qyzylorda", "2023-07-15", False),
    ],
)
def test_zones_that_keep_the_same_time_show_the_same_from_then_on(one: str, other: str, day: str, same: bool) -> None:
    at = utc(f"{day} 12:00")
    assert (clock_from(one, at) == clock_from(other, at)) == same


def test_a_change_of_the_name_alone_is_none() -> None:
    """Almaty gave up summer time in 2005 and an hour in 2024; what else its table has changes no clock."""
    offset, changes_to_come = clock_from("Asia/Almaty", utc("2010-01-01 00:00"))
    assert offset == timedelta(hours=6)
    assert [to for _, to in changes_to_come] == [timedelta(hours=5)]


def test_the_tables_have_a_release() -> None:
    assert "2025a" < tables_version() < "2100"
