"""What a decision and loading the rules cost, beside a bare call and a bare TOML parse in the same run.

Run it: ``python tests/bench/decide.py``. CPU time, the best of several rounds, so that a busy machine disturbs little.
Goals: a usual decision under 50 microseconds, the preset loaded in under 5 ms.
"""

from __future__ import annotations

import time
import timeit
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from rules.area import Area
from rules.decide import decide
from rules.file.load import load
from rules.file.preset import preset_text
from rules.situation import Agreed, Answer, Situation

NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # 12:00 in Kyiv, 05:00 in New York
KYIV = ("Europe/Kyiv",)
RUSSIAN_MOBILE = ("Asia/Krasnoyarsk", "Asia/Vladivostok", "Europe/Kaliningrad", "Europe/Moscow")
MISSED = Answer("no-answer", "not-answering")
PROMISE = Answer("call-back", at=Agreed(NOON + timedelta(hours=3), datetime.fromisoformat("2026-11-23T15:00"), KYIV[0]))


def best(action: Callable[[], object], number: int, rounds: int = 9) -> float:
    """Seconds of CPU time that one call takes, in the quietest round."""
    return min(timeit.repeat(action, number=number, repeat=rounds, timer=time.process_time)) / number


def client(zones: tuple[str, ...] = KYIV, misses: int = 0, minutes_ago: tuple[int, ...] = ()) -> Situation:
    """A new client with so many misses, called so many minutes ago."""
    calls = tuple(NOON - timedelta(minutes=each) for each in minutes_ago)
    return Situation(1, "new", misses, Area(None, None, zones), "call", None, calls, len(calls))


CASES = {
    "missed, first rung": (client(), MISSED),
    "missed, fourth rung (+1 day), 3 calls": (client(misses=3, minutes_ago=(10, 40, 220)), MISSED),
    "promise": (client(), PROMISE),
    "refused": (client(), Answer("refused", "price")),
    "missed, window closed": (client(("America/New_York",)), MISSED),
    "missed, four candidate zones closed": (client(RUSSIAN_MOBILE), MISSED),
    "missed, every cap used up": (client(misses=3, minutes_ago=(10, 20, 30, 40, 50, 60)), MISSED),
}


def main() -> None:
    """Print the table."""
    text = preset_text("en")
    rules = load(text).ruleset

    def nothing(*_: object) -> None:
        """What a call costs of itself."""

    print(f"{'bare function call':<44}{best(lambda: nothing(rules, NOON), 20_000) * 1e6:9.2f} us")
    for name, (situation, answer) in CASES.items():
        cost = best(lambda s=situation, a=answer: decide(rules, s, a, NOON), 1_000)  # type: ignore[misc]
        print(f"{'decide: ' + name:<44}{cost * 1e6:9.2f} us")
    bare, whole = best(lambda: tomllib.loads(text), 20), best(lambda: load(text), 20)
    print(f"{'tomllib.loads of the preset':<44}{bare * 1e3:9.2f} ms")
    print(f"{'rules.file.load of the preset':<44}{whole * 1e3:9.2f} ms   {whole / bare:.2f} times tomllib")


if __name__ == "__main__":
    main()
