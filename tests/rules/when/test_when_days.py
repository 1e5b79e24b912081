"""Typed time over clock changes, over weeks and months, and with a call window."""

from datetime import datetime, timedelta

import pytest

from rules.model import Span, Window
from rules.windows import Timetable
from tests.support.rule_cases import local, utc, week
from tests.support.typed_times import KYIV, refused, when

# --- clock changes ----------------------------------------------------------------------------------------------

SPRING = ["2024-03-31T02:30+02:00", "2024-03-31T04:30+03:00"]
AUTUMN = ["2024-10-27T03:30+03:00", "2024-10-27T03:30+02:00"]


@pytest.mark.parametrize(
    ("text", "now", "why", "choices"),
    [
        ("31.03 3:30", "2024-03-30 12:00", "03:30 on 31.03.2024 does not exist in Europe/Kyiv", SPRING),
        ("завтра о 3:30", "2024-03-30 12:00", "03:30 on 31.03.2024 does not exist", SPRING),
        ("in 1 day at 3:30", "2024-03-30 12:00", "does not exist", SPRING),
        ("3:30", "2024-03-31 01:00", "does not exist", SPRING),
        ("27.10 3:30", "2024-10-26 12:00", "03:30 on 27.10.2024 comes twice in Europe/Kyiv", AUTUMN),
        ("вс 3:30", "2024-10-26 12:00", "comes twice", AUTUMN),
        ("3:30", "2024-10-26 12:00", "comes twice", AUTUMN),
    ],
)
def test_a_time_that_the_clocks_skip_or_repeat_is_refused(text: str, now: str, why: str, choices: list[str]) -> None:
    at = local(now, KYIV)
    fault = refused(text, now=at)
    assert (fault.kind, fault.mend) == ("clocks change", f"Type {' or '.join(choices)}.")
    assert str(fault).startswith(why) or why in str(fault)
    assert [when(choice, now=at).at for choice in choices] == [datetime.fromisoformat(choice) for choice in choices]


def test_both_readings_come_with_the_refusal_the_earlier_first() -> None:
    night = local("2026-10-24 12:00", KYIV)
    first, second = refused("sun 3:30", now=night).choices
    assert (first.at + timedelta(hours=1), first.wall, first.zone) == (second.at, second.wall, KYIV)
    before, behind = refused("28.03 3:30", now=local("2027-03-27 12:00", KYIV)).choices
    assert [f"{choice.wall:%d %H:%M}" for choice in (before, behind)] == ["28 02:30", "28 04:30"]
    assert refused("fri").choices == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("today 3", "today 03:00"),
        ("22.11.2026 9:00", "yesterday 09:00"),
        ("1.10.2026 9", "Thu 1 Oct 09:00"),
        ("25.11.2025 9:00", "Tue 25 Nov 2025 09:00"),
    ],
)
def test_what_has_passed_is_said_as_people_say_it(text: str, said: str) -> None:
    assert str(refused(text)).startswith(f'"{text}" has passed: it would be {said}.')


@pytest.mark.parametrize("text", ["3:30", "today 3:30", "вс 3:30", "27-го 3:30"])
def test_once_the_first_of_two_has_passed_only_the_second_is_offered(text: str) -> None:
    between = datetime.fromisoformat("2024-10-27T03:45+03:00")
    assert refused(text, now=between).mend == f"Type {AUTUMN[1]}."
    assert when(AUTUMN[1], now=between).at == datetime.fromisoformat(AUTUMN[1])


def test_a_repeated_time_is_past_when_its_second_is() -> None:
    later = datetime.fromisoformat("2024-10-27T03:45+02:00")
    assert refused("today 3:30", now=later).kind == "passed"
    assert when("3:30", now=later).at == local("2024-10-28 03:30", KYIV)
    assert when("вс 3:30", now=later).at == local("2024-11-03 03:30", KYIV)


def test_a_skipped_time_is_past_once_the_clocks_have_changed() -> None:
    later = local("2024-03-31 04:10", KYIV)
    assert refused("today 3:30", now=later).kind == "passed"
    assert refused("today 3:30", now=local("2024-03-31 02:40", KYIV)).mend == f"Type {SPRING[1]}."
    assert when("3:30", now=later).at == local("2024-04-01 03:30", KYIV)


@pytest.mark.parametrize("now", ["2027-11-23 12:00", "2028-02-29 09:00"])
def test_the_29th_of_february_is_the_next_there_is(now: str) -> None:
    assert when("29.02 10", now=local(now, KYIV)).at == local("2028-02-29 10:00", KYIV)


