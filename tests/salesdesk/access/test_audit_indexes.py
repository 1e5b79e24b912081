"""What is looked up in the audit while people work is found by an index, however long the audit has grown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from salesdesk.access import audit
from salesdesk.access.sitting import Sitting
from salesdesk.clients.queries import visible_client
from salesdesk.desk.desk import Desk
from salesdesk.desk.inbound import inbound
from salesdesk.errors import NothingToDo
from salesdesk.storage.database import Database
from salesdesk.storage.models import Audit, key_of
from salesdesk.team.stuck import release_claim
from salesdesk.work.holding import RELEASED
from salesdesk.work.views import Handed
from tests.support.clock import StillClock

ROWS = 4000  # so many that PostgreSQL too finds an index worth its while


@contextmanager
def statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """Every statement that asks the audit something in here, with its parameters."""
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if statement.startswith("SELECT") and "FROM audit" in statement:
            asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def plan(database: Database, statement: str, parameters: Any) -> str:
    """How the engine goes about it."""
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    with database.read() as session:
        rows = session.connection().exec_driver_sql(f"{explain} {statement}", parameters).all()
    return "\n".join(str(row[-1]) for row in rows)


@pytest.fixture
def long_audit(database: Database, clock: StillClock) -> None:
    """What boss has done for years: each act on another object."""
    row = {"at": clock.now(), "actor_id": 1, "os_login": "", "detail": {}, "previous": "", "digest": ""}
    rows = [
        row | {"action": action, "object": f"{what} {number}"}
        for number in range(100, 100 + ROWS // 2)
        for action, what in ((RELEASED, "task"), ("clients.merge", "client"))
    ]
    with database.write() as session:
        session.connection().execute(insert(Audit), rows)
    if not database.is_sqlite:
        with database.write() as session:
            session.connection().execute(text("ANALYZE audit"))


def assert_found_by(index: str, database: Database, act: Callable[[], object]) -> None:
    with statements(database) as asked, suppress(NothingToDo):
        act()
    assert asked, "the audit was not asked"
    for statement, parameters in asked:
        told = plan(database, statement, parameters)
        assert index in told, told
        assert "SCAN audit" not in told
        assert "Seq Scan on audit" not in told


@pytest.mark.usefixtures("long_audit")
def test_how_a_claim_was_lost_is_found_by_its_task(
    database: Database, hire: Callable[..., Desk], arrive: Callable[..., int], clock: StillClock
) -> None:
    anna, lead = hire("anna"), hire("olha", "lead")
    arrive()
    handed = anna.next_task()
    assert isinstance(handed, Handed)
    release_claim(Sitting(database, clock, lead.person), "anna")
    assert anna.how_lost(handed.claim) == "released by olha; nobody has the client now"
    assert_found_by("ix_audit_object", database, lambda: anna.how_lost(handed.claim))


@pytest.mark.usefixtures("long_audit")
def test_where_an_unknown_client_went_is_found_by_its_number(database: Database) -> None:
    def look() -> None:
        with database.read() as session:
            visible_client(session, 17)

    assert_found_by("ix_audit_object", database, look)


@pytest.mark.usefixtures("long_audit")
def test_what_one_person_did_is_found_by_who_they_are(
    database: Database, hire: Callable[..., Desk], arrive: Callable[..., int], clock: StillClock
) -> None:
    anna = hire("anna")
    arrive()
    with pytest.raises(NothingToDo):
        inbound(Sitting(database, clock, anna.person), "999999")
    if not database.is_sqlite:
        with database.write() as session:
            session.connection().execute(text("ANALYZE audit"))

    def look_up() -> None:
        inbound(Sitting(database, clock, anna.person), "999998")

    def read() -> None:
        with database.read() as session:
            assert {key_of(entry.row) > ROWS for entry in audit.entries(session, actor="anna")} == {True}

    assert_found_by("ix_audit_actor_id", database, read)
    with statements(database) as asked, suppress(NothingToDo):
        look_up()
    counted = [(statement, parameters) for statement, parameters in asked if "actor_id =" in statement]
    assert counted
    for statement, parameters in counted:
        assert "ix_audit_actor_id" in plan(database, statement, parameters)
