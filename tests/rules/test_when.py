"""Typed time in English, Ukrainian and Russian: what is understood, and what is refused rather than guessed.

Now is Monday 23 November 2026, 12:00 in Kyiv, where the client lives; the manager is in London, where it is 10:00.
"""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rules_support import edges, local, utc, week

from rules.model import Span, Window
from rules.situation import Agreed
from rules.when import WhenFault, parse_when
from rules.windows import Timetable
from rules.zonetime import wall_at

KYIV, LONDON = "Europe/Kyiv", "Europe/London"
NOW = local("2026-11-23 12:00", KYIV)


def when(text: str, client_zone: str | None = KYIV, now: datetime = NOW, table: Timetable | None = None) -> Agreed:
    return parse_when(text, now=now, client_zone=client_zone, my_zone=LONDON, table=table)


# A day on the left, the phrases that mean a moment of it on the right; all in the client's time.
PHRASES = {
    "2026-11-23 15:30": [
        "15:30", "at 15:30", "3:30pm", "3:30 pm", "today 15:30", "today at 3:30 PM", "mon 15:30", "  15:30  ",
        "о 15:30", "в 15:30", "сьогодні 15:30", "сьогодні о 15:30", "сегодня в 15:30", "пн 15:30", "Понеділок 15:30",
        "23.11 15:30", "23.11.2026 15:30", "2026-11-23 15:30", "2026-11-23T15:30", "2026-11-23T15:30:00",
        "2026-11-23T13:30Z", "2026-11-23T15:30+02:00", "2026-11-23 15:30+0200", "at 2026-11-23T13:30Z", "15:30:00",
        "+3h30m", "+ 3 h 30 m", "in 3 hours 30 minutes", "через 3 години 30 хвилин", "через 3 часа 30 минут",
        "in 210 min", "+210m",
    ],
    "2026-11-23 13:00": [
        "13", "1pm", "1 pm", "at 1 pm", "13:00", "+1h", "+60m", "+h", "in 1 hour", "in hour", "in 60 minutes", "in 1hr",
        "через годину", "через 1 годину", "за годину", "через 60 хв", "через час", "через 1 час", "через 60 мин",
        "через 60 минут", "11 me", "11:00 me", "11am mine",
    ],
    "2026-11-23 14:00": [
        "+2h", "in 2 hours", "in 2 hrs", "через 2 години", "через 2 год", "за 2 години", "через 2 часа", "через 2 ч",
        "+2h me", "через 2 години мій", "12 me", "12 моё", "о 12 моє", "12:00 мій", "12 моему", "12pm mine",
    ],
    "2026-11-24 10:00": [
        "10", "10am", "10 am", "tomorrow 10", "Tomorrow at 10", "tom 10", "TOMORROW 10:00", "tue 10", "tuesday at 10am",
        "on tuesday 10", "tues 10:00", "24 nov 10", "24 november 10:00", "on the 24.11 at 10",
        "завтра 10", "завтра о 10", "завтра об 10:00", "завтра в 10", "на завтра 10", "вт 10", "вівторок 10",
        "у вівторок о 10", "вторник 10", "во вторник в 10", "24 листопада 10", "24 листопада о 10:00", "24 ноября в 10",
        "24.11 10", "24.11.2026 10:00", "2026-11-24 10:00", "2026-11-24T08:00:00Z", "tomorrow 8 me", "завтра 8 моё",
        "вт 8 мій",
    ],
    "2026-11-24 12:00": ["12", "12pm", "12 pm", "+1d", "+24h", "in 1 day", "in day", "через день", "через 1 день"],
    "2026-11-24 00:00": ["0:00", "00:00", "12am", "tomorrow 0", "завтра 00:00"],
    "2026-11-25 09:00": [
        "day after tomorrow 9", "the day after tomorrow at 9:00", "overmorrow 9", "wed 9", "wednesday 9am",
        "післязавтра 9", "післязавтра о 9:00", "послезавтра в 9", "ср 9:00", "середа 9", "в середу о 9", "среда 9",
        "в среду в 9", "25.11 9:00", "25 nov 9", "25 ноября 9:00",
    ],
    "2026-11-25 12:00": ["+2d", "in 2 days", "через 2 дні", "через 2 дня", "+1d24h"],
    "2026-11-26 14:00": ["thu 14", "thursday 2pm", "thur 14:00", "чт 14", "четвер 14:00", "четверг в 14"],
    "2026-11-27 14:00": [
        "fri 14:00", "friday 2 pm", "пт 14", "п'ятниця 14", "п’ятницю 14:00", "у пʼятницю о 14", "пятница 14",
        "в пятницу в 14:00",
    ],
    "2026-11-28 11:30": ["sat 11:30", "saturday 11:30am", "сб 11:30", "в суботу об 11:30", "субота 11:30"],
    "2026-11-29 10:00": ["sun 10", "sunday 10am", "нд 10", "в неділю о 10", "неділя 10:00", "вс 10", "воскресенье 10"],
    "2026-11-30 10:00": ["mon 10", "monday 10", "пн 10", "в понедельник в 10", "30.11 10", "30 nov 10am"],
    "2026-11-30 12:00": ["+1w", "+7d", "in 1 week", "in week", "через тиждень", "через неделю", "через 7 днів"],
    "2026-12-07 12:00": ["+2w", "in 2 weeks", "через 2 тижні", "через 2 недели", "+1w7d", "через 14 дней"],
    "2026-12-01 18:45": ["1.12 18:45", "01.12 18:45", "1 dec 6:45pm", "1 грудня 18:45", "1 декабря в 18:45"],
    "2027-01-02 09:15": ["2.1 9:15", "02.01.2027 9:15", "2 jan 9:15", "2 січня 9:15", "2 января в 9:15"],
    "2028-02-29 10:00": ["29.02.2028 10", "2028-02-29T10:00"],
}  # fmt: skip


