"""Typed time in English, Ukrainian and Russian: what is understood, and what is refused rather than guessed.

Now is Monday 23 November 2026, 12:00 in Kyiv, where the client lives; the manager is in London, where it is 10:00. The
phrases stand in tests/support/when_phrases.py and when_refusals.py.
"""

import re
from collections import Counter
from datetime import datetime

import pytest

from rules.situation import Agreed
from rules.when.parse import EXAMPLES
from rules.zonetime import wall_at
from tests.support.rule_cases import local, utc
from tests.support.typed_times import KYIV, LONDON, NOW, refused, rows, when
from tests.support.when_phrases import UNDERSTOOD
from tests.support.when_refusals import REFUSED

LANGUAGES = ("en", "uk", "ru", "any")
_ENDS_MINE = re.compile(r"(me|mine|my time|моє|моё|мое|мій|мой|часом|времени|у меня|по-моєму)\s*$")


# --- the tables -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wall", "language", "text"), rows(UNDERSTOOD))
def test_understood(wall: str, language: str, text: str) -> None:
    found = when(text)
    assert found.at == local(wall, KYIV)
    assert found.wall == wall_at(found.at, found.zone)
    assert found.zone == (LONDON if _ENDS_MINE.search(text) else KYIV)


@pytest.mark.parametrize(("kind", "language", "text"), rows(REFUSED))
def test_refused(kind: str, language: str, text: str) -> None:
    fault = refused(text)
    assert (fault.kind, text) == (kind, text)
    assert re.search(r"[0-9]", fault.mend), "a mend holds examples or choices"
    assert len(fault.mend) <= 80, "two lines of the panel"
    assert len(str(fault)) <= 120


def test_the_tables_hold_phrases_enough_in_each_language() -> None:
    counted = Counter(language for table in (UNDERSTOOD, REFUSED) for _, language, _ in rows(table))
    assert set(counted) == set(LANGUAGES)
    assert all(counted[language] >= 200 for language in ("en", "uk", "ru"))
    phrases = {text for table in (UNDERSTOOD, REFUSED) for _, _, text in rows(table)}
    assert len(phrases) >= 800


@pytest.mark.parametrize("kind", ["unclear", "no hour", "either", "two", "no such day", "passed", "far"])
def test_every_language_is_refused_for_every_reason(kind: str) -> None:
    assert {"en", "uk", "ru"} <= REFUSED[kind].keys()


@pytest.mark.parametrize("text", ["", " ", "\t", "\u00a0"])
def test_nothing_typed_is_no_time(text: str) -> None:
    assert refused(text).kind == "unclear"


@pytest.mark.parametrize("text", ["  tomorrow   10 ", "tomorrow\u00a010", "TOMORROW\u202f10\n", "tomorrow\t10"])
def test_blanks_and_case_do_not_matter(text: str) -> None:
    assert when(text).at == local("2026-11-24 10:00", KYIV)


@pytest.mark.parametrize("text", ["п'ятниця 10", "п’ятниця 10", "пʼятниця 10", "п`ятниця 10", "ПЯТНИЦЯ 10"])
def test_any_apostrophe_or_none_will_do(text: str) -> None:
    assert when(text).at == local("2026-11-27 10:00", KYIV)


def test_a_letter_in_two_parts_is_one_letter() -> None:
    assert when("10 мои\u0306").zone == LONDON


# --- mends ------------------------------------------------------------------------------------------------------


def test_the_examples_fit_and_are_understood() -> None:
    assert len(EXAMPLES) <= 60
    assert all(when(example).at > NOW for example in EXAMPLES.split(", "))


@pytest.mark.parametrize("now", ["2026-11-23 12:00", "2026-12-01 00:30", "2027-02-28 23:59", "2026-12-31 12:00"])
def test_what_is_not_understood_shows_examples_that_are(now: str) -> None:
    at = local(now, KYIV)
    mend = refused("soonish", now=at).mend
    examples = mend.removeprefix("Like ").partition(";")[0].split(", ")
    assert len(examples) == 5
    assert all(when(example, now=at).at > at for example in examples)
    assert when("15:30 me", now=at).zone == LONDON


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("fri", "fri 10"),
        ("в пятницу", "в пятницу 10"),
        ("завтра в", "завтра в 10"),
        ("Tomorrow ME", "tomorrow 10 me"),
        ("today", "today 14"),
        ("завтра утром", "завтра утром 9"),
        ("завтра ввечері", "завтра ввечері 18"),
        ("tonight", "tonight 18"),
        ("через тиждень вранці", "через тиждень вранці 9"),
        ("25.11", "25.11 10"),
        ("on the twenty fifth day of november", None),
        ("the day after tomorrow in the morning", "fri 10"),
    ],
)
def test_a_day_without_an_hour_is_mended_by_one(text: str, mended: str | None) -> None:
    fault = refused(text)
    assert (fault.kind == "no hour") == (mended is not None)
    if mended:
        assert fault.mend == f'Add the hour, for example "{mended}".'
        assert when(mended).at > NOW


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("10.11", ["10:11", "10.11"]),
        ("1011", ["10:11", "10.11"]),
        ("10 11", ["10:11", "10.11"]),
        ("5/11 9", ["5.11 9:00", "11.5 9:00"]),
        ("10-15", ["10:15"]),
        ("+24", ["+24m", "+24h"]),
        ("2h", ["+2h", "2:00"]),
        ("2 часа 30 минут", ["+2h30m", "2:30"]),
        ("3 дня", ["+3d", "3 pm"]),
        ("через год", ["+1h"]),
        ("+1d 12", ["+1d12h", "+1d 12:00"]),
        ("полночь", ["tomorrow 0:00"]),
    ],
)
def test_what_has_two_readings_names_both(text: str, readings: list[str]) -> None:
    fault = refused(text)
    assert fault.kind == "either"
    assert all(reading in fault.mend for reading in readings)


def test_a_long_text_is_cut_in_what_is_said_of_it() -> None:
    fault = refused("15:30 " + "very " * 5000 + "soon")
    assert str(fault) == '"15:30 very very very very very…" is not understood.'
    assert str(refused("9" * 5000)) == f'"{"9" * 30}…" is not understood.'


def test_a_day_and_its_weekday_must_agree() -> None:
    fault = refused("вт 25.11 9")
    assert str(fault) == '"вт 25.11 9": 25.11.2026 is a Wednesday.'
    assert fault.mend == "Leave one out, for example 25.11.2026 09:00."


# --- an unsure client, and whose clock is meant -----------------------------------------------------------------


@pytest.mark.parametrize("text", ["15:30", "tomorrow 10", "2026-11-25T14:00", "nonsense", ""])
def test_without_the_clients_zone_a_time_of_day_is_not_clear(text: str) -> None:
    fault = refused(text, client_zone=None)
    assert (fault.kind, str(fault)) == ("no zone", "The client's zone is not known, so a time of day is not clear.")
    assert fault.mend == "Say how long (+2h), or your own time (15:30 me)."


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("+2h", "2026-11-23 12:00"),
        ("+1d", "2026-11-24 10:00"),
        ("через полчаса", "2026-11-23 10:30"),
        ("15:30 me", "2026-11-23 15:30"),
        ("завтра 10 моё", "2026-11-24 10:00"),
        ("2026-11-25T14:00+05:00", "2026-11-25 09:00"),
    ],
)
def test_without_the_clients_zone_ones_own_will_do(text: str, at: str) -> None:
    assert when(text, client_zone=None) == Agreed(utc(at), datetime.fromisoformat(at), LONDON)
