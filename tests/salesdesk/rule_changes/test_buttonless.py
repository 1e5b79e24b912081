"""Clients who are there and for whom the new rules have no button: counted and refused, or given a call."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import col, select

from salesdesk.clients.merge import merge_clients
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest
from salesdesk.rule_changes.changing import Applied
from salesdesk.storage.database import Database
from salesdesk.storage.models import Client, Task
from salesdesk.upkeep.health import check_storage
from salesdesk.work.views import Handed
from tests.support.clock import StillClock
from tests.support.people import sitting
from tests.support.rule_texts import changed_preset, put_in_force, trigger
from tests.support.teams import ON_FILE

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
Edit = Callable[..., Applied]

_CALLS = 'show_for = ["call", "callback", "repeat-sale"]\n'
_BUTTONS = ("no-answer", "call-back", "interested", "offer-sent", "paid", "refused", "wrong-number", "do-not-call")
_VISIT = '\n[[task]]\nid = "visit"\nlabel = "Visit"\n'
SENT = ('status = "offer-sent"\nnext = { task = "call"', 'status = "offer-sent"\nnext = { task = "visit"')


def button(name: str, key: str, body: str, kind: str = "visit") -> str:
    """A button of one kind of task."""
    head = f'\n[[outcome]]\nid = "{name}"\nlabel = "{name}"\nkey = "{key}"\nreached = true\n'
    return f'{head}show_for = ["{kind}"]\n{body}\n'


AGAIN = button("again", "1", 'ask = ["time"]\nnext = { task = "visit" }')
VISITED = button("visited", "2", 'status = "in-work"\nnext = { task = "call", after = "1d" }')


def rules(*changes: tuple[str, str], add: str = AGAIN + VISITED) -> str:
    """The preset whose offers lead to a visit, which has buttons of its own; all others are for calls only."""
    text = changed_preset(*changes, add=_VISIT + add)
    for name in _BUTTONS:
        text = text.replace(f'[[outcome]]\nid = "{name}"\n', f'[[outcome]]\nid = "{name}"\n{_CALLS}')
    return text


WITHOUT = rules(add="")
"""The same with the buttons of the visit, and what led to one, taken out; its kind stays declared."""


@pytest.fixture
def visited(database: Database, clock: StillClock, hire: Hire, arrive: Arrive) -> Desk:
    """anna's desk: one client has a visit to come, another one was promised, a third waits for a call."""
    put_in_force(database, rules(SENT))
    anna = hire("anna")
    for name in ("Planned", "Promised"):
        arrive(name, zone="Europe/Kyiv")
        assert isinstance(anna.next_task(), Handed)
        anna.record_outcome(Said("offer-sent"))
    clock.forward(days=2, minutes=-1)
    with database.write() as session:  # the first one only later, so that the second is due first
        first = session.exec(select(Task).where(Task.client_id == 1, col(Task.closed_at).is_(None))).one()
        first.due_at = clock.now().replace(hour=15)
    clock.forward(minutes=2)
    handed = anna.next_task()
    assert isinstance(handed, Handed)
    assert (handed.client.name, [button.id for button in handed.outcomes]) == ("Promised", ["again", "visited"])
    anna.record_outcome(Said("again", at="+30m"))
    arrive("Waiting", zone="Europe/Kyiv")
    return anna


def work(database: Database) -> list[tuple[str, str, str, str | None]]:
    """Each client's status with the kind and the feed of the open task, and the wall time that was agreed."""
    query = select(Client.status, Task.kind, Task.feed, Task.agreed_wall).join(Task, col(Task.client_id) == Client.id)
    with database.read() as session:
        return list(session.exec(query.where(col(Task.closed_at).is_(None)).order_by(col(Client.id))).all())


def in_order(database: Database, clock: StillClock) -> bool:
    assert check_storage(database, clock).faults == ()
    return True


def test_buttons_that_are_gone_refuse_the_change_or_make_the_step_a_call(
    visited: Desk, changed: Edit, clock: StillClock
) -> None:
    database, before = visited.database, work(visited.database)
    with pytest.raises(BadRequest) as refused:
        changed(lambda _: WITHOUT)
    assert refused.value.title == (
        'These rules would strand clients: 2 in status "offer-sent" with an open task of kind "visit", '
        "for which there is no button."
    )
    assert refused.value.mend.endswith("or move them: --move-to STATUS")
    assert work(database) == before
    assert changed(lambda _: WITHOUT, move_to="offer-sent").moved == 2
    assert work(database) == [
        ("offer-sent", "call", "planned", None),
        ("offer-sent", "callback", "callback", before[1][3]),
        ("new", "call", "planned", None),
    ]
    assert before[1][3] is not None
    assert in_order(database, clock)
    clock.forward(minutes=31)
    handed = visited.next_task()
    assert isinstance(handed, Handed)
    assert (handed.client.name, handed.outcomes[0].id) == ("Promised", "no-answer")


@ON_FILE
def test_a_button_that_is_shown_elsewhere_only_is_none_here(visited: Desk, changed: Edit, clock: StillClock) -> None:
    def only_in_work(text: str) -> str:
        return text.replace('show_for = ["visit"]', 'show_for = ["visit"]\nshow_in = ["in-work"]').replace(
            SENT[1], SENT[0]
        )

    with pytest.raises(BadRequest, match='2 in status "offer-sent" with an open task of kind "visit"'):
        changed(only_in_work)
    assert changed(only_in_work, move_to="in-work").moved == 2  # there it has buttons, so it stays what it is
    assert [row[:3] for row in work(visited.database)[:2]] == [
        ("in-work", "visit", "planned"),
        ("in-work", "visit", "callback"),
    ]
    assert in_order(visited.database, clock)


