"""How long a desk waits for SQLite's one writer when 16 of them work without a pause, each a process of its own.

Run it on a quiet machine: ``python tests/bench/fairness.py [--desks 16] [--seconds 6]``. Every desk takes clients and
records outcomes as fast as it can, which no people do; the wait is that of BEGIN IMMEDIATE, measured in the program.
Goal: nobody waits for more than a second, and everybody gets a turn.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from salesdesk.access.people import find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clock import SystemClock
from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location, locate
from salesdesk.work.views import Handed
from tests.bench.floor import DAY, fill

GOAL = 1.0  # seconds
CLIENTS = 4000


@dataclass
class Turns:
    """What one desk did: outcomes recorded, and how long it waited for the lock each time, in seconds."""

    outcomes: int
    waits: list[float]


def watch(database: Database) -> list[float]:
    """Note every wait of this database's writers."""
    waits: list[float] = []
    begin = database._begin_sqlite

    def timed(connection: Connection) -> None:
        began = time.perf_counter()
        begin(connection)
        if connection.get_execution_options().get("writer"):
            waits.append(time.perf_counter() - began)

    event.remove(database.engine, "begin", begin)
    event.listen(database.engine, "begin", timed)
    return waits


def work(location: Location, number: int, go: Event, seconds: float, told: Any) -> None:
    """One desk, until its time is over."""
    database = Database(location)
    with database.read() as session:
        desk = Desk(Sitting(database, SystemClock(), find_person(session, f"manager-{number}")))
    waits, outcomes = watch(database), 0
    go.wait()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        handed = desk.next_task()
        if isinstance(handed, Handed):
            desk.record_outcome(DAY[outcomes % len(DAY)], handed.claim)
            outcomes += 1
    desk.release()
    database.close()
    told.put(Turns(outcomes, waits))


def run(desks: int, seconds: float) -> list[Turns]:
    """All desks at once on a file of their own."""
    fork = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory() as folder:
        location = locate(str(Path(folder) / "desk.db"))
        fill(location, desks, CLIENTS)
        go, told = fork.Event(), fork.Queue()
        people = [fork.Process(target=work, args=(location, number, go, seconds, told)) for number in range(desks)]
        for person in people:
            person.start()
        time.sleep(2.0)  # until all of them have opened the file
        go.set()
        found = [told.get(timeout=seconds + 60.0) for _ in people]
        for person in people:
            person.join()
        return found


def main() -> int:
    """Print the figures; the exit code says whether the goal was met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--desks", type=int, default=16)
    options.add_argument("--seconds", type=float, default=6.0)
    asked = options.parse_args()
    turns = run(asked.desks, asked.seconds)
    waits = sorted(wait for turn in turns for wait in turn.waits)
    worst, outcomes = waits[-1], [turn.outcomes for turn in turns]
    print(f"{asked.desks} desks, {asked.seconds:g} s: {sum(outcomes)} outcomes, {len(waits)} turns of the writer")
    print(f"outcomes per desk: {min(outcomes)} to {max(outcomes)}")
    shown = (("half", waits[len(waits) // 2]), ("99 of 100", waits[len(waits) * 99 // 100]), ("the worst", worst))
    print("wait for the writer: " + ", ".join(f"{name} {wait * 1000:.0f} ms" for name, wait in shown))
    return 0 if worst <= GOAL and min(outcomes) > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
