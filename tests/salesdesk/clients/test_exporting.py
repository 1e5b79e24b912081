"""Exports: complete, safe to open, whole or not at all, and in the audit."""

from __future__ import annotations

import csv
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from salesdesk.access import audit
from salesdesk.access.sitting import Sitting
from salesdesk.clients import exporting
from salesdesk.clients.exporting import export_clients
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, NotAllowed
from salesdesk.storage.database import Database
from salesdesk.storage.models import Client
from tests.support.clock import StillClock

Hire = Callable[..., Desk]
Arrive = Callable[..., int]


def read(path: Path) -> list[list[str]]:
    if path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    book = load_workbook(path)
    return [["" if cell.value is None else cell.value for cell in row] for row in book.active.iter_rows()]


@pytest.fixture
def lead(hire: Hire) -> Desk:
    return hire("olha", "lead")


@pytest.mark.parametrize("name", ["out.csv", "out.XLSX"])
def test_every_client_with_formulas_defused(lead: Desk, arrive: Arrive, tmp_path: Path, name: str) -> None:
    database, path = lead.database, tmp_path / name
    path.write_text("what was there before")
    clients = [arrive(n) for n in ("=HYPERLINK(1)", "@SUM(1)", "-2+3", "Олена", "+cmd|'/c calc'!A1")]
    with database.write() as session:
        session.get_one(Client, clients[3]).custom = {"=evil": "\t=1", "pet": "cat\nand dog"}
    assert export_clients(Sitting(database, lead.clock, lead.person), path) == 5
    rows = read(path)
    assert len(rows) == 6
    header = rows[0]
    assert header[:4] == ["id", "name", "company", "phone"]
    assert header[-2:] == ["'=evil", "pet"]
    names = [row[1] for row in rows[1:]]
    assert names == ["'=HYPERLINK(1)", "'@SUM(1)", "'-2+3", "Олена", "'+cmd|'/c calc'!A1"]
    assert rows[4][-2:] == ["' =1", "cat and dog"]
    assert all(not str(cell).startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    assert rows[1][3].startswith("'+38067")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.glob(".export-*")) == []
    with database.read() as session:
        last = audit.entries(session)[-1]
    assert (last.actor, last.row.action, last.row.detail["rows"]) == ("olha", "clients.export", 5)


def test_pages_leave_nobody_out(lead: Desk, arrive: Arrive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_AT_ONCE", 2)
    ids = [arrive() for _ in range(4)]
    assert export_clients(lead.sitting, tmp_path / "out.csv") == 4
    assert [int(row[0]) for row in read(tmp_path / "out.csv")[1:]] == ids


def test_an_empty_base_gives_a_header(database: Database, clock: StillClock, hire: Hire, tmp_path: Path) -> None:
    assert export_clients(Sitting(database, clock, hire("olha", "lead").person), tmp_path / "out.csv") == 0
    assert len(read(tmp_path / "out.csv")) == 1


@pytest.mark.parametrize("name", ["out.txt", "out", "folder.csv", "nowhere/out.csv"])
def test_a_place_that_will_not_do_leaves_nothing(
    database: Database, clock: StillClock, hire: Hire, tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder.csv").mkdir()
    olha = hire("olha", "lead").person
    before = sorted(tmp_path.iterdir())
    with pytest.raises(BadRequest):
        export_clients(Sitting(database, clock, olha), tmp_path / name)
    assert sorted(tmp_path.iterdir()) == before


def test_an_export_that_fails_half_way_leaves_the_old_file(
    lead: Desk, arrive: Arrive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive()
    path = tmp_path / "out.csv"
    path.write_text("old")
    monkeypatch.setattr(exporting, "_cells", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export_clients(lead.sitting, path)
    assert path.read_text() == "old"
    assert list(tmp_path.glob(".export-*")) == []


def test_a_manager_exports_nothing(database: Database, clock: StillClock, hire: Hire, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        export_clients(Sitting(database, clock, hire("anna").person), tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()
