"""The worked rule sets, played through day by day at real desks, on both engines.

After every step the database is checked row by row, and every open client has a task that somebody here can take.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlmodel import select

from rules.file.preset import WORKED_SETS, preset_text
from salesdesk.clients.queries import list_clients, show_client
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest
from salesdesk.founding.init import Home, init, preset_for
from salesdesk.kpi.figures import kpi
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.models import Attempt, Deal, Task
from salesdesk.upkeep.health import check_storage
from salesdesk.work.rulebook import current
from salesdesk.work.triggers import run_triggers
from salesdesk.work.views import Handed, NothingDue, Recorded
from tests.support.clock import NOON, StillClock
from tests.support.people import sitting
from tests.support.rule_cases import local
from tests.support.rule_texts import put_in_force

Hire = Callable[..., Desk]
Arrive = Callable[..., int]

KYIV = "Europe/Kyiv"
WORKSHOP_PEOPLE = {
    "anna": "sales",
    "ivan": "sales",
    "mykola": "measurers",
    "daria": "designers",
    "olha": "office",
    "petro": "production",
    "stepan": "installers",
    "yana": "quality",
}
WIN_BACK_PEOPLE = {"anna": "sales", "ivan": "sales", "vira": "win-back", "sofia": "survey"}


@dataclass
class Floor:
    """Everybody at their desks, and the checks that hold after every step."""

    database: Database
    clock: StillClock
    desks: dict[str, Desk] = field(default_factory=dict)

    def at(self, when: str) -> None:
        """Go on to a time in Kyiv, never back; time moves clients on the way."""
        instant = local(when, KYIV)
        assert instant >= self.clock.at
        self.clock.at = instant
        if run_triggers(self.database, self.clock):
            self.all_is_well()

    def only(self, *names: str, feed: str = "") -> Handed:
        """The one due task is handed to these people and to nobody else; the first of them takes it."""
        for name, desk in self.desks.items():
            handed = desk.next_task()
            assert isinstance(handed, Handed) == (name in names), name
            if name in names:
                desk.release()
        taken = self.desks[names[0]].next_task()
        assert isinstance(taken, Handed)
        if feed:
            assert taken.task.feed == feed
        return taken

    def say(self, name: str, said: Said) -> Recorded:
        done = self.desks[name].record_outcome(said)
        self.all_is_well()
        return done

    def step(self, when: str, name: str, said: Said, kind: str, *, own: bool = False) -> Recorded:
        """At a time this person's pool alone is handed a task of this kind, with a button for what is said. A task
        that is the person's ``own`` is handed to nobody else in the pool either.
        """
        self.at(when)
        pools = self.desks[name].person.pools
        others = [other for other, desk in self.desks.items() if other != name and desk.person.pools == pools]
        handed = self.only(name, *([] if own else others))
        assert handed.task.kind == kind
        assert said.outcome in {button.id for button in handed.outcomes}
        return self.say(name, said)

    def all_is_well(self) -> None:
        """``db check`` finds nothing, and every open client has a task that somebody who is here can take."""
        assert check_storage(self.database, self.clock).faults == ()
        pools = {pool for desk in self.desks.values() for pool in desk.person.pools}
        ids = {desk.person.id: desk.person.pools for desk in self.desks.values()}
        with self.database.read() as session:
            tasks = session.exec(select(Task).where(Task.closed_at == None)).all()  # noqa: E711
        opened = [
            client.id for client in list_clients(sitting(self.database, self.clock)) if client.status_kind == "open"
        ]
        assert sorted(task.client_id for task in tasks) == sorted(opened)
        for task in tasks:
            assert task.pool in pools
            assert task.assignee_id is None or task.pool in ids[task.assignee_id]


@pytest.fixture
def workshop(database: Database, clock: StillClock, hire: Hire) -> Floor:
    return _floor(database, clock, hire, "workshop", WORKSHOP_PEOPLE)


@pytest.fixture
def win_back(database: Database, clock: StillClock, hire: Hire) -> Floor:
    return _floor(database, clock, hire, "win-back", WIN_BACK_PEOPLE)


def _floor(database: Database, clock: StillClock, hire: Hire, rules: str, people: dict[str, str]) -> Floor:
    put_in_force(database, preset_text(rules))
    return Floor(database, clock, {name: hire(name, pools=(pool,)) for name, pool in people.items()})


@pytest.mark.parametrize("name", WORKED_SETS)
def test_a_desk_can_begin_with_a_worked_set(location: Location, clock: StillClock, name: str) -> None:
    made = init(location, clock, admin="boss", preset=name, place=Home("PL", "Europe/Warsaw"))
    assert (made.created, made.preset) == (True, name)
    with made.database.read() as session:
        assert current(session).rules.working.zone == "Europe/Warsaw"
    assert preset_for(name, KYIV) == preset_text(name)
    made.database.close()


def test_an_unknown_preset_names_these_too(location: Location, clock: StillClock) -> None:
    with pytest.raises(BadRequest, match="factory") as fault:
        init(location, clock, admin="boss", preset="factory", place=Home("UA", KYIV))
    assert "en, uk, ru, workshop, win-back" in fault.value.mend


# --- the workshop

WAY = [
    ("anna", Said("visit-agreed", at="+30m")),
    ("mykola", Said("measured")),
    ("daria", Said("designed")),
    ("anna", Said("price-accepted")),
    ("olha", Said("signed")),
    ("olha", Said("paid", amount="90 000")),
]


def test_workshop_from_the_first_call_to_the_score(workshop: Floor, arrive: Arrive) -> None:
    client_id = arrive("Olena")
    workshop.step("2026-11-23 12:00", "anna", Said("no-answer", "not-answering"), "call")
    workshop.step("2026-11-23 12:05", "ivan", Said("visit-agreed", at="wed 14:00"), "call")
    workshop.at("2026-11-25 13:59")
    assert all(isinstance(desk.next_task(), NothingDue) for desk in workshop.desks.values())
    workshop.step("2026-11-25 14:00", "mykola", Said("measured"), "measure")
    workshop.step("2026-11-26 10:00", "daria", Said("design-not-ready", at="fri 12:00"), "design")
    workshop.step("2026-11-27 12:00", "daria", Said("designed"), "design")
    workshop.step("2026-11-27 12:05", "anna", Said("change-design", note="Lighter oak"), "price-call")
    workshop.step("2026-11-28 12:00", "daria", Said("designed"), "design")
    workshop.step("2026-11-28 13:00", "anna", Said("price-accepted"), "price-call")
    workshop.step("2026-11-30 11:00", "olha", Said("signed"), "documents")
    workshop.step("2026-12-01 11:00", "olha", Said("not-paid", at="tomorrow 11"), "payment-check")
    paid = workshop.step("2026-12-02 11:00", "olha", Said("paid", amount="90 000"), "payment-check")
    assert paid.status == "in-production"
    workshop.step("2026-12-02 15:00", "petro", Said("not-made", at="2026-12-20 10:00"), "production")
    workshop.step("2026-12-20 10:00", "petro", Said("made"), "production")
    workshop.step("2026-12-20 12:00", "olha", Said("delivery-no-answer"), "delivery-call")
    workshop.step("2026-12-20 15:00", "olha", Said("delivery-agreed", at="2026-12-22 9:00"), "delivery-call")
    workshop.step("2026-12-22 09:00", "stepan", Said("defect", note="A scratch on the door"), "installation")
    workshop.step("2026-12-23 10:00", "petro", Said("made"), "production")
    workshop.step("2026-12-23 11:00", "olha", Said("delivery-agreed", at="tomorrow 9"), "delivery-call")
    workshop.step("2026-12-24 09:00", "stepan", Said("installed"), "installation")
    workshop.step("2026-12-27 12:00", "yana", Said("survey-no-answer"), "survey")
    done = workshop.step("2026-12-28 12:00", "yana", Said("promoter", "score-10"), "survey")
    assert (done.status, done.next_kind) == ("finished", None)
    assert show_client(sitting(workshop.database, workshop.clock), client_id).attempts == 21


def test_workshop_a_sale_is_counted_once_on_the_day_of_its_payment(workshop: Floor, arrive: Arrive) -> None:
    arrive("Olena")
    _chain(workshop, Said("promoter", "score-9"))
    with workshop.database.read() as session:
        deals = session.exec(select(Deal).order_by(Deal.id)).all()  # type: ignore[arg-type]
    assert [(deal.funnel, deal.status, deal.amount_minor) for deal in deals] == [
        ("sale", "paid", 90_000_00),
        ("order", "finished", None),
    ]
    last = workshop.clock.at.date()
    team = kpi(sitting(workshop.database, workshop.clock), since=NOON.date(), until=last, by="day", manager=None).team
    assert (team.won, team.lost, team.archived, team.revenue) == (1, 0, 1, 90_000)


def _chain(floor: Floor, score: Said) -> None:
    """The shortest way through the chain, each step when it is due."""
    rest = [
        ("petro", Said("made")),
        ("olha", Said("delivery-agreed", at="+30m")),
        ("stepan", Said("installed")),
        ("yana", score),
    ]
    for name, said in WAY + rest:
        assert isinstance(floor.desks[name].next_task(), Handed), said
        done = floor.desks[name].record_outcome(said)
        floor.clock.at = done.next_due_at or floor.clock.at
    floor.all_is_well()


def test_workshop_the_scores_can_be_counted(workshop: Floor, arrive: Arrive) -> None:
    scores = {"promoter": (10, 10), "passive": (7,), "detractor": (0,)}
    for group, values in scores.items():
        for score in values:
            arrive(f"Score {score}")
            _chain(workshop, Said(group, f"score-{score}", note="So it was"))
            workshop.clock.at = local((workshop.clock.at + timedelta(days=1)).strftime("%Y-%m-%d 12:00"), KYIV)
    counted = reasons_of(workshop, "promoter", "passive", "detractor")
    assert counted == {f"score-{score}": times for score, times in ((10, 2), (7, 1), (0, 1))}
    groups = Counter({group: sum(reasons_of(workshop, group).values()) for group in scores})
    assert 100 * (groups["promoter"] - groups["detractor"]) / groups.total() == 25


def reasons_of(floor: Floor, *outcomes: str) -> Counter[str | None]:
    """How often each reason was given with one of these outcomes."""
    with floor.database.read() as session:
        return Counter(session.exec(select(Attempt.reason).where(Attempt.outcome.in_(outcomes))))  # type: ignore[attr-defined]


@pytest.mark.parametrize("steps", range(len(WAY)))
def test_workshop_a_client_can_refuse_until_the_money_is_there(workshop: Floor, arrive: Arrive, steps: int) -> None:
    arrive("Olena")
    for name, said in WAY[:steps]:
        assert isinstance(workshop.desks[name].next_task(), Handed)
        workshop.clock.at = workshop.say(name, said).next_due_at or workshop.clock.at
    name = WAY[steps][0]
    assert isinstance(workshop.desks[name].next_task(), Handed)
    with pytest.raises(BadRequest, match="needs a reason"):
        workshop.say(name, Said("refused"))
    with pytest.raises(BadRequest, match="asks for a note"):
        workshop.say(name, Said("refused", "other"))
    assert workshop.say(name, Said("refused", "price")).status == "refused"
    assert reasons_of(workshop, "refused") == {"price": 1}
    day = workshop.clock.at.date()
    assert kpi(sitting(workshop.database, workshop.clock), since=day, until=day, by="day", manager=None).team.lost == 1


def test_workshop_each_is_handed_only_their_own_step_of_many_clients(workshop: Floor, arrive: Arrive) -> None:
    stands = {"production": 6, "documents": 4, "design": 2, "measure": 1, "call": 0}
    for kind, steps in stands.items():
        arrive(f"Stands at {kind}")
        for name, said in WAY[:steps]:
            assert isinstance(workshop.desks[name].next_task(), Handed)
            workshop.clock.at = workshop.say(name, said).next_due_at or workshop.clock.at
    handed = {name: desk.next_task() for name, desk in workshop.desks.items()}
    names = {name: card.client.name for name, card in handed.items() if isinstance(card, Handed)}
    assert names == {
        "anna": "Stands at call",
        "mykola": "Stands at measure",
        "daria": "Stands at design",
        "olha": "Stands at documents",
        "petro": "Stands at production",
    }


def test_workshop_a_promise_stays_with_its_giver(workshop: Floor, arrive: Arrive) -> None:
    arrive("Olena")
    workshop.only("ivan", "anna")
    workshop.say("ivan", Said("call-back", at="tomorrow 15"))
    workshop.at("2026-11-24 15:00")
    workshop.only("ivan", feed="callback")
    workshop.desks["ivan"].release()
    workshop.at("2026-11-24 15:10")  # the promise's grace of ten minutes is over: better somebody than nobody
    workshop.only("anna", "ivan", feed="callback")


def test_workshop_a_visit_agreed_by_sales_is_no_promise_of_theirs(workshop: Floor, arrive: Arrive) -> None:
    """Who agreed on it is not in the measurers' pool: any measurer takes it."""
    arrive("Olena")
    workshop.only("anna", "ivan")
    workshop.say("anna", Said("visit-agreed", at="tomorrow 15"))
    workshop.at("2026-11-24 15:00")
    assert workshop.only("mykola", feed="callback").task.assignee is None


