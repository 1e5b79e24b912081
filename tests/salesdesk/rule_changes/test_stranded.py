"""Clients whose status or kind of task is taken away: refused with the counts, or moved with deal and task."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, NothingToDo
from salesdesk.rule_changes.changing import Applied
from salesdesk.rule_changes.editing import add_status, remove_status
from salesdesk.storage.database import Database
from salesdesk.storage.models import Client, Deal, Task
from salesdesk.upkeep.health import check_storage
from salesdesk.work.rulebook import current, version_row
from salesdesk.work.views import Handed
from tests.support.clock import StillClock, in_words
from tests.support.rule_texts import put_in_force
from tests.support.teams import team_rules

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
Change = Callable[..., Applied]


@pytest.fixture
def floor(hire: Hire, arrive: Arrive, clock: StillClock) -> dict[str, int]:
    """A client in each place: in work, paid (so regular, with a repeat sale to come), promised a call, refused, asked
    not to be called, archived.
    """
    anna, ids = hire("anna"), {}
    said = {
        "working": Said("interested"),
        "regular": Said("paid", amount="100"),
        "promised": Said("call-back", at="tomorrow 15:00"),
        "refused": Said("refused", "price"),
        "silent": Said("do-not-call"),
    }
    for name, outcome in said.items():
        ids[name] = arrive(name)
        assert isinstance(anna.next_task(), Handed)
        anna.record_outcome(outcome)
    return ids


def without(status: str, **more: str) -> Callable[[str], str]:
    """An edit that takes a status out, and puts other words in the place of its references."""

    def edit(text: str) -> str:
        for old, new in more.items():
            text = text.replace(f'status = "{old.replace("_", "-")}"', f'status = "{new}"')
        return remove_status(text, status)

    return edit


def no_repeat_sales(text: str) -> str:
    """An edit that takes the kind of task out."""
    text = text.replace('[[task]]\nid = "repeat-sale"\nlabel = "Repeat sale"\n', "")
    return text.replace('task = "repeat-sale"', 'task = "call"')


def state(database: Database, client_id: int) -> tuple[str, str, list[str], list[str]]:
    """A client's status and funnel, its open deals' statuses and its open tasks' kinds."""
    with database.read() as session:
        client = session.get_one(Client, client_id)
        deals = select(Deal.status).where(Deal.client_id == client_id, col(Deal.closed_at).is_(None))
        tasks = select(Task.kind).where(Task.client_id == client_id, col(Task.closed_at).is_(None))
        return client.status, client.funnel, list(session.exec(deals)), list(session.exec(tasks))


def assert_sound(database: Database, clock: StillClock) -> None:
    assert check_storage(database, clock).faults == ()


def test_a_removed_status_in_use_is_refused_with_the_count(
    changed: Change, floor: dict[str, int], database: Database
) -> None:
    with pytest.raises(BadRequest, match=r'strand clients: 1 in status "in-work"') as refused:
        changed(without("in-work", in_work="new"))
    assert "--move-to STATUS" in refused.value.mend
    with database.read() as session:
        assert current(session).version == 1


def test_open_clients_keep_their_task_when_they_are_moved(
    changed: Change, floor: dict[str, int], database: Database, clock: StillClock
) -> None:
    with database.read() as session:
        before = session.exec(
            select(Task).where(Task.client_id == floor["working"], col(Task.closed_at).is_(None))
        ).one()
    applied = changed(without("in-work", in_work="offer-sent"), move_to="offer-sent")
    assert applied.moved == 1
    assert state(database, floor["working"]) == ("offer-sent", "main", ["offer-sent"], ["call"])
    with database.read() as session:
        after = session.get_one(Task, before.id)
        assert (after.closed_at, after.due_at, after.feed) == (None, before.due_at, before.feed)
    assert_sound(database, clock)


def test_moving_to_another_funnel_takes_the_deal_along(
    changed: Change, floor: dict[str, int], database: Database, clock: StillClock
) -> None:
    changed(without("in-work", in_work="new"), move_to="regular")
    assert state(database, floor["working"]) == ("regular", "repeat", ["regular"], ["call"])
    assert_sound(database, clock)