@pytest.mark.parametrize(("wall", "text"), [(wall, text) for wall, texts in PHRASES.items() for text in texts])
def test_understood(wall: str, text: str) -> None:
    found = when(text)
    assert found.at == local(wall, KYIV)
    assert found.wall == wall_at(found.at, found.zone)
    mine = text.rsplit(maxsplit=1)[-1] in ("me", "mine", "моё", "моє", "мій", "моему")
    assert found.zone == (LONDON if mine else KYIV)


REFUSED = {
    "is not understood": [
        "", " ", "me", "моё", "soon", "later", "t 10", "next week", "next fri 10", "noon", "half past three", "опівдні",
        "потом", "пізніше", "15.30", "15-30", "1530", "15 30", "10 30", "24:00", "25:00", "10:60", "13pm", "0am", "pm",
        "10:5", "10:30:15", "tomorrow", "tomorrow 25", "25.11", "25.11.26 9:00", "25/11 9:00", "nov 25 9:00",
        "25 nov 2026 9", "32 nov", "10 o'clock", "in 2", "через 2", "+", "+2", "+2x", "+1.5h", "+2h 2h", "in an hour",
        "через пів години", "через полчаса", "2 hours", "2h", "+-2h", "-2h", "+2h!", "+99999h", "15:30 15:30",
        "me 15:30", "завтра вечором", "на днях", "2026-11-25", "2026-11-25T14:00:75", "2026-11-25T25:00Z",
        "2026-11-25T14:00+25:00", "at 2026-11-25 14:00+99:99", "2026-11-25T14", "10.5", "1e3", "٣", "²", "10\u200b",
    ],
    "has passed": [
        "today 9", "сьогодні о 12:00", "сегодня в 11:59", "23.11 9:00", "22.11 9:00", "1.10 9", "22.11.2026 9:00",
        "2026-11-23T09:59Z", "2020-01-01 10:00", "+0m", "+0d", "today 10 me",
    ],
    "more than two years": [
        "25.11.2030 9:00", "2028-11-24 12:01", "2100-01-01T00:00Z", "+800d", "+9999w", "+9999w 9999d",
    ],
    "no such day": [
        "31.11 9:00", "30.02 10", "29.02 10", "0.11 9:00", "1.13 9:00", "31 april 9", "2027-02-29 10:00", "00.00 9",
        "25.11.0000 9:00",
    ],
    "out of all reach": ["31.12.9999 23:59", "9999-12-31T23:59-12:00", "01.01.0001 00:00", "0001-01-01T00:00+14:00"],
    "names a day but no time": ["fri", "завтра", "tomorrow me", "в пятницу", "day after tomorrow"],
}  # fmt: skip


@pytest.mark.parametrize(("why", "text"), [(why, text) for why, texts in REFUSED.items() for text in texts])
def test_refused(why: str, text: str) -> None:
    with pytest.raises(WhenFault) as fault:
        when(text)
    expected = "names a day but no time" if text == "tomorrow" else why
    assert expected in str(fault.value)
    assert fault.value.mend


def test_what_is_not_understood_shows_examples_that_are() -> None:
    with pytest.raises(WhenFault) as fault:
        when("soonish")
    examples = fault.value.mend.removeprefix("Write it like one of: ").partition(";")[0].split(", ")
    assert len(examples) == 7
    assert all(when(example).at > NOW for example in examples)


