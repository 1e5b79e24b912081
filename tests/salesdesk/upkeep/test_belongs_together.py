"""A base in an SQLite file is several files while a desk is open: said, and a backup has all of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from salesdesk.access.sitting import Sitting
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.location import locate
from salesdesk.storage.schema import open_database
from salesdesk.upkeep.backup import back_up
from salesdesk.upkeep.health import check_storage, storage_status
from tests.support.clock import StillClock
from tests.support.command_line import run_here
from tests.support.furnishing import arrive
from tests.support.furnishing import hire as employ


def attempts_in(file: Path, clock: StillClock) -> int | None:
    base = open_database(locate(str(file)))
    found = check_storage(base, clock)
    base.close()
    assert found.faults == ()
    return found.attempts


def test_a_copy_of_the_main_file_lacks_what_a_backup_has(
    sqlite_database: Database, tmp_path: Path, clock: StillClock
) -> None:
    database, path = sqlite_database, sqlite_database.location.path
    assert path is not None
    anna, boss = employ(database, clock, "anna"), employ(database, clock, "olha", "admin")
    arrive(database, clock, "Olena", "+380671234567")
    anna.next_task()
    anna.record_outcome(Said("interested"))
    shutil.copy(path, tmp_path / "copy.db")
    back_up(Sitting(database, clock, boss.person), tmp_path / "backup.db")
    assert attempts_in(tmp_path / "copy.db", clock) == 0, "and nothing tells that it lacks anything"
    assert attempts_in(tmp_path / "backup.db", clock) == 1


def test_the_status_names_what_belongs_together(database: Database, hire: Callable[..., Desk], tmp_path: Path) -> None:
    hire("anna")
    status = storage_status(database)
    place = str(database.location.url or database.location.path)
    said = run_here("--db", place, "db", "status").out
    if database.location.path is None:
        assert "files" not in status
        assert "belong together" not in said
        return
    names = [str(tmp_path / f"desk.db{ending}") for ending in ("", "-wal", "-shm", "-turn")]
    assert status["files"] == names
    assert all(f"files          {name}\n" in said for name in names)
    assert "salesdesk db backup FILE" in said
