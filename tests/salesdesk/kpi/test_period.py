"""Whole days of the home zone, and what they are compared with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.errors import BadRequest
from salesdesk.kpi.period import period_of
from tests.support.clock import NOON

KYIV = "Europe/Kyiv"
TODAY = date(2026, 11, 23)


def test_without_ends_it_is_today_in_the_home_zone() -> None:
    late = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # half past midnight of the 24th in Kyiv
    period = period_of(None, None, zone=KYIV, now=late)
    assert (period.since, period.until) == (date(2026, 11, 24), date(2026, 11, 24))
    assert period.starts_at == datetime(2026, 11, 23, 22, tzinfo=UTC)
    assert period.as_json() == {"from": "2026-11-24", "to": "2026-11-24"}


def test_a_day_on_which_the_clocks_go_back_has_25_hours() -> None:
    period = period_of(date(2026, 10, 25), date(2026, 10, 25), zone=KYIV, now=NOON)
    assert period.ends_at - period.starts_at == timedelta(hours=25)


def test_an_unfinished_period_is_compared_up_to_the_same_time_of_its_last_day() -> None:
    previous = period_of(date(2026, 11, 22), TODAY, zone=KYIV, now=NOON).previous
    assert (previous.since, previous.until) == (date(2026, 11, 20), date(2026, 11, 21))
    assert previous.as_of == datetime(2026, 11, 21, 10, tzinfo=UTC)


def test_the_same_time_of_day_is_wall_time_when_the_clocks_changed_between() -> None:
    sunday_noon = datetime(
        2026, 10, 25, 10, tzinfo=UTC
    )  # 12:00 in Kyiv after the change, 12:00 the day before is 09 UTC
    assert period_of(None, None, zone=KYIV, now=sunday_noon).previous.as_of == datetime(2026, 10, 24, 9, tzinfo=UTC)


def test_a_finished_period_is_compared_with_the_whole_of_the_one_before() -> None:
    previous = period_of(date(2026, 11, 16), date(2026, 11, 22), zone=KYIV, now=NOON).previous
    assert (previous.since, previous.until, previous.as_of) == (date(2026, 11, 9), date(2026, 11, 15), NOON)


def test_days_to_come_have_not_begun() -> None:
    assert period_of(date(2026, 11, 22), date(2026, 11, 29), zone=KYIV, now=NOON).days_begun() == [
        date(2026, 11, 22),
        TODAY,
    ]
    assert period_of(date(2026, 11, 25), date(2026, 11, 29), zone=KYIV, now=NOON).days_begun() == []


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (date(2026, 11, 24), date(2026, 11, 23), "before it begins"),
        (date(2026, 11, 24), None, "before it begins"),
        (None, date(2026, 11, 22), "before it begins"),
        (date.min, TODAY, "out of reach"),
        (TODAY, date.max, "out of reach"),
    ],
)
def test_days_that_make_no_period_are_refused(since: date | None, until: date | None, words: str) -> None:
    with pytest.raises(BadRequest, match=words) as fault:
        period_of(since, until, zone=KYIV, now=NOON)
    assert "Give" in fault.value.mend


@given(
    since=st.dates(date(2000, 1, 1), date(2036, 1, 1)),
    length=st.integers(0, 400),
    zone=st.sampled_from([KYIV, "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "UTC"]),
)
def test_the_previous_period_is_as_long_and_ends_where_this_one_begins(since: date, length: int, zone: str) -> None:
    period = period_of(since, since + timedelta(days=length), zone=zone, now=NOON)
    previous = period.previous
    assert previous.until - previous.since == period.until - period.since
    assert previous.ends_at == period.starts_at
    assert previous.as_of <= period.as_of
