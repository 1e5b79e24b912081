"""Clients over a cap who stand before one who may be called: that one is handed out, at a cost that stays the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select

from rules.reasons import from_json
from salesdesk.clients.draft import draft_from_row
from salesdesk.clients.store import Arrival, add_clients
from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, Claim, Client, Deal, Task, key_of
from salesdesk.upkeep.health import check_storage
from salesdesk.work import blocked
from salesdesk.work.rulebook import current
from salesdesk.work.views import Handed, NothingDue
from tests.support.clock import NOON, StillClock
from tests.support.rule_texts import changed_preset, put_in_force

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
FIRST_CALL = NOON - timedelta(hours=2)
CALLS = 2
# A cap, and when a client who was called at 10:00 and 10:10 of a Monday may be called again.
CAPS = {
    "max_total = 2": NOON + blocked.HELD_FOR,
    "max_per_day = 2": NOON + timedelta(hours=21),
    "max_per_24h = 2": NOON + timedelta(hours=22),
    "max_per_week = 2": NOON + timedelta(days=6, hours=21),
    "max_per_month = 2": NOON + timedelta(days=7, hours=21),
    'min_gap = "6h"': NOON + timedelta(hours=4, minutes=10),
}


def capped_by(database: Database, cap: str) -> None:
    """Put this cap in force and no other."""
    text = changed_preset()
    for name in ("max_per_day", "max_per_24h", "min_gap"):
        text = "\n".join(line for line in text.splitlines() if not line.startswith(f"{name} ="))
    put_in_force(database, text.replace("[calling]", f"[calling]\n{cap}", 1))


def called(database: Database, many: int, by: Desk, calls: int = CALLS, **about: str) -> list[int]:
    """So many clients, due for an hour, each called this morning; their numbers, in the order of the feed."""
    rows = ({"name": [f"Capped {n}"], "phone": [f"+38050{n:07d}"]} for n in range(1_000_000, 1_000_000 + many))
    drafts = [draft_from_row(row, {}, country="UA", at=FIRST_CALL) for row in rows]
    with database.write() as session:
        version = current(session).version
        clients = add_clients(session, drafts, Arrival(current(session), FIRST_CALL, "planned"))
        ids = [key_of(client) for client in clients]
        _call(session, ids, by, version, calls)
        for task in session.exec(select(Task).where(col(Task.closed_at).is_(None), col(Task.client_id).in_(ids))):
            task.due_at = task.wanted_at = NOON - timedelta(hours=1)
            for name, value in about.items():
                setattr(task, name, value)
    return ids


def _call(session: Session, ids: list[int], by: Desk, version: int, calls: int) -> None:
    """Write the calls of each client, as whoever pressed a button so often would have left them."""
    deals = {deal.client_id: key_of(deal) for deal in session.exec(select(Deal).where(col(Deal.client_id).in_(ids)))}
    last = {task.client_id: task for task in session.exec(select(Task).where(col(Task.client_id).in_(ids)))}
    for number in reversed(range(calls)):
        at = FIRST_CALL + timedelta(minutes=10 * number)
        kept: dict[str, Any] = {"kind": "call", "feed": "planned", "wanted_at": at, "due_at": at, "created_at": at}
        tasks = {
            client: Task(
                client_id=client, deal_id=deals[client], area_id=task.area_id, closed_at=at, closed_by="outcome", **kept
            )
            for client, task in last.items()
        }
        session.add_all(tasks.values())
        session.flush()
        claims = {c: Claim(task_id=key_of(task), user_id=by.person.id, taken_at=at) for c, task in tasks.items()}
        session.add_all(claims.values())
        session.flush()
        session.add_all(
            Attempt(
                claim_id=key_of(claims[client]),
                client_id=client,
                deal_id=deals[client],
                user_id=by.person.id,
                task_id=key_of(task),
                next_task_id=key_of(last[client]),
                at=at,
                feed="planned",
                wanted_at=at,
                due_at=at,
                outcome="interested",
                reached=True,
                status_before="new",
                status_after="new",
                kind_after="open",
                misses_before=0,
                misses_after=0,
                rules_version=version,
                team_day=at.date(),
            )
            for client, task in tasks.items()
        )
        last = tasks


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def see(*said: object) -> None:
        sent.append(str(said[2]))

    event.listen(database.engine, "before_cursor_execute", see)
    yield sent
    event.remove(database.engine, "before_cursor_execute", see)


def taken(desk: Desk) -> str | None:
    handed = desk.next_task()
    return handed.client.name if isinstance(handed, Handed) else None


def due_times(database: Database, clients: list[int]) -> set[datetime]:
    with database.read() as session:
        query = select(Task.due_at).where(col(Task.client_id).in_(clients), col(Task.closed_at).is_(None))
        return set(session.exec(query))


def test_behind_a_thousand_over_their_total_the_one_who_may_be_called_is_handed_out_at_once(
    database: Database, clock: StillClock, hire: Hire, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL they are a tenth as many, and a tenth are moved together: writing a thousand takes it long."""
    share = 1 if database.is_sqlite else 10
    monkeypatch.setattr(blocked, "AT_ONCE", blocked.AT_ONCE // share)
    anna, ivan = hire("anna"), hire("ivan")
    capped_by(database, "max_total = 1")
    capped = called(database, 1050 // share, anna, calls=1)
    arrive("Free")
    with counted(database) as first:
        assert taken(anna) == "Free"
    assert due_times(database, capped) == {NOON + blocked.HELD_FOR}
    with counted(database) as second:
        assert isinstance(ivan.next_task(), NothingDue)
    assert len(first) < len(second) + 40, "a few statements for hundreds, and never again"
    assert check_storage(database, clock).faults == ()


@pytest.mark.parametrize("cap", CAPS)
def test_every_cap_moves_its_clients_to_when_it_allows_them(
    database: Database, hire: Hire, arrive: Arrive, monkeypatch: pytest.MonkeyPatch, cap: str
) -> None:
    monkeypatch.setattr(blocked, "AT_ONCE", 5)
    anna = hire("anna")
    capped_by(database, cap)
    capped = called(database, 12, anna)
    arrive("Free")
    assert taken(anna) == "Free"
    assert due_times(database, capped) == {CAPS[cap]}
    with database.read() as session:
        reasons = session.exec(select(Task.because).where(Task.client_id == capped[-1], col(Task.closed_at).is_(None)))
        said = from_json(reasons.one())
    assert said[0].values["cap"] == cap.partition(" ")[0]


@pytest.mark.parametrize("feed", ["callback", "retry", "incoming"])
def test_in_every_feed(
    database: Database, hire: Hire, arrive: Arrive, monkeypatch: pytest.MonkeyPatch, feed: str
) -> None:
    monkeypatch.setattr(blocked, "AT_ONCE", 5)
    anna = hire("anna")
    capped_by(database, "max_total = 2")
    called(database, 12, anna, feed=feed)
    arrive("Free")
    assert taken(anna) == "Free"


def test_so_many_that_one_transaction_should_not_move_them_are_moved_in_several(
    database: Database, clock: StillClock, hire: Hire, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocked, "AT_ONCE", 5)
    monkeypatch.setattr(blocked, "MOST_MOVED", 6)
    anna = hire("anna")
    arrive("In hand")
    held = anna.next_task()
    assert isinstance(held, Handed)
    capped_by(database, "max_total = 2")
    called(database, 30, anna)
    clock.forward(seconds=1)
    arrive("Free")
    other = anna.pass_on(held.claim)
    assert isinstance(other, Handed)
    assert other.client.name in {"Free", "In hand"}
    assert anna.release()
    with counted(database) as sent:
        assert taken(anna) in {"Free", "In hand"}
    assert len(sent) < 20
    assert check_storage(database, clock).faults == ()


def test_who_may_be_called_in_their_midst_is_not_moved(
    database: Database, hire: Hire, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocked, "AT_ONCE", 5)
    anna = hire("anna")
    capped_by(database, "max_total = 2")
    arrive("One")
    capped = called(database, 9, anna)
    arrive("Two")
    with database.write() as session:
        for name, place in (("One", 3), ("Two", 6)):
            client = session.exec(select(Client.id).where(Client.name == name)).one()
            task = session.exec(select(Task).where(Task.client_id == client)).one()
            task.due_at = NOON - timedelta(hours=1)
            for late in capped[place:]:
                query = select(Task).where(Task.client_id == late, col(Task.closed_at).is_(None))
                session.exec(query).one().due_at += timedelta(minutes=1)
    assert [taken(anna), anna.release() and None, taken(anna)] == ["One", None, "One"]


def test_a_cap_that_is_raised_brings_back_who_was_held(database: Database, clock: StillClock, hire: Hire) -> None:
    from salesdesk.rule_changes.replan import catch_up

    anna = hire("anna")
    capped_by(database, "max_total = 2")
    called(database, 3, anna)
    assert taken(anna) is None
    capped_by(database, "max_total = 3")
    assert catch_up(database, clock) == 3
    assert taken(anna) == "Capped 1000000"


def test_what_is_not_for_this_person_is_let_lie(
    database: Database, hire: Hire, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clients of another pool, and those who are asleep, are nobody's business here."""
    monkeypatch.setattr(blocked, "AT_ONCE", 5)
    anna = hire("anna")
    capped_by(database, "max_total = 2")
    elsewhere = called(database, 4, anna, pool="survey")
    arrive("Free")
    assert taken(anna) == "Free"
    assert due_times(database, elsewhere) == {NOON - timedelta(hours=1)}
