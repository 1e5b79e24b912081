"""Call windows: edges, midnight, clock changes, several zones at once, regions and unknown zones."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import pytz
from hypothesis import given
from hypothesis import strategies as st

from rules.area import Area
from rules.model import Caps, Region, RuleSet, Span, Window
from rules.windows import (
    HORIZON,
    Timetable,
    closed_until,
    day_text,
    home_or,
    region_entries,
    span_text,
    timetable,
)
from tests.support.rule_cases import (
    DIFFERENT_CHANGES,
    areas,
    edges,
    instants,
    local,
    preset,
    rule_sets,
    shown,
    told,
    utc,
    week,
    windows,
    with_calling,
    zones,
)

KYIV, HAVANA, BEIRUT, LORD_HOWE = "Europe/Kyiv", "America/Havana", "Asia/Beirut", "Australia/Lord_Howe"
NIGHT = week((0, 2), (22, 24))
CLOSED: Window = Window(((),) * 7)
MONDAYS = Window((week((9, 20)).days[0], *((),) * 6))


def test_a_window_includes_its_start_and_excludes_its_end() -> None:
    table = Timetable(week((9, 20)), (KYIV,))
    nine, twenty = local("2026-11-23 09:00", KYIV), local("2026-11-23 20:00", KYIV)
    tick = timedelta(microseconds=1)
    assert [table.is_open(at) for at in (nine - tick, nine, twenty - tick, twenty)] == [False, True, True, False]
    assert table.next_open(nine - tick) == nine
    assert table.next_open(nine + tick) == nine + tick
    assert table.next_open(twenty) == local("2026-11-24 09:00", KYIV)
    assert table.closes_at(nine) == table.closes_at(twenty - tick) == twenty
    assert table.closes_at(twenty) is None


def test_two_spans_across_midnight_are_one_opening() -> None:
    table = Timetable(NIGHT, (KYIV,))
    late = local("2026-11-23 23:59", KYIV)
    assert table.is_open(late + timedelta(minutes=1))
    assert table.closes_at(late) == local("2026-11-24 02:00", KYIV)
    assert list(table.openings(late, late + timedelta(days=1))) == [
        (late, local("2026-11-24 02:00", KYIV)),
        (local("2026-11-24 22:00", KYIV), late + timedelta(days=1)),
    ]


def test_always_open_never_closes() -> None:
    table = Timetable(week((0, 24)), (KYIV, LORD_HOWE))
    at = utc("2024-10-26 12:00")
    assert table.is_open(at)
    assert table.closes_at(at) is None
    assert list(table.openings(at, at + HORIZON)) == [(at, at + HORIZON)]


@pytest.mark.parametrize("table", [Timetable(CLOSED, (KYIV,)), Timetable(week((9, 20)), ())])
def test_never_open(table: Timetable) -> None:
    at = utc("2026-11-23 10:00")
    assert not table.is_open(at)
    assert table.next_open(at) is None
    assert table.closes_at(at) is None
    assert list(table.openings(at, at + HORIZON)) == []


def test_a_week_away_is_found() -> None:
    table = Timetable(MONDAYS, (KYIV,))
    assert table.next_open(local("2026-11-23 20:00", KYIV)) == local("2026-11-30 09:00", KYIV)


@pytest.mark.parametrize(
    ("zone", "hours", "at", "opens", "closes"),
    [
        (
            KYIV,
            (3, 5),
            "2024-03-30 12:00",
            "2024-03-31 04:00+03:00",
            "2024-03-31 05:00+03:00",
        ),  # 03:00-04:00 is skipped
        (KYIV, (3, 5), "2024-10-26 12:00", "2024-10-27 03:00+03:00", "2024-10-27 05:00+02:00"),  # 03:00-04:00 twice
        (HAVANA, (0, 2), "2024-03-09 12:00", "2024-03-10 01:00-04:00", "2024-03-10 02:00-04:00"),
        (HAVANA, (0, 2), "2024-11-02 12:00", "2024-11-03 00:00-04:00", "2024-11-03 02:00-05:00"),
        (BEIRUT, (0, 2), "2024-03-30 12:00", "2024-03-31 01:00+03:00", "2024-03-31 02:00+03:00"),
        (BEIRUT, (22, 24), "2024-10-26 12:00", "2024-10-26 22:00+03:00", "2024-10-27 00:00+02:00"),
        (LORD_HOWE, (2, 3), "2024-10-05 12:00", "2024-10-06 02:30+11:00", "2024-10-06 03:00+11:00"),
        ("Pacific/Chatham", (3, 5), "2024-09-28 12:00", "2024-09-29 03:45+13:45", "2024-09-29 05:00+13:45"),
    ],
)
def test_clock_changes(zone: str, hours: tuple[float, float], at: str, opens: str, closes: str) -> None:
    table = Timetable(week(hours), (zone,))
    opening = table.next_open(local(at, zone))
    assert opening is not None
    assert shown(opening, zone) == opens
    closing = table.closes_at(opening)
    assert closing is not None
    assert shown(closing, zone) == closes


def test_an_hour_that_comes_twice_opens_twice() -> None:
    table = Timetable(week((1, 1.25)), ("Europe/London",))
    sunday = utc("2024-10-27 00:00")
    quarter = timedelta(minutes=15)
    assert list(table.openings(sunday, sunday + timedelta(hours=2))) == [
        (sunday, sunday + quarter),
        (sunday + 4 * quarter, sunday + 5 * quarter),
    ]


def test_every_candidate_zone_must_be_open() -> None:
    """Russian mobiles: nine to eight in Kaliningrad and Kamchatka at once is one hour a day."""
    table = Timetable(week((9, 20)), ("Asia/Kamchatka", "Europe/Kaliningrad"))
    opening = utc("2026-11-23 07:00")
    assert table.next_open(utc("2026-11-22 12:00")) == opening
    assert table.closes_at(opening) == utc("2026-11-23 08:00")
    assert len(list(table.openings(opening, opening + timedelta(days=7)))) == 7


def test_zones_without_a_common_hour_never_open() -> None:
    assert Timetable(week((9, 20)), ("Europe/London", "Pacific/Auckland")).next_open(utc("2026-11-23 00:00")) is None


@pytest.mark.parametrize(
    ("country", "region", "where"),
    [
        (None, None, "everywhere"),
        (None, "FL", "everywhere"),
        ("UA", None, "everywhere"),
        ("US", None, "US"),
        ("US", "NY", "US"),
        ("US", "FL", "US-FL"),
    ],
)
def test_the_most_particular_region_holds(country: str | None, region: str | None, where: str) -> None:
    rules = preset()
    regions = {name: Region(name, week(hours), rules.calling.caps) for name, hours in _REGIONS.items()}
    area = Area(country, region, ("America/New_York",))
    table = timetable(replace(rules, calling=replace(rules.calling, regions=regions)), area)
    assert table == Timetable(week(_REGIONS.get(where, (9, 20))), ("America/New_York",), where)


_REGIONS = {"US": (8.0, 21.0), "US-FL": (8.0, 20.0)}


@pytest.mark.parametrize(
    ("rule", "zones_of_one", "zones_of_two", "zones_of_none"),
    [
        ("intersection", ("Asia/Almaty",), ("Asia/Omsk", "Asia/Tomsk"), ()),
        ("home", ("Asia/Almaty",), (KYIV,), (KYIV,)),
        ("hold", ("Asia/Almaty",), (), ()),
    ],
)
def test_an_unknown_zone_follows_its_rule(
    rule: str, zones_of_one: object, zones_of_two: object, zones_of_none: object
) -> None:
    rules = preset()
    rules = replace(rules, calling=replace(rules.calling, unknown_zone=rule))  # type: ignore[arg-type]
    found = [
        timetable(rules, Area("KZ", None, zones)).zones for zones in (("Asia/Almaty",), ("Asia/Omsk", "Asia/Tomsk"), ())
    ]
    assert found == [zones_of_one, zones_of_two, zones_of_none]


def test_days_count_at_home_while_the_zone_is_unsure() -> None:
    sure, unsure = Area(None, None, ("Asia/Omsk",)), Area(None, None, ("Asia/Omsk", "Asia/Tomsk"))
    assert (sure.sure, sure.zone, home_or(sure, preset())) == (True, "Asia/Omsk", "Asia/Omsk")
    assert (unsure.sure, unsure.zone, home_or(unsure, preset())) == (False, None, KYIV)


def test_texts() -> None:
    hours = Window(((Span(9 * 3600, 13 * 3600), Span(14 * 3600, 24 * 3600)), *((),) * 6))
    monday = local("2026-11-23 10:00", KYIV)
    assert span_text(Span(9 * 3600 + 60, 86400)) == "09:01-24:00"
    assert (day_text(hours, 0), day_text(hours, 1)) == ("09:00-13:00, 14:00-24:00", "closed")
    tables = [Timetable(hours, (KYIV, *more)) for more in ((), ("UTC",), ("UTC", "Asia/Omsk"))]
    opens = monday + timedelta(hours=4)
    texts = told(closed_until(table, monday, opens, KYIV) for table in tables)
    assert texts[0] == "moved to Mon 23 Nov 14:00 Europe/Kyiv: call window mon 09:00-13:00, 14:00-24:00, Europe/Kyiv"
    assert texts[1].endswith("Europe/Kyiv and 1 more zone")
    assert texts[2].endswith("Europe/Kyiv and 2 more zones")


def inside(table: Timetable, at: datetime) -> bool:
    """What the clocks on the wall say, asked of pytz alone."""

    def shows(zone: str) -> bool:
        clock = at.astimezone(pytz.timezone(zone))
        second = clock.hour * 3600 + clock.minute * 60 + clock.second
        return any(span.start <= second < span.end for span in table.window.days[clock.weekday()])

    return bool(table.zones) and all(shows(zone) for zone in table.zones)


tables = st.builds(Timetable, windows, st.lists(zones, max_size=3, unique=True).map(tuple))
QUARTER = timedelta(minutes=15)


@given(tables, st.one_of(instants, edges().map(lambda edge: edge[1])))
def test_openings_are_what_the_wall_clocks_say(table: Timetable, start: datetime) -> None:
    end = start + timedelta(days=2)
    openings = list(table.openings(start, end))
    ends = [at for opening in openings for at in opening]
    assert ends == sorted(set(ends))  # in order, none empty, none touching
    tick = timedelta(microseconds=1)
    for at in [start + n * QUARTER for n in range(8 * 24)] + [at - tick for at in ends if at > start] + ends[:-1]:
        assert inside(table, at) == table.is_open(at) == any(opens <= at < closes for opens, closes in openings), at


@given(tables, st.one_of(instants, edges().map(lambda edge: edge[1])))
def test_next_open_is_the_first_and_closes_at_the_last(table: Timetable, start: datetime) -> None:
    openings = list(table.openings(start, start + HORIZON))
    opens, closes = table.next_open(start), table.closes_at(start)
    assert opens == (openings[0][0] if openings else None)
    if table.is_open(start):
        assert opens == start
        assert closes == (openings[0][1] if openings[0][1] < start + HORIZON else None)
        assert closes is None or not inside(table, closes)
    else:
        assert closes is None
        assert opens is None or (inside(table, opens) and not inside(table, opens - timedelta(microseconds=1)))


@pytest.mark.parametrize("window", [week((9, 20)), NIGHT, week((2, 3))])
def test_openings_at_every_clock_change_of_every_zone(window: Window) -> None:
    for zone, change, _, _ in DIFFERENT_CHANGES:
        table = Timetable(window, (zone,))
        start = change - timedelta(hours=4)
        openings = list(table.openings(start, start + timedelta(hours=8)))
        for at in (start + n * QUARTER for n in range(32)):
            assert table.is_open(at) == any(opens <= at < closes for opens, closes in openings), (zone, at)


@given(rule_sets(), areas)
def test_an_area_always_has_a_timetable(rules: RuleSet, area: Area) -> None:
    table = timetable(rules, area)
    held = not area.sure and (
        rules.calling.unknown_zone == "hold" or (rules.calling.unknown_zone == "intersection" and not area.zones)
    )
    assert bool(table.zones) is not held


# --- a client who may be in several regions ----------------------------------------------------------------------

_OK = {"US": (8, 21), "US-FL": (8, 20), "US-TX": (9, 21), "CA-NS": (9, 13), "CA-PE": (14, 20)}


@pytest.mark.parametrize(
    ("country", "region", "hours", "where"),
    [
        ("US", "FL", (8, 20), "US-FL"),
        ("US", "FL,TX", (9, 20), "US-FL and US-TX"),
        ("US", "FL,NY", (8, 20), "US-FL and US"),
        ("US", "NJ,NY", (8, 21), "US"),
        ("US", "*", (9, 20), "US and US-FL and US-TX"),
        ("US", None, (8, 21), "US"),
        ("CA", "ON", (9, 20), "everywhere"),
        ("CA", "NS,ON", (9, 13), "CA-NS and everywhere"),
        ("UA", "*", (9, 20), "everywhere"),
        (None, None, (9, 20), "everywhere"),
    ],
)
def test_of_several_regions_the_hours_inside_all_of_them_hold(
    country: str | None, region: str | None, hours: tuple[int, int], where: str
) -> None:
    rules = preset()
    regions = {where: Region(where, week(span), Caps()) for where, span in _OK.items()}
    table = timetable(with_calling(rules, regions=regions, window=week((9, 20))), Area(country, region, (KYIV,)))
    assert (table.window, table.where) == (week(hours), where)


def test_regions_without_a_common_hour_never_open() -> None:
    regions = {where: Region(where, week(span), Caps()) for where, span in _OK.items()}
    rules = with_calling(preset(), regions=regions)
    assert timetable(rules, Area("CA", "NS,PE", (KYIV,))).window == week()
    assert region_entries(rules.calling, Area("CA", "*", (KYIV,)))[0] is None


def test_two_openings_a_day_are_cut_one_by_one() -> None:
    regions = {
        "CA-NS": Region("CA-NS", week((8, 12), (14, 20)), Caps()),
        "CA-PE": Region("CA-PE", week((10, 16)), Caps()),
    }
    table = timetable(with_calling(preset(), regions=regions), Area("CA", "NS,PE", (KYIV,)))
    assert table.window == week((10, 12), (14, 16))