def test_open_clients_moved_to_an_ending_lose_task_and_deal(
    changed: Change, floor: dict[str, int], database: Database, clock: StillClock
) -> None:
    changed(without("in-work", in_work="new"), move_to="archive")
    assert state(database, floor["working"])[0] == "archive"
    assert state(database, floor["working"])[2:] == ([], [])
    with database.read() as session:
        task = session.exec(
            select(Task).where(Task.client_id == floor["working"]).order_by(col(Task.id).desc())
        ).first()
        assert task is not None
        assert (task.closed_by, task.closed_at) == ("rules", clock.now())
    assert_sound(database, clock)


def test_a_removed_kind_of_task_is_refused_or_becomes_a_call_for_the_same_time(
    changed: Change, floor: dict[str, int], database: Database, clock: StillClock
) -> None:
    with pytest.raises(BadRequest, match='1 with an open task of kind "repeat-sale"'):
        changed(no_repeat_sales)
    with database.read() as session:
        sale = session.exec(select(Task).where(Task.kind == "repeat-sale")).one()
    assert changed(no_repeat_sales, move_to="regular").moved == 1
    with database.read() as session:
        calls = select(Task).where(Task.client_id == sale.client_id, Task.kind == "call").order_by(col(Task.id))
        call = session.exec(calls).all()[-1]
        assert (call.due_at, call.wanted_at, call.feed, call.assignee_id) == (
            sale.due_at,
            sale.wanted_at,
            sale.feed,
            sale.assignee_id,
        )
        assert in_words(call.because)[-1] == 'the rules changed: moved to "Regular"'
        assert session.get_one(Task, sale.id).closed_by == "rules"
    assert_sound(database, clock)


def test_a_promise_of_a_removed_kind_stays_a_promise(
    changed: Change, hire: Hire, arrive: Arrive, database: Database, clock: StillClock
) -> None:
    visit = '[[task]]\nid = "visit"\nlabel = "Visit"\n\n[[task]]\nid = "repeat-sale"'
    changed(
        lambda text: text.replace('[[task]]\nid = "repeat-sale"', visit).replace(
            'next = { task = "callback" }', 'next = { task = "visit" }'
        )
    )
    anna, client = hire("anna"), arrive()
    anna.next_task()
    anna.record_outcome(Said("call-back", at="tomorrow 15:00"))
    with database.read() as session:
        old = session.exec(select(Task).where(Task.kind == "visit")).one()
        first = session.exec(select(Task).where(col(Task.kind) != "visit")).one()
    assert first.closed_by == "outcome"
    changed(
        lambda text: text.replace(visit, '[[task]]\nid = "repeat-sale"').replace('"visit"', '"callback"'),
        move_to="new",
    )
    with database.read() as session:
        new = session.exec(select(Task).where(Task.client_id == client, col(Task.closed_at).is_(None))).one()
    assert (new.kind, new.feed, new.agreed_wall, new.agreed_zone) == (
        "callback",
        "callback",
        old.agreed_wall,
        old.agreed_zone,
    )
    assert new.assignee_id == anna.person.id
    assert_sound(database, clock)


def test_ended_clients_moved_to_an_ending(
    changed: Change, floor: dict[str, int], database: Database, clock: StillClock
) -> None:
    edit = without("refused", refused="archive")
    with pytest.raises(BadRequest, match='2 in status "refused"'):
        changed(lambda text: edit(text.replace('dnc_status = "refused"', 'dnc_status = "archive"')))
    changed(lambda text: edit(text.replace('dnc_status = "refused"', 'dnc_status = "archive"')), move_to="archive")
    assert state(database, floor["refused"]) == ("archive", "main", [], [])
    assert state(database, floor["silent"]) == ("archive", "main", [], [])
    assert_sound(database, clock)


def test_ended_clients_moved_to_an_open_status_begin_a_new_deal_but_nobody_who_must_not_be_called(
    changed: Change, floor: dict[str, int], database: Database, clock: StillClock
) -> None:
    clock.forward(hours=1)
    edit = without("refused", refused="archive")
    applied = changed(
        lambda text: edit(text.replace('dnc_status = "refused"', 'dnc_status = "archive"')), move_to="regular"
    )
    assert applied.moved == 2
    assert state(database, floor["refused"]) == ("regular", "repeat", ["regular"], ["call"])
    assert state(database, floor["silent"]) == ("archive", "main", [], [])
    with database.read() as session:
        assert session.get_one(Client, floor["refused"]).touched_at == clock.now()
        deals = session.exec(select(Deal.status).where(Deal.client_id == floor["refused"]).order_by(col(Deal.id)))
        assert list(deals) == ["refused", "regular"]
    assert_sound(database, clock)


