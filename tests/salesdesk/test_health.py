"""The check of the base names every broken row, on both engines; a sound base has none."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from support import NOON, StillClock

from salesdesk.database import Database
from salesdesk.desk import Desk, Said
from salesdesk.errors import StorageError
from salesdesk.health import Health, check_storage
from salesdesk.location import Location, locate
from salesdesk.schema import CURRENT

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
Damage = Callable[..., None]

DROP_CHECKS = """DO $$ DECLARE found record; BEGIN
    FOR found IN SELECT conrelid::regclass AS tab, conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0
    LOOP EXECUTE 'ALTER TABLE ' || found.tab || ' DROP CONSTRAINT ' || quote_ident(found.conname); END LOOP; END $$"""
ONE_OPEN_TASK = "DROP INDEX uq_task_open_per_client"
ONE_OPEN_DEAL = "DROP INDEX uq_deal_open_per_client"
ONE_CLAIM = "DROP INDEX uq_task_claimed_by"


@pytest.fixture
def busy(hire: Hire, arrive: Arrive) -> None:
    """Client 1 was promised a call, client 2 refused, client 3 is held by Ivan (user 3), client 4 waits."""
    anna, ivan = hire("anna", zone="Europe/Kyiv"), hire("ivan")
    for name in ("Promised", "Refused", "Held", "Waiting"):
        arrive(name)
    anna.next_task()
    anna.record_outcome(Said("call-back", at="tomorrow 10"))
    anna.next_task()
    anna.record_outcome(Said("refused", "price"))
    ivan.next_task()


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
            for statement in (DROP_CHECKS, *statements):
                connection.exec_driver_sql(statement)

    return on_sqlite if database.is_sqlite else on_postgres


def faults(database: Database) -> tuple[str, ...]:
    """What the check finds, without SQLite's own word on check constraints, which names no row."""
    health = check_storage(database, StillClock(NOON))
    assert health.ok == (not health.faults)
    return tuple(fault for fault in health.faults if "CHECK constraint failed" not in fault)


@pytest.mark.usefixtures("busy")
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


def test_an_empty_base_is_sound(database: Database) -> None:
    assert faults(database) == ()