@ON_FILE
def test_a_step_without_a_button_where_clients_are_moved_becomes_a_call(
    visited: Desk, changed: Edit, clock: StillClock
) -> None:
    """What strands them is their status; where they are moved to, their visit has no button."""

    def sent_only(text: str) -> str:
        text = text.replace('show_for = ["visit"]', 'show_for = ["visit"]\nshow_in = ["in-work"]')
        text = text.replace('[[status]]\nid = "offer-sent"\nlabel = "Offer sent"\nkind = "open"\n', "")
        return text.replace('"in-work", "offer-sent"]', '"in-work"]').replace(SENT[1], SENT[0]).replace(
            'status = "offer-sent"', 'status = "in-work"'
        )  # fmt: skip

    with pytest.raises(BadRequest, match='2 in status "offer-sent"'):
        changed(sent_only)
    assert changed(sent_only, move_to="new").moved == 2
    assert [row[:3] for row in work(visited.database)[:2]] == [
        ("new", "call", "planned"),
        ("new", "callback", "callback"),
    ]
    assert in_order(visited.database, clock)


@ON_FILE
def test_a_step_that_leads_to_one_without_a_button_is_counted_too(visited: Desk, changed: Edit) -> None:
    """No new client comes to a visit any more, so the file alone has no fault; those who are there would go on."""
    design = '\n[[task]]\nid = "design"\nlabel = "Design"\n'
    leading = button("visited", "2", 'next = { task = "design", after = "1d" }')
    with pytest.raises(BadRequest) as refused:
        changed(lambda _: rules(add=AGAIN + leading + design))
    assert refused.value.title.endswith(
        '2 in status "offer-sent" with an open task of kind "visit", from which a way leads to kind "design" in status '
        '"offer-sent", for which there is no button.'
    )
    drawn = button("drawn", "1", 'status = "refused"', "design")
    assert changed(lambda _: rules(add=AGAIN + leading + design + drawn)).moved == 0


@ON_FILE
def test_so_is_one_that_a_miss_would_move_there(visited: Desk, changed: Edit) -> None:
    """A ladder keeps the kind of the step and moves the client; a trigger plans a step of its own."""
    shown = 'show_for = ["visit"]\nshow_in = ["offer-sent"]'
    leads = rules(add=(AGAIN + VISITED).replace('show_for = ["visit"]', shown))
    missed = button("missed", "3", 'ladder = "busy"\nstatus = "regular"').replace("reached = true", "reached = false")
    leads += missed.replace('show_for = ["visit"]', shown)
    with pytest.raises(BadRequest, match='leads to kind "visit" in status "regular"'):
        changed(lambda _: leads)
    timed = rules(add=AGAIN + VISITED) + trigger("offer-sent", "7d", 'status = "regular", task = "call"')
    assert changed(lambda _: timed).moved == 0


@ON_FILE
def test_a_step_that_nothing_leads_to_any_more_is_finished_by_its_buttons(
    visited: Desk, changed: Edit, clock: StillClock
) -> None:
    assert changed(lambda _: rules()).moved == 0
    clock.forward(minutes=31)
    assert isinstance(visited.next_task(), Handed)
    assert visited.record_outcome(Said("visited")).next_kind == "call"
    assert in_order(visited.database, clock)


@ON_FILE
def test_clients_without_a_button_may_be_closed(visited: Desk, changed: Edit, clock: StillClock) -> None:
    assert changed(lambda _: WITHOUT, move_to="archive").moved == 2
    assert [row[:2] for row in work(visited.database)] == [("new", "call")]
    assert in_order(visited.database, clock)


@ON_FILE
def test_what_an_older_program_left_without_a_button_is_named(visited: Desk, clock: StillClock) -> None:
    put_in_force(visited.database, WITHOUT)
    fault = 'there is no button for the kind "visit" in status "offer-sent"'
    assert check_storage(visited.database, clock).faults == tuple(f"task {number}: {fault}" for number in (2, 5))


@ON_FILE
@pytest.mark.parametrize("promised", [False, True])
def test_the_step_of_one_client_in_the_stage_of_another(
    visited: Desk, clock: StillClock, changed: Edit, *, promised: bool
) -> None:
    """Merged into a new client, for whom a visit has no button, the client with the visit brings a call."""
    shown = rules(SENT).replace('show_for = ["visit"]', 'show_for = ["visit"]\nshow_in = ["offer-sent"]')
    changed(lambda _: shown.replace('status = "in-work"\nnext = { task = "call", after = "1d" }', 'status = "refused"'))
    database, gone = visited.database, 2 if promised else 1
    with database.write() as session:  # of two plans the sooner one stays; a promise stays in any case
        planned = select(Task).where(Task.client_id == 1, col(Task.closed_at).is_(None))
        sooner = session.exec(planned).one()
        sooner.due_at = sooner.wanted_at = clock.now().replace(hour=1)
    merge_clients(sitting(database, clock), gone, 3)
    kept = work(database)[-1]
    assert kept[:3] == (("new", "callback", "callback") if promised else ("new", "call", "planned"))
    assert (kept[3] is not None) == promised
    assert in_order(database, clock)
