"""Public holidays: a holiday's local date is closed, in every zone that the client may be in."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.allowed import Allowed, first_allowed
from rules.area import Area
from rules.decide import decide
from rules.file.load import load
from rules.file.preset import preset_text
from rules.model import Span, Window
from rules.situation import Agreed, Answer, OutsideWindow
from rules.windows import Timetable, timetable
from rules.zonetime import wall_at
from tests.support.rule_cases import (
    due,
    instants,
    local,
    preset,
    situation,
    told,
    week,
    why,
    windows,
    with_calling,
    zones,
)

KYIV = "Europe/Kyiv"
HERE = Area("UA", None, (KYIV,))
FRIDAY, SATURDAY, MONDAY = date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 28)
XMAS = frozenset({FRIDAY})
WORKDAYS = Window(week((9, 20)).days[:5] + ((),) * 2)
RULES = with_calling(preset(), holidays=True)
MISSED = Answer("no-answer", "not-answering")


def test_the_switch_is_read() -> None:
    text = preset_text("en").replace("[calling]", "[calling]\nholidays = true")
    assert load(text).ruleset.calling.holidays is True
    assert preset().calling.holidays is False


def test_holidays_count_only_where_the_rules_close_them() -> None:
    assert timetable(RULES, HERE, XMAS).closed == XMAS
    assert timetable(preset(), HERE, XMAS).closed == frozenset()


def test_a_holiday_is_closed_from_midnight_to_midnight_there() -> None:
    table = Timetable(week((0, 24)), (KYIV,), closed=XMAS)
    midnight, tick = local("2026-12-25 00:00", KYIV), timedelta(microseconds=1)
    ends = midnight + timedelta(days=1)
    assert [table.is_open(at) for at in (midnight - tick, midnight, ends - tick, ends)] == [True, False, False, True]
    assert table.next_open(midnight) == ends
    assert table.closes_at(midnight - timedelta(hours=3)) == midnight


def moved(wanted: str, window: Window, *days: date) -> Allowed:
    rules = with_calling(RULES, window=window)
    return first_allowed(rules, HERE, (), 0, local(wanted, KYIV), closed_days=frozenset(days))


@pytest.mark.parametrize(
    ("wanted", "window", "days", "opens", "cause"),
    [
        ("2026-12-25 12:00", week((9, 20)), [FRIDAY], "2026-12-26 09:00", "public holiday Fri 25 Dec, Europe/Kyiv"),
        (
            "2026-12-24 21:00",
            week((9, 20)),
            [FRIDAY],
            "2026-12-26 09:00",
            "call window thu 09:00-20:00, Europe/Kyiv; public holiday Fri 25 Dec",
        ),
        (
            "2026-12-25 12:00",
            WORKDAYS,
            [FRIDAY, SATURDAY, MONDAY],
            "2026-12-29 09:00",
            "public holiday Fri 25 Dec, Mon 28 Dec, Europe/Kyiv",
        ),
        ("2026-12-26 12:00", WORKDAYS, [SATURDAY], "2026-12-28 09:00", "call window sat closed, Europe/Kyiv"),
        ("2026-12-23 21:00", week((9, 20)), [FRIDAY], "2026-12-24 09:00", "call window wed 09:00-20:00, Europe/Kyiv"),
    ],
)
def test_due_times_move_past_holidays_and_say_so(
    wanted: str, window: Window, days: list[date], opens: str, cause: str
) -> None:
    allowed = moved(wanted, window, *days)
    assert allowed.at == local(opens, KYIV)
    assert [move.partition(": ")[2] for move in told(allowed.reasons)] == [cause]


def test_a_weekly_hour_that_is_a_holiday_again_and_again_is_found_at_last() -> None:
    mondays = Window(((Span(9 * 3600, 10 * 3600),), *((),) * 6))
    closed = [MONDAY + timedelta(weeks=n) for n in range(8)]
    assert moved("2026-12-28 08:00", mondays, *closed).at == local("2027-02-22 09:00", KYIV)
    everyday = [MONDAY + timedelta(days=n) for n in range(100)]
    wanted = local("2026-12-28 08:00", KYIV)
    assert moved("2026-12-28 08:00", week((9, 20)), *everyday).at == wanted


def test_each_candidate_zones_own_date_counts() -> None:
    """On the evening of the 24th in Kaliningrad the 25th has begun in Kamchatka, and the other way round."""
    table = Timetable(week((0, 24)), ("Asia/Kamchatka", "Europe/Kaliningrad"), closed=XMAS)
    begins, ends = local("2026-12-25 00:00", "Asia/Kamchatka"), local("2026-12-26 00:00", "Europe/Kaliningrad")
    assert ends - begins == timedelta(hours=34)
    assert list(table.openings(begins - timedelta(days=1), ends + timedelta(days=1))) == [
        (begins - timedelta(days=1), begins),
        (ends, ends + timedelta(days=1)),
    ]
    area = Area("RU", None, table.zones)
    rules = with_calling(RULES, window=week((0, 24)))
    for at in (begins, ends - timedelta(minutes=1)):
        allowed = first_allowed(rules, area, (), 0, at, closed_days=XMAS)
        assert allowed.at == ends
        assert "public holiday Fri 25 Dec" in told(allowed.reasons)[0]


def test_a_rung_a_button_and_a_promise_keep_off_holidays() -> None:
    evening = local("2026-12-24 12:00", KYIV)
    client = situation(closed_days=XMAS)
    assert due(decide(RULES, client, Answer("interested"), evening)) == local("2026-12-26 09:00", KYIV)
    assert due(decide(preset(), client, Answer("interested"), evening)) == local("2026-12-25 12:00", KYIV)
    late = decide(RULES, client, MISSED, local("2026-12-24 19:58", KYIV))
    assert due(late) == local("2026-12-26 09:00", KYIV)
    assert why(late)[-1].endswith("public holiday Fri 25 Dec")
    noon = Agreed(local("2026-12-25 12:00", KYIV), datetime(2026, 12, 25, 12), KYIV)  # noqa: DTZ001
    with pytest.raises(OutsideWindow) as fault:
        decide(RULES, client, Answer("call-back", at=noon), evening)
    assert "public holiday Fri 25 Dec" in told([fault.value.why])[0]
    assert fault.value.nearest == local("2026-12-26 09:00", KYIV)


@given(windows, st.lists(zones, min_size=1, max_size=3, unique=True), instants, st.sets(st.integers(-1, 12)))
def test_a_due_time_is_never_on_a_holiday(window: Window, places: list[str], wanted: datetime, days: set[int]) -> None:
    closed = frozenset((wanted + timedelta(days=day)).date() for day in days)
    table = Timetable(window, tuple(places), closed=closed)
    opens = table.next_open(wanted)
    if opens is None:
        return
    assert opens >= wanted
    assert all(wall_at(opens, zone).date() not in closed for zone in places)
    assert Timetable(window, tuple(places)).is_open(opens)
    assert any(start <= opens < end for start, end in table.openings(wanted, opens + timedelta(minutes=1)))