def test_workshop_the_price_is_told_by_the_owner(workshop: Floor, arrive: Arrive) -> None:
    arrive("Olena", owner="ivan")
    for name, said in [("ivan", WAY[0][1]), *WAY[1:3]]:
        assert isinstance(workshop.desks[name].next_task(), Handed)
        workshop.clock.at = workshop.say(name, said).next_due_at or workshop.clock.at
    assert workshop.only("ivan").task.kind == "price-call"


def test_workshop_another_pools_button_is_refused(workshop: Floor, arrive: Arrive) -> None:
    arrive("Olena")
    workshop.only("anna", "ivan")
    with pytest.raises(BadRequest, match='"paid" does not fit a task of kind "call"'):
        workshop.say("anna", Said("paid", amount="1"))


# --- win-back


def buyers(floor: Floor, arrive: Arrive, *names: str) -> dict[str, int]:
    """Clients who have each bought once, at noon of the first day or soon after."""
    ids = {}
    for name in names:
        ids[name] = arrive(name)
        floor.only("anna", "ivan")
        floor.say("anna", Said("paid", amount="100"))
    return ids


def test_win_back_from_silence_to_the_survey_and_back(win_back: Floor, arrive: Arrive) -> None:
    olena = buyers(win_back, arrive, "Olena")["Olena"]
    win_back.step("2026-12-23 12:00", "anna", Said("not-now"), "repeat-sale", own=True)
    win_back.at("2027-02-21 11:59")
    assert all(isinstance(desk.next_task(), NothingDue) for desk in win_back.desks.values())
    win_back.step("2027-02-21 12:00", "vira", Said("win-back-no-answer"), "find-reason")
    win_back.step("2027-02-21 15:00", "vira", Said("find-postponed", at="tomorrow 15"), "find-reason")
    win_back.at("2027-02-22 15:00")
    handed = win_back.only("vira", feed="callback")
    assert {button.id for button in handed.outcomes} == {
        "win-back-no-answer",
        "find-postponed",
        "comes-back",
        "paid",
        "left",
        "survey-needed",
        "wrong-number",
        "do-not-call",
    }
    win_back.say("vira", Said("survey-needed", "other", note="Moved to a smaller flat"))
    done = win_back.step("2027-02-23 15:00", "sofia", Said("comes-back", note="Likes the new range"), "survey")
    assert done.status == "regular"
    paid = win_back.step("2027-02-24 15:00", "ivan", Said("paid", amount="250"), "repeat-sale")
    assert paid.next_kind == "repeat-sale"
    assert show_client(sitting(win_back.database, win_back.clock), olena).status == "regular"
    with win_back.database.read() as session:
        deals = session.exec(select(Deal).order_by(Deal.id)).all()  # type: ignore[arg-type]
    assert [(deal.funnel, deal.status, deal.amount_minor) for deal in deals] == [
        ("main", "paid", 100_00),
        ("repeat", "paid", 250_00),
        ("repeat", "regular", None),
    ]


