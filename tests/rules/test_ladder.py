"""Ladders: which rung, and when it says to call again."""

import pytest

from rules.ladder import after, rung_for, scatter
from rules.model import Delay, Ladder, Rung
from tests.support.rule_cases import preset, shown, utc

KYIV = "Europe/Kyiv"


def ladder(*minutes: int, ending: str | None = None) -> Ladder:
    rungs = [Rung(f"{each}m", delay=Delay(seconds=each * 60)) for each in minutes]
    return Ladder("again", (*rungs, *([Rung(ending, ending=ending)] if ending else [])))


def test_the_presets_five_rungs() -> None:
    steps = [rung_for(preset().ladders["no-answer"], misses) for misses in range(1, 8)]
    assert [(number, rung.text) for number, rung in steps] == [
        (1, "5m"),
        (2, "30m"),
        (3, "3h"),
        (4, "1d"),
        *[(5, "archive")] * 3,
    ]


def test_a_long_ladder_without_an_ending_repeats_its_last_rung() -> None:
    long = ladder(1, 2, 3, 4, 5, 6, 7)
    assert [rung_for(long, misses)[0] for misses in (5, 6, 7, 8, 500)] == [5, 6, 7, 7, 7]
    assert rung_for(long, 500)[1].delay == Delay(seconds=420)


def test_one_rung_is_enough() -> None:
    assert rung_for(ladder(ending="archive"), 1) == (1, Rung("archive", ending="archive"))


@pytest.mark.parametrize(
    ("delay", "start", "lands"),
    [
        (Delay(seconds=300), "2026-11-23 10:00", "2026-11-23 12:05+02:00"),
        (Delay(seconds=3 * 3600), "2024-10-26 23:30", "2024-10-27 04:30+02:00"),  # three hours pass, whatever clocks do
        (Delay(days=1), "2024-10-26 09:00", "2024-10-27 12:00+02:00"),  # the same wall time, 25 hours later
        (Delay(days=1), "2024-03-30 10:00", "2024-03-31 12:00+03:00"),
        (Delay(days=1, seconds=12 * 3600), "2024-03-30 10:00", "2024-04-01 00:00+03:00"),  # days first
        (Delay(days=1), "2024-03-30 01:30", "2024-03-31 04:30+03:00"),  # 03:30 does not exist: on by the gap
        (Delay(days=1, seconds=3600), "2024-03-30 01:30", "2024-03-31 05:30+03:00"),
        (Delay(days=1), "2024-10-26 00:30", "2024-10-27 03:30+03:00"),  # 03:30 comes twice: the first
        (Delay(days=1, seconds=3600), "2024-10-26 00:30", "2024-10-27 03:30+02:00"),  # and an hour on, the second
        (Delay(days=14), "2026-11-23 10:00", "2026-12-07 12:00+02:00"),
        (Delay(), "2026-11-23 10:00", "2026-11-23 12:00+02:00"),
    ],
)
def test_days_are_calendar_days_and_the_rest_elapsed_time(delay: Delay, start: str, lands: str) -> None:
    assert shown(after(delay, utc(start), KYIV), KYIV) == lands


def test_the_scatter_is_within_the_spread_and_always_the_same() -> None:
    moved = [scatter(900, client, 1).total_seconds() for client in range(500)]
    assert moved == [scatter(900, client, 1).total_seconds() for client in range(500)]
    assert min(moved) >= 0
    assert max(moved) <= 900
    assert len(set(moved)) > 300
    assert scatter(0, 7, 3).total_seconds() == 0
