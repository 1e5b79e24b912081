"""From a wish to a due time: one function for every task, whoever plans it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import salesdesk
from rules.area import Area
from rules.file.load import load
from rules.file.preset import preset_text
from rules.model import RuleSet
from rules.reasons import Code
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.models import Client
from salesdesk.work.planning import allowed_from, client_allowed_from
from salesdesk.work.rulebook import current
from salesdesk.work.situations import NO_CALLS, Calls

Hire = Callable[..., Desk]
Arrive = Callable[..., int]

NEW_YORK = Area("US", None, ("America/New_York",))
THANKSGIVING = datetime(2026, 11, 26, 17, tzinfo=UTC)  # noon there


def rules(**more: str) -> RuleSet:
    text = preset_text("en")
    for key, value in more.items():
        text = text.replace("[calling]\n", f"[calling]\n{key} = {value}\n")
    return load(text).ruleset


def test_a_wish_inside_the_hours_stands() -> None:
    assert allowed_from(rules(), NEW_YORK, THANKSGIVING).at == THANKSGIVING


def test_the_public_holidays_of_the_place_close_it_where_the_rules_say_so() -> None:
    allowed = allowed_from(rules(holidays="true"), NEW_YORK, THANKSGIVING)
    assert allowed.at == datetime(2026, 11, 27, 14, tzinfo=UTC)
    assert [reason.code for reason in allowed.reasons] == [Code.MOVED_BY_HOLIDAY]


def test_the_calls_made_so_far_count() -> None:
    calls = Calls((THANKSGIVING,), 1)
    assert allowed_from(rules(), NEW_YORK, THANKSGIVING, calls).at == THANKSGIVING + timedelta(minutes=5)
    assert allowed_from(rules(), NEW_YORK, THANKSGIVING, NO_CALLS).at == THANKSGIVING


def test_a_clients_own_calls_and_place_are_read(hire: Hire, arrive: Arrive, database: Database) -> None:
    anna, client_id = hire("anna"), arrive(zone="America/New_York")
    now = THANKSGIVING
    with database.read() as session:
        client, book = session.get_one(Client, client_id), current(session)
        first = client_allowed_from(session, book.rules, client_id, client.area_id, now, now)
    assert first.at == now
    anna.clock.at = now  # type: ignore[attr-defined]
    anna.next_task()
    anna.record_outcome(Said("no-answer", "busy"))
    with database.read() as session:
        again = client_allowed_from(session, book.rules, client_id, client.area_id, now, now)
    assert (again.at, [reason.code for reason in again.reasons]) == (now + timedelta(minutes=5), [Code.MOVED_BY_CAP])


def test_nobody_else_in_the_application_asks_the_rules_when() -> None:
    folder = Path(salesdesk.__file__).parent
    asking = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "first_allowed" for alias in node.names)
    }
    assert {Path(name).name for name in asking} == {"planning.py"}
