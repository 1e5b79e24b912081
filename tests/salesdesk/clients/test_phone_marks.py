"""A number marked as wrong by mistake: what lifts the mark, what does not, and what says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import col, select

from salesdesk.access import audit
from salesdesk.clients.dnc import Wish, mark
from salesdesk.clients.forgetting import forget
from salesdesk.clients.intake import NewClient, add_client
from salesdesk.clients.merge import merge_clients
from salesdesk.clients.phone_marks import mark_number
from salesdesk.clients.reopening import reopen
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.desk.inbound import inbound
from salesdesk.errors import BadRequest, NotAllowed, NothingToDo
from salesdesk.imports.importing import ImportRequest, import_clients
from salesdesk.storage.database import Database
from salesdesk.storage.models import Phone, Task
from salesdesk.upkeep.health import check_storage
from salesdesk.work.views import Handed
from tests.support.clock import StillClock
from tests.support.teams import ON_FILE

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
FIRST, SECOND = "+380671110001", "+380502220001"


@pytest.fixture
def lead(hire: Hire) -> Desk:
    return hire("olha", "lead")


@pytest.fixture
def anna(hire: Hire) -> Desk:
    return hire("anna")


@pytest.fixture
def wrong(anna: Desk, arrive: Arrive) -> int:
    """A client whose one number was marked as wrong on a call."""
    client = arrive(phone=FIRST)
    assert isinstance(anna.next_task(), Handed)
    assert anna.record_outcome(Said("wrong-number")).status == "refused"
    return client


def marks(database: Database, client: int) -> list[tuple[bool, bool]]:
    """Whether each number of a client is wrong, and not to be called."""
    with database.read() as session:
        rows = session.exec(select(Phone).where(Phone.client_id == client).order_by(col(Phone.position)))
        return [(phone.bad, phone.dnc) for phone in rows]


def acts(database: Database) -> list[tuple[str | None, str, str, object]]:
    with database.read() as session:
        return [
            (entry.actor, entry.row.action, entry.row.object, entry.row.detail.get("good"))
            for entry in audit.entries(session)
            if entry.row.action == "clients.phone"
        ]


def in_order(database: Database, clock: StillClock) -> bool:
    assert check_storage(database, clock).faults == ()
    return True


def test_the_command_that_the_refusal_names_lifts_the_mark(
    database: Database, clock: StillClock, lead: Desk, wrong: int
) -> None:
    with pytest.raises(BadRequest, match="no number that may be called") as refused:
        reopen(lead.sitting, wrong)
    assert refused.value.mend == f"Where one is right after all: salesdesk clients phone {wrong} PHONE --good"
    lifted = mark_number(lead.sitting, wrong, "067 111 00 01", good=True)
    assert (lifted.status, lifted.task, lifted.phones[0].bad) == ("refused", None, False)
    assert acts(database) == [("olha", "clients.phone", f"client {wrong}", True)]
    again = reopen(lead.sitting, wrong)
    assert (again.status, again.task is not None) == ("new", True)
    assert in_order(database, clock)


def test_who_arrives_with_the_number_shows_that_it_is_right(
    database: Database, clock: StillClock, lead: Desk, wrong: int
) -> None:
    view = add_client(lead.sitting, NewClient("Olena", FIRST))
    assert (view.id, view.status, view.task is not None, view.phones[0].bad) == (wrong, "new", True, False)
    assert acts(database) == [("olha", "clients.phone", f"client {wrong}", True)]
    assert in_order(database, clock)


def test_so_does_who_calls_from_it(database: Database, clock: StillClock, anna: Desk, wrong: int) -> None:
    handed = inbound(anna.sitting, "1110001")
    assert (handed.client.id, handed.client.status, handed.client.phones[0].bad) == (wrong, "new", False)
    assert handed.phone is not None
    assert acts(database) == [("anna", "clients.phone", f"client {wrong}", True)]
    assert in_order(database, clock)


@ON_FILE
def test_a_call_from_one_number_says_nothing_of_another(
    database: Database, clock: StillClock, anna: Desk, lead: Desk, arrive: Arrive
) -> None:
    client = arrive(phone=f"{FIRST}, {SECOND}")
    for number in (FIRST, SECOND):
        mark_number(lead.sitting, client, number, good=False)
    assert inbound(anna.sitting, "0 67 111 00 01").client.id == client
    assert marks(database, client) == [(False, False), (True, False)]
    assert inbound(anna.sitting, "2220001").client.id == client  # in hand already
    assert marks(database, client) == [(False, False), (False, False)]
    assert in_order(database, clock)


@ON_FILE
def test_an_ending_of_two_wrong_numbers_does_not_say_which(
    database: Database, clock: StillClock, anna: Desk, lead: Desk, arrive: Arrive
) -> None:
    client = arrive(phone="+380671112233, +380501112233")
    for number in ("+380671112233", "+380501112233"):
        mark_number(lead.sitting, client, number, good=False)
    with pytest.raises(BadRequest, match="no number that may be called"):
        inbound(anna.sitting, "112233")
    assert inbound(anna.sitting, "501112233").client.id == client
    assert marks(database, client) == [(True, False), (False, False)]
    assert in_order(database, clock)


@ON_FILE
def test_a_list_says_nothing_of_whether_a_number_works(
    database: Database, clock: StillClock, lead: Desk, wrong: int, tmp_path: Path
) -> None:
    file = tmp_path / "clients.csv"
    file.write_text(f"name,phone\nOlena,{FIRST}\n")
    assert import_clients(lead.sitting, ImportRequest(file)).as_json()["merged"] == 1
    assert marks(database, wrong) == [(True, False)]
    assert in_order(database, clock)


def test_do_not_call_is_another_mark(database: Database, clock: StillClock, lead: Desk, wrong: int) -> None:
    with pytest.raises(NothingToDo) as refused:
        mark(lead.sitting, Wish(FIRST, "a mistake", off=True))
    assert refused.value.title == "That number is not marked do-not-call; it is marked as wrong."
    assert refused.value.mend.endswith(f"salesdesk clients phone {wrong} PHONE --good")
    mark(lead.sitting, Wish(FIRST, "asked for it"))
    assert marks(database, wrong) == [(True, True)]
    with pytest.raises(BadRequest) as both:
        reopen(lead.sitting, wrong)
    assert [line.partition("salesdesk ")[2] for line in both.value.mend.splitlines()] == [
        "clients dnc PHONE --off --why TEXT",
        f"clients phone {wrong} PHONE --good",
    ]
    with pytest.raises(BadRequest, match="no number that may be called"):
        add_client(lead.sitting, NewClient("Olena", FIRST))
    assert marks(database, wrong) == [(True, True)]  # who was refused has changed nothing
    mark(lead.sitting, Wish(FIRST, "signed", off=True))
    assert marks(database, wrong) == [(True, False)]
    mark_number(lead.sitting, wrong, FIRST, good=True)
    assert reopen(lead.sitting, wrong).status == "new"
    assert in_order(database, clock)


@ON_FILE
def test_right_after_all_is_no_leave_to_call_who_asked_not_to_be(
    database: Database, clock: StillClock, lead: Desk, wrong: int
) -> None:
    mark(lead.sitting, Wish(FIRST, "asked for it"))
    mark_number(lead.sitting, wrong, FIRST, good=True)
    assert marks(database, wrong) == [(False, True)]
    with pytest.raises(NothingToDo, match="not marked as wrong") as refused:
        mark_number(lead.sitting, wrong, FIRST, good=True)
    assert "clients dnc PHONE --off" in refused.value.mend
    with pytest.raises(BadRequest, match="no number that may be called"):
        reopen(lead.sitting, wrong)
    assert in_order(database, clock)


@ON_FILE
def test_the_last_number_marked_as_wrong_ends_the_work_even_in_somebodys_hands(
    database: Database, clock: StillClock, anna: Desk, lead: Desk, arrive: Arrive
) -> None:
    client = arrive(phone=f"{FIRST}, {SECOND}")
    held = anna.next_task()
    assert isinstance(held, Handed)
    first = mark_number(anna.sitting, client, FIRST, good=False)
    assert (first.status, first.task is not None) == ("new", True)
    last = mark_number(anna.sitting, client, SECOND, good=False)
    assert (last.status, last.task, [phone.bad for phone in last.phones]) == ("refused", None, [True, True])
    with database.read() as session:
        assert [task.closed_by for task in session.exec(select(Task))] == ["dnc"]
    with pytest.raises(NothingToDo, match="no longer yours"):
        anna.record_outcome(Said("paid", amount="1"), held.claim)
    with pytest.raises(NotAllowed, match="in hand only"):
        mark_number(anna.sitting, client, SECOND, good=True)
    assert in_order(database, clock)


@ON_FILE
def test_a_merge_takes_the_marks_along(
    database: Database, clock: StillClock, lead: Desk, wrong: int, arrive: Arrive
) -> None:
    kept = arrive(phone=SECOND)
    merge_clients(lead.sitting, wrong, kept)
    assert marks(database, kept) == [(False, False), (True, False)]
    mark_number(lead.sitting, kept, FIRST, good=True)
    assert marks(database, kept) == [(False, False), (False, False)]
    with pytest.raises(NothingToDo) as gone:
        mark_number(lead.sitting, wrong, FIRST, good=True)
    assert gone.value.mend == f"It was merged into client {kept}."
    assert in_order(database, clock)


@ON_FILE
def test_what_changes_nothing_or_cannot_be_is_refused(
    clock: StillClock, hire: Hire, lead: Desk, wrong: int, arrive: Arrive
) -> None:
    database = lead.database
    other = arrive(phone=SECOND)
    with pytest.raises(NothingToDo, match="wrong already"):
        mark_number(lead.sitting, wrong, FIRST, good=False)
    with pytest.raises(NothingToDo, match=f"Client {wrong} has no such number"):
        mark_number(lead.sitting, wrong, SECOND, good=True)
    with pytest.raises(NothingToDo, match="not marked as wrong"):
        mark_number(lead.sitting, other, SECOND, good=True)
    with pytest.raises(BadRequest):
        mark_number(lead.sitting, wrong, "not a number", good=True)
    with pytest.raises(BadRequest, match="not said"):
        mark_number(lead.sitting, wrong, FIRST, good=None)
    with pytest.raises(NothingToDo, match="no client 99"):
        mark_number(lead.sitting, 99, FIRST, good=True)
    forget(hire("iryna", "admin").sitting, wrong)
    with pytest.raises(NothingToDo, match="no such number"):
        mark_number(lead.sitting, wrong, FIRST, good=True)
    with pytest.raises(BadRequest, match="no number that may be called") as refused:
        reopen(lead.sitting, wrong)
    assert "clients add" in refused.value.mend
    assert acts(database) == []
    assert in_order(database, clock)
