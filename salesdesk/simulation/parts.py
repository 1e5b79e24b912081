"""Replays a long record in parts, in several processes where there are several cores.

A part is a range of clients, each a short read of its own. The record is only ever added to, and a simulation looks at
what was there when it began.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from rules.model import RuleSet
from salesdesk.simulation.record import Stretch, areas_by_id, stream_calls
from salesdesk.simulation.replay import Replay
from salesdesk.simulation.tally import Tally
from salesdesk.simulation.trial import Trial
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location


@dataclass(frozen=True, slots=True)
class Job:
    """What is replayed under which rules; ``version`` is that of the rules in force."""

    tried: RuleSet
    in_force: RuleSet
    version: int
    stretch: Stretch

    @property
    def all_before(self) -> bool:
        """Whether a cap counts every call there ever was."""
        calling = self.tried.calling
        caps = (calling.caps, *(region.caps for region in calling.regions.values()))
        return any(cap.max_total is not None for cap in caps)


def replay_part(database: Database, job: Job, clients: tuple[int, int]) -> Tally:
    """Replay the calls to a range of client ids, both ends inside."""
    with database.read() as session:
        replay = Replay(Trial(job.tried, job.in_force, areas_by_id(session)), job.stretch, job.version)
        calls = stream_calls(session, job.stretch, clients, all_before=job.all_before)
        for _, of_client in groupby(calls, attrgetter("client_id")):
            replay.client(of_client)
    return replay.tally


def replay_parts(database: Database, job: Job, parts: Sequence[tuple[int, int]], processes: int) -> Iterator[Tally]:
    """What each part came to, in any order. To be called from the main thread, where there are several processes."""
    if processes == 1:
        yield from (replay_part(database, job, clients) for clients in parts)
        return
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        try:
            with _deaf_to_interrupts():
                waiting = [pool.submit(_replay_elsewhere, database.location, job, clients) for clients in parts]
            for done in as_completed(waiting):
                yield done.result()
        finally:
            pool.shutdown(cancel_futures=True)  # who interrupts waits for the parts in hand only


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let programs that start meanwhile ignore Ctrl-C for good: only this one answers it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _replay_elsewhere(location: Location, job: Job, clients: tuple[int, int]) -> Tally:
    return replay_part(_open(location), job, clients)


@lru_cache(maxsize=1)
def _open(location: Location) -> Database:
    """The database of a helping process, open as long as that lives."""
    return Database(location)
