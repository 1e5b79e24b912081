"""Giving clients to another owner: one by hand, or all of somebody who is ill or leaves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import col, select

from salesdesk.access.people import NewUser, add_user, find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clients import handover
from salesdesk.clients.draft import draft_from_row
from salesdesk.clients.handover import Handover, Moved, hand_over, move_client
from salesdesk.clients.store import Arrival, add_clients
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, NotAllowed, NothingToDo
from salesdesk.storage.database import Database
from salesdesk.storage.models import Audit, Client, Task, User
from salesdesk.upkeep.health import check_storage
from salesdesk.work.rulebook import current
from salesdesk.work.views import Handed
from tests.support.clock import StillClock
from tests.support.teams import ON_FILE, make_team

Hire = Callable[..., Desk]


@pytest.fixture
def lead(hire: Hire) -> Desk:
    return hire("olha", "lead")


def promise(desk: Desk) -> int:
    """Have a person promise the next client a call for tomorrow; whose it is."""
    handed = desk.next_task()
    assert isinstance(handed, Handed)
    desk.record_outcome(Said("call-back", at="tomorrow 10"), handed.claim)
    return handed.client.id


def owners(database: Database) -> dict[int | None, tuple[str | None, str | None]]:
    """Whose each client is and who is to call them, by client."""
    with database.read() as session:
        names = {None: None, **dict(session.exec(select(User.id, User.name)).all())}
        tasks = dict(session.exec(select(Task.client_id, Task.assignee_id).where(col(Task.closed_at).is_(None))).all())
        clients = session.exec(select(Client.id, Client.owner_id).order_by(col(Client.id))).all()
    return {client: (names[owner], names[tasks.get(client or 0)]) for client, owner in clients}


def test_one_client_moves_with_the_promise_made_to_them(
    database: Database, hire: Hire, lead: Desk, arrive: Callable[..., int], clock: StillClock
) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    client = arrive(owner="anna")
    assert promise(anna) == client
    view = move_client(Sitting(database, clock, lead.person), client, "ivan")
    assert (view.owner, view.task.assignee if view.task else None) == ("ivan", "ivan")
    clock.forward(hours=22, minutes=1)
    assert not isinstance(anna.next_task(), Handed)
    handed = ivan.next_task()
    assert isinstance(handed, Handed)
    assert (handed.client.id, handed.task.feed) == (client, "callback")
    with database.read() as session:
        row = session.exec(select(Audit).where(Audit.action == "clients.move")).one()
    assert (row.object, row.detail) == (f"client {client}", {"from": "anna", "to": "ivan"})


@ON_FILE
def test_nobodys_client_can_be_made_somebodys(
    database: Database, hire: Hire, lead: Desk, arrive: Callable[..., int], clock: StillClock
) -> None:
    hire("anna")
    view = move_client(Sitting(database, clock, lead.person), arrive(), "anna")
    assert (view.owner, view.task.assignee if view.task else None) == ("anna", "anna")


def test_who_is_not_in_the_pool_may_own_a_client_but_is_not_waited_for(
    database: Database, hire: Hire, lead: Desk, arrive: Callable[..., int], clock: StillClock
) -> None:
    make_team(database, "anyone")
    hire("anna", pools=("sales",))
    client = arrive(owner="anna")
    assert owners(database) == {client: ("anna", "anna")}
    move_client(Sitting(database, clock, lead.person), client, "olha")
    assert owners(database) == {client: ("olha", None)}


@ON_FILE
@pytest.mark.parametrize(
    ("owner", "error"), [("nobody", NothingToDo), ("gone", BadRequest)], ids=["unknown", "disabled"]
)
def test_nobody_can_be_given_a_client_who_does_not_work_here(
    owner: str, error: type[Exception], hire: Hire, lead: Desk, arrive: Callable[..., int]
) -> None:
    client, database = arrive(owner="olha"), lead.database
    with database.write() as session:
        session.get_one(User, hire("gone").person.id).active = False
    with pytest.raises(error):
        move_client(Sitting(database, lead.clock, lead.person), client, owner)
    with pytest.raises(error):
        hand_over(Sitting(database, lead.clock, lead.person), Handover(giver="olha", takers=(owner,)))
    assert owners(database) == {client: ("olha", "olha")}


def test_all_of_a_persons_clients_and_promises_go_to_another(
    database: Database, hire: Hire, lead: Desk, arrive: Callable[..., int], clock: StillClock
) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    nobodys = arrive("Nobody's")
    assert promise(anna) == nobodys  # her promise to a client who is not hers
    hers, promised, ivans = arrive(owner="anna"), arrive(owner="anna"), arrive(owner="ivan")
    ended = arrive(owner="anna", status="refused")
    assert promise(anna) == hers
    held = anna.next_task()
    assert isinstance(held, Handed)
    assert held.client.id == promised
    wanted = Handover(giver="anna", takers=("ivan",))
    found = hand_over(Sitting(database, clock, lead.person), Handover(giver="anna", takers=("ivan",), dry_run=True))
    assert owners(database)[hers] == ("anna", "anna"), "a dry run wrote"
    moved = hand_over(Sitting(database, clock, lead.person), wanted)
    assert moved == found == Moved(moved=3, tasks=3, promises=2, held=1)
    assert owners(database) == {
        nobodys: (None, "ivan"),
        hers: ("ivan", "ivan"),
        promised: ("ivan", "ivan"),
        ivans: ("ivan", "ivan"),
        ended: ("ivan", None),
    }
    again = anna.next_task()
    assert isinstance(again, Handed)
    assert again.claim == held.claim, "what she has in hand was taken"
    with pytest.raises(NothingToDo):
        hand_over(Sitting(database, clock, lead.person), wanted)
    taken = ivan.next_task()
    assert isinstance(taken, Handed)
    assert taken.client.id == ivans
    assert check_storage(database, clock).faults == ()


def test_somebody_elses_promise_stays_theirs(
    database: Database, hire: Hire, lead: Desk, arrive: Callable[..., int], clock: StillClock
) -> None:
    hire("anna"), hire("petro")
    ivan = hire("ivan")
    client = arrive(owner="anna")
    clock.forward(hours=3)
    assert promise(ivan) == client
    assert hand_over(Sitting(database, clock, lead.person), Handover("anna", ("petro",))) == Moved(moved=1)
    assert owners(database) == {client: ("petro", "ivan")}


@pytest.mark.parametrize(
    ("shares", "expected"),
    [((), ["ivan", "petro"] * 3), ((2, 1), ["ivan", "ivan", "petro"] * 2), ((1, 3), ["ivan", *["petro"] * 3] * 2)],
)
def test_several_take_turns_as_their_shares_say_in_batches_of_any_size(
    shares: tuple[int, ...],
    expected: list[str],
    handed_over: Callable[[tuple[int, ...]], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(handover, "_AT_ONCE", 2)
    assert handed_over(shares) == expected[:6]


@pytest.fixture
def handed_over(sqlite_database: Database, clock: StillClock) -> Callable[[tuple[int, ...]], list[str]]:
    """Hands six clients over with these shares; who got which. About turns, not about storage."""

    def run(shares: tuple[int, ...]) -> list[str]:
        with sqlite_database.write() as session:
            for name in ("anna", "ivan", "petro"):
                add_user(session, NewUser(name, "manager"), clock.now())
            rows = [{"name": ["O"], "phone": [f"+38067123000{n}"], "owner": ["anna"]} for n in range(6)]
            drafts = [draft_from_row(row, {}, country="UA", at=clock.now()) for row in rows]
            add_clients(session, drafts, Arrival(current(session), clock.now(), "planned"))
            boss = find_person(session, "boss")
        hand_over(Sitting(sqlite_database, clock, boss), Handover("anna", ("ivan", "petro"), shares=shares))
        with sqlite_database.read() as session:
            audited = session.exec(select(Audit.object).where(Audit.action == "clients.move")).all()
        assert audited == ["clients 1-2", "clients 3-4", "clients 5-6"]
        return [str(owner) for owner, _ in owners(sqlite_database).values()]

    return run


def test_only_those_in_a_status_move(
    database: Database, hire: Hire, lead: Desk, arrive: Callable[..., int], clock: StillClock
) -> None:
    hire("anna"), hire("ivan")
    fresh, warm = arrive(owner="anna"), arrive(owner="anna", status="in-work")
    moved = hand_over(Sitting(database, clock, lead.person), Handover("anna", ("ivan",), status="in-work"))
    assert moved == Moved(moved=1, tasks=1)
    assert owners(database) == {fresh: ("anna", "anna"), warm: ("ivan", "ivan")}


@pytest.mark.parametrize(
    "wanted",
    [
        Handover("anna", ("anna",)),
        Handover("anna", ("ivan", "ivan")),
        Handover("anna", ("ivan",), shares=(1, 2)),
        Handover("anna", ("ivan",), shares=(0,)),
        Handover("anna", ("ivan",), status="warm"),
    ],
    ids=["to herself", "twice", "shares", "no share", "status"],
)
def test_what_makes_no_sense_moves_nobody(wanted: Handover, sqlite_database: Database, clock: StillClock) -> None:
    with sqlite_database.write() as session:
        add_user(session, NewUser("anna", "manager"), clock.now())
        add_user(session, NewUser("ivan", "manager"), clock.now())
        boss = find_person(session, "boss")
    with pytest.raises(BadRequest):
        hand_over(Sitting(sqlite_database, clock, boss), wanted)


@ON_FILE
def test_managers_move_nobody(database: Database, hire: Hire, arrive: Callable[..., int], clock: StillClock) -> None:
    anna = hire("anna")
    client = arrive()
    with pytest.raises(NotAllowed):
        move_client(Sitting(database, clock, anna.person), client, "anna")
    with pytest.raises(NotAllowed):
        hand_over(Sitting(database, clock, anna.person), Handover("boss", ("anna",)))
    assert owners(database) == {client: (None, None)}
