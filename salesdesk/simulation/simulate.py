"""Replays the recorded calls of the last days under rules that are not in force."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta

from rules.model import RuleSet
from salesdesk.clock import Clock
from salesdesk.errors import NothingToDo
from salesdesk.simulation.parts import Job, replay_parts
from salesdesk.simulation.record import Stretch, extent_of
from salesdesk.simulation.report import Simulation
from salesdesk.simulation.tally import Tally
from salesdesk.storage.database import Database
from salesdesk.words.counted import counted
from salesdesk.work.rulebook import current

Progress = Callable[[int, int], None]

PART = 2_000  # calls
MANY = 20_000  # calls that are worth the second that other processes take to start
MOST_PROCESSES = 4


def simulate(  # noqa: PLR0913 - one parameter for each option of the command, and two for tests and benchmarks
    database: Database,
    clock: Clock,
    rules: RuleSet,
    *,
    days: int,
    progress: Progress | None = None,
    processes: int | None = None,
) -> Simulation:
    """What the recorded calls of the last ``days`` (24 hours each) would have led to under ``rules``. Only reads.

    ``progress`` is told the calls replayed and the calls in all. A long record is shared among ``processes``, as many
    as there are cores when not given. Raises :class:`NothingToDo` when no calls are recorded.
    """
    now = clock.now()
    stretch = Stretch(now - timedelta(days=days), now)
    with database.read() as session:
        book = current(session)
        extent = extent_of(session, stretch)
    if extent is None:
        raise NothingToDo(
            f"No calls were recorded in the last {counted(days, 'day')}.", "Look further back with --days."
        )
    tell = progress or _unseen
    tell(0, extent.calls)
    tally = Tally()
    job = Job(rules, book.rules, book.version, stretch)
    for part in replay_parts(database, job, [*extent.parts(PART)], processes or _processes(extent.calls)):
        tally.add(part)
        tell(tally.calls.recorded, extent.calls)
    return Simulation(stretch, rules, book.version, tally)


def _processes(calls: int) -> int:
    return min(os.cpu_count() or 1, MOST_PROCESSES) if calls >= MANY else 1


def _unseen(done: int, total: int) -> None:
    """Nobody watches the progress."""
