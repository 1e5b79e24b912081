"""Clients who arrive singly are given out: in turn or to who has the least to do, among those who are there."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlmodel import select

from salesdesk.access.sitting import Sitting
from salesdesk.clients.intake import NewClient, add_client
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.desk.why import why
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, Client, User, UserPool
from salesdesk.team.shifts import end_shift, see
from salesdesk.work.views import ClientView, Handed
from tests.support.clock import NOON, StillClock
from tests.support.teams import ON_FILE, at_desk, make_team

Hire = Callable[..., Desk]
SALES = ("sales",)


@pytest.fixture
def come(database: Database, clock: StillClock, hire: Hire) -> Callable[..., ClientView]:
    """Adds a client who arrives now and gives the picture of them."""
    lead = hire("olha", "lead").person
    numbers = iter(range(1000, 9999))

    def add(phone: str = "", **more: str) -> ClientView:
        return add_client(
            Sitting(database, clock, lead),
            NewClient("Olena", phone or f"+38067123{next(numbers)}", country="UA", **more),
        )

    return add


def whose(client: ClientView) -> str | None:
    """Who is to call the client; in all of these tests that is the owner."""
    assert client.task is not None
    assert client.owner == client.task.assignee
    return client.owner


def change_user(database: Database, name: str, **values: object) -> None:
    with database.write() as session:
        user = session.exec(select(User).where(User.name == name)).one()
        for column, value in values.items():
            setattr(user, column, value)


def test_members_at_their_desks_take_turns(database: Database, hire: Hire, come: Callable[..., ClientView]) -> None:
    make_team(database, "round-robin")
    at_desk(hire("anna", pools=SALES), hire("ivan", pools=SALES), hire("petro", pools=SALES), hire("stranger"))
    given = [whose(come()) for _ in range(7)]
    assert given == ["anna", "ivan", "petro", "anna", "ivan", "petro", "anna"]


@ON_FILE
def test_turns_keep_their_order_when_the_clock_is_set_back(
    database: Database, hire: Hire, come: Callable[..., ClientView], clock: StillClock
) -> None:
    make_team(database, "round-robin")
    at_desk(hire("anna", pools=SALES), hire("ivan", pools=SALES))
    assert [whose(come()) for _ in range(3)] == ["anna", "ivan", "anna"]
    clock.forward(hours=-1)
    assert [whose(come()) for _ in range(3)] == ["ivan", "anna", "ivan"]


@ON_FILE
@pytest.mark.parametrize("how", ["left", "break", "died", "disabled", "after hours"])
def test_who_is_not_there_takes_no_turn(
    how: str, database: Database, hire: Hire, come: Callable[..., ClientView], clock: StillClock
) -> None:
    make_team(database, "round-robin")
    anna, ivan = hire("anna", pools=SALES), hire("ivan", pools=SALES)
    at_desk(anna, ivan)
    if how == "left":
        end_shift(Sitting(database, clock, anna.person))
    elif how == "break":
        Desk(Sitting(database, clock, anna.person)).take_break("coffee")
    elif how == "died":
        clock.forward(minutes=4)
        see(Sitting(database, clock, ivan.person))
    elif how == "disabled":
        change_user(database, "anna", active=False)
    else:  # 12:00 in Kyiv, where she works in the morning; ivan's day by his own clock has just begun
        change_user(database, "anna", hours='{"mon-fri": "08:00-12:00"}')
        change_user(database, "ivan", hours='{"mon-fri": "11:00-18:00"}', zone="Asia/Almaty")
    assert [whose(come()) for _ in range(2)] == ["ivan", "ivan"]


def test_with_nobody_there_the_client_is_anybodys(
    database: Database, hire: Hire, come: Callable[..., ClientView]
) -> None:
    make_team(database, "round-robin")
    anna = hire("anna", pools=SALES)
    client = come()
    assert whose(client) is None
    handed = anna.next_task()
    assert isinstance(handed, Handed)
    assert handed.client.id == client.id
    with database.read() as session:
        assert session.exec(select(UserPool.last_given_at)).all() == [None]


@ON_FILE
def test_a_pool_that_shares_nothing_out_gives_to_nobody(
    database: Database, hire: Hire, come: Callable[..., ClientView]
) -> None:
    make_team(database, "anyone")
    at_desk(hire("anna", pools=SALES))
    assert whose(come()) is None


def test_who_has_the_least_to_do_is_given_the_client(
    database: Database, hire: Hire, come: Callable[..., ClientView], clock: StillClock
) -> None:
    make_team(database, "least-loaded")
    at_desk(hire("anna", pools=SALES), hire("ivan", pools=SALES))
    for _ in range(3):
        come(owner="anna")
    come(owner="anna", zone="America/Los_Angeles")  # asleep there: fresh, though not due yet
    assert [whose(come()) for _ in range(3)] == ["ivan"] * 3
    come(owner="ivan", prefer="fri 14:00")  # a promise for another day is nothing to do now
    assert [whose(come()) for _ in range(3)] == ["ivan", "anna", "ivan"]


def test_owners_keep_their_clients_unless_they_have_left(
    database: Database, hire: Hire, come: Callable[..., ClientView]
) -> None:
    make_team(database, "round-robin")
    at_desk(hire("anna", pools=SALES), hire("ivan", pools=SALES))
    first = come("+380671230001", owner="ivan")
    assert whose(first) == "ivan"
    assert whose(come("+380671230001")) == "ivan", "who comes again stays with their owner"
    change_user(database, "ivan", active=False)
    assert whose(come("+380671230001")) == "anna"


def test_a_client_who_comes_again_and_is_nobodys_is_given_out(
    database: Database, hire: Hire, come: Callable[..., ClientView], arrive: Callable[..., int]
) -> None:
    make_team(database, "round-robin")
    at_desk(hire("anna", pools=SALES))
    imported = arrive(phone="+380671230001")
    client = come("+380671230001")
    assert (client.id, whose(client)) == (imported, "anna")


def test_why_names_who_was_given_the_client_and_until_when(
    database: Database, hire: Hire, come: Callable[..., ClientView], clock: StillClock
) -> None:
    make_team(database, "round-robin")
    at_desk(hire("anna", pools=SALES))
    lead = hire("maria", "lead", pools=SALES)
    found = why(Sitting(database, clock, lead.person), come().id)
    assert any("given to anna in turn" in text for text in found.because)
    kept = [text for text in found.because if text.startswith("kept for: anna, until ")]
    assert len(kept) == 1
    assert kept[0].endswith("(half of fresh_for 15m)")
    assert not found.eligible


def test_an_uncalled_client_is_anybodys_after_half_of_its_freshness_and_then_the_callers(
    database: Database, hire: Hire, come: Callable[..., ClientView], clock: StillClock
) -> None:
    make_team(database, "round-robin")
    anna, ivan = hire("anna", pools=SALES), hire("ivan", pools=SALES)
    at_desk(anna)
    client = come()
    clock.forward(minutes=14, seconds=59)
    waiting = ivan.next_task()
    assert not isinstance(waiting, Handed)
    assert waiting.next_due_at == NOON.replace(minute=15)
    clock.forward(seconds=1)
    handed = ivan.next_task()
    assert isinstance(handed, Handed)
    assert handed.client.id == client.id
    ivan.record_outcome(Said("interested"), handed.claim)
    with database.read() as session:
        assert session.exec(select(Client.owner_id)).one() == ivan.person.id
        assert session.exec(select(Attempt.owner_before)).one() == anna.person.id, "so that an undo can restore it"


@ON_FILE
def test_a_later_caller_does_not_become_the_owner(
    database: Database, hire: Hire, come: Callable[..., ClientView], clock: StillClock
) -> None:
    make_team(database, "round-robin")
    anna, ivan = hire("anna", pools=SALES), hire("ivan", pools=SALES)
    at_desk(anna)
    come()
    handed = anna.next_task()
    assert isinstance(handed, Handed)
    anna.record_outcome(Said("no-answer", "not-answering"), handed.claim)
    clock.forward(hours=3)
    again = ivan.next_task()
    assert isinstance(again, Handed)
    ivan.record_outcome(Said("interested"), again.claim)
    with database.read() as session:
        assert session.exec(select(Client.owner_id)).one() == anna.person.id


@pytest.mark.parametrize("feed", ["planned", "incoming"])
def test_an_owner_who_is_away_is_waited_for(
    feed: str, hire: Hire, arrive: Callable[..., int], clock: StillClock
) -> None:
    hire("anna")
    ivan = hire("ivan")
    arrive(feed=feed, owner="anna")
    clock.forward(minutes=119)
    assert not isinstance(ivan.next_task(), Handed)
    clock.forward(minutes=1)
    assert isinstance(ivan.next_task(), Handed)


@pytest.mark.parametrize("feed", ["planned", "incoming"])
def test_a_disabled_owner_is_not_waited_for(
    feed: str, database: Database, hire: Hire, arrive: Callable[..., int]
) -> None:
    hire("anna")
    ivan = hire("ivan")
    arrive(feed=feed, owner="anna")
    assert not isinstance(ivan.next_task(), Handed)
    change_user(database, "anna", active=False)
    assert isinstance(ivan.next_task(), Handed)


@ON_FILE
def test_an_owner_outside_the_pool_is_not_waited_for(
    database: Database, hire: Hire, arrive: Callable[..., int]
) -> None:
    make_team(database, "anyone")
    hire("maria", "lead")
    anna = hire("anna", pools=SALES)
    client = arrive(owner="maria")
    handed = anna.next_task()
    assert isinstance(handed, Handed)
    assert (handed.client.id, handed.client.owner) == (client, "maria")


def test_arrivals_at_once_never_take_the_same_turn(
    database: Database, hire: Hire, come: Callable[..., ClientView]
) -> None:
    make_team(database, "round-robin")
    people = [f"person{number}" for number in range(4)]
    at_desk(*(hire(name, pools=SALES) for name in people))
    start = Barrier(8)

    def arrival(number: int) -> str | None:
        start.wait(timeout=30)
        return whose(come(f"+38067555{number:04d}"))

    with ThreadPoolExecutor(8) as threads:
        given = list(threads.map(arrival, range(8)))
    assert sorted(map(str, given)) == sorted(people * 2)
