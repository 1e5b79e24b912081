"""Words of typed time that have two jobs: each is decided, and what both would take is refused with both readings.

Now is Monday 23 November 2026, 12:00 in Kyiv, where the client lives. The phrases stand in tests/support/when_jobs.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.when import words as when_words
from rules.when.parse import WhenFault
from tests.support.clock import NOON
from tests.support.rule_cases import local
from tests.support.typed_times import KYIV, heard, refused, rows, when
from tests.support.when_jobs import DOUBTED, MEANT, READINGS
from tests.support.when_phrases import UNDERSTOOD
from tests.support.when_refusals import REFUSED

# --- the phrases ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wall", "language", "text"), rows(MEANT))
def test_what_is_meant_is_understood(wall: str, language: str, text: str) -> None:
    assert when(text).at == local(wall, KYIV)


@pytest.mark.parametrize(("kind", "language", "text"), rows(DOUBTED))
def test_what_is_doubtful_is_refused(kind: str, language: str, text: str) -> None:
    fault = refused(text)
    assert (fault.kind, text) == (kind, text)
    assert 0 < len(fault.mend) <= 80


@pytest.mark.parametrize(("text", "readings"), READINGS.items())
def test_both_readings_are_named_and_each_is_understood_when_typed(text: str, readings: tuple[str, ...]) -> None:
    fault = refused(text)
    assert fault.kind == "either"
    assert all(reading in fault.mend for reading in readings)
    assert len({when(reading).at for reading in readings}) == len(readings)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("tonight 7am", "7:00 or 19:00"),
        ("завтра вечером 7am", "7:00 or 19:00"),
        ("tomorrow afternoon 3am", "3:00 or 15:00"),
        ("вечором 07:30", "7:30 or 19:30"),
        ("завтра вдень 3:15 am", "3:15 or 15:15"),
    ],
)
def test_an_hour_of_the_other_half_of_the_day_names_both(text: str, readings: str) -> None:
    fault = refused(text)
    assert str(fault) == f'"{text}" can be {readings}.'
    assert fault.mend.startswith("Write one of them and the day, like 07.12 ")


def test_the_phrases_are_many_and_new() -> None:
    new = [(language, text) for table in (MEANT, DOUBTED) for _, language, text in rows(table)]
    old = {text for table in (UNDERSTOOD, REFUSED) for _, _, text in rows(table)}
    assert not old & {text for _, text in new}
    assert len(new) >= 356, "twice the public suite"
    assert all(count >= 60 for count in Counter(language for language, _ in new).values())


# --- the word lists ---------------------------------------------------------------------------------------------

# A part of another list by intent: which of its words may do more.
_CHOSEN = {"LONE_UNITS": "UNITS", "LASTING": "LEADS"}

# Every word that stands in two lists, in which, and phrases that show each of its jobs and what both would take.
_DECIDED = {
    "a": ("AND_A_HALF HALF_HOURS HALVES NUMBERS", "10 a=11-24 10:00; in a day=11-24 12:00; in a=unclear"),
    "after": ("AFTER DAYS_AHEAD", "after 2 hours=11-23 14:00; after tomorrow 9=11-25 09:00; after 15=either"),
    "an": ("HALF_HOURS NUMBERS", "in an hour=11-23 13:00; half an hour=11-23 12:30"),
    "and": ("AND AND_A_HALF HALF_HOURS", "in 1 day and 1 hour=11-24 13:00; an hour and a half=11-23 13:30"),
    "day": ("DAYS_AHEAD UNITS", "in a day=11-24 12:00; day after tomorrow 9=11-25 09:00; in day tomorrow=two"),
    "for": ("LEADS MINE", "fri for me=no hour; for 15:00=11-23 15:00; for 9h=either"),
    "h": ("HOUR_WORDS UNITS", "+9h=11-23 21:00; at 13h=11-23 13:00; 13h=either; +h=no number"),
    "half": ("AND_A_HALF HALF_HOURS", "half an hour=11-23 12:30; in 1 and a half hours=11-23 13:30"),
    "hour": ("HALF_HOURS UNITS", "half hour=11-23 12:30; in 1 hour=11-23 13:00"),
    "in": ("AFTER PARTS", "in 2 hours=11-23 14:00; in the morning 9=11-24 09:00; in 15:00=either"),
    "m": ("MINUTE_WORDS UNITS", "+5m=11-23 12:05; at 15h 30 m=11-23 15:30; +m=no number"),
    "min": ("MINUTE_WORDS UNITS", "+5min=11-23 12:05; at 15h 30 min=11-23 15:30; in min=no number"),
    "of": ("HALF_HOURS LEADS", "quarter of an hour=11-23 12:15; 24th of november 9=11-24 09:00; of 10=unclear"),
    "the": ("LEADS PARTS", "in the morning 9=11-24 09:00; on the 24th 9=11-24 09:00; the 9=unclear"),
    "this": ("PARTS_OF_TODAY WEEK_OF", "this afternoon 3=11-23 15:00; this fri 9=11-27 09:00; this 9=unclear"),
    "week": ("UNITS WEEK", "in a week=11-30 12:00; next week fri 9=12-04 09:00; next week=no day"),
    "год": ("HOUR_WORDS UNITS YEAR", "+2год=11-23 14:00; о 14 год=11-23 14:00; 25 ноября 2026 год 9=11-25 09:00;"
            "2 год=either; через год=either"),
    "годин": ("HOUR_WORDS UNITS", "через 5 годин=11-23 17:00; о 15 годин=11-23 15:00; 5 годин=either"),
    "години": ("HALF_HOURS HOUR_WORDS UNITS", "за 2 години=11-23 14:00; пів години=11-23 12:30; 2 години=either"),
    "дня": ("PARTS UNITS", "через 3 дня=11-26 12:00; в 3 дня=11-23 15:00; 3 дня=either; 12 дня=11-24 12:00"),
    "за": ("AFTER MINE", "за 2 години=11-23 14:00; 13:00 за моїм часом=11-23 15:00; за 15:00=either"),
    "мин": ("MINUTE_WORDS UNITS", "+5мин=11-23 12:05; в 15 ч 30 мин=11-23 15:30; +мин=no number"),
    "минут": ("MINUTE_WORDS UNITS", "через 5 минут=11-23 12:05; в 15 часов 30 минут=11-23 15:30; в 5 минут=unclear"),
    "недели": ("UNITS WEEK", "через 2 недели=12-07 12:00; пн этой недели 10=passed"),
    "неделю": ("UNITS WEEK", "через неделю=11-30 12:00; на следующую неделю в пт 9=12-04 09:00; в неделю 9=unclear"),
    "после": ("DAYS_AHEAD PARTS", "после завтра 9=11-25 09:00; после обеда 3=11-23 15:00; после 15=unclear"),
    "після": ("DAYS_AHEAD PARTS", "після завтра 9=11-25 09:00; після обіду 3=11-23 15:00; після 15=unclear"),
    "тиждень": ("UNITS WEEK", "через тиждень=11-30 12:00; цей тиждень пт 9=11-27 09:00; тиждень 9=unclear"),
    "тижня": ("UNITS WEEK", "через 2 тижня=12-07 12:00; пт цього тижня 9=11-27 09:00"),
    "тижні": ("UNITS WEEK", "через 2 тижні=12-07 12:00; на цьому тижні в пт 9=11-27 09:00"),
    "у": ("LEADS MINE", "у вт 9=11-24 09:00; 13:00 у мене=11-23 15:00; у 15:00=11-23 15:00"),
    "хв": ("MINUTE_WORDS UNITS", "+5хв=11-23 12:05; о 15 год 30 хв=11-23 15:30; +хв=no number"),
    "хвилин": ("MINUTE_WORDS UNITS", "через 5 хвилин=11-23 12:05; о 15 годині 30 хвилин=11-23 15:30"),
    "ч": ("HOUR_WORDS UNITS", "+2ч=11-23 14:00; в 14 ч=11-23 14:00; 2 ч=either; +ч=no number"),
    "час": ("HOUR_WORDS MINE UNITS", "через час=11-23 13:00; 13:00 мій час=11-23 15:00; в час=unclear; +час=no number"),
    "часа": ("HALF_HOURS HOUR_WORDS UNITS", "через 2 часа=11-23 14:00; в 2 часа дня=11-23 14:00; 2 часа=either"),
    "часов": ("HOUR_WORDS UNITS", "через 5 часов=11-23 17:00; в 15 часов=11-23 15:00; 5 часов=either"),
}  # fmt: skip


def _tables() -> dict[str, Collection[str]]:
    """The word lists of the grammar, whatever they are: what is added later is in two lists as well."""
    return {
        name: table
        for name, table in vars(when_words).items()
        if name.isupper() and not name.startswith("_") and isinstance(table, dict | frozenset | tuple)
    }


def _in_two_lists() -> dict[str, str]:
    lists: dict[str, set[str]] = {}
    for name, phrases in _tables().items():
        for word in {word for phrase in phrases for word in phrase.split()} if name not in _CHOSEN else ():
            lists.setdefault(word, set()).add(name)
    return {
        word: " ".join(sorted(names)) for word, names in lists.items() if len(names) > 1 and word not in _PART_NAMES
    }


# "this morning" names a part of the day as "morning" does: one job.
_PART_NAMES = {"morning", "afternoon", "evening"}


def test_every_word_in_two_lists_is_decided() -> None:
    assert _in_two_lists() == {word: names for word, (names, _) in _DECIDED.items()}


def test_the_chosen_words_are_of_the_list_they_are_chosen_from() -> None:
    tables = _tables()
    assert all(set(tables[chosen]) < set(tables[whole]) for chosen, whole in _CHOSEN.items())


@pytest.mark.parametrize(
    ("word", "phrase", "decided"),
    [
        (word, *(each.strip() for each in one.split("=")))
        for word, (_, phrases) in _DECIDED.items()
        for one in phrases.split(";")
    ],
)
def test_each_job_of_a_word_is_as_decided(word: str, phrase: str, decided: str) -> None:
    assert word in phrase.replace("+", " ").split() or word in phrase
    if decided[0].isdigit():
        assert when(phrase).at == local(f"2026-{decided}", KYIV)
    else:
        assert refused(phrase).kind == decided


# --- whatever is typed ------------------------------------------------------------------------------------------

_DELAYING = sorted(when_words.AFTER - {when_words.SIGN})
_clocks = st.builds(
    "{}{}{}".format, st.integers(0, 23), st.sampled_from(":.-"), st.integers(0, 59).map("{:02d}".format)
)
_spoken = st.builds(
    "{} {}".format,
    st.integers(1, 12),
    st.sampled_from(["am", "pm", "a.m.", "p.m.", "утра", "вечера", "ранку", "вечора", "oclock", "in the evening"]),
)
_around = st.sampled_from(["", " me", " мій", " завтра", " tomorrow", " fri", " дня"])


@given(st.sampled_from(_DELAYING), st.one_of(_clocks, _spoken), _around)
def test_a_word_of_delay_before_a_time_of_day_is_never_booked(lead: str, clock: str, around: str) -> None:
    assert refused(f"{lead} {clock}{around}").kind in {"either", "unclear"}


@given(_clocks)
def test_a_time_of_day_from_now_is_never_booked(clock: str) -> None:
    assert refused(f"{clock} from now").kind in {"either", "unclear"}


@given(
    st.sampled_from(sorted(set(when_words.UNITS) - when_words.LONE_UNITS)), st.sampled_from(sorted(when_words.AFTER))
)
def test_a_unit_that_lost_its_number_is_never_booked(unit: str, lead: str) -> None:
    for text in (f"{lead} {unit}", f"{lead}{unit}" if lead == "+" else f"{lead} {unit} 10:00"):
        assert refused(text).kind == "no number"


@given(st.integers(1, 12), st.integers(0, 59), st.sampled_from(["am", "pm"]), st.sampled_from(sorted(when_words.PARTS)))
def test_the_half_of_the_day_that_was_said_is_never_changed(hour: int, minute: int, half: str, part: str) -> None:
    said = hour % 12 + (12 if half == "pm" else 0)
    first, last, _ = when_words.PARTS[part]
    for text in (f"tomorrow {part} {hour}:{minute:02d}{half}", f"{hour}:{minute:02d} {half} {part} tomorrow"):
        found = heard(text)
        if isinstance(found, WhenFault):
            assert found.kind in {"two", "either"}
            assert not first <= said <= last
        else:
            assert (found.wall.hour, found.wall.minute) == (said, minute)


@pytest.mark.parametrize("lead", ["", "в ", "о ", "к ", "на ", "через ", "за ", "завтра "])
@pytest.mark.parametrize("day", range(1, 32))
def test_a_number_before_dnya_is_noon_or_days_or_an_hour_of_the_afternoon_and_never_guessed(
    day: int, lead: str
) -> None:
    found = heard(f"{lead}{day} дня")
    if isinstance(found, WhenFault):
        assert found.kind in {"either", "two", "unclear"}
    elif found.at - NOON >= timedelta(days=2):  # days from now, at this time
        assert found.wall.hour == 12
        assert lead in {"", "через ", "за "}
        assert day in {2, 3, 4} or day > 17
    else:
        assert found.wall.hour in {day, day + 12}
        assert 12 <= found.wall.hour <= 17
