"""Forgetting a client: nothing personal is left, in the rows or in the file, and the figures stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select

from salesdesk.access.people import find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clients import forgetting
from salesdesk.clients.dnc import Wish, mark
from salesdesk.clients.forgetting import NAMELESS, forget
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import NotAllowed, NothingToDo
from salesdesk.kpi.figures import kpi
from salesdesk.storage.database import Database
from salesdesk.storage.models import Client, Phone, Suppression, metadata
from salesdesk.upkeep.health import check_storage
from tests.support.clock import StillClock
from tests.support.people import sitting

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
SECRETS = ("Zaborovska", "380671110001", "zabo@example.org", "Zabo Ltd", "loves tulips", "asked about zabo", "Zabograd")


@pytest.fixture
def boss(database: Database, clock: StillClock) -> Desk:
    with database.read() as session:
        return Desk(Sitting(database, clock, find_person(session, "boss")))


@pytest.fixture
def known(arrive: Arrive, hire: Hire) -> int:
    """A client about whom everything is known, who was called once and is to be called again."""
    fields = {"email": "zabo@example.org", "company": "Zabo Ltd", "note": "loves tulips", "city": "Zabograd"}
    client = arrive("Olha Zaborovska", phone="+380671110001", position="Zabo Ltd", **fields)
    anna = hire("anna")
    anna.next_task()
    anna.record_outcome(Said("call-back", at="+2h", note="asked about zabo"))
    return client


def everything(database: Database) -> str:
    with database.read() as session:
        return "".join(str(session.connection().execute(t.select()).all()) for t in metadata.sorted_tables)


def test_nothing_personal_is_left_and_the_counts_stay(
    database: Database, clock: StillClock, boss: Desk, known: int
) -> None:
    with database.write() as session:
        session.get_one(Client, known).custom = {"pet": "loves tulips"}
    figures = kpi(sitting(database, clock), since=None, until=None, by="manager", manager=None).as_json()["team"]
    assert all(secret in everything(database) for secret in SECRETS)
    done = forget(Sitting(database, clock, boss.person), known)
    assert done.wiped
    assert (done.client.name, done.client.status, done.client.task, done.client.phones) == (
        NAMELESS,
        "refused",
        None,
        (),
    )
    assert not [secret for secret in SECRETS if secret in everything(database)]
    after = kpi(sitting(database, clock), since=None, until=None, by="manager", manager=None).as_json()["team"]
    assert {key: after[key] for key in ("calls", "reached", "revenue")} == {
        key: figures[key] for key in ("calls", "reached", "revenue")
    }
    assert not check_storage(database, clock).faults


def test_the_file_itself_holds_nothing_of_them(database: Database, clock: StillClock, boss: Desk, known: int) -> None:
    path = database.location.path
    if path is None:  # the server looks after its own files; its rows were looked at above
        return
    files = [path, path.with_name(f"{path.name}-wal")]

    def found() -> set[str]:
        raw = b"".join(file.read_bytes() for file in files if file.exists())
        return {secret for secret in SECRETS if secret.encode() in raw}

    assert found() == set(SECRETS)
    assert forget(Sitting(database, clock, boss.person), known).wiped
    assert found() == set()


def test_a_reader_in_the_way_is_told_of_and_the_next_time_does_it(
    database: Database, clock: StillClock, boss: Desk, known: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "PATIENCE", 0.05)
    reader = Database(database.location)
    with reader.read() as session:
        session.exec(select(Client)).all()
        done = forget(Sitting(database, clock, boss.person), known)
        assert done.wiped != database.is_sqlite  # a server's readers are in nobody's way
    reader.close()
    assert forget(Sitting(database, clock, boss.person), known).wiped
    assert not check_storage(database, clock).faults


def test_a_number_not_to_be_called_stays_so_without_its_reason(
    database: Database, clock: StillClock, boss: Desk, known: int, arrive: Arrive
) -> None:
    mark(Sitting(database, clock, boss.person), Wish("+380671110001", "Zaborovska wrote"))
    forget(Sitting(database, clock, boss.person), known)
    assert "Zaborovska" not in everything(database)
    with database.read() as session:
        assert [row.why for row in session.exec(select(Suppression))] == [""]
    arrive("Somebody", phone="+380671110001")
    with database.read() as session:
        assert session.exec(select(Phone.dnc)).all() == [True]
    assert not check_storage(database, clock).faults


def test_only_an_admin_and_only_who_is_here(database: Database, clock: StillClock, hire: Hire, boss: Desk) -> None:
    with pytest.raises(NotAllowed):
        forget(Sitting(database, clock, hire("olha", "lead").person), 1)
    with pytest.raises(NothingToDo):
        forget(Sitting(database, clock, boss.person), 1)