@pytest.mark.parametrize(
    ("text", "mend"), [("fri", "fri 10"), ("в пятницу", "пятницу 10"), ("tomorrow me", "tomorrow 10")]
)
def test_a_day_without_an_hour_is_mended_by_one(text: str, mend: str) -> None:
    with pytest.raises(WhenFault) as fault:
        when(text)
    assert fault.value.mend == f'Add the hour, for example "{mend}".'
    assert when(mend).at > NOW


# --- an unsure client, and whose clock is meant -----------------------------------------------------------------


@pytest.mark.parametrize("text", ["15:30", "tomorrow 10", "2026-11-25T14:00", "nonsense"])
def test_without_the_clients_zone_a_time_of_day_is_not_clear(text: str) -> None:
    with pytest.raises(WhenFault, match="zone is not known") as fault:
        when(text, client_zone=None)
    assert "me" in fault.value.mend


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("+2h", "2026-11-23 12:00"),
        ("+1d", "2026-11-24 10:00"),
        ("15:30 me", "2026-11-23 15:30"),
        ("завтра 10 моё", "2026-11-24 10:00"),
        ("2026-11-25T14:00+05:00", "2026-11-25 09:00"),
    ],
)
def test_without_the_clients_zone_ones_own_will_do(text: str, at: str) -> None:
    assert when(text, client_zone=None) == Agreed(utc(at), datetime.fromisoformat(at), LONDON)


# --- clock changes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "now", "why", "example"),
    [
        ("31.03 3:30", "2024-03-30 12:00", "does not exist", "2024-03-31T02:30+02:00"),
        ("завтра о 3", "2024-03-30 12:00", "does not exist", "2024-03-31T02:00+02:00"),
        ("3:30", "2024-03-31 01:00", "does not exist", "2024-03-31T02:30+02:00"),
        ("27.10 3:30", "2024-10-26 12:00", "comes twice", "2024-10-27T03:30+03:00"),
        ("вс 3:59", "2024-10-26 12:00", "comes twice", "2024-10-27T03:59+03:00"),
    ],
)
def test_a_time_that_the_clocks_skip_or_repeat_is_refused(text: str, now: str, why: str, example: str) -> None:
    at = local(now, KYIV)
    with pytest.raises(WhenFault, match=why) as fault:
        when(text, now=at)
    assert fault.value.mend == f"For example {example}."
    assert when(example, now=at).at > at


@pytest.mark.parametrize("now", ["2027-11-23 12:00", "2028-02-29 09:00"])
def test_the_29th_of_february_is_the_next_there_is(now: str) -> None:
    assert when("29.02 10", now=local(now, KYIV)).at == local("2028-02-29 10:00", KYIV)


def test_days_from_now_keep_the_wall_time_over_a_change() -> None:
    saturday = local("2024-03-30 12:00", KYIV)
    assert when("+1d", now=saturday).at == saturday + timedelta(hours=23)
    assert when("+24h", now=saturday).at == saturday + timedelta(hours=24)


# --- a bare hour and the call window ----------------------------------------------------------------------------

WORKDAYS = Timetable(Window((*((Span(9 * 3600, 18 * 3600),),) * 5, (), ())), (KYIV,))


@pytest.mark.parametrize(
    ("text", "now", "wall"),
    [
        ("10", "2026-11-27 12:00", "2026-11-30 10:00"),  # Friday noon: the next ten o'clock with calls is Monday's
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


# --- whatever is typed ------------------------------------------------------------------------------------------


def read(text: str, zone: str, now: datetime) -> Agreed | WhenFault:
    try:
        return when(text, client_zone=zone, now=now)
    except WhenFault as fault:
        return fault


_words = sorted({word for texts in PHRASES.values() for text in texts for word in text.split()})


@given(st.lists(st.one_of(st.sampled_from(_words), st.text(max_size=6)), max_size=5).map(" ".join), edges())
def test_anything_typed_is_a_time_to_come_or_a_fault_with_a_mend(text: str, edge: tuple[str, datetime]) -> None:
    zone, now = edge
    found = read(text, zone, now)
    if isinstance(found, WhenFault):
        assert found.mend
        return
    assert now < found.at <= now + timedelta(days=731)
    assert wall_at(found.at, found.zone) == found.wall


@given(edges(), st.integers(1, 60 * 24 * 700), st.sampled_from(["%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]))
def test_a_written_time_is_read_as_written_or_refused_for_the_clocks(
    edge: tuple[str, datetime], minutes: int, form: str
) -> None:
    zone, now = edge
    at = now + timedelta(minutes=minutes)
    wall = wall_at(at, zone)
    found = read(wall.strftime(form), zone, now)
    if isinstance(found, WhenFault):
        assert "comes twice" in str(found) or "has passed" in str(found)
        return
    assert (found.at, found.wall, found.zone) == (at, wall, zone)
