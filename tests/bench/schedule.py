"""How soon the schedule answers a key on a base of 100,000 tasks, beside a bare Textual app with one input line.

Run it alone on a quiet machine: ``python tests/bench/schedule.py [KEYS]``. Both programs stand in real terminals and
get the same keys in turn: ``4`` and backspace, which in the schedule make ``tomorrow 14`` of ``tomorrow 1`` and back.
Timed is the way from the key to the last byte that the program sends because of it (then nothing more for 30 ms).
Goal: the schedule is within 10 ms of the bare app, in the median and in the 95th percentile. Arrows are measured too,
by the hour and by the day; each day is read from the database once, while the keys go on.
"""

from __future__ import annotations

import os
import select
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlalchemy import text

from salesdesk.storage.location import locate
from salesdesk.storage.schema import open_database
from tests.bench.first_card import fill
from tests.support.terminal import PROGRAM, Terminal

TASKS = 100_000
KEYS = 200
WARM_UP = 10
GOAL_MS = 10.0
QUIET = 0.03  # seconds without output after which a repaint is over
BARE = """
from textual.app import App
from textual.widgets import Input, Static

class Bare(App):
    def compose(self):
        yield Static("When?")
        yield Input()

Bare().run()
"""
TYPED = ("4", "\x7f")
HOURS = ("\x1b[C", "\x1b[D")
DAYS = (*["\x1b[B"] * 5, *["\x1b[A"] * 5)
# All are due within ten days from an hour ago on, minute by minute; one in ten is anna's, one in four was promised.
SPREAD = """
UPDATE task SET due_at = strftime('%Y-%m-%d %H:%M:%f000', due_at, '-1 hour', '+' || (id * 7 % 14400) || ' minutes'),
    feed = CASE id % 4 WHEN 0 THEN 'callback' ELSE feed END, assignee_id = CASE id % 10 WHEN 0 THEN :anna END
"""


def busy_floor(path: Path) -> int:
    """A base whose tasks are spread over ten days; returns how many are open."""
    fill(path, TASKS)
    database = open_database(locate(str(path)))
    with database.write() as session:
        run = session.connection()
        anna = run.execute(text("SELECT id FROM user_account WHERE name = 'anna'")).scalar_one()
        run.execute(text(SPREAD), {"anna": anna})
        count = int(run.execute(text("SELECT count(*) FROM task WHERE closed_at IS NULL")).scalar_one())
    database.close()
    return count


def answer_ms(terminal: Terminal, key: str) -> float:
    """From a key to the last byte of what it makes the program paint; the screen is not interpreted meanwhile."""
    channel = terminal._master
    while select.select([channel], [], [], QUIET)[0]:  # the clocks tick and the cursor blinks: let that pass first
        os.read(channel, 65536)
    started = ended = time.perf_counter()
    os.write(channel, key.encode())
    while select.select([channel], [], [], QUIET if ended > started else 5.0)[0]:
        os.read(channel, 65536)
        ended = time.perf_counter()
    return (ended - started) * 1000


def measure(terminals: Sequence[Terminal], keys: Sequence[str], count: int) -> list[list[float]]:
    """The times of each terminal for the same keys, pressed in turn; the first few are not counted."""
    times: list[list[float]] = [[] for _ in terminals]
    for number in range(count + WARM_UP):
        for terminal, taken in zip(terminals, times, strict=True):
            answer = answer_ms(terminal, keys[number % len(keys)])
            if number >= WARM_UP:
                taken.append(answer)
    return times


def report(name: str, taken: Sequence[float]) -> tuple[float, float]:
    """Print and give the median and the 95th percentile."""
    median, slow = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
    print(
        f"{name:<22} best {min(taken):5.1f} ms   median {median:5.1f} ms   p95 {slow:5.1f} ms   worst {max(taken):.0f}"
    )
    return median, slow


def main() -> None:
    """Print both programs' times, their difference and their ratio."""
    keys = int(sys.argv[1]) if len(sys.argv) > 1 else KEYS
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "bare.py").write_text(BARE)
        tasks = busy_floor(home / "desk.db")
        place = {"HOME": folder}
        command = [PROGRAM, "--db", str(home / "desk.db"), "desk", "--as", "anna"]
        with (
            Terminal([sys.executable, str(home / "bare.py")], place, columns=120, rows=36) as bare,
            Terminal(command, place, columns=120, rows=36) as desk,
        ):
            bare.wait_for("When?")
            desk.wait_for("What happened?", "waiting")
            desk.watch(0.5)
            desk.press("c")
            desk.wait_for("free slot that suits both", "team")
            for terminal in (bare, desk):
                terminal.press("tomorrow 1")
                terminal.wait_for("tomorrow 1")
                terminal.watch(0.5)
            plain, ours = measure([bare, desk], TYPED, keys)
            (hours,), (days,) = measure([desk], HOURS, keys // 2), measure([desk], DAYS, keys // 2)
    (plain_median, plain_slow), (median, slow) = report("bare app, a letter", plain), report("schedule, a letter", ours)
    report("schedule, an hour on", hours)
    report("schedule, a day on", days)
    print(
        f"with {tasks:,} open tasks: median +{median - plain_median:.1f} ms ({median / plain_median:.1f} x), "
        f"p95 +{slow - plain_slow:.1f} ms ({slow / plain_slow:.1f} x); goal +{GOAL_MS:.0f} ms"
    )


if __name__ == "__main__":
    main()
