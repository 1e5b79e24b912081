"""The check of the base names every broken row, on both engines; a sound base has none."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from salesdesk.desk.answer import Said
from salesdesk.errors import StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location, locate
from salesdesk.storage.models import Phone
from salesdesk.storage.schema import CURRENT, open_database
from salesdesk.upkeep.health import Health, check_storage
from salesdesk.work.suppression import suppress
from tests.support.bases import DeskServer, make_desk
from tests.support.broken_rows import BROKEN
from tests.support.clock import NOON, StillClock
from tests.support.furnishing import arrive, hire

Damage = Callable[..., None]

DROP_CHECKS = """DO $$ DECLARE found record; BEGIN
    FOR found IN SELECT conrelid::regclass AS tab, conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0
    LOOP EXECUTE 'ALTER TABLE ' || found.tab || ' DROP CONSTRAINT ' || quote_ident(found.conname); END LOOP; END $$"""


def keep_busy(location: Location) -> None:
    """Client 1 was promised a call, client 2 refused, client 3 is held by Ivan (user 3), client 4 waits."""
    database, clock = open_database(location), StillClock(NOON)
    anna, ivan = hire(database, clock, "anna", zone="Europe/Kyiv"), hire(database, clock, "ivan")
    for number, name in enumerate(("Promised", "Refused", "Held", "Waiting")):
        arrive(database, clock, name, f"+38067123{number + 1000}")
    anna.next_task()
    anna.record_outcome(Said("call-back", at="tomorrow 10"))
    anna.next_task()
    anna.record_outcome(Said("refused", "price"))
    ivan.next_task()
    database.close()


def keep_busy_unchecked(location: Location) -> None:
    """The same in a base of PostgreSQL without CHECK constraints."""
    keep_busy(location)
    database = Database(location)
    with database.engine.begin() as connection:
        connection.exec_driver_sql(DROP_CHECKS)
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def desk_location(request: pytest.FixtureRequest, sqlite_desk: Callable[..., Location], tmp_path: Path) -> Location:
    """The place of a busy desk, once on each engine; its constraints are off where it will be damaged."""
    if request.param == "sqlite":
        return sqlite_desk(tmp_path, "busy", keep_busy)
    server: DeskServer = request.getfixturevalue("postgres_server")
    if "damage" in request.fixturenames:
        return server.desk("busy and unchecked", keep_busy_unchecked)
    return server.desk("busy", keep_busy)


@pytest.fixture
def damage(database: Database, desk_location: Location) -> Damage:
    """Runs statements with every constraint off, as a careless tool would."""

    def on_sqlite(*statements: str) -> None:
        with closing(sqlite3.connect(str(desk_location.path))) as raw, raw:
            raw.execute("PRAGMA ignore_check_constraints = ON")
            for statement in statements:
                raw.execute(statement)

    def on_postgres(*statements: str) -> None:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for statement in statements:
                connection.exec_driver_sql(statement)

    return on_sqlite if database.is_sqlite else on_postgres


def faults(database: Database) -> tuple[str, ...]:
    """What the check finds, without SQLite's own word on check constraints, which names no row."""
    health = check_storage(database, StillClock(NOON))
    assert health.ok == (not health.faults)
    return tuple(fault for fault in health.faults if "CHECK constraint failed" not in fault)


def test_a_sound_base_has_no_faults(database: Database) -> None:
    health = check_storage(database, StillClock(NOON))
    assert health == Health(True, (), clients=4, open_tasks=3, attempts=2, schema=CURRENT, checked_at=NOON)
    assert health.as_json() == {
        "ok": True,
        "faults": [],
        "clients": 4,
        "open_tasks": 3,
        "attempts": 2,
        "schema": CURRENT,
        "checked_at": "2026-11-23T10:00:00Z",
    }


def test_a_new_base_is_sound(location: Location) -> None:
    make_desk(location)
    database = open_database(location)
    assert faults(database) == ()
    database.close()


@pytest.mark.parametrize("which", BROKEN)
def test_each_broken_row_is_named(database: Database, damage: Damage, which: str) -> None:
    statements, expected = BROKEN[which]
    damage(*statements)
    found = faults(database)
    if which.startswith("rules"):
        found = tuple(fault for fault in found if fault.startswith(expected[0]))
        assert found
    else:
        assert sorted(found) == sorted(expected)


def test_two_attempts_of_one_claim_are_named(database: Database, damage: Damage) -> None:
    if database.is_sqlite:  # a table's own unique key cannot be dropped there: the table is made again without it
        damage(
            "CREATE TABLE copied AS SELECT * FROM attempt",
            "DROP TABLE attempt",
            "ALTER TABLE copied RENAME TO attempt",
            "UPDATE attempt SET claim_id = 1, task_id = 1",
        )
    else:
        damage(
            "ALTER TABLE attempt DROP CONSTRAINT uq_attempt_claim_id", "UPDATE attempt SET claim_id = 1, task_id = 1"
        )
    assert "claim 1: it has 2 attempts" in faults(database)


def test_a_suppressed_number_that_may_be_called_is_named(database: Database) -> None:
    with database.write() as session:
        number = session.exec(select(Phone).where(Phone.client_id == 4)).one()
        suppress(session, number.e164, user_id=None, why="", now=NOON)
        row = number.id
    assert faults(database) == (f"phone {row}: its number is suppressed, but it may be called",)


def test_an_audit_without_its_guard_is_named(database: Database) -> None:
    drop = "DROP TRIGGER audit_no_update" if database.is_sqlite else "ALTER TABLE audit DISABLE TRIGGER USER"
    with database.engine.begin() as connection:
        connection.execute(text(drop))
    assert faults(database) == ("audit: nothing guards it against being changed",)


def test_several_faults_are_all_named(database: Database, damage: Damage) -> None:
    damage("UPDATE phone SET e164 = 'x' || id WHERE id > 2", "UPDATE task SET claim_id = 77 WHERE id = 3")
    assert len(faults(database)) == 3


def test_a_damaged_page_is_named(sqlite_database: Database, clock: StillClock) -> None:
    path = sqlite_database.location.path
    assert path is not None
    sqlite_database.close()
    with closing(sqlite3.connect(path)) as raw:
        page = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_client_status'").fetchone()[0]
        size = raw.execute("PRAGMA page_size").fetchone()[0]
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * 200)
    database = Database(locate(str(path)))
    health = check_storage(database, clock)
    assert not health.ok
    assert health.faults[0].startswith(f"file {path}: ")
    database.close()


def test_a_file_that_is_no_database_is_refused(sqlite_database: Database, clock: StillClock) -> None:
    path = sqlite_database.location.path
    assert path is not None
    sqlite_database.close()
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(StorageError, match="not a database"):
        check_storage(Database(locate(str(path))), clock)
