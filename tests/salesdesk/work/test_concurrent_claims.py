"""Many desks at once on one database: no client is ever held by two, and nothing is recorded twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from threading import Barrier
from typing import NamedTuple, TypeVar

import pytest
from sqlmodel import func, select

from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, Claim, Task
from salesdesk.upkeep.health import check_storage
from salesdesk.work.views import Handed
from tests.support.clock import StillClock

T = TypeVar("T")

PEOPLE = 8
CLIENTS = 100
CLAIMER = "tests.support.claimer"


class Held(NamedTuple):
    """One hold on a client, as the process that had it saw it (nanoseconds of the shared clock)."""

    claim: int
    client: int
    taken_at: int
    let_go_at: int
    attempt: int


@contextmanager
def claimers(where: str, names: list[str]) -> Iterator[list[subprocess.Popen[str]]]:
    """One process a person, all ready to begin."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", CLAIMER, where, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for name in names
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def work_out(process: subprocess.Popen[str]) -> list[Held]:
    """What a process printed, once it has ended well."""
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    return [Held(*map(int, line.split())) for line in out.splitlines()]


def test_eight_desks_never_share_a_client(
    database: Database, hire: Callable[..., Desk], arrive: Callable[..., int], clock: StillClock
) -> None:
    names = [f"person{number}" for number in range(PEOPLE)]
    desks = {name: hire(name) for name in names}
    clients = [arrive(f"Client {number}") for number in range(CLIENTS)]
    with claimers(database.location.url or str(database.location.path), names) as processes:
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        held = dict(zip(names, map(work_out, processes), strict=True))

    everything = [hold for holds in held.values() for hold in holds]
    assert len({hold.claim for hold in everything}) == len(everything), "two processes were given one claim"
    assert sorted(hold.client for hold in everything if hold.attempt) == clients, "not one call each"
    assert sum(bool(holds) for holds in held.values()) > 1, "nobody competed"
    for client in clients:
        times = sorted((hold.taken_at, hold.let_go_at) for hold in everything if hold.client == client)
        assert all(before[1] < after[0] for before, after in pairwise(times)), f"client {client} was held by two"
    with database.read() as session:
        claims = session.exec(select(Claim.id, Claim.user_id)).all()
        attempts = session.exec(select(Attempt.id, Attempt.client_id, Attempt.claim_id, Attempt.user_id)).all()
    assert sorted(claims) == sorted((hold.claim, desks[name].person.id) for name in names for hold in held[name])
    assert sorted(attempts) == sorted(
        (hold.attempt, hold.client, hold.claim, desks[name].person.id)
        for name in names
        for hold in held[name]
        if hold.attempt
    )
    assert check_storage(database, clock).faults == ()


def both_at_once(action: Callable[[], T]) -> list[T]:
    """Two threads that begin an action together."""
    start = Barrier(2)

    def act(_: int) -> T:
        start.wait(timeout=30)
        return action()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(act, range(2)))


@pytest.mark.parametrize("_", range(5))
def test_one_claim_answered_twice_at_once_is_recorded_once(
    database: Database, hire: Callable[..., Desk], arrive: Callable[..., int], _: int
) -> None:
    anna = hire("anna")
    arrive()
    handed = anna.next_task()
    assert isinstance(handed, Handed)
    results = both_at_once(lambda: anna.record_outcome(Said("interested"), handed.claim))
    assert sorted(result.repeated for result in results) == [False, True]
    assert len({result.attempt_id for result in results}) == 1
    with database.read() as session:
        assert session.exec(select(func.count(Attempt.id))).one() == 1  # type: ignore[arg-type]
        assert session.exec(select(func.count(Task.id))).one() == 2  # type: ignore[arg-type]


@pytest.mark.parametrize("_", range(5))
def test_one_person_at_two_desks_holds_one_client(
    database: Database, hire: Callable[..., Desk], arrive: Callable[..., int], _: int
) -> None:
    anna = hire("anna")
    arrive("A"), arrive("B")
    first, second = both_at_once(anna.next_task)
    assert isinstance(first, Handed)
    assert isinstance(second, Handed)
    assert (first.claim, first.client.id) == (second.claim, second.client.id)
    with database.read() as session:
        assert session.exec(select(func.count(Claim.id))).one() == 1  # type: ignore[arg-type]
