"""Making and opening databases: the migrations, the versions, and what is refused."""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlmodel import func, select

from salesdesk.errors import StorageError
from salesdesk.storage import schema, session_settings
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location, locate
from salesdesk.storage.models import Setting, User, metadata
from salesdesk.storage.schema import CURRENT, VERSIONS, copy_beside, create, open_database, upgrade, version_of


def set_version(location: Location, version: str) -> None:
    database = Database(location)
    with database.write() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    database.close()


def opening_fails(location: Location, words: str, mend: str) -> None:
    """Check that a database is refused with these words, and that the mend is named."""
    with pytest.raises(StorageError, match=words) as fault:
        open_database(location)
    assert mend in fault.value.mend
    assert fault.value.exit_code == 4


def test_the_migrated_schema_is_that_of_the_models(location: Location) -> None:
    database, made = create(location)
    assert made
    with database.read() as session:
        context = MigrationContext.configure(
            session.connection(), opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []
        found = inspect(session.connection())
        for table in metadata.tables.values():
            checks = {check["name"] for check in found.get_check_constraints(table.name)}
            assert checks == {check.name for check in table.constraints if str(check.name).startswith("ck_")}
    assert version_of(database) == CURRENT == VERSIONS[-1]
    database.close()


def test_creating_again_changes_nothing(location: Location) -> None:
    database, made = create(location)
    with database.write() as session:
        session.add(Setting(name="kept", value="yes"))
    database.close()
    again, made_again = create(location)
    assert (made, made_again) == (True, False)
    with again.read() as session:
        assert session.get_one(Setting, "kept").value == "yes"
    again.close()


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "desk.db"
    database, _ = create(locate(str(path)))
    with database.write() as session:
        session.add(Setting(name="a", value=""))
        beside = list(path.parent.iterdir())  # the log, its index and the writers' queue
    assert len(beside) == 4
    for file in beside:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    database.close()


def test_where_no_file_can_be_made_none_is_left(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="No database can be made") as fault:
        create(locate(str(tmp_path / "file" / "desk.db")))
    assert "--db" in fault.value.mend


def test_a_missing_database_is_never_made_by_opening(tmp_path: Path) -> None:
    opening_fails(locate(str(tmp_path / "none.db")), "There is no database", "salesdesk init")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_is_named(location: Location) -> None:
    if location.path is not None:
        location.path.touch()
    opening_fails(location, "holds no salesdesk tables", "salesdesk init")


def test_a_newer_database_is_refused_and_left_alone(desk_location: Location) -> None:
    set_version(desk_location, "9999")
    opening_fails(desk_location, "newer than this program", "Update salesdesk")
    with pytest.raises(StorageError, match="newer than this program"):
        create(desk_location)
    database = Database(desk_location)
    assert version_of(database) == "9999"
    database.close()


def test_a_database_of_another_program_is_refused_and_left_alone(location: Location) -> None:
    if location.path is not None:
        location.path.touch()
    database = Database(location)
    with database.write() as session:
        session.connection().execute(text("CREATE TABLE recipes (name TEXT)"))
    opening_fails(location, "holds no salesdesk tables", "salesdesk init")
    with pytest.raises(StorageError, match="another program"):
        create(location)
    with database.read() as session:
        assert inspect(session.connection()).get_table_names() == ["recipes"]
    database.close()


@pytest.mark.parametrize("content", [b"Name;Phone\nOlena;+380671234567\n" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "desk.db"
    path.write_bytes(content)
    opening_fails(locate(str(path)), "is not a database, or is damaged", "Restore a backup")
    with pytest.raises(StorageError):
        create(locate(str(path)))
    assert path.read_bytes() == content


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    opening_fails(locate(str(tmp_path)), "cannot be opened", "read it")


def test_a_copy_taken_beside_a_writer_is_whole(sqlite_database: Database) -> None:
    """Every transaction writes two rows; a copy that holds half of one would be torn."""
    path = sqlite_database.location.path
    assert path is not None
    done, wrote = threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not done.is_set():
            with sqlite_database.write() as session:
                session.add_all([Setting(name=f"a{number}", value=""), Setting(name=f"b{number}", value="")])
            number += 1
            wrote.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(5):
            assert wrote.wait(timeout=30)
            wrote.clear()
            copy = copy_beside(path)
            assert copy is not None
            assert copy.name == f"desk.before-{CURRENT}.db"
            assert stat.S_IMODE(copy.stat().st_mode) == 0o600
            with closing(sqlite3.connect(copy)) as raw:
                names = [name for (name,) in raw.execute("SELECT name FROM setting")]
                assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            pairs = {kind: {name[1:] for name in names if name[0] == kind and name[1:].isdigit()} for kind in "ab"}
            assert pairs["a"] == pairs["b"]
            assert pairs["a"]
    finally:
        done.set()
        writer.join()
    reopened = open_database(Location(path=copy))
    with reopened.read() as session:
        assert session.exec(select(User.name)).all() == ["boss"]
    reopened.close()


def test_an_upgrade_that_would_break_references_changes_nothing(sqlite_database: Database) -> None:
    path = sqlite_database.location.path
    assert path is not None
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("INSERT INTO claim (task_id, user_id, taken_at) VALUES (77, 88, '2026-11-23 10:00:00.000000')")
        raw.commit()
    with pytest.raises(StorageError, match="broken references, the first in table claim"):
        upgrade(sqlite_database)
    with sqlite_database.read() as session:
        assert session.connection().exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def test_postgres_upgrades_are_left_to_whoever_owns_the_base(
    postgres_desk: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salesdesk.storage.schema.VERSIONS", ("0000", *VERSIONS))
    set_version(postgres_desk, "0000")
    opening_fails(postgres_desk, f"has schema 0000; this program needs {CURRENT}", "salesdesk db upgrade")


@pytest.mark.real_clock
def test_two_who_begin_at_once_make_one_desk(location: Location) -> None:
    """Real processes: Alembic's context is one for a whole process."""
    url = str(location.path or location.url)
    begin = [sys.executable, "-m", "salesdesk", "--db", url, "--json", "init"]
    running = [subprocess.Popen(begin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    ended = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], ended
    assert sum(json.loads(out)["created"] for out, _ in ended) == 1


def test_an_upgrade_that_waits_too_long_for_another_says_so(
    postgres_desk: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(session_settings.SESSION, "lock_timeout", "200ms")
    first, second = Database(postgres_desk), Database(postgres_desk)
    with first.write() as session:
        session.connection().execute(select(func.pg_advisory_xact_lock(schema._LOCK)))
        with pytest.raises(StorageError, match="is locked by another session"):
            schema.upgrade(second)
    first.close()
    second.close()
