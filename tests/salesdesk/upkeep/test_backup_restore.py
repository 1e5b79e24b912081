"""Restoring a backup into either engine, also while desks have the base open; nothing that was replaced is lost."""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import func, select

from rules.file.preset import preset_text
from salesdesk.access.audit import verify
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import NothingToDo, StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.models import Attempt, Audit, Client, Setting
from salesdesk.storage.schema import CURRENT, open_database, version_of
from salesdesk.upkeep.health import check_storage
from salesdesk.upkeep.restore import restore, state_of
from salesdesk.work.views import Handed
from tests.support.clock import StillClock
from tests.support.old_schemas import make_old
from tests.support.whole_base import assert_same_rows, fill, rows_of, save_as_boss

Hire = Callable[..., Desk]
Arrive = Callable[..., int]


@pytest.fixture(autouse=True)
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where what PostgreSQL held is kept."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "salesdesk"


@pytest.fixture
def backup(database: Database, clock: StillClock, tmp_path: Path) -> Callable[[], Path]:
    """Makes a backup of the base as it is."""

    return lambda: save_as_boss(database, clock, tmp_path / "backup.db")


@pytest.fixture
def elsewhere(database: Database, request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """A desk on the other engine."""
    location: Location
    if database.is_sqlite:
        location = request.getfixturevalue("postgres_desk")
    else:
        location = request.getfixturevalue("sqlite_desk")(tmp_path)
    return location


def counted(database: Database) -> int:
    """How many clients there are."""
    with database.read() as session:
        return session.exec(select(func.count()).select_from(Client)).one()


def test_a_base_moves_to_the_other_engine_and_back_with_every_row(
    *,
    database: Database,
    clock: StillClock,
    hire: Hire,
    arrive: Arrive,
    backup: Callable[[], Path],
    elsewhere: Location,
    tmp_path: Path,
) -> None:
    fill(database, hire, arrive)
    before = rows_of(database)
    done = restore(elsewhere, clock, "boss", backup())
    assert (done.schema, done.tables["client"]) == (CURRENT, len(before["client"]))
    other = open_database(elsewhere)
    assert_same_rows(before, rows_of(other))
    assert check_storage(other, clock).faults == ()
    again = save_as_boss(other, clock, tmp_path / "again.db")
    other.close()
    restore(database.location, clock, "boss", again)
    database.close()
    back = open_database(database.location)
    assert_same_rows(before, rows_of(back))
    assert check_storage(back, clock).faults == ()
    back.close()


def test_what_is_replaced_is_kept(
    database: Database, clock: StillClock, arrive: Arrive, backup: Callable[[], Path], data_home: Path
) -> None:
    file = backup()
    arrive("came later")
    first = restore(database.location, clock, "boss", file)
    arrive("came after that")
    arrive("and another")
    second = restore(database.location, clock, "boss", file)
    assert first.replaced is not None
    assert second.replaced is not None
    assert first.replaced != second.replaced
    assert first.replaced.parent == (database.location.path.parent if database.location.path else data_home)
    assert ".replaced-20261123T100000Z" in first.replaced.name
    for restored, clients in ((first, 1), (second, 2)):
        assert restored.replaced is not None
        assert stat.S_IMODE(restored.replaced.stat().st_mode) == 0o600
        kept = open_database(Location(path=restored.replaced))
        assert counted(kept) == clients
        kept.close()
    assert counted(database) == 0


def test_an_open_desk_goes_on_in_the_restored_base(
    database: Database, clock: StillClock, hire: Hire, arrive: Arrive, backup: Callable[[], Path]
) -> None:
    """No file is renamed under it: what it writes afterwards is in the base that everybody reads."""
    anna = hire("anna")
    arrive("Olena")
    file = backup()
    arrive("lost again")
    held = anna.next_task()
    assert isinstance(held, Handed)
    restore(database.location, clock, "boss", file)
    with pytest.raises(NothingToDo):
        anna.record_outcome(Said("interested"), held.claim)
    again = anna.next_task()
    assert isinstance(again, Handed)
    done = anna.record_outcome(Said("interested"), again.claim)
    fresh = open_database(database.location)
    with fresh.read() as session:
        assert session.exec(select(Attempt.id)).all() == [done.attempt_id]
        assert session.exec(select(Client.name)).all() == ["Olena"]
    assert check_storage(fresh, clock).faults == ()
    fresh.close()


def test_nothing_that_desks_write_meanwhile_falls_between(
    database: Database, clock: StillClock, backup: Callable[[], Path]
) -> None:
    """What was acknowledged is in the file that is kept or in the restored base."""
    file, other = backup(), Database(database.location)
    said: list[str] = []
    stop, begun = threading.Event(), threading.Event()

    def write() -> None:
        while not stop.is_set():
            name = f"note {len(said)}"
            with suppress(StorageError), other.write() as session:
                session.add(Setting(name=name, value=""))
                session.flush()
            said.append(name)
            begun.set()

    thread = threading.Thread(target=write)
    thread.start()
    assert begun.wait(30)
    replaced = [restore(database.location, clock, "boss", file).replaced for _ in range(3)]
    stop.set()
    thread.join(30)
    kept = set[str]()
    for base in (*(open_database(Location(path=path)) for path in replaced), open_database(database.location)):
        with base.read() as session:
            kept |= set(session.exec(select(Setting.name)))
        base.close()
    other.close()
    assert len(said) > 5
    assert set(said) <= kept


def test_the_audit_of_the_restored_base_knows_and_is_guarded(
    database: Database, clock: StillClock, hire: Hire, arrive: Arrive, backup: Callable[[], Path]
) -> None:
    fill(database, hire, arrive)
    restore(database.location, clock, "boss", backup())
    with database.read() as session:
        assert verify(session) is None
        last = session.exec(select(Audit).order_by(Audit.id.desc())).first()  # type: ignore[union-attr]
    assert last is not None
    assert (last.action, last.object, last.actor_id) == ("db.restore", "backup.db", 1)
    for act in ("UPDATE audit SET action = 'x'", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="append-only"), database.engine.begin() as connection:
            connection.execute(text(act))


def test_whoever_is_not_in_the_backup_is_named_in_the_audit(
    database: Database, clock: StillClock, backup: Callable[[], Path]
) -> None:
    restore(database.location, clock, "newcomer", backup())
    with database.read() as session:
        row = session.exec(select(Audit).where(Audit.action == "db.restore")).one()
    assert (row.actor_id, row.detail["by"]) == (None, "newcomer")


def test_numbers_go_on_after_the_highest(
    database: Database, clock: StillClock, hire: Hire, arrive: Arrive, backup: Callable[[], Path]
) -> None:
    fill(database, hire, arrive)
    file, highest = backup(), arrive("came later")
    restore(database.location, clock, "boss", file)
    assert arrive("the next") >= highest


def test_a_restore_makes_the_base_where_there_is_none(
    *,
    database: Database,
    clock: StillClock,
    hire: Hire,
    arrive: Arrive,
    backup: Callable[[], Path],
    location: Location,
    tmp_path: Path,
) -> None:
    fill(database, hire, arrive)
    if location.path is not None:
        location = Location(path=tmp_path / "new" / "desk.db")
    before = rows_of(database)
    assert state_of(location) == "none"
    done = restore(location, clock, "boss", backup())
    assert done.replaced is None
    made = open_database(location)
    assert_same_rows(before, rows_of(made))
    if location.path is not None:
        assert stat.S_IMODE(location.path.stat().st_mode) == 0o600
        assert [path.name for path in location.path.parent.iterdir() if path.name.startswith(".")] == []
        with made.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    made.close()


def test_a_damaged_file_is_replaced_and_kept_as_it_is(
    sqlite_database: Database, clock: StillClock, tmp_path: Path
) -> None:
    file = save_as_boss(sqlite_database, clock, tmp_path / "backup.db")
    sqlite_database.close()
    path = tmp_path / "desk.db"
    path.write_bytes(b"garbage " * 1000)
    Path(f"{path}-wal").write_bytes(b"a log of nothing")
    assert state_of(Location(path=path)) == "damaged"
    done = restore(Location(path=path), clock, "boss", file)
    assert done.replaced is not None
    assert done.replaced.read_bytes() == b"garbage " * 1000
    restored = open_database(Location(path=path))
    assert check_storage(restored, clock).faults == ()
    restored.close()


def test_a_backup_of_an_older_schema_is_upgraded(desk_location: Location, clock: StillClock, tmp_path: Path) -> None:
    old = make_old(Location(path=tmp_path / "old.db"), "0001", preset_text("en"))
    old.close()
    done = restore(desk_location, clock, "anna", tmp_path / "old.db")
    assert (done.schema, done.tables["client"]) == (CURRENT, 1)
    restored = open_database(desk_location)
    assert check_storage(restored, clock).faults == ()
    restored.close()
    kept = Database(Location(path=tmp_path / "old.db"))
    assert version_of(kept) == "0001"
    kept.close()