def test_days_and_months_from_now_keep_the_wall_time_over_a_change() -> None:
    saturday = local("2024-03-30 12:00", KYIV)
    assert when("+1d", now=saturday).at == saturday + timedelta(hours=23)
    assert when("+24h", now=saturday).at == saturday + timedelta(hours=24)
    assert when("in a month", now=saturday).at == local("2024-04-30 12:00", KYIV)


@pytest.mark.parametrize(
    ("text", "now", "wall"),
    [
        ("через месяц", "2027-01-31 12:00", "2027-02-28 12:00"),
        ("через місяць", "2027-01-31 12:00", "2027-02-28 12:00"),
        ("in a month", "2027-01-29 12:00", "2027-02-28 12:00"),
        ("+1mo", "2028-01-31 12:00", "2028-02-29 12:00"),
        ("за місяць о 10", "2027-01-30 12:00", "2027-02-28 10:00"),
        ("через 1 месяц в 10", "2027-05-31 12:00", "2027-06-30 10:00"),
        ("in 11 months", "2027-03-30 12:00", "2028-02-29 12:00"),
        ("через 13 місяців", "2027-08-31 12:00", "2028-09-30 12:00"),
        ("+1mo1d", "2027-01-31 12:00", "2027-03-01 12:00"),
        ("через месяц", "2027-02-28 12:00", "2027-03-28 12:00"),
        ("+3mo", "2027-12-31 12:00", "2028-03-31 12:00"),
    ],
)
def test_months_from_a_day_that_the_later_month_lacks_end_on_its_last_day(text: str, now: str, wall: str) -> None:
    assert when(text, now=local(now, KYIV)).at == local(wall, KYIV)


# --- what a day means -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "now", "wall"),
    [
        # A weekday is the next such day: today while the time is to come.
        ("fri 13", "2026-11-27 12:00", "2026-11-27 13:00"),
        ("fri 12", "2026-11-27 12:00", "2026-12-04 12:00"),
        # With "next" it is of the next calendar week, whatever today is.
        ("next fri 10", "2026-11-23 12:00", "2026-12-04 10:00"),
        ("next fri 10", "2026-11-27 12:00", "2026-12-04 10:00"),
        ("next mon 10", "2026-11-29 12:00", "2026-11-30 10:00"),
        ("наступної неділі 10", "2026-11-29 09:00", "2026-12-06 10:00"),
        ("в это воскресенье 10", "2026-11-29 09:00", "2026-11-29 10:00"),
        # A day of the month is the next such day; months without it are passed over.
        ("23rd 13", "2026-11-23 12:00", "2026-11-23 13:00"),
        ("23rd 12", "2026-11-23 12:00", "2026-12-23 12:00"),
        ("31-го 10", "2027-01-31 12:00", "2027-03-31 10:00"),
        ("2.1 9", "2026-12-31 23:59", "2027-01-02 09:00"),
    ],
)
def test_days(text: str, now: str, wall: str) -> None:
    assert when(text, now=local(now, KYIV)).at == local(wall, KYIV)


def test_a_day_of_this_week_may_have_passed() -> None:
    assert refused("this mon 10", now=local("2026-11-29 12:00", KYIV)).kind == "passed"


# --- a bare hour and the call window ----------------------------------------------------------------------------

WORKDAYS = Timetable(Window((*((Span(9 * 3600, 18 * 3600),),) * 5, (), ())), (KYIV,))


@pytest.mark.parametrize(
    ("text", "now", "wall"),
    [
        ("10", "2026-11-27 12:00", "2026-11-30 10:00"),  # Friday noon: the next ten o'clock with calls is Monday's
        ("в 10 утра", "2026-11-27 12:00", "2026-11-30 10:00"),
        ("15", "2026-11-27 12:00", "2026-11-27 15:00"),
        ("21", "2026-11-27 12:00", "2026-11-27 21:00"),  # never inside the window: simply the next
        ("sat 10", "2026-11-27 12:00", "2026-11-28 10:00"),  # a named day is meant as said
        ("3:30", "2024-03-29 12:00", "2024-03-30 03:30"),  # the skipped 03:30 of the day after is nobody's wish
    ],
)
def test_a_bare_hour_is_the_next_inside_the_window(text: str, now: str, wall: str) -> None:
    assert when(text, now=local(now, KYIV), table=WORKDAYS).at == local(wall, KYIV)


def test_ones_own_hour_ignores_the_clients_window() -> None:
    closed = Timetable(week(), (KYIV,))
    assert when("11 me", table=closed).at == utc("2026-11-23 11:00")
