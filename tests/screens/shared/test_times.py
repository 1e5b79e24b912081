"""Times in words, each with whose it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from screens.shared.times import both_clocks, day_and_time, difference, time_there, waiting_time
from tests.support.clock import NOON

KYIV, KRASNOYARSK, WARSAW = "Europe/Kyiv", "Asia/Krasnoyarsk", "Europe/Warsaw"


@pytest.mark.parametrize(
    ("hours", "theirs", "said"),
    [
        (0, KRASNOYARSK, "today 12:00 yours, 17:00 there"),
        (24, WARSAW, "tomorrow 12:00 yours, 11:00 there"),
        (8, KRASNOYARSK, "today 20:00 yours, Tue 01:00 there"),
        (0, "Europe/Helsinki", "today 12:00 yours and theirs"),
        (0, None, "today 12:00 yours"),
        (24 * 30, KYIV, "23 Dec 12:00 yours and theirs"),
        (24 * 60, KYIV, "22 Jan 2027 12:00 yours and theirs"),
    ],
)
def test_both_clocks(hours: int, theirs: str | None, said: str) -> None:
    assert both_clocks(NOON + timedelta(hours=hours), KYIV, theirs, NOON) == said


def test_the_clocks_of_an_instant_are_those_of_its_own_date() -> None:
    """New York is six hours from Kyiv between the two changes of March, else seven."""
    assert time_there(datetime(2026, 3, 20, 12, tzinfo=UTC), KYIV, "America/New_York") == "08:00 there"
    assert time_there(datetime(2026, 3, 30, 12, tzinfo=UTC), KYIV, "America/New_York") == "08:00 there"
    assert day_and_time(datetime(2026, 3, 30, 12, tzinfo=UTC), KYIV, NOON) == "30 Mar 15:00"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "your time"), (300, "+5 h from you"), (-210, "-3 h 30 min from you"), (30, "+30 min from you")],
)
def test_difference(minutes: int, said: str) -> None:
    assert difference(timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(-5, "in 0 s"), (59, "in 59 s"), (61, "in 2 min"), (7260, "in 2 h 1 min")]
)
def test_waiting_time(seconds: int, said: str) -> None:
    assert waiting_time(timedelta(seconds=seconds)) == said
