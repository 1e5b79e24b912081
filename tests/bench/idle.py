"""What an idle desk costs, and how soon it shows a client who arrives: ``python tests/bench/idle.py [SECONDS]``.

The installed desk stands idle in a real terminal on each engine. Printed are the share of a core that it used (goal:
under 1 %) and the time from the arrival's commit to the client's name on the screen (goal: within a second).
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rules.file.preset import preset_text
from salesdesk.access.people import NewUser, Person, add_user, find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clients.intake import NewClient, add_client
from salesdesk.clock import SystemClock
from salesdesk.founding.init import Home, init
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location, locate
from salesdesk.work.rulebook import save
from tests.bench.floor import server
from tests.support.terminal import PROGRAM, Terminal

SECONDS = 30.0
ARRIVALS = 7
GOAL_SHARE, GOAL_SECONDS = 0.01, 1.0


def begin(location: Location) -> tuple[Database, Person]:
    """An empty base that is open at any hour, and its admin."""
    clock = SystemClock()
    database = init(location, clock, admin="boss", preset="en", place=Home("UA", "Europe/Kyiv")).database
    with database.write() as session:
        always = preset_text("en").replace('mon-sun = "09:00-20:00"', 'mon-sun = "00:00-24:00"')
        save(session, always, author_id=None, note="open at any hour", now=clock.now())
        add_user(session, NewUser("anna", "manager"), clock.now())
        return database, find_person(session, "boss")


def used(pid: int) -> float:
    """The seconds of a core that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(location: Location, seconds: float) -> tuple[float, list[float]]:
    """The share of a core that the idle desk uses, and the seconds that each arrival took to be seen."""
    database, boss = begin(location)
    where = str(location.path or location.url)
    with Terminal([PROGRAM, "--db", where, "--as", "anna"], {}) as terminal:
        terminal.wait_for("Nothing due")
        terminal.watch(3)
        before, began = used(terminal.process.pid), time.monotonic()
        terminal.watch(seconds)
        share = (used(terminal.process.pid) - before) / (time.monotonic() - began)
        waits = [_arrive(terminal, database, boss, number) for number in range(ARRIVALS)]
    database.close()
    return share, waits


def _arrive(terminal: Terminal, database: Database, boss: Person, number: int) -> float:
    name = f"Olena {number}"
    add_client(Sitting(database, SystemClock(), boss), NewClient(name, f"+38067200000{number}"))
    committed = time.monotonic()
    terminal.wait_for(name, "What happened?")
    took = time.monotonic() - committed
    terminal.watch(0.5)
    terminal.press("1")
    terminal.wait_for("Why?")
    terminal.press("1")
    terminal.wait_for("Nothing due")
    terminal.watch(1)
    return took


@contextmanager
def places() -> Iterator[list[Location]]:
    """An empty place on each engine."""
    with tempfile.TemporaryDirectory() as folder, server(50) as url:
        yield [locate(f"{folder}/desk.db"), locate(url)]


def main() -> None:
    """Measure both engines."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with places() as found:
        for location in found:
            share, waits = measure(location, seconds)
            engine = "SQLite" if location.path else "PostgreSQL"
            print(
                f"{engine}: idle {share:.2%} of a core over {seconds:.0f} s ({_verdict(share <= GOAL_SHARE)});"
                f" an arrival is seen after {statistics.median(waits):.2f} s, at worst {max(waits):.2f} s"
                f" ({_verdict(max(waits) <= GOAL_SECONDS)})"
            )


def _verdict(met: bool) -> str:
    return "goal met" if met else "goal missed"


if __name__ == "__main__":
    main()
