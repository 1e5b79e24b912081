"""Figures from a replica: read from it when it is named, from the primary when it cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from salesdesk.clients.exporting import export_clients
from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.models import Audit
from salesdesk.storage.replica import reading
from salesdesk.storage.schema import open_database


@pytest.fixture
def copy(sqlite_desk: Callable[[Path], Location], tmp_path: Path) -> Location:
    """A second base that stands in for the replica: what is read there is not the primary."""
    folder = tmp_path / "replica"
    folder.mkdir()
    return sqlite_desk(folder)


def test_figures_are_read_from_the_replica(database: Database, copy: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESDESK_READ_DB", str(copy))
    told: list[str] = []
    with reading(database, told.append) as source:
        assert source.location == copy
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


def test_an_export_reads_the_replica_and_is_audited_on_the_primary(
    database: Database, copy: Location, hire: Callable[..., Desk], arrive: Callable[..., int], tmp_path: Path
) -> None:
    arrive("Only on the primary")
    lead, replica = hire("olha", "lead"), open_database(copy)
    assert export_clients(database, lead.clock, lead.person, tmp_path / "out.csv", source=replica) == 0
    assert export_clients(database, lead.clock, lead.person, tmp_path / "all.csv") == 1
    with replica.read() as session:
        assert session.exec(select(Audit)).all() == []
    with database.read() as session:
        acts = session.exec(select(Audit.action).where(Audit.action == "clients.export")).all()
    assert len(acts) == 2
    replica.close()
