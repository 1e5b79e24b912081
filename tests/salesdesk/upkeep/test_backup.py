"""Backups: one SQLite file from either engine, taken while desks write, whole or not at all."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from salesdesk.access.people import Person, find_person
from salesdesk.access.sitting import Sitting
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.models import Audit
from salesdesk.storage.schema import CURRENT, open_database
from salesdesk.upkeep.backup import back_up
from salesdesk.upkeep.health import check_storage
from tests.support.clock import StillClock
from tests.support.command_line import PROGRAM, Ran, assert_refused, program_environment, run_here
from tests.support.whole_base import assert_same_rows, fill, rows_of

Hire = Callable[..., Desk]
Arrive = Callable[..., int]


@pytest.fixture
def boss(database: Database) -> Person:
    with database.read() as session:
        return find_person(session, "boss")


def opened(file: Path) -> Database:
    """A backup, opened as a base."""
    return open_database(Location(path=file))


def test_a_backup_holds_every_row(
    *, database: Database, clock: StillClock, boss: Person, hire: Hire, arrive: Arrive, tmp_path: Path
) -> None:
    fill(database, hire, arrive)
    before, told = rows_of(database), list[tuple[int, int]]()
    done = back_up(Sitting(database, clock, boss), tmp_path / "b.db", tell=lambda *parts: told.append(parts))
    assert done.tables == {table: len(rows) for table, rows in before.items()}
    assert (done.file, done.broken, done.schema) == (tmp_path / "b.db", 0, CURRENT)
    assert done.bytes == done.file.stat().st_size
    assert told[-1][0] == told[-1][1]
    assert stat.S_IMODE(done.file.stat().st_mode) == 0o600
    copy = opened(done.file)
    assert_same_rows(before, rows_of(copy))
    assert check_storage(copy, clock).faults == ()
    copy.close()
    assert not [path for path in tmp_path.iterdir() if ".part" in path.name]


def test_a_backup_is_in_the_audit(database: Database, clock: StillClock, boss: Person, tmp_path: Path) -> None:
    done = back_up(Sitting(database, clock, boss), tmp_path / "b.db")
    with database.read() as session:
        row = session.exec(select(Audit).where(Audit.action == "db.backup")).one()
    assert (row.actor_id, row.object, row.detail) == (boss.id, "b.db", {"rows": sum(done.tables.values())})


def test_a_backup_taken_while_desks_write_is_one_state(
    *, database: Database, clock: StillClock, boss: Person, hire: Hire, arrive: Arrive, tmp_path: Path
) -> None:
    anna = hire("anna")
    for number in range(30):
        arrive(f"Client {number}")
    begun, stop = threading.Event(), threading.Event()
    done: list[int] = []

    def work() -> None:
        while not stop.is_set():
            anna.next_task()
            done.append(anna.record_outcome(Said("no-answer", "busy")).attempt_id)
            clock.forward(minutes=10)
            begun.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(30)
    first = len(done)
    taken = back_up(Sitting(database, clock, boss), tmp_path / "b.db")
    stop.set()
    thread.join(30)
    copy = opened(taken.file)
    assert first <= taken.tables["attempt"] <= len(done)
    assert check_storage(copy, clock).faults == ()
    copy.close()


def test_what_is_there_is_written_over_only_by_force(
    database: Database, clock: StillClock, boss: Person, tmp_path: Path
) -> None:
    file = tmp_path / "b.db"
    file.write_bytes(b"precious")
    with pytest.raises(BadRequest, match="is there already"):
        back_up(Sitting(database, clock, boss), file)
    assert file.read_bytes() == b"precious"
    assert back_up(Sitting(database, clock, boss), file, force=True).tables["user_account"] == 1
    with pytest.raises(BadRequest, match="There is no directory"):
        back_up(Sitting(database, clock, boss), tmp_path / "none" / "b.db")
    with pytest.raises(BadRequest, match="is there already"):
        back_up(Sitting(database, clock, boss), tmp_path, force=True)


@pytest.mark.parametrize("name", ["desk.db", "link.db", "desk.db-wal"])
def test_the_base_is_no_place_for_its_backup(
    sqlite_database: Database, clock: StillClock, tmp_path: Path, name: str
) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "desk.db")
    with sqlite_database.read() as session:
        boss = find_person(session, "boss")
    with pytest.raises(BadRequest, match="is the database itself"):
        back_up(Sitting(sqlite_database, clock, boss), tmp_path / name, force=True)


def test_a_damaged_base_gives_no_backup(sqlite_database: Database, clock: StillClock, tmp_path: Path) -> None:
    with sqlite_database.read() as session:
        boss = find_person(session, "boss")
    path = tmp_path / "desk.db"
    with closing(sqlite3.connect(path)) as raw:
        page = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_client_status'").fetchone()[0]
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 200)
    with pytest.raises(StorageError, match="is damaged"):
        back_up(Sitting(sqlite_database, clock, boss), tmp_path / "b.db")
    assert not (tmp_path / "b.db").exists()


def test_a_base_with_a_broken_reference_is_saved_as_it_is(
    sqlite_database: Database, clock: StillClock, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "desk.db")) as raw, raw:
        raw.execute("INSERT INTO user_pool (user_id, pool) VALUES (77, 'sales')")
    with sqlite_database.read() as session:
        boss = find_person(session, "boss")
    assert back_up(Sitting(sqlite_database, clock, boss), tmp_path / "b.db").broken == 1


@pytest.mark.real_clock
def test_a_full_disk_leaves_no_file(
    database: Database, hire: Hire, arrive: Arrive, desk_location: Location, tmp_path: Path
) -> None:
    """No file of the program may grow beyond 60 kB: to SQLite a write that fails half-way, as on a full disk."""
    fill(database, hire, arrive)
    where = desk_location.url or str(desk_location.path)
    words = ["--db", where, "--as", "boss", "db", "backup", str(tmp_path / "b.db"), "--json"]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, *PROGRAM[1:], *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=program_environment(),
    )
    assert_refused(Ran(done.returncode, done.stdout, done.stderr), 4, "b.db", "free space")
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith((".b.db", "b.db"))]


LIMITED = (
    "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000));"
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)


def test_the_command_prints_what_it_saved(desk_location: Location, tmp_path: Path) -> None:
    words = ["--db", desk_location.url or str(desk_location.path), "--as", "boss", "db", "backup"]
    ran = run_here(*words, str(tmp_path / "b.db"), "--json")
    assert ran.code == 0
    assert {"file", "bytes", "tables", "schema", "seconds"} <= ran.json.keys()
    assert ran.json["tables"]["user_account"] == 1
    assert_refused(run_here(*words, str(tmp_path / "b.db")), 2, "is there already", "--force")
    assert run_here(*words, str(tmp_path / "b.db"), "--force").out.startswith(str(tmp_path / "b.db"))


def test_rows_that_a_login_may_not_see_are_a_fault_and_not_left_out(
    new_postgres_desk: Callable[[], Location], clock: StillClock, tmp_path: Path
) -> None:
    location = new_postgres_desk()
    owner = open_database(location)
    role = f"reader_{id(owner)}"
    with owner.write() as session:
        boss = find_person(session, "boss")
        for statement in (
            f"CREATE ROLE {role} LOGIN",
            f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}",
            "ALTER TABLE client ENABLE ROW LEVEL SECURITY",
        ):
            session.connection().execute(text(statement))
    reader = Database(Location(url=str(location.url).replace("//postgres:", f"//{role}:")))
    with pytest.raises(StorageError):
        back_up(Sitting(reader, clock, boss), tmp_path / "b.db")
    assert list(tmp_path.iterdir()) == []
    reader.close()
    owner.close()
