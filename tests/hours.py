"""Run tests under a moved clock, at the hours and on the days on which what reads the clock may fail.

``python tests/hours.py [--busy N] [--at "2030-11-29 21:00"]... [PYTEST WORDS ...]``: without ``--at`` at every hour of
the next Friday, Saturday and Sunday, around both midnights of the next 31 December and 29 February, and around the next
two clock changes of Kyiv; without further words the tests that are marked ``real_clock``, since every other test has a
clock of its own. ``--busy`` keeps the machine busy with so many endless loops meanwhile. It prints a line for each
moment, in the time of Kyiv, and what failed at it; the exit code is 1 when anything did.

Needs Debian's ``faketime``. Everything runs under the moved clock, the tests' PostgreSQL servers too, but the times of
files and the monotonic clock are left alone: Python would compile everything anew, and waits would never end. faketime
0.9.10 then breaks Python's own ``time.sleep``, so that waits with ``select`` instead. Moments of the past are refused:
under such a clock PostgreSQL was seen to end sessions that had done nothing wrong, as if their time were over.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from calendar import isleap
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytz

from rules.zonetime import stretches

ROOT = Path(__file__).resolve().parents[1]
KYIV = pytz.timezone("Europe/Kyiv")
AROUND = (timedelta(hours=-3), timedelta(minutes=-30), timedelta(minutes=30), timedelta(hours=8))
# What is about a seventh of a second is left out: a moved clock makes terminals too slow for it.
DEFAULT = ("-q", "-n", "4", "--dist", "worksteal", "-m", "real_clock", "-k", "not within_the_guard", "tests")
SLEEP = "import select, time\ntime.sleep = lambda seconds: select.select([], [], [], seconds) and None\n"
_SUMMARY = re.compile(r"(\d+) (passed|failed|errors?)\b")


def of_kyiv(wall: datetime) -> datetime:
    """The instant of a wall time of Kyiv, the first one where there are two."""
    return KYIV.localize(wall, is_dst=True).astimezone(UTC)


def moments(now: datetime) -> list[datetime]:
    """All moments at which the tests shall hold, as instants after ``now`` (aware)."""
    today = now.astimezone(KYIV).date()
    friday = today + timedelta(days=(4 - today.weekday()) % 7 or 7)
    years = range(today.year, today.year + 9)
    last = next(date(year, 12, 31) for year in years if date(year, 12, 31) > today)
    leap = next(date(year, 2, 29) for year in years if isleap(year) and date(year, 2, 29) > today)
    week_end = [friday + timedelta(days=days) for days in range(3)]
    hours = [of_kyiv(datetime.combine(day, time(hour))) for day in week_end for hour in range(24)]
    odd = [
        of_kyiv(datetime.combine(day, at))
        for day in (last, leap)
        for at in (time(0, 5), time(3), time(12), time(23, 50))
    ]
    tomorrow = now + timedelta(days=1)
    changes = [end for _, end, _ in stretches(str(KYIV), tomorrow, tomorrow + timedelta(days=366))][:2]
    return [*hours, *odd, *(change + before for change in changes for before in AROUND)]


def run(at: datetime, words: list[str], site: str) -> tuple[str, list[str]]:
    """Run pytest with the clock moved to an instant: its counts, and the lines of what failed.

    ``site`` is a folder whose ``sitecustomize`` every Python there loads.
    """
    offset = round((at - datetime.now(UTC)).total_seconds())
    done = subprocess.run(
        ["faketime", "-m", "--exclude-monotonic", "-f", f"{offset:+d}", sys.executable, "-m", "pytest", *words],
        cwd=ROOT,
        env={**os.environ, "NO_FAKE_STAT": "1", "PYTHONPATH": site},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    failed = [line for line in lines if line.startswith(("FAILED tests", "ERROR tests"))]
    counts = ", ".join(f"{number} {what}" for number, what in _SUMMARY.findall(lines[-1] if lines else ""))
    if done.returncode and not failed:
        failed = [f"pytest ended with {done.returncode}", *lines[-3:], *done.stderr.splitlines()[-3:]]
    return counts, failed


@contextmanager
def busy(loops: int) -> Iterator[None]:
    """Keep the machine busy with so many processes that never pause."""
    with ExitStack() as stack:
        for _ in range(loops):
            process = stack.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            stack.callback(process.kill)
        yield


def main() -> int:
    """Run the tests at every moment and print how it went."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--busy", type=int, default=0, metavar="N", help="endless loops beside the tests")
    options.add_argument("--at", action="append", metavar="TIME", help="only at this time of Kyiv; may be repeated")
    said, words = options.parse_known_args()
    if shutil.which("faketime") is None:
        options.error("faketime is missing. Install it: apt-get install faketime")
    now = datetime.now(UTC)
    at = [of_kyiv(datetime.fromisoformat(text)) for text in said.at] if said.at else moments(now)
    if min(at) < now:
        options.error(f"{min(at).astimezone(KYIV):%Y-%m-%d %H:%M} is over. Take a moment to come.")
    all_well = True
    with busy(said.busy), tempfile.TemporaryDirectory(prefix="salesdesk-hours-") as site:
        (Path(site) / "sitecustomize.py").write_text(SLEEP)
        for moment in at:
            counts, failed = run(moment, words or list(DEFAULT), site)
            print(f"{moment.astimezone(KYIV):%a %Y-%m-%d %H:%M} Kyiv: {counts}", *failed, sep="\n    ", flush=True)
            all_well = all_well and not failed
    return 0 if all_well else 1


if __name__ == "__main__":
    sys.exit(main())
