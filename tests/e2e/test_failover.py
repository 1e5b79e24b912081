"""A real primary and standby: the primary is killed while writers work, and nothing that was acknowledged is lost."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from salesdesk.founding.init import Home, init
from salesdesk.storage.location import locate
from tests.support.clock import NOON, StillClock
from tests.support.command_line import program_environment
from tests.support.crashing import WRITERS, furnish
from tests.support.servers import Server, folder_of_servers

CRASHING = "tests.support.crashing"
ENOUGH = 3  # outcomes of each writer, before and after


@pytest.fixture
def pair(postgres: str) -> Iterator[tuple[Server, Server]]:
    """A primary and the standby that it waits for."""
    assert postgres
    with folder_of_servers() as folder:
        primary, standby = Server(folder / "one"), Server(folder / "two")
        try:
            primary.make()
            standby.follow(primary)
            yield primary, standby
        finally:
            primary.stop()
            standby.stop()


def wait(condition: Callable[[], bool], what: str) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def test_nothing_acknowledged_is_lost_when_the_primary_dies(pair: tuple[Server, Server], tmp_path: Path) -> None:
    primary, standby = pair
    hosts = f"{primary.host},{standby.host}"
    where = f"postgresql+psycopg://postgres@{hosts}/postgres?target_session_attrs=read-write"
    query = f"host=127.0.0.1,127.0.0.1&port={primary.port},{standby.port}&target_session_attrs=read-write"
    init(locate(where), StillClock(NOON), admin="boss", place=Home("UA", "Europe/Kyiv")).database.close()
    furnish(locate(f"postgresql+psycopg://postgres@/postgres?{query}"))
    notes = tmp_path / "notes"
    notes.mkdir()

    def said() -> dict[str, int]:
        return {name: (notes / name).read_text().count("said") if (notes / name).exists() else 0 for name in WRITERS}

    with subprocess.Popen(
        [sys.executable, "-m", CRASHING, where, str(notes), "0", "1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=program_environment(),
    ) as floor:
        wait(lambda: min(said().values()) >= ENOUGH, "the writers did not begin")
        primary.signal(signal.SIGKILL)
        standby.promote()
        before = said()
        wait(lambda: all(said()[name] >= before[name] + ENOUGH for name in WRITERS), "the writers did not go on")
        out, err = floor.communicate(timeout=60)
    assert (floor.returncode, err) == (0, "")
    found = json.loads(out)
    assert found.pop("acknowledged") >= 2 * ENOUGH * len(WRITERS)
    assert found.pop("again") >= 0
    assert found == {"kills": 0, "failed": 0, "lost": [], "doubled": [], "stray": [], "faults": []}
    assert standby.run_sql("SELECT pg_is_in_recovery()") is False
