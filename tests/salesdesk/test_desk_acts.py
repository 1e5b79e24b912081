"""What a desk asks of the base in one transaction each: repeats that change nothing, new rules, and breaks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from salesdesk.desk.answer import RulesChanged, Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, NotAllowed
from salesdesk.storage.changes import Live
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, BreakTime, Task, User
from salesdesk.work.views import Handed
from tests.support.clock import NOON, StillClock
from tests.support.rule_texts import changed_preset, put_in_force

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
RENAMED = changed_preset(('id = "interested"', 'id = "keen"'))

# A base in which nobody can give a client back: the last statement of the use-case fails there.
_NOTHING_LET_GO = {
    "sqlite": ["CREATE TRIGGER stay BEFORE UPDATE OF claimed_by ON task BEGIN SELECT RAISE(ABORT, 'it stays'); END"],
    "postgresql": [
        "CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'it stays'; END $$",
        "CREATE TRIGGER stay BEFORE UPDATE OF claimed_by ON task FOR EACH ROW EXECUTE FUNCTION stay()",
    ],
}


def held(database: Database) -> list[int]:
    """The clients that somebody has in hand."""
    with database.read() as session:
        return list(session.exec(select(Task.client_id).where(col(Task.claimed_by).is_not(None))))


def breaks(database: Database) -> list[tuple[str, bool]]:
    """The reasons of the breaks so far, and which are over."""
    with database.read() as session:
        return [(row.reason, row.ended_at is not None) for row in session.exec(select(BreakTime))]


def taken(desk: Desk) -> Handed:
    came = desk.next_task()
    assert isinstance(came, Handed)
    return came


def test_passing_on_twice_gives_back_one_client_only(database: Database, hire: Hire, arrive: Arrive) -> None:
    """The desk asks again when the answer was lost with the connection: the next client must not be given back too."""
    arrive("Olena"), arrive("Petro"), arrive("Vasyl")
    desk = hire("anna")
    first = taken(desk)
    came = desk.pass_on(first.claim)
    again = desk.pass_on(first.claim)
    assert isinstance(came, Handed)
    assert isinstance(again, Handed)
    assert (came.client.name, again.client.name, again.claim) == ("Petro", "Petro", came.claim)
    assert held(database) == [came.client.id]


def test_passing_on_the_only_client_twice_keeps_the_claim(database: Database, hire: Hire, arrive: Arrive) -> None:
    arrive("Olena")
    desk = hire("anna")
    first = taken(desk)
    came = desk.pass_on(first.claim)
    again = desk.pass_on(first.claim)
    assert isinstance(came, Handed)
    assert isinstance(again, Handed)
    assert first.claim != came.claim == again.claim


def test_an_answer_under_rules_that_are_gone_is_not_recorded(database: Database, hire: Hire, arrive: Arrive) -> None:
    arrive("Olena")
    desk = hire("anna")
    handed = taken(desk)
    put_in_force(database, RENAMED)
    with pytest.raises(RulesChanged) as raised:
        desk.record_outcome(Said("interested"), handed.claim, version=handed.book.version)
    assert (raised.value.before, raised.value.now) == (handed.book.version, handed.book.version + 1)
    with database.read() as session:
        assert session.exec(select(Attempt)).all() == []
    again = taken(desk)
    assert (again.claim, [button.id for button in again.outcomes][2]) == (handed.claim, "keen")
    desk.record_outcome(Said("keen"), again.claim, version=again.book.version)
    with database.read() as session:
        assert [row.rules_version for row in session.exec(select(Attempt))] == [again.book.version]


def test_an_outcome_that_was_recorded_stays_so_under_new_rules(database: Database, hire: Hire, arrive: Arrive) -> None:
    arrive("Olena")
    desk = hire("anna")
    handed = taken(desk)
    done = desk.record_outcome(Said("interested"), handed.claim, version=handed.book.version)
    put_in_force(database, RENAMED)
    again = desk.record_outcome(Said("interested"), handed.claim, version=handed.book.version)
    assert (again.attempt_id, again.repeated) == (done.attempt_id, True)


def test_without_a_version_the_rules_of_now_decide(database: Database, hire: Hire, arrive: Arrive) -> None:
    arrive("Olena")
    desk = hire("anna")
    handed = taken(desk)
    put_in_force(database, RENAMED)
    with pytest.raises(BadRequest) as raised:
        desk.record_outcome(Said("interested"), handed.claim)
    assert not isinstance(raised.value, RulesChanged)
    assert desk.record_outcome(Said("keen"), handed.claim).outcome == "keen"


def test_a_break_gives_the_client_back_in_the_same_transaction(
    database: Database, hire: Hire, arrive: Arrive, clock: StillClock
) -> None:
    arrive("Olena")
    desk = hire("anna")
    taken(desk)
    assert desk.take_break(" coffee ") == clock.now()
    assert (held(database), breaks(database)) == ([], [("coffee", False)])


def test_a_break_whose_second_half_fails_has_not_begun(database: Database, hire: Hire, arrive: Arrive) -> None:
    arrive("Olena")
    desk = hire("anna")
    handed = taken(desk)
    with database.write() as session:
        for statement in _NOTHING_LET_GO["sqlite" if database.is_sqlite else "postgresql"]:
            session.connection().execute(text(statement))
    with pytest.raises(Exception, match="it stays"):
        desk.take_break("coffee")
    assert (held(database), breaks(database)) == ([handed.client.id], [])


def test_a_break_asked_for_twice_is_one(database: Database, hire: Hire, clock: StillClock) -> None:
    desk, since = hire("anna"), NOON - timedelta(seconds=1)
    assert desk.take_break("coffee", since) == since
    clock.forward(seconds=3)
    assert desk.take_break("coffee", since) == since
    with pytest.raises(BadRequest, match="on a break already"):
        desk.take_break("coffee")
    assert breaks(database) == [("coffee", False)]


def test_too_long_a_reason_changes_nothing(database: Database, hire: Hire, arrive: Arrive) -> None:
    arrive("Olena")
    desk = hire("anna")
    handed = taken(desk)
    with pytest.raises(BadRequest, match="the limit is 200"):
        desk.take_break("x" * 201)
    assert held(database) == [handed.client.id]


def test_somebody_disabled_still_gives_back_what_they_hold(database: Database, hire: Hire, arrive: Arrive) -> None:
    arrive("Olena")
    desk = hire("anna")
    taken(desk)
    with database.write() as session:
        session.get_one(User, desk.person.id).active = False
    with pytest.raises(NotAllowed):
        desk.next_task()
    assert desk.release() is not None
    assert held(database) == []


def test_who_listens_learns_of_new_rules(database: Database) -> None:
    live = Live(database)
    try:
        live.wait(0.0)
        before = live.rules_version
        other = Database(database.location)
        put_in_force(other, RENAMED)
        other.close()
        assert live.wait(20.0) is True
        assert live.rules_version == before + 1
    finally:
        live.close()
        live.end()
