"""Why a client is called now or not, on both engines: every rule with its figures, and the same answer as a claim."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from salesdesk.access.sitting import Sitting
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.desk.why import Why, why
from salesdesk.errors import NotAllowed, NothingToDo
from salesdesk.storage.database import Database
from salesdesk.storage.models import Client, Import, Task
from salesdesk.work.triggers import run_triggers
from salesdesk.work.views import Handed
from tests.support.clock import StillClock
from tests.support.rule_texts import changed_preset, put_in_force, trigger

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
Ask = Callable[..., Why]


@pytest.fixture
def lead(hire: Hire) -> Desk:
    return hire("olha", "lead")


@pytest.fixture
def ask(database: Database, clock: StillClock, lead: Desk) -> Ask:
    """Asks why, for the lead or somebody else."""
    return lambda client_id, person=None: why(Sitting(database, clock, person or lead.person), client_id)


def open_task(session: Session) -> Task:
    return session.exec(select(Task).where(Task.closed_at == None)).one()  # noqa: E711


def refusals(found: Why) -> list[str]:
    """The rules that do not let the client through."""
    return [check.text for check in found.checks if not check.passes]


def handed(desk: Desk) -> bool:
    """Whether a claim hands out a client."""
    return isinstance(desk.next_task(), Handed)


def test_every_rule_is_named_in_order_with_its_figures(ask: Ask, arrive: Arrive, clock: StillClock) -> None:
    client_id = arrive(feed="incoming")
    clock.forward(minutes=5)
    found = ask(client_id)
    assert found.eligible
    assert found.because == (
        'status "New" (open)',
        'task "Call", feed incoming: arrived',
        "import: none",
        "pool: everybody",
        "kept for: nobody",
        "due Mon 23 Nov 12:00 Europe/Kyiv, 5 min ago",
        "fresh_for 30m: fresh until Mon 23 Nov 12:30 Europe/Kyiv",
        "call window (everywhere) mon 09:00-20:00: open, 12:05 in Europe/Kyiv, until Mon 23 Nov 20:00 Europe/Kyiv",
        "public holidays: these rules do not close them",
        "cap max_per_24h 6: 0 used",
        "cap max_per_day 6: 0 used",
        "claim: held by nobody",
        "place: 0 due tasks come before it (feed order callback, incoming, retry, planned)",
    )


def test_the_json_is_the_contracts(ask: Ask, arrive: Arrive, clock: StillClock) -> None:
    answer = ask(arrive()).as_json()
    assert answer["client_id"] == 1
    assert answer["eligible"] is True
    assert answer["due_at"] == "2026-11-23T10:00:00Z"
    assert answer["window"] == {
        "open": True,
        "opens_at": None,
        "closes_at": "2026-11-23T18:00:00Z",
        "local": "2026-11-23T12:00:00+02:00",
    }
    assert answer["caps"] == [
        {"rule": "max_per_24h", "limit": 6, "used": 0, "free_at": "2026-11-23T10:00:00Z"},
        {"rule": "max_per_day", "limit": 6, "used": 0, "free_at": "2026-11-23T10:00:00Z"},
    ]
    assert answer["claim"] is None


def test_after_a_call_the_ladder_and_the_gap_are_named(ask: Ask, hire: Hire, arrive: Arrive, clock: StillClock) -> None:
    anna, client_id = hire("anna"), arrive()
    anna.next_task()
    anna.record_outcome(Said("no-answer", "not-answering"))
    clock.forward(minutes=2)
    found = ask(client_id)
    assert not found.eligible
    assert any('ladder "no-answer", rung 1 of 5: 5m' in text for text in found.because)
    assert refusals(found) == [
        "due Mon 23 Nov 12:05 Europe/Kyiv, in 3 min",
        "cap min_gap 5m: last call 2 min ago, free Mon 23 Nov 12:05 Europe/Kyiv",
    ]
    clock.forward(minutes=3)
    assert ask(client_id).eligible
    assert handed(anna)


def test_a_closed_window_says_when_it_opens(ask: Ask, arrive: Arrive, lead: Desk) -> None:
    client_id = arrive(phone="+1 808 555 1234", zone="Pacific/Honolulu")
    found = ask(client_id)
    assert [text.partition(":")[0] for text in refusals(found)] == [
        "due Mon 23 Nov 09",
        "call window (everywhere) mon 09",
    ]
    assert "closed, 00:00 in Pacific/Honolulu, opens Mon 23 Nov 09:00 Pacific/Honolulu" in refusals(found)[1]
    window = found.as_json()["window"]
    assert (window["open"], window["opens_at"], window["closes_at"]) == (False, "2026-11-23T19:00:00Z", None)
    assert not handed(lead)


def test_an_unsure_zone_is_told_as_a_range(ask: Ask, arrive: Arrive) -> None:
    found = ask(arrive(phone="+7 916 123 45 67"))
    assert not found.eligible
    assert any("12:00-22:00 in" in text and "(unknown_zone intersection)" in text for text in refusals(found))
    assert found.as_json()["window"]["local"] is None


@pytest.mark.parametrize(
    ("rule", "words"),
    [("hold", "the client's time zone is not known; set it"), ("home", "possible zones (unknown_zone home)")],
)
def test_the_rule_for_unsure_zones_is_named(
    ask: Ask, arrive: Arrive, database: Database, lead: Desk, *, rule: str, words: str
) -> None:
    put_in_force(database, changed_preset(('unknown_zone = "intersection"', f'unknown_zone = "{rule}"')))
    found = ask(arrive(phone="+7 916 123 45 67"))
    assert any(words in text for text in found.because)
    assert found.eligible == (rule == "home") == handed(lead)


def test_a_cap_that_is_used_up_says_when_it_is_free(
    ask: Ask, hire: Hire, arrive: Arrive, clock: StillClock, database: Database
) -> None:
    put_in_force(database, changed_preset(("max_per_24h = 6", "max_per_24h = 1\nmax_total = 2")))
    anna, client_id = hire("anna"), arrive()
    anna.next_task()
    anna.record_outcome(Said("interested"))
    clock.forward(hours=1)
    with database.write() as session:
        open_task(session).due_at = clock.now()
    assert refusals(ask(client_id)) == ["cap max_per_24h 1: 1 used, free Tue 24 Nov 12:00 Europe/Kyiv"]
    assert not handed(anna)
    clock.forward(days=2)
    anna.next_task()
    anna.record_outcome(Said("interested"))
    clock.forward(days=2)
    found = ask(client_id)
    assert "cap max_total 2: 2 used, never free again" in refusals(found)
    assert {"rule": "max_total", "limit": 2, "used": 2, "free_at": None} in found.as_json()["caps"]


def test_who_holds_the_client_is_named(ask: Ask, hire: Hire, arrive: Arrive, clock: StillClock, lead: Desk) -> None:
    anna, client_id = hire("anna"), arrive()
    taken = anna.next_task()
    assert isinstance(taken, Handed)
    found = ask(client_id)
    assert not found.eligible
    assert any(text.startswith("claim: held by anna until ") for text in refusals(found))
    assert found.as_json()["claim"]["user"] == "anna"
    own = ask(client_id, anna.person)
    assert own.eligible
    assert own.because[-1] == "place: handed out already"


def test_a_claim_that_ran_out_is_no_claim(
    ask: Ask, hire: Hire, arrive: Arrive, clock: StillClock, database: Database
) -> None:
    anna, client_id = hire("anna"), arrive()
    anna.next_task()
    with database.write() as session:
        open_task(session).claimed_until = clock.now() - timedelta(days=365)
    found = ask(client_id)
    assert found.eligible
    assert found.as_json()["claim"] is None
    assert any("anna's ran out" in text for text in found.because)


def test_an_owners_task_is_kept_for_its_grace(ask: Ask, hire: Hire, arrive: Arrive, clock: StillClock) -> None:
    ivan = hire("ivan")
    hire("anna")
    client_id = arrive(owner="anna")
    assert refusals(ask(client_id)) == ["kept for: anna, until Mon 23 Nov 14:00 Europe/Kyiv (owner_grace 2h)"]
    assert not handed(ivan)
    clock.forward(hours=2)
    found = ask(client_id)
    assert found.eligible
    assert any(text.endswith("(owner_grace 2h), so anybody may take it") for text in found.because)
    assert handed(ivan)


def test_a_promise_is_kept_for_who_gave_it(ask: Ask, hire: Hire, arrive: Arrive, clock: StillClock) -> None:
    anna, client_id = hire("anna"), arrive()
    anna.next_task()
    anna.record_outcome(Said("call-back", at="+1h"))
    clock.forward(hours=1)
    assert refusals(ask(client_id)) == ["kept for: anna, until Mon 23 Nov 13:10 Europe/Kyiv (promise_grace 10m)"]
    anna.next_task()
    assert "kept for: anna" in ask(client_id, anna.person).because


def test_a_pool_is_its_peoples(ask: Ask, hire: Hire, arrive: Arrive, database: Database, clock: StillClock) -> None:
    petro = hire("petro", "lead", pools=("measurers",))
    client_id = arrive()
    with database.write() as session:
        open_task(session).pool = "measurers"
    assert refusals(ask(client_id)) == ['pool "measurers": olha is not in it']
    assert ask(client_id, petro.person).eligible


def test_a_client_of_an_unfinished_import_waits(ask: Ask, arrive: Arrive, database: Database, lead: Desk) -> None:
    client_id = arrive()
    with database.write() as session:
        row = Import(file_name="x.csv", user_id=lead.person.id, started_at=lead.clock.now())
        session.add(row)
        session.flush()
        session.get_one(Client, client_id).import_id = open_task(session).import_id = row.id
    assert refusals(ask(client_id)) == ["import 1: not finished"]
    with database.write() as session:
        session.exec(select(Import)).one().finished_at = lead.clock.now()
    assert "import 1: finished" in ask(client_id).because


def test_a_stale_incoming_client_is_planned(ask: Ask, arrive: Arrive, clock: StillClock) -> None:
    client_id = arrive(feed="incoming")
    clock.forward(minutes=30)
    because = ask(client_id).because
    assert because[1] == 'task "Call", feed planned: arrived'
    assert "fresh_for 30m: planned since Mon 23 Nov 12:30 Europe/Kyiv" in because


def test_the_place_is_counted_in_the_feeds_own_order(
    ask: Ask, hire: Hire, arrive: Arrive, clock: StillClock, lead: Desk
) -> None:
    hire("anna")
    first = arrive("Stale", feed="incoming")
    clock.forward(minutes=31)
    arrive("Not the lead's", owner="anna")
    arrive("Asleep", phone="+1 808 555 1234", zone="Pacific/Honolulu")
    planned, late = arrive("Planned"), arrive("Late")
    fresh = arrive("Fresh", feed="incoming")
    before = {name: ask(name).because[-1].split()[1] for name in (first, planned, late, fresh)}
    order = []
    for _ in range(4):
        taken = lead.next_task()
        assert isinstance(taken, Handed)
        order.append(taken.client.id)
        lead.record_outcome(Said("interested"))
    assert order == [fresh, first, planned, late]
    assert before == {client_id: str(place) for place, client_id in enumerate(order)}


def test_a_final_status_says_how_it_ended(ask: Ask, hire: Hire, arrive: Arrive) -> None:
    anna, client_id = hire("anna"), arrive()
    anna.next_task()
    anna.record_outcome(Said("refused", "price"))
    found = ask(client_id)
    assert not found.eligible
    assert found.due_at is None
    assert found.because == (
        'status "Refused" (lost) has no task: Refused: Price; status "Refused" ends it, anna, '
        "Mon 23 Nov 12:00 Europe/Kyiv",
    )
    answer = found.as_json()
    assert (answer["due_at"], answer["claim"]) == (None, None)
    assert answer["window"]["open"] is True


def test_an_end_that_nobody_called_for_is_told_too(
    ask: Ask, arrive: Arrive, database: Database, clock: StillClock
) -> None:
    put_in_force(database, changed_preset(add=trigger("new", "7d", 'status = "archive"')))
    client_id, came_so = arrive(), arrive(status="refused")
    clock.forward(days=7)
    assert run_triggers(database, clock) == 1
    assert ask(client_id).because[0].endswith("by a trigger: silent for too long, Mon 30 Nov 12:00 Europe/Kyiv")
    assert ask(came_so).because[0].endswith("it came in so")


def test_a_manager_may_ask_of_the_client_in_hand_only(
    database: Database, clock: StillClock, hire: Hire, arrive: Arrive
) -> None:
    anna, client_id, other = hire("anna"), arrive("A"), arrive("B")
    anna.next_task()
    assert why(Sitting(database, clock, anna.person), client_id).eligible
    for forbidden in (other, 77):
        with pytest.raises(NotAllowed, match="in hand only"):
            why(Sitting(database, clock, anna.person), forbidden)


@pytest.mark.parametrize("client_id", [0, -1, 77, 2**40])
def test_an_unknown_client_is_not_found(ask: Ask, client_id: int) -> None:
    with pytest.raises(NothingToDo, match="no client"):
        ask(client_id)
