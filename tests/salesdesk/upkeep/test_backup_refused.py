"""What is refused when a backup is restored, and by whom; the base is left as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from salesdesk.errors import BadRequest, NotAllowed, StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location, locate
from salesdesk.storage.schema import open_database
from salesdesk.upkeep.restore import restore, state_of
from tests.support.clock import StillClock
from tests.support.command_line import assert_refused, run_here
from tests.support.whole_base import rows_of, save_as_boss

Arrive = Callable[..., int]


@pytest.fixture(autouse=True)
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where what PostgreSQL held is kept."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def refusals(backup: Path, base: Location, tmp_path: Path) -> dict[str, Path]:
    """Files that are no backup of this program's."""
    files = {name: tmp_path / f"{name}.db" for name in ("text", "foreign", "newer", "cut", "none")}
    files["text"].write_text("not a database" * 1000)
    with closing(sqlite3.connect(files["foreign"])) as raw, raw:
        raw.execute("CREATE TABLE recipes (name TEXT)")
    files["newer"].write_bytes(backup.read_bytes())
    with closing(sqlite3.connect(files["newer"])) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    files["cut"].write_bytes(backup.read_bytes()[:-40_000])
    return files if base.path is None else {**files, "itself": base.path}


REFUSED = {
    "text": (BadRequest, "is no backup, or is damaged"),
    "foreign": (BadRequest, "is no backup of salesdesk"),
    "newer": (StorageError, "newer than this program"),
    "cut": (BadRequest, "is no backup, or is damaged"),
    "none": (BadRequest, "There is no file"),
    "itself": (BadRequest, "is the database itself"),
}


def test_what_is_no_backup_is_refused_and_the_base_left_alone(
    database: Database, clock: StillClock, arrive: Arrive, tmp_path: Path
) -> None:
    arrive("Olena")
    files = refusals(save_as_boss(database, clock, tmp_path / "backup.db"), database.location, tmp_path)
    before = rows_of(database)
    for which, file in files.items():
        kind, words = REFUSED[which]
        with pytest.raises(kind, match=words):
            restore(database.location, clock, "boss", file)
    assert rows_of(database) == before
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".") or "replaced" in path.name]


def test_rows_that_postgres_refuses_leave_the_base_as_it_was(
    postgres_desk: Location,
    sqlite_database: Database,
    clock: StillClock,
    tmp_path: Path,
) -> None:
    file = save_as_boss(sqlite_database, clock, tmp_path / "backup.db")
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("INSERT INTO user_pool (user_id, pool) VALUES (77, 'sales')")
    target = open_database(postgres_desk)
    before = rows_of(target)
    with pytest.raises(StorageError, match="cannot hold a row"):
        restore(target.location, clock, "boss", file)
    assert rows_of(target) == before
    target.close()


def test_another_programs_base_is_no_place_to_restore_to(
    location: Location, clock: StillClock, sqlite_database: Database, tmp_path: Path
) -> None:
    if location.path is not None:
        location = Location(path=tmp_path / "foreign.db")
        location.path.touch()  # type: ignore[union-attr]
    database = Database(location)
    with database.write() as session:
        session.connection().execute(text("CREATE TABLE recipes (name TEXT)"))
    database.close()
    with pytest.raises(StorageError, match="another program"):
        state_of(location)


def test_the_command_restores_for_an_admin_only(desk_location: Location, tmp_path: Path) -> None:
    base = ["--db", desk_location.url or str(desk_location.path)]
    file = str(tmp_path / "b.db")
    assert run_here(*base, "--as", "boss", "db", "backup", file).code == 0
    assert run_here(*base, "--as", "boss", "users", "add", "lena", "--role", "lead").code == 0
    assert_refused(run_here(*base, "--as", "lena", "db", "backup", file), 3, "lena")
    assert_refused(run_here(*base, "--as", "lena", "db", "restore", file), 3, "lena")
    ran = run_here(*base, "--as", "boss", "db", "restore", file, "--json")
    assert ran.code == 0, ran
    assert set(ran.json) == {"file", "tables", "schema", "replaced", "seconds"}
    assert ran.json["replaced"] in ran.err
    users = run_here(*base, "--as", "boss", "users", "list", "--json").json
    assert [user["name"] for user in users] == ["boss"]
    assert_refused(run_here(*base, "--as", "boss", "db", "restore", str(tmp_path / "none.db")), 2, "There is no file")


def test_a_missing_base_is_restored_by_command(tmp_path: Path, sqlite_desk: Callable[[Path], Location]) -> None:
    base = str(sqlite_desk(tmp_path).path)
    assert run_here("--db", base, "--as", "boss", "db", "backup", str(tmp_path / "b.db")).code == 0
    ran = run_here("--db", str(tmp_path / "new.db"), "db", "restore", str(tmp_path / "b.db"))
    assert (ran.code, ran.err) == (0, "")
    assert run_here("--db", str(tmp_path / "new.db"), "db", "check").code == 0


def test_somebody_elses_damaged_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "desk.db"
    path.write_bytes(b"garbage " * 1000)
    owner = path.stat().st_uid
    monkeypatch.setattr("os.getuid", lambda: owner + 1)
    with pytest.raises(NotAllowed, match="is not your file"):
        state_of(locate(str(path)))