def test_a_status_that_ends_now_strands_its_clients_until_they_are_closed_in_it(
    changed: Change, floor: dict[str, int], database: Database, clock: StillClock
) -> None:
    def ends(text: str) -> str:
        text = text.replace(
            'id = "in-work"\nlabel = "In work"\nkind = "open"', 'id = "in-work"\nlabel = "In work"\nkind = "lost"'
        )
        text = text.replace('["new", "in-work", "offer-sent"]', '["new", "offer-sent"]')
        return text.replace('status = "in-work"\nnext = { task = "call", after = "1d" }', 'status = "in-work"')

    with database.read() as session:
        open_again = version_row(session).toml
    with pytest.raises(BadRequest, match='1 in status "in-work"'):
        changed(ends)
    assert changed(ends, move_to="in-work").moved == 1
    assert state(database, floor["working"]) == ("in-work", "main", [], [])
    assert_sound(database, clock)
    with pytest.raises(BadRequest, match='1 in status "in-work"'):
        changed(lambda _: open_again)


def test_a_claim_on_a_closed_task_is_lost_and_says_so(
    changed: Change, hire: Hire, arrive: Arrive, database: Database, clock: StillClock
) -> None:
    anna = hire("anna")
    arrive()
    handed = anna.next_task()
    assert isinstance(handed, Handed)
    changed(without("new"), move_to="archive")
    with pytest.raises(NothingToDo, match="nobody has the client now"):
        anna.record_outcome(Said("interested"), handed.claim)
    assert_sound(database, clock)


def test_a_client_reopened_by_a_change_is_planned_as_any_other(
    changed: Change, hire: Hire, arrive: Arrive, clock: StillClock, database: Database
) -> None:
    """The call is in the pool that makes calls, so only its members can have it; and nobody is called at night."""
    put_in_force(database, team_rules())
    anna, _ = hire("anna", pools=("sales",)), hire("ivan")
    ids = {owner: arrive(f"of {owner}", owner=owner, zone="Europe/Kyiv") for owner in ("anna", "ivan")}
    for _ in ids:
        assert isinstance(anna.next_task(), Handed)
        anna.record_outcome(Said("refused", "price"))
    clock.at = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)  # 23:00 in Kyiv
    edit = without("refused", refused="archive")
    changed(lambda text: edit(text.replace('dnc_status = "refused"', 'dnc_status = "archive"')), move_to="new")
    with database.read() as session:
        tasks = {
            name: session.exec(select(Task).where(Task.client_id == key, col(Task.closed_at).is_(None))).one()
            for name, key in ids.items()
        }
    assert tasks["ivan"].assignee_id is None
    assert tasks["anna"].assignee_id == anna.person.id
    assert {task.due_at for task in tasks.values()} == {datetime(2026, 11, 24, 7, 0, tzinfo=UTC)}
    assert {task.wanted_at for task in tasks.values()} == {clock.at}
    assert_sound(database, clock)


def test_a_claim_survives_a_move_to_an_open_status(
    changed: Change, hire: Hire, arrive: Arrive, database: Database, clock: StillClock
) -> None:
    anna, client = hire("anna"), arrive()
    handed = anna.next_task()
    assert isinstance(handed, Handed)
    changed(without("new"), move_to="in-work")
    assert anna.record_outcome(Said("no-answer", "busy"), handed.claim).status == "in-work"
    assert state(database, client)[0] == "in-work"
    assert_sound(database, clock)


def test_nobody_is_moved_where_nobody_stands(changed: Change, floor: dict[str, int]) -> None:
    assert changed(without("offer-sent", offer_sent="in-work")).moved == 0
    with pytest.raises(BadRequest, match='no status "nowhere" to move clients to'):
        changed(lambda text: add_status(text, "re-contact", "Re-contact", "open", "in-work"), move_to="nowhere")


def test_many_clients_are_moved_in_short_statements(
    changed: Change, arrive: Arrive, database: Database, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salesdesk.rule_changes.stranded._AT_ONCE", 4)
    clients = [arrive(f"C{number}") for number in range(10)]
    assert changed(without("new"), move_to="in-work").moved == 10
    assert all(state(database, client) == ("in-work", "main", ["in-work"], ["call"]) for client in clients)
    assert_sound(database, clock)
