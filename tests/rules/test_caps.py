"""Caps: a cap of N allows N calls in its period; the period's own end frees it."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.area import Area
from rules.caps import LOOK_BACK, CapUse, cap_uses, caps_for, free_at
from rules.model import Caps, Region
from rules.zonetime import wall_at
from tests.support.rule_cases import caps, edges, local, preset, shown, utc

KYIV, HAVANA, BEIRUT = "Europe/Kyiv", "America/Havana", "Asia/Beirut"
NOON = local("2026-11-23 12:00", KYIV)  # a Monday


def named(cap: CapUse | None) -> str:
    """A cap as the rules write it; empty where none moved the call."""
    return f"{cap.rule} = {cap.limit}" if cap else ""


def before(*hours: float) -> tuple[datetime, ...]:
    return tuple(NOON - timedelta(hours=each) for each in hours)


def test_without_caps_anything_goes() -> None:
    assert list(cap_uses(Caps(), before(0, 0, 0), 900, NOON, KYIV)) == []
    assert free_at(Caps(), before(0, 0, 0), 900, NOON, KYIV) == (NOON, None)


@pytest.mark.parametrize(
    ("cap", "calls", "used", "frees"),
    [
        (Caps(max_per_day=2), before(1), 1, NOON),
        (Caps(max_per_day=2), before(1, 13), 1, NOON),  # 23:00 was yesterday
        (Caps(max_per_day=2), before(1, 12), 2, local("2026-11-24 00:00", KYIV)),
        (Caps(max_per_24h=2), before(1, 24), 1, NOON),  # exactly 24 hours is past
        (Caps(max_per_24h=2), before(1, 23), 2, NOON + timedelta(hours=1)),
        (Caps(max_per_24h=2), before(23, 1, 20), 3, NOON + timedelta(hours=4)),  # in any order
        (Caps(max_per_week=1), before(13), 0, NOON),  # Sunday belongs to the week before
        (Caps(max_per_week=1), before(12), 1, local("2026-11-30 00:00", KYIV)),
        (Caps(max_per_month=1), before(24 * 23), 0, NOON),
        (Caps(max_per_month=2), before(24 * 22, 1), 2, local("2026-12-01 00:00", KYIV)),
        (Caps(min_gap=3600), before(0.75, 5), 2700, NOON + timedelta(minutes=15)),
        (Caps(min_gap=3600), before(1), 3600, NOON),
        (Caps(max_total=3), (), 2, NOON),
        (Caps(max_total=2), (), 2, None),
    ],
)
def test_each_cap(cap: Caps, calls: tuple[datetime, ...], used: int, frees: datetime | None) -> None:
    ((rule, limit),) = ((name, value) for name, value in asdict(cap).items() if value is not None)
    assert list(cap_uses(cap, calls, 2, NOON, KYIV)) == [CapUse(rule, limit, used, frees)]
    free, moved = free_at(cap, calls, 2, NOON, KYIV)
    assert (free, named(moved)) == (frees, "" if frees == NOON else f"{rule} = {limit}")


def test_a_gap_needs_a_call_before() -> None:
    assert list(cap_uses(Caps(min_gap=60), (), 0, NOON, KYIV)) == []


def test_a_call_that_lies_ahead_after_a_clock_was_set_back_counts_too() -> None:
    ahead = NOON + timedelta(days=1)
    assert [use.used for use in cap_uses(Caps(min_gap=60), (ahead,), 1, NOON, KYIV)] == [0]
    free, moved = free_at(Caps(max_per_day=1), (ahead,), 1, NOON, KYIV)
    assert (free, named(moved)) == (local("2026-11-25 00:00", KYIV), "max_per_day = 1")


@pytest.mark.parametrize(
    ("month", "ends"), [("2026-01-31", "2026-02-01"), ("2028-02-28", "2028-03-01"), ("2026-12-31", "2027-01-01")]
)
def test_months_of_any_length(month: str, ends: str) -> None:
    at = local(f"{month} 12:00", KYIV)
    assert free_at(Caps(max_per_month=1), (at,), 1, at, KYIV)[0] == local(f"{ends} 00:00", KYIV)


@pytest.mark.parametrize(
    ("zone", "called", "asked", "frees"),
    [
        (KYIV, "2024-10-27 00:30", "2024-10-27 23:30", "2024-10-28 00:00+02:00"),  # a day of 25 hours
        (KYIV, "2024-03-31 00:30", "2024-03-31 23:30", "2024-04-01 00:00+03:00"),  # a day of 23 hours
        (HAVANA, "2024-03-09 12:00", "2024-03-09 23:30", "2024-03-10 01:00-04:00"),  # midnight does not exist
        (BEIRUT, "2024-10-26 12:00", "2024-10-26 22:30", "2024-10-27 00:00+02:00"),  # 23:00 comes twice
    ],
)
def test_a_day_is_the_clients_however_long(zone: str, called: str, asked: str, frees: str) -> None:
    found, _ = free_at(Caps(max_per_day=1), (local(called, zone),), 1, local(asked, zone), zone)
    assert found is not None
    assert shown(found, zone) == frees


def test_the_day_is_that_of_the_zone_asked_for() -> None:
    call, at = utc("2026-11-23 10:00"), utc("2026-11-23 16:00")
    assert free_at(Caps(max_per_day=1), (call,), 1, at, "Pacific/Auckland") == (at, None)  # 05:00 of the next day
    assert free_at(Caps(max_per_day=1), (call,), 1, at, "UTC")[0] == utc("2026-11-24 00:00")


def test_the_strictest_cap_names_itself() -> None:
    several = Caps(max_per_day=1, max_per_24h=1, min_gap=60)
    free, moved = free_at(several, (NOON,), 1, NOON, KYIV)
    assert (free, named(moved)) == (NOON + timedelta(hours=24), "max_per_24h = 1")
    free, moved = free_at(replace(several, max_total=1), (NOON,), 1, NOON, KYIV)
    assert (free, named(moved)) == (None, "max_total = 1")


def test_a_region_has_its_own_caps() -> None:
    calling = preset().calling
    florida = Caps(max_per_24h=3)
    calling = replace(calling, regions={"US-FL": Region("US-FL", calling.window, florida)})
    assert caps_for(calling, Area("US", "FL", ())) == florida
    assert caps_for(calling, Area("US", "NY", ())) == caps_for(calling, Area(None, None, ())) == calling.caps


def over(limits: Caps, calls: list[datetime], total: int, at: datetime, zone: str) -> bool:
    """Whether a cap forbids a call, counted the slow way."""
    today = wall_at(at, zone).date()
    days = [wall_at(call, zone).date() for call in calls]
    counts = {
        "max_per_day": sum(day == today for day in days),
        "max_per_24h": sum(call > at - timedelta(hours=24) for call in calls),
        "max_per_week": sum(day.isocalendar()[:2] == today.isocalendar()[:2] for day in days),
        "max_per_month": sum((day.year, day.month) == (today.year, today.month) for day in days),
        "max_total": total,
    }
    reached = [name for name, count in counts.items() if (limit := getattr(limits, name)) and count >= limit]
    gap = timedelta(seconds=limits.min_gap or 0)
    return bool(reached) or any(at - call < gap for call in calls)


@given(caps, edges(), st.lists(st.integers(0, int(LOOK_BACK.total_seconds())), max_size=12), st.integers(0, 90_000))
def test_the_first_free_instant_is_free_and_the_one_before_is_not(
    limits: Caps, edge: tuple[str, datetime], ago: list[int], wait: int
) -> None:
    zone, now = edge
    calls, at = [now - timedelta(seconds=each) for each in ago], now + timedelta(seconds=wait)
    free, moved = free_at(limits, calls, len(calls), at, zone)
    if free is None:
        assert named(moved) == f"max_total = {limits.max_total}"
        assert over(limits, calls, len(calls), at + timedelta(days=4000), zone)
    elif free == at:
        assert not over(limits, calls, len(calls), at, zone)
    else:
        assert moved
        assert not over(limits, calls, len(calls), free, zone)
        assert over(limits, calls, len(calls), free - timedelta(microseconds=1), zone)


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("FL", Caps(max_per_24h=3, min_gap=300)),
        ("TX", Caps(max_per_24h=5, max_per_week=4, min_gap=900)),
        ("NY", Caps(max_per_day=6)),
        ("FL,TX", Caps(max_per_24h=3, max_per_week=4, min_gap=900)),
        ("FL,NY", Caps(max_per_day=6, max_per_24h=3, min_gap=300)),
        ("*", Caps(max_per_day=6, max_per_24h=3, max_per_week=4, min_gap=900)),
    ],
)
def test_of_several_regions_the_strictest_caps_hold(region: str, expected: Caps) -> None:
    rules = preset()
    own = {
        "US": Caps(max_per_day=6),
        "US-FL": Caps(max_per_24h=3, min_gap=300),
        "US-TX": Caps(max_per_24h=5, max_per_week=4, min_gap=900),
    }
    regions = {where: Region(where, rules.calling.window, caps) for where, caps in own.items()}
    calling = replace(rules.calling, regions=regions)
    assert caps_for(calling, Area("US", region, (HAVANA,))) == expected
