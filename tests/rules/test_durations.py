"""Durations are read as people write them, and written back the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.durations import delay_text, parse_delay, parse_seconds
from rules.model import Delay


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("90s", Delay(seconds=90)),
        ("5m", Delay(seconds=300)),
        ("3h", Delay(seconds=3 * 3600)),
        ("1d", Delay(days=1)),
        ("2w", Delay(days=14)),
        ("1d12h", Delay(days=1, seconds=12 * 3600)),
        ("12h1d", Delay(days=1, seconds=12 * 3600)),
        ("1w1d", Delay(days=8)),
        ("366d", Delay(days=366)),
    ],
)
def test_delays(text: str, delay: Delay) -> None:
    assert parse_delay(text) == delay


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "not a duration"),
        ("5", "not a duration"),
        ("5 m", "not a duration"),
        ("-5m", "not a duration"),
        ("1.5h", "not a duration"),
        ("5M", "not a duration"),
        ("५m", "not a duration"),
        ("5m\n", "not a duration"),
        ("soon", "write it like 90s"),
        ("5m5m", "twice"),
        ("0m", "no time at all"),
        ("367d", "longer than 366 days"),
        ("366d1s", "longer than 366 days"),
        ("999999999w", "longer than 366 days"),
    ],
)
def test_wrong_delays_say_what_is_wrong(text: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        parse_delay(text)


def test_seconds_count_a_day_as_24_hours_and_may_be_none() -> None:
    assert parse_seconds("30m") == 1800
    assert parse_seconds("1d1h") == 25 * 3600
    assert parse_seconds("1w") == 7 * 86400
    assert parse_seconds("0m") == 0
    with pytest.raises(ValueError, match="not a duration"):
        parse_seconds("half an hour")


@pytest.mark.parametrize(
    ("delay", "text"),
    [
        (Delay(days=1, seconds=12 * 3600), "1d12h"),
        (Delay(days=14), "2w"),
        (Delay(days=9), "9d"),
        (Delay(seconds=90), "1m30s"),
        (Delay(), "0s"),
    ],
)
def test_text(delay: Delay, text: str) -> None:
    assert delay_text(delay) == text


@given(st.integers(0, 360), st.integers(0, 86_400))
def test_text_is_read_back_as_the_same(days: int, seconds: int) -> None:
    delay = Delay(days, seconds)
    if delay != Delay():
        assert parse_delay(delay_text(delay)) == delay
