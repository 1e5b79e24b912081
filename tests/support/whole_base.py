"""A base with something in every table, and two bases compared row by row."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData
from sqlalchemy import select as select_columns
from sqlmodel import select

from salesdesk.access.audit import append
from salesdesk.access.people import find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clock import Clock
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.models import (
    BreakTime,
    Import,
    Outbox,
    Shift,
    Suppression,
    Task,
    Undo,
    User,
    UserPool,
)
from salesdesk.upkeep.backup import back_up
from salesdesk.upkeep.table_copy import names_of
from tests.support.clock import NOON

ODD = 'О\'Ко\u02bcннор "<b>" 日本 \U0001f4de'
TICK = timedelta(microseconds=123457)


def fill(database: Database, hire: Callable[..., Desk], arrive: Callable[..., int]) -> Desk:
    """Calls of every kind and a row in every other table; gives anna's desk, who holds a client."""
    anna = hire("anna", zone="Europe/Kyiv", pools=("sales",))
    ids = [arrive(name, note=ODD, email="a@example.org") for name in (ODD, "Petro", "Ivan", "Maria", "Oleh")]
    for said in (
        Said("call-back", at="tomorrow 10"),
        Said("refused", "price", note=ODD),
        Said("paid", amount="1250.50"),
        Said("do-not-call"),
    ):
        anna.next_task()
        done = anna.record_outcome(said)
    anna.next_task()
    with database.write() as session:
        me = anna.person.id
        session.add_all(
            [
                Undo(attempt_id=done.attempt_id - 2, user_id=me, at=NOON + TICK, note=ODD),
                Import(
                    file_name="a.csv", user_id=me, started_at=NOON, finished_at=NOON + TICK, counts={"б": [1, None]}
                ),
                Outbox(topic="t", payload={"long": 1, "b": {"z": 1.5, "a": True}}, created_at=NOON + TICK),
                Shift(user_id=me, started_at=NOON, seen_at=NOON + TICK),
                BreakTime(user_id=me, started_at=NOON, ended_at=NOON + TICK, reason=ODD),
                Suppression(digest="0" * 64, why=ODD, created_at=NOON),
            ]
        )
        session.get_one(User, me).hours = json.dumps({"mon-fri": "09:00-18:00"})
        session.get_one(UserPool, (me, "sales")).last_given_at = NOON + TICK
        promised = session.exec(select(Task).where(Task.feed == "callback", Task.client_id == ids[0])).one()
        promised.allowed_by, promised.fresh_until = me, NOON + TICK
        append(session, anna.person, "rules.apply", "version 2", {"б": 1, "a": [True, None, 0.1]}, NOON + TICK)
    return anna


def rows_of(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table as the engine has it, with times in UTC."""
    with database.engine.connect() as connection, connection.begin():
        names = names_of(connection)
        found = MetaData()
        found.reflect(connection, only=names)
        return {
            name: [
                {column: _plain(value) for column, value in row.items()}
                for row in connection.execute(select_columns(table).order_by(*table.primary_key.columns)).mappings()
            ]
            for name, table in found.tables.items()
        }


def _plain(value: object) -> object:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def assert_same_rows(before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]) -> None:
    """Check table by table; the audit may have grown."""
    assert before.keys() == after.keys()
    for table, rows in before.items():
        found = after[table][: len(rows)] if table == "audit" else after[table]
        assert found == rows, table
        assert rows, f"nothing was in {table}"


def save_as_boss(database: Database, clock: Clock, file: Path) -> Path:
    """A backup of the base as it is, made by its admin."""
    with database.read() as session:
        boss = find_person(session, "boss")
    return back_up(Sitting(database, clock, boss), file, force=True).file
