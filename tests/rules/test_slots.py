"""The nearest time that suits both sides, and what is said of one that does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.area import Area
from rules.model import Caps, Region, Span, Window
from rules.reasons import Reason
from rules.slots import REACH, Remarks, Sides, at_any_hour, nearest_slot, remarks
from rules.zonetime import wall_at
from tests.support.rule_cases import areas, instants, local, preset, shown, told, week, windows, with_calling, zones

KYIV = "Europe/Kyiv"
NOON = local("2026-11-23 12:10", KYIV)  # a Monday
WORKDAYS = Window((*[(Span(9 * 3600, 18 * 3600),)] * 5, (), ()))


def sides(zone: str | None = KYIV, **changed: object) -> Sides:
    """A client in a zone and a manager in Kyiv who works 09-18 on workdays."""
    area = Area("UA", None, (zone,) if zone else ())
    values: dict[str, object] = {
        "rules": preset(), "area": area, "zone": KYIV, "hours": WORKDAYS, "hours_zone": KYIV, "pace": 12,
    }  # fmt: skip
    return Sides(**{**values, **changed})  # type: ignore[arg-type]


def words(remark: Reason | None) -> str:
    """A remark as the manager reads it; empty where the time suits."""
    return told([remark])[0] if remark else ""


def slot(found: Sides, now: datetime = NOON) -> str:
    """The slot as the manager's clock shows it."""
    at = nearest_slot(found, now)
    return shown(at, KYIV)[:16] if at else "none"


def test_it_is_the_next_half_hour_when_both_are_free() -> None:
    assert slot(sides()) == "2026-11-23 12:30"
    assert slot(sides(), local("2026-11-23 12:30", KYIV)) == "2026-11-23 13:00"


@pytest.mark.parametrize(
    ("zone", "found"),
    [
        ("Asia/Krasnoyarsk", "2026-11-23 12:30"),  # 17:30 there
        ("America/New_York", "2026-11-23 16:00"),  # 09:00 there
        ("America/Los_Angeles", "none"),  # 09:00 there is 19:00 in Kyiv
        ("Asia/Kathmandu", "2026-11-23 12:30"),
        (None, "none"),
    ],
)
def test_it_is_inside_the_hours_of_both(zone: str | None, found: str) -> None:
    assert slot(sides(zone)) == found


def test_a_working_day_that_is_over_moves_it_past_the_weekend() -> None:
    friday_evening = local("2026-11-27 17:45", KYIV)
    assert slot(sides(), friday_evening) == "2026-11-30 09:00"


def test_own_hours_are_by_their_own_clock() -> None:
    berlin = sides(hours=week((9, 12)), hours_zone="Europe/Berlin")
    assert slot(berlin) == "2026-11-23 12:30"
    assert slot(berlin, local("2026-11-23 13:00", KYIV)) == "2026-11-24 10:00"


def test_a_full_hour_is_passed_over() -> None:
    full = {datetime.fromisoformat("2026-11-23 12:00"): 12, datetime.fromisoformat("2026-11-23 13:00"): 40}
    assert slot(sides(planned=full)) == "2026-11-23 14:00"
    assert slot(sides(planned=full, pace=13)) == "2026-11-23 12:30"


@pytest.mark.parametrize("closed", [True, False])
def test_a_holiday_there_is_passed_over_whatever_the_rules_say(closed: bool) -> None:
    today = frozenset({NOON.date()})
    rules = with_calling(preset(), holidays=closed)
    assert slot(sides(rules=rules, holidays=today)) == "2026-11-24 09:00"
    assert slot(sides("Asia/Krasnoyarsk", rules=rules, holidays=today)) == "2026-11-24 09:00"


def test_a_cap_that_is_used_up_moves_it() -> None:
    called = tuple(NOON - timedelta(minutes=20 * turn) for turn in range(6))
    assert (
        slot(sides(calls=called, total=6)) == "2026-11-24 10:30"
    )  # the first call was at 10:30 and 6 a day are allowed
    used_up = with_calling(preset(), caps=Caps(max_total=6))
    assert slot(sides(rules=used_up, calls=called, total=6)) == "none"


