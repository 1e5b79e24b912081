"""A rule text is parsed once for a change, and fetched only when another one is in force."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

import rules.file.load
from rules.file.load import Loaded, load
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.rule_changes.changing import Applied
from salesdesk.rule_changes.editing import set_ladder
from salesdesk.storage.database import Database
from salesdesk.storage.models import RuleVersion
from salesdesk.work.rulebook import current, version_row
from tests.support.clock import StillClock

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
Change = Callable[..., Applied]

_WHOLE_TEXT = re.compile(r"(?<!\()rule_version\.toml(?! =)")  # not inside a function, and not compared


@contextmanager
def texts_fetched(database: Database) -> Iterator[list[str]]:
    """The statements that read a rule text as a whole."""
    seen: list[str] = []

    def look(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if _WHOLE_TEXT.search(statement):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", look)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", look)


def test_a_changed_text_is_parsed_once(changed: Change, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counter[str]()

    def counting(text: str) -> Loaded:
        counted[text] += 1
        return load(text)

    monkeypatch.setattr(rules.file.load, "load", counting)
    first = "7m" if database.is_sqlite else "6m"  # a text of its own on each engine
    changed(lambda text: set_ladder(text, "no-answer", [first, "1h", "archive"]))
    with database.read() as session:
        text = version_row(session).toml
        assert current(session).rules.ladders["no-answer"].rungs[0].text == first
    assert counted[text] == 1
    assert max(counted.values()) == 1


def test_a_day_at_the_desk_fetches_the_rules_once(
    changed: Change, hire: Hire, arrive: Arrive, database: Database, clock: StillClock
) -> None:
    anna = hire("anna")
    for _ in range(3):
        arrive()
    anna.next_task()
    with texts_fetched(database) as seen:
        for _ in range(3):
            anna.next_task()
            anna.record_outcome(Said("interested"))
            anna.look()
        assert seen == []
        changed(lambda text: set_ladder(text, "no-answer", ["8m", "1h", "archive"]))
        seen.clear()
        clock.forward(days=2)
        anna.next_task()
        anna.record_outcome(Said("no-answer", "not-answering"))
        assert seen == [], "the change has read the new text already"


def test_another_text_under_the_same_number_is_seen(changed: Change, database: Database) -> None:
    """As after a restore, or in a base that was emptied and filled anew behind an open program."""
    changed(lambda text: set_ladder(text, "no-answer", ["9m", "1h", "archive"]))
    with database.read() as session:
        assert current(session).rules.ladders["no-answer"].rungs[0].text == "9m"
    with database.write() as session:
        row = session.get_one(RuleVersion, 2)
        row.toml = set_ladder(row.toml, "no-answer", ["11m", "1h", "archive"])
    with database.read() as session:
        found = current(session)
        assert (found.version, found.rules.ladders["no-answer"].rungs[0].text) == (2, "11m")
