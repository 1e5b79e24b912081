"""Figures from a replica: read from it when it is named, from the primary when it cannot be used."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import select

from rules.file.preset import preset_text
from salesdesk.access.sitting import Sitting
from salesdesk.clients.exporting import export_clients
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location, locate
from salesdesk.storage.models import Audit, Outbox, User
from salesdesk.storage.replica import reading
from salesdesk.storage.schema import CURRENT, VERSIONS, open_database
from salesdesk.upkeep.upgrade import upgrade_base
from salesdesk.work.views import Handed
from tests.support.clock import NOON
from tests.support.command_line import run_here
from tests.support.old_schemas import make_old


@pytest.fixture
def copy(sqlite_desk: Callable[[Path], Location], tmp_path: Path) -> Location:
    """A second base that stands in for the replica: what happens on the primary is never seen there."""
    folder = tmp_path / "replica"
    folder.mkdir()
    return sqlite_desk(folder)


def calls(place: Location) -> int:
    """How many calls of that Monday ``salesdesk kpi`` knows of."""
    day = ("--from", "2026-11-23", "--to", "2026-11-23")
    ran = run_here("--db", place.url or str(place.path), "--as", "boss", "--json", "kpi", *day)
    assert (ran.code, ran.err) == (0, "")
    return int(ran.json["team"]["calls"])


def test_figures_are_read_from_the_replica(
    database: Database,
    copy: Location,
    hire: Callable[..., Desk],
    arrive: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arrive("Only on the primary")
    desk = hire("anna")
    assert isinstance(desk.next_task(), Handed)
    desk.record_outcome(Said("interested"))
    monkeypatch.delenv("SALESDESK_READ_DB", raising=False)
    assert calls(database.location) == 1
    monkeypatch.setenv("SALESDESK_READ_DB", str(copy))
    assert calls(database.location) == 0
    told: list[str] = []
    with reading(database, told.append) as source:
        assert source.location.path == copy.path
    assert told == []


def test_without_a_replica_they_come_from_the_primary(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SALESDESK_READ_DB", raising=False)
    with reading(database, pytest.fail) as source:
        assert source is database


def test_a_replica_that_cannot_be_used_is_named_and_the_primary_read(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALESDESK_READ_DB", str(tmp_path / "gone.db"))
    told: list[str] = []
    with reading(database, told.append) as source:
        assert source is database
    assert len(told) == 1
    assert "SALESDESK_READ_DB: There is no database at" in told[0]
    assert "from the primary" in told[0]


@pytest.mark.parametrize("version", VERSIONS[:-1])
def test_a_replica_of_an_older_schema_is_left_as_it_is(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    path = tmp_path / "replica" / "desk.db"
    path.parent.mkdir()
    make_old(Location(path=path), version, preset_text("en")).close()
    before = path.read_bytes(), sorted(path.parent.iterdir())
    monkeypatch.setenv("SALESDESK_READ_DB", str(path))
    told: list[str] = []
    with reading(sqlite_database, told.append) as source:
        assert source is sqlite_database
    assert len(told) == 1
    assert f"{path} has schema {version}; this program needs {CURRENT}." in told[0]
    assert (path.read_bytes(), sorted(path.parent.iterdir())) == before


def test_nothing_is_written_to_a_replica(
    sqlite_database: Database, copy: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even which journal it keeps: a file that was copied by hand has none yet."""
    assert copy.path is not None
    with closing(sqlite3.connect(copy.path)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")
    before = copy.path.read_bytes()
    monkeypatch.setenv("SALESDESK_READ_DB", str(copy.path))
    with reading(sqlite_database, pytest.fail) as source:
        with source.read() as session:
            assert session.exec(select(User.name)).all() == ["boss"]
        with pytest.raises(StorageError, match="is read-only"), source.write() as session:
            session.add(Outbox(topic="x", created_at=NOON))
    assert copy.path.read_bytes() == before


def test_an_older_file_that_is_opened_for_reading_only_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    make_old(Location(path=path), "0001", preset_text("en")).close()
    before = path.read_bytes(), sorted(tmp_path.iterdir())
    with pytest.raises(StorageError, match="has schema 0001") as fault:
        open_database(locate(f"sqlite:///{path}?mode=ro"))
    assert "salesdesk db upgrade" in fault.value.mend
    with pytest.raises(StorageError, match="opened for reading only"):
        upgrade_base(locate(f"sqlite:///{path}?mode=ro"), None)
    assert (path.read_bytes(), sorted(tmp_path.iterdir())) == before


def test_an_export_reads_the_replica_and_is_audited_on_the_primary(
    database: Database, copy: Location, hire: Callable[..., Desk], arrive: Callable[..., int], tmp_path: Path
) -> None:
    arrive("Only on the primary")
    lead, replica = hire("olha", "lead"), open_database(copy)
    assert export_clients(Sitting(database, lead.clock, lead.person), tmp_path / "out.csv", source=replica) == 0
    assert export_clients(Sitting(database, lead.clock, lead.person), tmp_path / "all.csv") == 1
    with replica.read() as session:
        assert session.exec(select(Audit)).all() == []
    with database.read() as session:
        acts = session.exec(select(Audit.action).where(Audit.action == "clients.export")).all()
    assert len(acts) == 2
    replica.close()