def test_a_window_that_never_meets_working_hours_gives_none() -> None:
    assert slot(sides(hours=week((21, 23)))) == "none"
    assert slot(sides(hours=Window(((),) * 7))) == "none"


def test_a_manager_of_any_hour_leaves_the_clients_hours_and_caps() -> None:
    denver = sides("America/Denver", calls=(NOON,) * 5, total=5)
    assert slot(denver) == "none"
    assert slot(at_any_hour(denver)) == "2026-11-23 18:00"  # 09:00 there
    used_up = at_any_hour(sides("America/Denver", rules=with_calling(preset(), caps=Caps(max_total=5)), total=5))
    assert slot(used_up) == "none"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("2026-11-27 21:00", "2026-11-27 17:30"),  # a Friday
        ("2026-11-28 12:00", "2026-11-27 17:30"),
        ("2026-11-29 12:00", "2026-11-30 09:00"),
        ("2026-11-24 07:10", "2026-11-24 09:00"),
        ("2026-11-24 14:10", "2026-11-24 14:00"),
        ("2026-11-24 14:15", "2026-11-24 14:30"),  # as near: the later
        ("2026-11-24 14:00", "2026-11-24 14:00"),
        ("2026-11-23 12:15", "2026-11-23 12:30"),  # the nearer one has passed
        ("2026-11-23 18:30", "2026-11-23 17:30"),
        ("2027-12-31 03:00", "2027-12-31 09:00"),
    ],
)
def test_it_is_the_nearest_to_the_wanted_time_but_never_past(wanted: str, found: str) -> None:
    at = nearest_slot(sides(), NOON, local(wanted, KYIV))
    assert at is not None
    assert shown(at, KYIV)[:16] == found


def test_caps_full_hours_and_holidays_hold_for_earlier_slots_too() -> None:
    friday_night = local("2026-11-27 21:00", KYIV)
    full = {datetime.fromisoformat("2026-11-27 17:00"): 12}
    assert nearest_slot(sides(planned=full), NOON, friday_night) == local("2026-11-27 16:30", KYIV)
    friday = frozenset({friday_night.date()})
    assert nearest_slot(sides(holidays=friday), NOON, friday_night) == local("2026-11-26 17:30", KYIV)
    late = local("2026-11-27 17:40", KYIV)
    assert nearest_slot(sides(calls=(late,), total=1), late - timedelta(hours=1), friday_night) == local(
        "2026-11-30 09:00", KYIV
    )


@pytest.mark.parametrize(
    ("wall", "client", "mine"),
    [
        ("2026-11-23 14:00", "", ""),
        ("2026-11-23 18:00", "", "outside your hours (09-18)"),
        ("2026-11-23 20:00", "outside the client's hours (09-20)", "outside your hours (09-18)"),
        ("2026-11-28 10:00", "", "outside your hours (closed on Sat)"),
    ],
)
def test_each_side_is_named_with_its_hours(wall: str, client: str, mine: str) -> None:
    found = remarks(sides(), local(wall, KYIV))
    assert (words(found.client), words(found.mine)) == (client, mine)


def test_hours_are_those_of_the_local_day_of_each_side() -> None:
    closed_on_sunday = Window((*[(Span(9 * 3600, 20 * 3600),)] * 6, ()))
    rules = with_calling(preset(), window=closed_on_sunday)
    sunday_there = local("2026-11-28 23:00", KYIV)
    found = remarks(sides("Asia/Tokyo", rules=rules), sunday_there).client
    assert words(found) == "outside the client's hours (closed on Sun)"
    florida = Region("US-FL", week((8, 20)), Caps())
    rules = with_calling(preset(), regions={"US-FL": florida})
    there = replace(sides(rules=rules), area=Area("US", "FL", ("America/New_York",)))
    assert words(remarks(there, local("2026-11-23 14:00", KYIV)).client) == "outside the client's hours (08-20)"


def test_an_unknown_zone_is_said() -> None:
    assert words(remarks(sides(None), NOON).client) == "the client's zone is not known"


