"""Rules changed while others write: nobody is put into a status that is gone by the time they commit."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from salesdesk.access.people import Person
from salesdesk.access.sitting import Sitting
from salesdesk.errors import BadRequest
from salesdesk.imports.importing import ImportRequest, import_clients
from salesdesk.rule_changes.changing import Applied
from salesdesk.rule_changes.editing import add_status, remove_status
from salesdesk.storage.database import Database
from salesdesk.storage.models import Client
from salesdesk.upkeep.health import check_storage
from salesdesk.work.rulebook import keep_rules
from tests.support.clock import StillClock

Arrive = Callable[..., int]
Change = Callable[..., Applied]

_WAITS = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


def wait_for_a_waiter(database: Database) -> None:
    """On PostgreSQL, until somebody waits for a lock; on SQLite whoever writes waits from the start."""
    deadline = time.monotonic() + 20
    while not database.is_sqlite and time.monotonic() < deadline:
        with database.read() as session:
            if session.connection().execute(_WAITS).scalar_one():
                return


def test_a_change_waits_for_who_acts_by_the_old_rules(changed: Change, arrive: Arrive, database: Database) -> None:
    changed(lambda rules: add_status(rules, "re-contact", "Re-contact", "open", "in-work"))
    client = arrive()
    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            keep_rules(session)
            session.get_one(Client, client).status = "re-contact"
            session.flush()
            removal = pool.submit(changed, lambda rules: remove_status(rules, "re-contact"))
            wait_for_a_waiter(database)
        with pytest.raises(BadRequest, match='1 in status "re-contact"'):
            removal.result()


@pytest.fixture
def small_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Twenty clients, each other one in the status "new", imported five at a time."""
    monkeypatch.setattr("salesdesk.imports.reading.BATCH", 5)
    file = tmp_path / "clients.csv"
    rows = [f"Client {n},+3806712345{n:02d},{'new' if n % 2 else ''}" for n in range(20)]
    file.write_text("\n".join(["name,phone,status", *rows]), encoding="utf-8")
    return file


def test_an_import_goes_on_by_the_new_rules(
    changed: Change, database: Database, clock: StillClock, boss: Person, small_file: Path
) -> None:
    made: list[Applied] = []

    def advance(done: int, total: int) -> None:
        if not made:
            made.append(changed(lambda rules: remove_status(rules, "new"), move_to="in-work"))

    report = import_clients(Sitting(database, clock, boss), ImportRequest(small_file, country="UA"), advance)
    assert made[0].moved == 5
    assert (report.created, report.rejected) == (12, 8)
    with database.read() as session:
        assert set(session.exec(select(col(Client.status)).distinct())) == {"in-work"}
    assert check_storage(database, clock).faults == ()
