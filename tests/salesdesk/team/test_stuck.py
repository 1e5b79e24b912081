"""Clients in somebody's hands: what others may not do meanwhile, what is stuck, and who may take it back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select

from salesdesk.access.sitting import Sitting
from salesdesk.clients.handover import Handover, hand_over, move_client
from salesdesk.clients.intake import NewClient, add_client
from salesdesk.clients.merge import merge_clients
from salesdesk.clients.set_zone import set_zone
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import NotAllowed, NothingToDo
from salesdesk.storage.database import Database
from salesdesk.storage.models import Audit, Claim, Client, Task, User
from salesdesk.team.stuck import Hold, holds, release_claim
from salesdesk.upkeep.health import check_storage
from salesdesk.work.views import Handed, NothingDue
from tests.support.clock import NOON, StillClock
from tests.support.teams import ON_FILE

Hire = Callable[..., Desk]
PHONE = "+380671230001"


def take(desk: Desk) -> Handed:
    handed = desk.next_task()
    assert isinstance(handed, Handed)
    return handed


def come_again(lead: Desk) -> None:
    add_client(lead.sitting, NewClient("Olena", PHONE, company="Vikna", country="UA"))


WHILE_HELD: dict[str, tuple[Callable[[Desk, int, int], object], bool]] = {
    "take": (lambda lead, held, other: take(lead).client.id == other or pytest.fail("two hold one"), True),
    "merge away": (lambda lead, held, other: merge_clients(lead.sitting, held, other), False),
    "merge into": (lambda lead, held, other: merge_clients(lead.sitting, other, held), False),
    "arrive again": (lambda lead, held, other: come_again(lead), True),
    "move": (lambda lead, held, other: move_client(lead.sitting, held, "ivan"), True),
    "move all": (
        lambda lead, held, other: hand_over(lead.sitting, Handover(giver="anna", takers=("ivan",))),
        True,
    ),
    "zone": (lambda lead, held, other: set_zone(lead.sitting, held, "Europe/Warsaw"), True),
}
"""What a lead may try with a client that Anna has in hand, and whether it is allowed."""


def stuck_claims(sitting: Sitting) -> list[Hold]:
    """Those of the holds that are stuck."""
    return [hold for hold in holds(sitting) if hold.stuck]


@pytest.mark.parametrize("what", WHILE_HELD)
def test_who_has_a_client_in_hand_keeps_it_until_the_outcome(
    what: str, database: Database, hire: Hire, arrive: Callable[..., int], clock: StillClock
) -> None:
    anna, lead = hire("anna"), hire("olha", "lead")
    hire("ivan")
    held, other = arrive("Olena", phone=PHONE, owner="anna"), arrive("Petro")
    handed = take(anna)
    assert handed.client.id == held
    act, allowed = WHILE_HELD[what]
    if allowed:
        act(lead, held, other)
    else:
        with pytest.raises(NothingToDo, match=f"anna has client {held} in hand"):
            act(lead, held, other)
    again = take(anna)
    assert (again.claim, again.client.id) == (handed.claim, held), "it changed hands"
    done = anna.record_outcome(Said("interested"), handed.claim)
    assert not done.repeated
    with database.read() as session:
        open_tasks = select(Task.assignee_id, Client.owner_id).join(Client).where(Task.closed_at.is_(None))  # type: ignore[union-attr]
        assignee, owner = session.exec(open_tasks.where(Task.client_id == held)).one()
        names = dict(session.exec(select(User.id, User.name)).all())
    whose = "ivan" if what.startswith("move") else "anna"
    assert (names[assignee], names[owner]) == (whose, whose), "the next call is not the owner's"
    assert check_storage(database, clock).faults == ()


def test_what_is_stuck(database: Database, hire: Hire, arrive: Callable[..., int], clock: StillClock) -> None:
    anna, ivan, petro, lead = hire("anna"), hire("ivan"), hire("petro"), hire("olha", "lead")
    clients = [arrive(name) for name in ("Olena", "Maria", "Iryna")]
    held = [take(desk) for desk in (anna, ivan, petro)]
    assert stuck_claims(Sitting(database, clock, lead.person)) == []
    renew_for(database, clock, ivan, held[1].claim, minutes=29)
    found = stuck_claims(Sitting(database, clock, lead.person))
    assert [(claim.manager, claim.live) for claim in found] == [("anna", False), ("petro", False)]
    renew_for(database, clock, ivan, held[1].claim, minutes=1)
    found = stuck_claims(Sitting(database, clock, lead.person))
    assert [(claim.manager, claim.live) for claim in found] == [("anna", False), ("ivan", True), ("petro", False)]
    first = found[0]
    assert (first.claim, first.client_id, first.client_name) == (held[0].claim, clients[0], "Olena")
    assert first.since == NOON
    assert first.lease_ends <= clock.now()


def renew_for(database: Database, clock: StillClock, desk: Desk, claim: int, *, minutes: int) -> None:
    """Let time pass while one desk is alive. PostgreSQL's own clock stands still, so its leases are moved back."""
    for _ in range(minutes):
        clock.forward(minutes=1)
        assert desk.renew(claim)
        if not database.is_sqlite:
            with database.write() as session:
                for task in session.exec(select(Task).where(Task.claimed_by.is_not(None))):  # type: ignore[union-attr]
                    if task.claim_id != claim and task.claimed_until is not None:
                        task.claimed_until = clock.now().replace(year=2000)