def test_a_holiday_there_is_said_whether_it_closes_or_not() -> None:
    today = frozenset({NOON.date()})
    closing = with_calling(preset(), holidays=True)
    assert words(remarks(sides(holidays=today), NOON).client) == "holiday there"
    assert words(remarks(sides(rules=closing, holidays=today), NOON).client) == "holiday there"
    night = local("2026-11-23 22:00", KYIV)
    assert words(remarks(sides(rules=closing, holidays=today), night).client) == "outside the client's hours (09-20)"


def test_a_cap_and_a_full_hour_are_said() -> None:
    full = {datetime.fromisoformat("2026-11-23 14:00"): 12}
    busy = sides(planned=full, calls=(NOON,), total=1)
    assert words(remarks(busy, local("2026-11-23 14:59", KYIV)).mine) == "full hour (12 of 12)"
    assert words(remarks(busy, local("2026-11-23 15:00", KYIV)).mine) == ""
    assert words(remarks(busy, NOON + timedelta(minutes=3)).client) == "over the client's cap (min_gap = 300)"


@pytest.mark.parametrize(
    ("spans", "text"),
    [
        (((9, 18),), "09-18"),
        (((9.5, 13), (14, 18.25)), "09:30-13, 14-18:15"),
        (((0, 24),), "00-24"),
        ((), "closed on Mon"),
    ],
)
def test_hours_in_short(spans: tuple[tuple[float, float], ...], text: str) -> None:
    found = remarks(sides(hours=week(*spans)), local("2026-11-23 08:00", KYIV)).mine
    assert words(found) == ("" if text == "00-24" else f"outside your hours ({text})")


@given(
    now=instants,
    area=areas,
    zone=zones,
    hours=windows,
    theirs=windows,
    full=st.sets(st.integers(0, 23)),
    away=st.sets(st.integers(0, 20)),
)
def test_a_slot_suits_both_and_none_before_it_does(  # noqa: PLR0917
    now: datetime, area: Area, zone: str, hours: Window, theirs: Window, full: set[int], away: set[int]
) -> None:
    today = wall_at(now, zone).date()
    planned = {
        datetime.combine(today + timedelta(days=day), datetime.min.time()) + timedelta(hours=hour): 12
        for day in range(-1, 33)
        for hour in full
    }
    rules = with_calling(preset(), window=theirs, regions={}, caps=Caps())
    holidays = frozenset(today + timedelta(days=days) for days in away)
    both = Sides(rules, area, zone, hours, zone, holidays=holidays, planned=planned)
    at = nearest_slot(both, now)
    if at is not None:
        assert at > now
        assert remarks(both, at) == Remarks()
        assert wall_at(at, zone).minute in {0, 30}
    step, end = now, min(at or now + REACH, now + timedelta(days=3))
    while step < end:
        wall = wall_at(step, zone)
        if wall.minute in {0, 30} and step > now and not wall.second and not wall.microsecond:
            assert remarks(both, step) != Remarks(), "a nearer slot was passed over"
        past = timedelta(minutes=wall.minute % 30, seconds=wall.second, microseconds=wall.microsecond)
        step += timedelta(minutes=30) - past


@given(now=instants, zone=zones, hours=windows, theirs=windows, ahead=st.integers(0, 3 * 24 * 60))
def test_no_slot_is_nearer_to_a_wanted_time(
    now: datetime, zone: str, hours: Window, theirs: Window, ahead: int
) -> None:
    both = Sides(
        with_calling(preset(), window=theirs, regions={}, caps=Caps()), Area(None, None, (KYIV,)), zone, hours, zone
    )
    wanted = now + timedelta(minutes=ahead)
    at = nearest_slot(both, now, wanted)
    if at is not None:
        assert at > now
        assert remarks(both, at) == Remarks()
    reach = abs(at - wanted) if at is not None else timedelta(days=4)
    step, end = max(now + timedelta(microseconds=1), wanted - reach), min(wanted + reach, wanted + timedelta(days=4))
    while step < end:
        wall = wall_at(step, zone)
        past = timedelta(minutes=wall.minute % 30, seconds=wall.second, microseconds=wall.microsecond)
        nearer = abs(step - wanted) < reach
        assert past or not nearer or step <= now or remarks(both, step) != Remarks(), "a nearer slot was passed over"
        step += timedelta(minutes=30) - past
