"""Figures from a replica: read from it when it is named, from the primary when it cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from salesdesk.clients.exporting import export_clients
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.models import Audit
from salesdesk.storage.replica import reading
from salesdesk.storage.schema import open_database
from salesdesk.work.views import Handed
from tests.support.command_line import run_here


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