@pytest.mark.parametrize("live", [True, False])
def test_a_lead_takes_a_client_back(
    live: bool, database: Database, hire: Hire, arrive: Callable[..., int], clock: StillClock
) -> None:
    anna, lead = hire("anna"), hire("olha", "lead", label="Olha")
    client = arrive("Olena")
    handed = take(anna)
    if not live:
        clock.forward(minutes=11)
    held = release_claim(Sitting(database, clock, lead.person), "anna", handed.claim)
    assert (held.claim, held.client.id) == (handed.claim, client)
    assert not anna.renew(handed.claim)
    assert anna.how_lost(handed.claim) == "released by Olha; nobody has the client now"
    with pytest.raises(NothingToDo, match=r"no longer yours: released by Olha; nobody has the client now"):
        anna.record_outcome(Said("interested"), handed.claim)
    assert take(hire("ivan")).client.id == client
    assert anna.how_lost(handed.claim) == "released by Olha; ivan has the client now"
    with database.read() as session:
        row = session.exec(select(Audit).where(Audit.action == "task.release")).one()
        task = session.exec(select(Claim.task_id).where(Claim.id == handed.claim)).one()
    assert row.object == f"task {task}"
    assert {key: row.detail[key] for key in ("client", "manager", "claim")} == {
        "client": client,
        "manager": "anna",
        "claim": handed.claim,
    }
    assert check_storage(database, clock).faults == ()


def test_a_hold_that_ended_meanwhile_is_not_taken(
    database: Database, hire: Hire, arrive: Callable[..., int], clock: StillClock
) -> None:
    anna, lead = hire("anna"), hire("olha", "lead")
    arrive("Olena"), arrive("Petro")
    first = take(anna)
    anna.record_outcome(Said("interested"), first.claim)
    second = take(anna)
    for manager, claim in (("anna", first.claim), ("olha", None), ("nobody", None)):
        with pytest.raises(NothingToDo):
            release_claim(Sitting(database, clock, lead.person), manager, claim)
    assert take(anna).claim == second.claim


def test_a_disabled_persons_hold_is_taken_too(
    database: Database, hire: Hire, arrive: Callable[..., int], clock: StillClock
) -> None:
    anna, lead = hire("anna"), hire("olha", "lead")
    client = arrive("Olena")
    take(anna)
    with database.write() as session:
        session.get_one(User, anna.person.id).active = False
    assert release_claim(Sitting(database, clock, lead.person), "anna").client.id == client


@ON_FILE
def test_managers_neither_see_nor_take(
    database: Database, hire: Hire, arrive: Callable[..., int], clock: StillClock
) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    arrive("Olena")
    handed = take(anna)
    for act in (
        lambda: stuck_claims(Sitting(database, clock, ivan.person)),
        lambda: release_claim(Sitting(database, clock, ivan.person), "anna"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert take(anna).claim == handed.claim


@ON_FILE
def test_a_client_held_already_says_since_when(hire: Hire, arrive: Callable[..., int], clock: StillClock) -> None:
    anna = hire("anna")
    arrive("Olena")
    assert take(anna).held_since is None
    clock.forward(minutes=15)
    assert take(anna).held_since == NOON


@ON_FILE
def test_passing_on_brings_another_client(hire: Hire, arrive: Callable[..., int]) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    first, second = arrive("Olena"), arrive("Petro")
    handed = take(anna)
    passed = anna.pass_on(handed.claim)
    assert isinstance(passed, Handed)
    assert (handed.client.id, passed.client.id) == (first, second)
    assert passed.claim != handed.claim
    assert take(ivan).client.id == first


@ON_FILE
def test_passing_on_the_only_client_brings_it_back(hire: Hire, arrive: Callable[..., int]) -> None:
    anna = hire("anna")
    assert isinstance(anna.pass_on(1), NothingDue)
    arrive("Olena")
    handed = take(anna)
    passed = anna.pass_on(handed.claim)
    assert isinstance(passed, Handed)
    assert (passed.client.id, passed.held_since) == (handed.client.id, None)
    assert passed.claim != handed.claim
