"""Reasons in the database, on both engines: a code and its values; rows from before that keep their sentences."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import select

from rules.reasons import from_json, instant_value
from salesdesk.access.sitting import Sitting
from salesdesk.clients.set_zone import set_zone
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.desk.inbound import inbound
from salesdesk.desk.why import why
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, Task
from salesdesk.words.codes import Act
from salesdesk.work.views import Handed
from tests.support.clock import StillClock, in_words

Hire = Callable[..., Desk]
Arrive = Callable[..., int]

OLD = ["imported", "the client's zone was set", "moved to Mon 23 Nov 09:00 Europe/Kyiv: cap min_gap = 300"]


def stored(database: Database, table: str) -> list[Any]:
    """The reasons of the only row of a table, past every mapping."""
    with database.read() as session:
        raw = session.connection().execute(text(f"SELECT because FROM {table}")).scalar_one()
    return json.loads(raw) if isinstance(raw, str) else list(raw)


def make_old(database: Database) -> None:
    """As a program from before reasons were data left the open task."""
    with database.write() as session:
        session.exec(select(Task).where(Task.closed_at == None)).one().because = list(OLD)  # noqa: E711


def taken(desk: Desk) -> Handed:
    handed = desk.next_task()
    assert isinstance(handed, Handed)
    return handed


def test_a_row_holds_codes_and_values(hire: Hire, arrive: Arrive, database: Database, clock: StillClock) -> None:
    anna = hire("anna")
    arrive()
    assert stored(database, "task") == [["imported", {}]]
    taken(anna)
    anna.record_outcome(Said("interested"))
    due = instant_value(clock.now() + timedelta(days=1))
    assert stored(database, "attempt") == [
        ["outcome", {"outcome": "interested", "label": "Interested"}],
        ["next-due", {"task": "call", "label": "Call", "at": due, "zone": "Europe/Kyiv"}],
    ]


def test_the_sentences_of_an_old_row_are_shown_as_they_are(
    hire: Hire, arrive: Arrive, database: Database, clock: StillClock
) -> None:
    anna, lead, client = hire("anna"), hire("olha", "lead"), arrive()
    make_old(database)
    handed = taken(anna)
    assert handed.because == ("feed planned, due now", *OLD)
    assert handed.as_json()["because_data"][1:] == [["sentence", {"text": one}] for one in OLD]
    explained = why(Sitting(database, clock, lead.person), client)
    assert f'task "Call", feed planned: {"; ".join(OLD)}' in explained.because
    anna.record_outcome(Said("refused", "price"))
    with database.write() as session:
        session.exec(select(Attempt)).one().because = ["Refused: Price", 'status "Refused" ends it']
    said = why(Sitting(database, clock, lead.person), client).because[0]
    assert 'has no task: Refused: Price; status "Refused" ends it, anna, ' in said
    assert anna.record_outcome(Said("refused", "price"), handed.claim).because[0] == "Refused: Price"


def test_an_old_row_goes_on_as_data(hire: Hire, arrive: Arrive, database: Database, clock: StillClock) -> None:
    """What happens to it from now on is added as data; what was a sentence stays one."""
    anna, lead = hire("anna"), hire("olha", "lead")
    client = arrive(phone="+380671234567")
    make_old(database)
    set_zone(Sitting(database, clock, lead.person), client, "Europe/Warsaw")
    inbound(Sitting(database, clock, anna.person), "1234567")
    with database.read() as session:
        because = session.exec(select(Task)).one().because
    assert in_words(because) == ["the client called", *OLD, "the client's zone was set"]
    codes = [reason.code for reason in from_json(because)]
    assert codes == [Act.CALLED_IN, *["sentence"] * 3, Act.ZONE_SET]
