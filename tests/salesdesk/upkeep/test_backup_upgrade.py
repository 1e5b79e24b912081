"""``db upgrade`` on both engines: a backup first, and nothing changed when that cannot be made."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlmodel import select

from rules.file.preset import preset_text
from salesdesk.errors import StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.models import Audit
from salesdesk.storage.schema import CURRENT, VERSIONS, open_database, upgrade, version_of
from salesdesk.upkeep.health import check_storage
from tests.support.clock import StillClock
from tests.support.command_line import Ran, assert_refused, run_here
from tests.support.old_schemas import make_old


@pytest.fixture(autouse=True)
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where what PostgreSQL held is kept."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "salesdesk"


def run(location: Location, *words: str) -> Ran:
    return run_here("--db", location.url or str(location.path), *words)


def version_at(location: Location) -> str | None:
    database = Database(location)
    try:
        return version_of(database)
    finally:
        database.close()


@pytest.mark.parametrize("version", VERSIONS[:-1])
def test_an_upgrade_is_saved_before_and_audited(
    location: Location, clock: StillClock, data_home: Path, version: str
) -> None:
    make_old(location, version, preset_text("en")).close()
    ran = run(location, "--as", "anna", "db", "upgrade", "--json")
    assert ran.code == 0, ran
    assert (ran.json["from"], ran.json["to"]) == (version, CURRENT)
    kept = Path(ran.json["backup"])
    assert kept.parent == (location.path.parent if location.path else data_home)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert version_at(Location(path=kept)) == version
    database = open_database(location)
    assert check_storage(database, clock).faults == ()
    with database.read() as session:
        row = session.exec(select(Audit)).one()
    assert (row.action, row.object, row.detail) == ("db.upgrade", CURRENT, {"from": version})
    database.close()
    old = open_database(Location(path=kept))  # a backup of an older schema is as good as any
    assert check_storage(old, clock).clients == 1
    old.close()


def test_there_may_be_nothing_to_do(desk_location: Location) -> None:
    assert_refused_or_told(run(desk_location, "--as", "boss", "db", "upgrade"), 1, "already")
    assert run(desk_location, "--as", "boss", "users", "add", "anna", "--role", "lead").code == 0
    assert_refused(run(desk_location, "--as", "anna", "db", "upgrade"), 3, "anna")


def assert_refused_or_told(ran: Ran, code: int, word: str) -> None:
    assert (ran.code, ran.out) == (code, "")
    assert word in ran.err


def test_whoever_is_no_admin_upgrades_nothing(location: Location) -> None:
    make_old(location, "0001", preset_text("en")).close()
    assert_refused(run(location, "--as", "nobody", "db", "upgrade"), 3, "nobody")
    assert version_at(location) == "0001"


def test_a_newer_or_missing_base_is_refused(location: Location, tmp_path: Path) -> None:
    if location.path is not None:
        location = Location(path=tmp_path / "none.db")
    assert_refused(run(location, "db", "upgrade"), 4, "salesdesk init")


def test_without_its_backup_there_is_no_upgrade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    location = Location(path=tmp_path / "desk.db")
    old = make_old(location, "0001", preset_text("en"))

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(StorageError, match="cannot be written: No space left"):
        upgrade(old)
    assert version_of(old) == "0001"
    assert [path.name for path in tmp_path.iterdir() if "before" in path.name] == []
    old.close()