def test_win_back_a_promise_is_kept_however_silent_the_buyer(win_back: Floor, arrive: Arrive) -> None:
    buyers(win_back, arrive, "Olena")
    win_back.step("2026-12-23 12:00", "anna", Said("repeat-call-back", at="2027-04-01 10:00"), "repeat-sale", own=True)
    win_back.at("2027-03-15 12:00")
    assert all(isinstance(desk.next_task(), NothingDue) for desk in win_back.desks.values())
    win_back.at("2027-04-01 10:00")
    assert win_back.only("anna", feed="callback").task.kind == "repeat-sale"


def test_win_back_an_unreached_buyer_is_silent_too(win_back: Floor, arrive: Arrive) -> None:
    buyers(win_back, arrive, "Olena")
    win_back.step("2026-12-23 12:00", "anna", Said("buyer-no-answer"), "repeat-sale", own=True)
    win_back.step("2026-12-23 15:00", "anna", Said("buyer-no-answer"), "repeat-sale")
    win_back.step("2026-12-24 15:00", "ivan", Said("buyer-no-answer"), "repeat-sale")
    win_back.step("2027-02-22 15:00", "vira", Said("win-back-no-answer"), "find-reason")
    win_back.step("2027-03-01 15:00", "vira", Said("win-back-no-answer"), "find-reason")
    ended = win_back.step("2027-03-08 15:00", "vira", Said("win-back-no-answer"), "find-reason")
    assert (ended.status, ended.misses) == ("archive", 6)


