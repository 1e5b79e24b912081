"""Versions of the rules: made, compared, rolled back, by one admin after another, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import col, select

from salesdesk.access.audit import verify
from salesdesk.access.people import Person
from salesdesk.access.sitting import Sitting
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, NotAllowed, NothingToDo, StorageError
from salesdesk.rule_changes.changing import Applied, Overtaken, Wish, change, compare, history, roll_back
from salesdesk.rule_changes.editing import rename_status, set_ladder
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, Audit, RuleVersion
from salesdesk.work.rulebook import current, version_row
from salesdesk.work.views import Handed
from tests.support.clock import StillClock
from tests.support.people import sitting

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
Change = Callable[..., Applied]

SLOWER = ["5m", "45m", "3h", "1d", "archive"]


def slower(text: str) -> str:
    return set_ladder(text, "no-answer", SLOWER)


def test_a_change_is_a_version_with_its_audit_row(changed: Change, database: Database, clock: StillClock) -> None:
    applied = changed(slower, "too pushy")
    assert (applied.version.row.id, applied.version.author, applied.before, applied.moved) == (2, "boss", 1, 0)
    assert [str(found) for found in applied.changes or ()] == ["ladder no-answer: rung 2 was 30m, is 45m"]
    with database.read() as session:
        assert current(session).version == 2
        row = session.exec(select(Audit).where(Audit.action == "rules.apply")).one()
        assert (row.object, row.at) == ("version 2", clock.now())
        assert row.detail == {"note": "too pushy", "before": 1, "moved": 0, "move_to": None}
        assert verify(session) is None


def test_a_rollback_is_a_new_version_with_the_old_text(
    changed: Change, database: Database, clock: StillClock, boss: Person
) -> None:
    changed(slower)
    back = roll_back(Sitting(database, clock, boss), 1, Wish(str, "as it was"))
    assert (back.version.row.id, back.before) == (3, 2)
    assert [(v.row.id, v.row.note) for v in history(sitting(database, clock))] == [
        (3, "as it was"),
        (2, "why"),
        (1, "preset en"),
    ]
    with database.read() as session:
        assert version_row(session).toml == version_row(session, 1).toml
        assert session.exec(select(Audit.action).order_by(col(Audit.id))).all()[-1] == "rules.rollback"
    with pytest.raises(NothingToDo, match="no version 9"):
        roll_back(Sitting(database, clock, boss), 9, Wish(str, ""))
    with pytest.raises(NothingToDo, match="in force already"):
        roll_back(Sitting(database, clock, boss), 3, Wish(str, ""))


def test_what_is_refused_changes_nothing(changed: Change, database: Database, hire: Hire, clock: StillClock) -> None:
    lead = hire("lena", "lead").person
    with pytest.raises(NotAllowed):
        change(Sitting(database, clock, lead), Wish(slower, "mine"))
    with pytest.raises(NothingToDo, match="in force already"):
        changed(lambda text: text)
    with pytest.raises(BadRequest, match=r"ladder.no-answer.rungs"):
        changed(lambda text: set_ladder(text, "no-answer", ["archive", "5m"]))
    with pytest.raises(BadRequest, match="201 characters"):
        changed(slower, "x" * 201)
    with database.read() as session:
        assert session.exec(select(RuleVersion.id)).all() == [1]
        assert session.exec(select(Audit.id)).all() == []


def test_of_two_admins_at_once_neither_overwrites_the_other(changed: Change, database: Database) -> None:
    edits = [slower, *(lambda text, n=n: rename_status(text, "new", f"New {n}") for n in range(5))]
    with ThreadPoolExecutor(len(edits)) as pool:
        made = list(pool.map(changed, edits))
    assert sorted(applied.version.row.id or 0 for applied in made) == [2, 3, 4, 5, 6, 7]
    with database.read() as session:
        rules = current(session).rules
        assert [rung.text for rung in rules.ladders["no-answer"].rungs] == SLOWER
        assert rules.statuses["new"].label.startswith("New ")
        assert verify(session) is None
        assert len(session.exec(select(Audit.id)).all()) == 6


def test_a_text_written_on_an_older_version_is_refused(changed: Change) -> None:
    changed(slower)
    with pytest.raises(Overtaken, match=r"Version 2 was made meanwhile; yours was written on version 1\."):
        changed(lambda text: rename_status(text, "new", "Fresh"), base=1)
    assert changed(lambda text: rename_status(text, "new", "Fresh"), base=2).version.row.id == 3


def test_a_desk_takes_the_new_version_at_its_next_card_and_old_attempts_keep_theirs(
    changed: Change, hire: Hire, arrive: Arrive, database: Database
) -> None:
    anna = hire("anna")
    arrive("A"), arrive("B")
    first = anna.next_task()
    assert isinstance(first, Handed)
    assert first.book.version == 1
    anna.record_outcome(Said("no-answer", "not-answering"))
    changed(lambda text: set_ladder(text, "no-answer", ["7m", "archive"]))
    second = anna.next_task()
    assert isinstance(second, Handed)
    assert second.book.version == 2
    done = anna.record_outcome(Said("no-answer", "not-answering"))
    assert 'ladder "no-answer", rung 1 of 2: 7m' in done.because
    with database.read() as session:
        assert session.exec(select(Attempt.rules_version).order_by(col(Attempt.id))).all() == [1, 2]


def test_a_rule_set_that_a_newer_program_refuses_can_be_mended(
    changed: Change, database: Database, clock: StillClock
) -> None:
    with database.write() as session:
        good = version_row(session).toml
        session.add(RuleVersion(toml="schema = 1", at=clock.now() - timedelta(days=1)))
    with database.read() as session, pytest.raises(StorageError, match=r"(?s)version 2 .* rules edit"):
        current(session)
    applied = changed(lambda _: good)
    assert (applied.version.row.id, applied.changes) == (3, None)


def test_comparing_with_the_rules_in_force_and_with_older_ones(
    changed: Change, database: Database, clock: StillClock
) -> None:
    changed(slower)
    with database.read() as session:
        new, old = version_row(session).toml, version_row(session, 1).toml
    assert compare(sitting(database, clock), new, None) == []
    assert [found.as_json() for found in compare(sitting(database, clock), new, 1)] == [
        {"rule": "ladder no-answer rung 2", "was": "30m", "is": "45m"}
    ]
    assert compare(sitting(database, clock), f"# a remark\n{old}", 1) == []
