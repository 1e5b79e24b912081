"""How fast ``rules simulate`` replays, and in how much memory, beside a bare loop that only reads the same rows.

Run it alone on a quiet machine: ``python tests/bench/simulate.py [--attempts 1000000]``. It first writes
an invented history, which takes longer than the replay. Goal: 1,000,000 calls within 120 s, memory flat.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rules.file.load import load
from rules.file.preset import preset_text
from salesdesk.clock import SystemClock
from salesdesk.founding.init import Home, init
from salesdesk.simulation.record import Stretch, stream_calls
from salesdesk.simulation.simulate import simulate
from salesdesk.storage.location import locate
from salesdesk.storage.schema import open_database
from tests.support.clock import StillClock
from tests.support.histories import invent_history

DAYS, SHORT_DAYS = 28, 4
GOAL = 1_000_000 / 120  # calls a second

# Other ladders, hours and caps than those that the history was made under.
CHANGES = (
    ('["5m", "30m", "3h", "1d", "archive"]', '["15m", "2h", "1d", "2d", "4d", "archive"]'),
    ("09:00-20:00", "10:00-19:00"),
    ("max_per_day = 6", "max_per_day = 3"),
)


def other_rules() -> str:
    """The preset, changed."""
    text = preset_text("en")
    for before, after in CHANGES:
        text = text.replace(before, after)
    return text


Measured = tuple[float, float, float]


def peak_mb() -> float:
    """The most memory that this process, or any one that it started, has had."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def cpu_seconds() -> float:
    """What this process and those that it started have used."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def read_only(path: str, now: datetime) -> Measured:
    """Seconds, seconds of CPU and peak memory of a loop that only reads."""
    database, stretch = open_database(locate(path)), Stretch(now - timedelta(days=DAYS), now)
    started = time.perf_counter()
    with database.read() as session:
        for _ in stream_calls(session, stretch, (0, 1 << 40), all_before=False):
            pass
    return time.perf_counter() - started, cpu_seconds(), peak_mb()


def replay(path: str, now: datetime, processes: int, days: int) -> Measured:
    """The same of the simulation."""
    started = time.perf_counter()
    rules = load(other_rules()).ruleset
    simulate(open_database(locate(path)), StillClock(now), rules, days=days, processes=processes)
    return time.perf_counter() - started, cpu_seconds(), peak_mb()


def in_a_new_process(measure: Callable[..., Measured], *given: object) -> Measured:
    """Measure where nothing else has used memory."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, *given).result()


def fill(path: Path, attempts: int, now: datetime) -> int:
    """Make the history; gives the number of its calls."""
    database = init(locate(str(path)), StillClock(now), admin="boss", place=Home("UA", "Europe/Kyiv")).database
    made = invent_history(database, attempts, now)
    database.close()
    return made


def main() -> None:
    """Print seconds, rate, memory and the ratio."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--attempts", type=int, default=20_000)
    wanted, now = options.parse_args(), SystemClock().now()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.db"
        started = time.perf_counter()
        made = fill(path, wanted.attempts, now)
        print(f"history of {made:,} calls written in {time.perf_counter() - started:.0f} s")
        results = {"only read": in_a_new_process(read_only, str(path), now)}
        for processes in (1, 2):
            results[f"{processes} process(es)"] = in_a_new_process(replay, str(path), now, processes, DAYS)
        *_, short_peak = in_a_new_process(replay, str(path), now, 1, SHORT_DAYS)
    for name, (seconds, cpu, peak) in results.items():
        print(f"{name:<14} {seconds:7.1f} s  {made / seconds:9,.0f} calls/s  CPU {cpu:.1f} s  peak {peak:.0f} MB")
    print(f"peak when only {SHORT_DAYS} of {DAYS} days are replayed: {short_peak:.0f} MB")
    reading, two = results["only read"][0], results["2 process(es)"][0]
    print(f"{two / reading:.1f} x the bare loop on two cores; goal {GOAL:,.0f} calls/s, here {made / two:,.0f}")


if __name__ == "__main__":
    main()