def test_win_back_the_reasons_are_counted(win_back: Floor, arrive: Arrive) -> None:
    names = ["A", "B", "C", "D", "E"]
    buyers(win_back, arrive, *names)
    win_back.at("2026-12-23 12:00")
    for _ in names:
        win_back.only("anna")
        win_back.say("anna", Said("not-now"))
    win_back.at("2027-02-21 12:00")
    win_back.only("vira")
    with pytest.raises(BadRequest, match="asks for a note"):
        win_back.say("vira", Said("left", "other"))
    found = [
        Said("left", "price"),
        Said("left", "other", note="Quarrelled with the driver"),
        Said("survey-needed", "price"),
        Said("survey-needed", "quality"),
        Said("left", "has-enough"),
    ]
    for said in found:
        win_back.only("vira")
        win_back.say("vira", said)
    assert reasons_of(win_back, "left", "survey-needed") == {"price": 2, "quality": 1, "other": 1, "has-enough": 1}
    day = win_back.clock.at.date()
    figures = kpi(sitting(win_back.database, win_back.clock), since=day, until=day, by="status", manager=None)
    assert (figures.team.calls, figures.team.refusals) == (5, 2)
    assert [(row.key, row.figures.refusals) for row in figures.rows if row.figures.calls] == [("silent", 2)]
    stands = Counter(client.status for client in list_clients(sitting(win_back.database, win_back.clock)))
    assert stands == {"left": 2, "asked": 2, "regular": 1}
    with win_back.database.read() as session:
        notes = session.exec(select(Attempt.note).where(Attempt.reason == "other")).all()
    assert notes == ["Quarrelled with the driver"]
