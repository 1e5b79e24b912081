"""A client who arrives singly, for the first time or again, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, func, select

from salesdesk.access.people import find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clients.intake import NewClient, add_client
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, NotAllowed
from salesdesk.storage.database import Database
from salesdesk.storage.models import Client, Deal, Import, Phone, Task
from salesdesk.work.views import ClientView, Handed, NothingDue
from tests.support.clock import StillClock

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
Add = Callable[..., ClientView]

NUMBER = "067 123 45 67"
MISS = Said("no-answer", "not-answering")


@pytest.fixture
def add(database: Database, clock: StillClock) -> Add:
    """Takes in a client as the admin."""
    with database.read() as session:
        boss = find_person(session, "boss")

    def run(name: str = "Olena", phone: str = NUMBER, **more: Any) -> ClientView:
        return add_client(Sitting(database, clock, boss), NewClient(name, phone, **more))

    return run


def taken(desk: Desk) -> Handed:
    handed = desk.next_task()
    assert isinstance(handed, Handed)
    return handed


def due(view: ClientView) -> tuple[str, datetime, tuple[str, ...]]:
    assert view.task is not None
    return view.task.feed, view.task.due_at, view.task.because


def open_tasks(database: Database) -> int:
    with database.read() as session:
        return session.exec(select(func.count(col(Task.id))).where(col(Task.closed_at).is_(None))).one()


def test_a_new_client_comes_before_planned_ones(add: Add, arrive: Arrive, hire: Hire, clock: StillClock) -> None:
    anna = hire("anna")
    arrive("Planned")
    clock.forward(minutes=1)
    view = add(company="Vikna", city="Kyiv", source="site", owner="anna", note="hello", email="o@example.com")
    assert due(view) == ("incoming", clock.now(), ("arrived",))
    assert (view.company, view.city, view.source, view.owner, view.note) == ("Vikna", "Kyiv", "site", "anna", "hello")
    assert (view.emails, view.zone, view.status) == (("o@example.com",), "Europe/Kyiv", "new")
    assert taken(anna).client.id == view.id


def test_a_preferred_time_is_a_promise_by_the_clients_clock(add: Add, database: Database) -> None:
    view = add(phone="+44 20 7946 0000", prefer="tomorrow 10")
    feed, due_at, _ = due(view)
    assert (feed, due_at.isoformat()) == ("callback", "2026-11-24T10:00:00+00:00")
    assert view.preferred == due_at
    with database.read() as session:
        task = session.exec(select(Task)).one()
        assert (task.agreed_wall, task.agreed_zone) == ("2026-11-24T10:00", "Europe/London")


def test_country_and_zone_as_typed(add: Add) -> None:
    view = add(phone="020 7946 0000", country="GB", zone="Europe/Paris")
    assert (view.country, view.zone, view.zone_source) == ("GB", "Europe/Paris", "given")
    assert view.phones[0].e164 == "+442079460000"


def test_who_arrives_again_is_due_now_with_the_misses_kept(
    add: Add, hire: Hire, clock: StillClock, database: Database
) -> None:
    anna = hire("anna")
    first = add()
    taken(anna), anna.record_outcome(MISS)
    clock.forward(minutes=1)
    again = add("Somebody else", f"{NUMBER}, 050 123 45 67", city="Kyiv")
    assert (again.id, again.name, again.city, again.misses) == (first.id, "Olena", "Kyiv", 1)
    assert [phone.e164 for phone in again.phones] == ["+380671234567", "+380501234567"]
    feed, due_at, because = due(again)
    assert feed == "incoming"
    # The calling rules leave five minutes between two calls.
    assert due_at == clock.now() + timedelta(minutes=4)
    assert because[0] == "arrived again"
    assert open_tasks(database) == 1
    clock.at = due_at
    assert taken(anna).client.id == first.id


def test_a_planned_client_who_arrives_is_fresh(add: Add, arrive: Arrive, hire: Hire, clock: StillClock) -> None:
    anna = hire("anna")
    arrive("Earlier")
    planned = arrive("Imported", phone="+380671234567")
    clock.forward(minutes=30)
    assert due(add())[:2] == ("incoming", clock.now())
    assert taken(anna).client.id == planned


def test_a_promise_stays_unless_another_time_is_preferred(
    add: Add, hire: Hire, clock: StillClock, database: Database
) -> None:
    anna = hire("anna")
    add()
    taken(anna), anna.record_outcome(Said("call-back", at="+2h"))
    promised = clock.now() + timedelta(hours=2)
    assert due(add())[:2] == ("callback", promised)
    again = add(prefer="+3h")
    assert due(again)[:2] == ("callback", promised + timedelta(hours=1))
    assert again.preferred == promised + timedelta(hours=1)
    with database.read() as session:
        task = session.exec(select(Task).where(col(Task.closed_at).is_(None))).one()
        assert (task.agreed_wall, task.assignee_id) == ("2026-11-23T15:00", anna.person.id)


def test_a_client_in_somebodys_hands_is_left_there(add: Add, hire: Hire, clock: StillClock) -> None:
    anna = hire("anna")
    add()
    claim = taken(anna).claim
    clock.forward(minutes=1)
    assert due(add(prefer="+1h", email="o@example.com"))[2] == ("arrived",)
    assert taken(anna).claim == claim
    assert taken(anna).client.preferred == clock.now() + timedelta(hours=1)


def test_a_refused_client_who_arrives_again_is_reopened(
    add: Add, hire: Hire, clock: StillClock, database: Database
) -> None:
    anna = hire("anna")
    first = add()
    taken(anna), anna.record_outcome(Said("refused", "price"))
    clock.forward(days=1)
    again = add()
    assert (again.id, again.status, again.misses) == (first.id, "new", 0)
    assert due(again) == ("incoming", clock.now(), ("arrived again",))
    with database.read() as session:
        deals = session.exec(select(Deal).order_by(col(Deal.id))).all()
        assert session.get_one(Client, first.id).touched_at == clock.now()
        assert [(deal.status, deal.closed_at is None) for deal in deals] == [("refused", False), ("new", True)]
    assert taken(anna).client.id == first.id


def test_who_asked_not_to_be_called_is_not_reopened(add: Add, hire: Hire, database: Database) -> None:
    anna = hire("anna")
    add()
    taken(anna), anna.record_outcome(Said("do-not-call"))
    with pytest.raises(BadRequest, match="no number that may be called"):
        add(phone=f"{NUMBER}, 050 123 45 67", city="Kyiv")
    with database.read() as session:
        assert session.exec(select(Client)).one().city == ""
        assert session.exec(select(func.count(col(Phone.id)))).one() == 1
    assert isinstance(anna.next_task(), NothingDue)


def test_a_number_of_an_import_under_way_waits_for_it(add: Add, clock: StillClock, database: Database) -> None:
    client_id = add().id
    with database.write() as session:
        session.add(Import(id=5, file_name="x.csv", user_id=1, started_at=clock.now()))
        session.flush()
        session.get_one(Client, client_id).import_id = 5
    with pytest.raises(BadRequest, match="not finished yet"):
        add()


def test_numbers_of_two_clients_are_refused(add: Add, arrive: Arrive) -> None:
    first, second = arrive(phone="+380671234567"), arrive(phone="+380501234567")
    with pytest.raises(BadRequest, match=f"clients {first} and {second}"):
        add(phone=f"{NUMBER}, 050 123 45 67")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"phone": "12345"}, "too short"),
        ({"phone": ""}, "no phone number"),
        ({"phone": f"{NUMBER}, 123"}, "Bad phone: 123"),
        ({"email": "not an address"}, "Bad e-mail"),
        ({"zone": "Mars/Base"}, "not a time zone"),
        ({"country": "Atlantis"}, "not a country"),
        ({"owner": "nobody"}, "nobody"),
        ({"prefer": "soon"}, "not understood"),
        ({"prefer": "2020-01-01 10:00"}, "has passed"),
        ({"name": "x" * 201}, "201 characters"),
    ],
)
def test_a_wrong_client_is_refused_whole(add: Add, database: Database, wrong: dict[str, str], words: str) -> None:
    with pytest.raises(BadRequest, match=words) as fault:
        add(**wrong)
    assert fault.value.mend
    with database.read() as session:
        assert session.exec(select(func.count(col(Client.id)))).one() == 0


def test_a_manager_may_not_add(database: Database, clock: StillClock, hire: Hire) -> None:
    with pytest.raises(NotAllowed):
        add_client(Sitting(database, clock, hire("anna").person), NewClient("Olena", NUMBER))
    assert (
        add_client(Sitting(database, clock, hire("maria", "lead").person), NewClient("Olena", NUMBER)).name == "Olena"
    )
