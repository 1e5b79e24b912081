"""Two clients who are one person become one: numbers, history and one next step."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import col, select

from salesdesk.access.sitting import Sitting
from salesdesk.clients.merge import merge_clients
from salesdesk.clients.queries import show_client
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, NotAllowed, NothingToDo
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, Audit, Client, Deal, Phone, Task
from salesdesk.upkeep.health import check_storage
from salesdesk.work.pictures import history_of
from salesdesk.work.rulebook import current
from salesdesk.work.views import ClientView, Handed
from tests.support.clock import StillClock
from tests.support.people import sitting
from tests.support.teams import ON_FILE

Hire = Callable[..., Desk]
Merge = Callable[[int, int], ClientView]


@pytest.fixture
def merge(database: Database, hire: Hire, clock: StillClock) -> Merge:
    """Merges two clients as a lead; what was recorded and what must hold still do."""
    lead = hire("olha", "lead").person

    def run(gone: int, kept: int) -> ClientView:
        with database.read() as session:
            before = sorted(session.exec(select(Attempt.id, Attempt.at, Attempt.note)).all())
        view = merge_clients(Sitting(database, clock, lead), gone, kept)
        with database.read() as session:
            assert sorted(session.exec(select(Attempt.id, Attempt.at, Attempt.note)).all()) == before
            assert session.get(Client, gone) is None
        assert check_storage(database, clock).faults == ()
        return view

    return run


def call(desk: Desk, client: int, outcome: str, *, at: str | None = None, note: str = "") -> None:
    """Have a person call exactly this client, who is due."""
    handed = desk.next_task()
    assert isinstance(handed, Handed)
    assert handed.client.id == client
    reason = "not-answering" if outcome == "no-answer" else "price" if outcome == "refused" else None
    desk.record_outcome(Said(outcome, reason, at=at, note=note), handed.claim)


def test_the_kept_client_has_both_numbers_and_what_it_lacked(
    database: Database, arrive: Callable[..., int], merge: Merge, hire: Hire
) -> None:
    hire("anna")
    kept = arrive("Olena", phone="+380671230001", note="has two shops")
    gone = arrive(
        "Olena Kovalenko", phone="+380671230002", company="Vikna", owner="anna", city="Львів", note="evenings"
    )
    view = merge(gone, kept)
    assert (view.id, view.name, view.company, view.owner, view.city) == (kept, "Olena", "Vikna", "anna", "Львів")
    assert [phone.e164 for phone in view.phones] == ["+380671230001", "+380671230002"]
    assert view.note == "has two shops; evenings; also Olena Kovalenko"
    with database.read() as session:
        assert session.exec(select(Phone.client_id)).all() == [kept, kept]
        tasks = session.exec(select(Task.client_id, Task.closed_by).order_by(col(Task.id))).all()
        assert tasks == [(kept, None), (kept, "merge")]
        row = session.exec(select(Audit).where(Audit.action == "clients.merge")).one()
    assert row.object == f"client {gone}"
    assert row.detail == {"into": kept, "phones": 1, "deals": 0, "tasks": 1, "attempts": 0}


@ON_FILE
def test_a_merged_client_says_where_it_went(
    database: Database, arrive: Callable[..., int], merge: Merge, clock: StillClock
) -> None:
    kept, gone = arrive("Olena"), arrive("Lena")
    merge(gone, kept)
    with pytest.raises(NothingToDo) as refused:
        show_client(sitting(database, clock), gone)
    assert refused.value.mend == f"It was merged into client {kept}."


def test_both_histories_are_the_kept_ones(
    database: Database, arrive: Callable[..., int], merge: Merge, hire: Hire, clock: StillClock
) -> None:
    anna = hire("anna")
    kept = arrive("Olena")
    call(anna, kept, "no-answer")
    gone = arrive("Lena")
    call(anna, gone, "interested", note="wants twelve windows")
    view = merge(gone, kept)
    assert (view.attempts, view.status, view.misses) == (2, "new", 1)
    with database.read() as session:
        lines = history_of(session, kept, current(session).rules)
        deals = session.exec(select(Deal.client_id, Deal.closed_at)).all()
    assert {line.note for line in lines} == {"", "wants twelve windows"}
    assert deals == [(kept, None)], "two passes at once were one"
    clock.forward(days=1)
    call(anna, kept, "interested")


@ON_FILE
@pytest.mark.parametrize("promised", ["gone", "kept", "both"])
def test_a_promise_outlives_the_merge(promised: str, arrive: Callable[..., int], merge: Merge, hire: Hire) -> None:
    anna = hire("anna")
    kept = arrive("Olena")
    call(
        anna,
        kept,
        *(("call-back",) if promised != "gone" else ("no-answer",)),
        at="tomorrow 15" if promised != "gone" else None,
    )
    gone = arrive("Lena")
    call(
        anna,
        gone,
        *(("call-back",) if promised != "kept" else ("no-answer",)),
        at="tomorrow 10" if promised != "kept" else None,
    )
    task = merge(gone, kept).task
    assert task is not None
    assert task.feed == "callback"
    assert task.assignee == "anna"
    assert task.due_at.hour == (13 if promised == "kept" else 8)
    other = [text for text in task.because if text.startswith("they were also promised a call at 2026-11-24T15:00")]
    assert bool(other) is (promised == "both")


@pytest.mark.parametrize("ended", ["gone", "kept", "both"])
def test_the_client_stands_where_the_work_goes_on_or_ended_last(
    ended: str, arrive: Callable[..., int], merge: Merge, hire: Hire, clock: StillClock
) -> None:
    anna = hire("anna")
    kept = arrive("Olena")
    call(anna, kept, "interested" if ended == "gone" else "refused")
    gone = arrive("Lena")
    call(anna, gone, "interested" if ended == "kept" else "wrong-number")
    view = merge(gone, kept)
    expected = {"gone": "in-work", "kept": "in-work", "both": "refused"}[ended]
    assert (view.status, view.task is None) == (expected, ended == "both")
    if view.task is not None:  # the work goes on and ends, and the client stands where its last deal does
        clock.forward(days=7)
        call(anna, kept, "refused")
        assert check_storage(anna.database, clock).faults == ()


def test_an_older_ending_does_not_hide_a_newer_one(
    database: Database, arrive: Callable[..., int], merge: Merge, hire: Hire, clock: StillClock
) -> None:
    anna = hire("anna")
    kept = arrive("Olena")
    handed = anna.next_task()
    assert isinstance(handed, Handed)
    gone = arrive("Lena")  # its deal has the higher number and ends first
    ivan = hire("ivan")
    call(ivan, gone, "refused")
    clock.forward(minutes=5)
    anna.record_outcome(Said("paid", amount="1200"), handed.claim)
    view = merge(gone, kept)
    assert view.status == "regular"
    clock.forward(days=31)
    call(anna, kept, "refused")
    assert check_storage(database, clock).faults == ()


def test_who_must_not_be_called_is_not_called_by_way_of_another(
    database: Database, arrive: Callable[..., int], hire: Hire, clock: StillClock
) -> None:
    anna, lead = hire("anna"), hire("olha", "lead")
    silent = arrive("Olena")
    call(anna, silent, "do-not-call")
    other = arrive("Lena")
    for gone, kept in ((silent, other), (other, silent)):
        with pytest.raises(BadRequest, match=f"Client {silent} must not be called and client {other} may be"):
            merge_clients(Sitting(database, clock, lead.person), gone, kept)


def test_a_hold_that_has_run_out_does_not_hinder(
    database: Database, arrive: Callable[..., int], merge: Merge, hire: Hire, clock: StillClock
) -> None:
    kept, gone = arrive("Olena"), arrive("Lena")
    anna = hire("anna")
    assert isinstance(anna.next_task(), Handed)
    clock.forward(hours=1)
    if not database.is_sqlite:  # its leases go by the server's clock
        with database.write() as session:
            task = session.exec(select(Task).where(col(Task.claimed_by).is_not(None))).one()
            task.claimed_until = clock.now().replace(year=2000)
    assert merge(kept, gone).id == gone


@ON_FILE
@pytest.mark.parametrize(("gone", "kept", "error"), [(1, 1, BadRequest), (1, 99, NothingToDo), (2**40, 1, NothingToDo)])
def test_there_must_be_two(
    gone: int, kept: int, error: type[Exception], arrive: Callable[..., int], hire: Hire
) -> None:
    arrive("Olena")
    lead = hire("olha", "lead")
    with pytest.raises(error):
        merge_clients(lead.sitting, gone, kept)


@ON_FILE
def test_managers_merge_nobody(database: Database, arrive: Callable[..., int], hire: Hire, clock: StillClock) -> None:
    first, second = arrive("Olena"), arrive("Lena")
    with pytest.raises(NotAllowed):
        merge_clients(Sitting(database, clock, hire("anna").person), first, second)