# Tasks: 1 to 4 the first ones of the four clients, 5 the promise. Claims 1, 2 (outcomes) and 3 (held). Users 2, 3.
BROKEN = {
    "no open task": (
        ["UPDATE task SET closed_at = due_at, closed_by = 'rules' WHERE id = 4"],
        ['client 4: in status "new" it must have one open task, and has 0'],
    ),
    "two open tasks": (
        [ONE_OPEN_TASK, "UPDATE task SET closed_at = NULL, closed_by = NULL WHERE id = 1"],
        ['client 1: in status "new" it must have one open task, and has 2'],
    ),
    "an open task in a final status": (
        ["UPDATE task SET closed_at = NULL, closed_by = NULL WHERE id = 2"],
        [
            'client 2: in status "refused" it must have no open task, and has 1',
            "task 2: it is open, but its deal 2 is closed or another client's",
        ],
    ),
    "no deal": (
        ["DELETE FROM task WHERE id = 4", "DELETE FROM deal WHERE id = 4"],
        ['client 4: in status "new" it must have one open task, and has 0', "client 4: it has no deal"],
    ),
    "no open deal": (
        ["UPDATE deal SET closed_at = opened_at WHERE id = 4"],
        [
            'client 4: in status "new" it must have one open deal, and has 0',
            "task 4: it is open, but its deal 4 is closed or another client's",
        ],
    ),
    "two open deals": (
        [
            ONE_OPEN_DEAL,
            "INSERT INTO deal (id, client_id, funnel, status, opened_at) SELECT 99, 4, funnel, status, opened_at "
            "FROM deal WHERE id = 4",
        ],
        ['client 4: in status "new" it must have one open deal, and has 2'],
    ),
    "an open deal in a final status": (
        ["UPDATE deal SET closed_at = NULL WHERE id = 2"],
        ['client 2: in status "refused" it must have no open deal, and has 1'],
    ),
    "a deal elsewhere": (
        ["UPDATE deal SET status = 'offer-sent' WHERE id = 4"],
        ['client 4: its status is "new", but that of its deal 4 is "offer-sent"'],
    ),
    "a last deal elsewhere": (
        ["UPDATE deal SET status = 'paid' WHERE id = 2"],
        ['client 2: its status is "refused", but that of its deal 2 is "paid"'],
    ),
    "an unknown status": (
        [
            "UPDATE client SET status = 'lost-in-space' WHERE id = 4",
            "UPDATE deal SET status = 'lost-in-space' WHERE id = 4",
        ],
        ['client 4: the rules have no status "lost-in-space"'],
    ),
    "no number": (
        ["UPDATE phone SET bad = true WHERE client_id = 4"],
        ["client 4: its status is open, but it has no number that may be called"],
    ),
    "another area": (
        [
            "INSERT INTO area (id, country, region, zones) VALUES (9, 'PL', '', 'Europe/Warsaw')",
            "UPDATE task SET area_id = 9 WHERE id = 4",
        ],
        ["task 4: its area is 9, but that of its client is 1"],
    ),
    "a deal of another client": (
        ["UPDATE task SET deal_id = 3 WHERE id = 4"],
        ["task 4: it is open, but its deal 3 is closed or another client's"],
    ),
    "closed and claimed": (
        ["UPDATE task SET claimed_by = 2, claimed_until = due_at, claim_id = 1 WHERE id = 1"],
        ["task 1: it is closed, but still claimed"],
    ),
    "held without a claim": (
        ["UPDATE task SET claim_id = NULL WHERE id = 3"],
        ["task 3: it is held without a claim"],
    ),
    "no such claim": (["UPDATE task SET claim_id = 77 WHERE id = 3"], ["task 3: its claim 77 is not there"]),
    "another task's claim": (
        ["UPDATE claim SET task_id = 4 WHERE id = 3"],
        ["task 3: its claim 3 is another task's or person's"],
    ),
    "two holds": (
        [
            ONE_CLAIM,
            "INSERT INTO claim (id, task_id, user_id, taken_at) SELECT 9, 4, 3, taken_at FROM claim WHERE id = 3",
            "UPDATE task SET claimed_by = 3, claimed_until = due_at, claim_id = 9 WHERE id = 4",
        ],
        ["user_account 3: it holds 2 tasks at once"],
    ),
    "an attempt on another task": (
        ["UPDATE attempt SET task_id = 4 WHERE id = 2"],
        ["attempt 2: it is on task 4, but its claim 2 is on task 2"],
    ),
    "no rule version": (
        ["UPDATE attempt SET rules_version = 55 WHERE id = 2"],
        ["attempt 2: its rules_version 55 is not there"],
    ),
    "no client": (
        ["UPDATE phone SET client_id = 55 WHERE id = 2"],
        ["phone 2: its client_id 55 is not there"],
    ),
    "a bad number": (
        ["UPDATE phone SET e164 = '0671231002' WHERE id = 3"],
        ["phone 3: it is not a number in E.164 form"],
    ),
    "half a promise": (
        ["UPDATE task SET agreed_zone = NULL WHERE id = 5"],
        ["task 5: of its agreed time and zone one is missing"],
    ),
    "a promise nowhere": (
        ["UPDATE task SET agreed_zone = 'Europe/Atlantis' WHERE id = 5"],
        ['task 5: its agreed zone "Europe/Atlantis" is not known'],
    ),
    "a promise at another time": (
        ["UPDATE task SET agreed_wall = '2026-11-24T11:00' WHERE id = 5"],
        ['task 5: it is not wanted at the agreed time "2026-11-24T11:00" of Europe/Kyiv'],
    ),
    "unknown zones": (
        [
            "UPDATE area SET zones = 'Europe/Kyiv,Mars/Base' WHERE id = 1",
            "UPDATE client SET zone = 'Mars/Base' WHERE id = 4",
            "UPDATE user_account SET zone = 'Mars/Base' WHERE id = 3",
        ],
        [
            'area 1: its zone "Mars/Base" is not known',
            'client 4: its zone "Mars/Base" is not known',
            'user_account 3: its zone "Mars/Base" is not known',
        ],
    ),
    "rules that do not load": (
        ["UPDATE rule_version SET toml = 'schema = 1\nnonsense = 2' WHERE id = 1"],
        ["rule version 1: line 2: nonsense: "],
    ),
    "no rules": (
        ["DELETE FROM attempt", "DELETE FROM rule_version"],
        ["rule version: there is none; make one with salesdesk init"],
    ),
}


@pytest.mark.usefixtures("busy")
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


@pytest.mark.usefixtures("busy")
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
    assert faults(database) == ("claim 1: it has 2 attempts",)


@pytest.mark.usefixtures("busy")
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
