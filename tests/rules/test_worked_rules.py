"""The worked rule sets, played through by the rules alone: every step, every button, and that no way is a dead end."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from rules.decide import decide
from rules.file.load import load
from rules.file.preset import ALL_PRESETS, PRESETS, WORKED_SETS, preset_text
from rules.model import Outcome, RuleSet
from rules.situation import Agreed, Answer, Decision, Situation
from rules.triggers import fires, trigger_decision
from rules.zonetime import add_days, to_local
from tests.support.rule_cases import due, local, planned, preset, situation, why

KYIV = "Europe/Kyiv"
MONDAY = local("2026-11-23 12:00", KYIV)


@dataclass
class Client:
    """A client going through the rules; ``now`` is when it is called next."""

    rules: RuleSet
    now: datetime = MONDAY
    state: Situation = field(default_factory=lambda: situation(pool="sales"))

    def say(self, outcome: str, reason: str | None = None, at: str = "", **more: object) -> Decision:
        """One answer, given when the task is due."""
        when = Agreed(local(at, KYIV), datetime.fromisoformat(at), KYIV) if at else None
        return self.follow(decide(self.rules, self.state, Answer(outcome, reason, when, **more), self.now))  # type: ignore[arg-type]

    def follow(self, decision: Decision) -> Decision:
        calls = (*self.state.calls, self.now) if decision.outcome else self.state.calls
        self.state = replace(self.state, status=decision.status, misses=decision.misses, calls=calls)
        if decision.next:
            self.state = replace(self.state, task_kind=decision.next.kind, pool=decision.next.pool)
            self.now = decision.next.due_at
        return decision

    @property
    def place(self) -> tuple[str, str, str | None, str]:
        """Status, kind of task, pool, and when it is due on the client's clock."""
        shown = to_local(self.now, KYIV)
        return self.state.status, self.state.task_kind, self.state.pool, shown.strftime("%d.%m %H:%M")


def buttons(rules: RuleSet, kind: str, status: str) -> dict[str, str]:
    return {button.key: button.id for button in rules.outcomes.values() if button.fits(kind, status)}


def test_they_are_presets_of_their_own() -> None:
    assert ALL_PRESETS == ("en", "uk", "ru", "workshop", "win-back")
    assert set(ALL_PRESETS) == {*PRESETS, *WORKED_SETS}
    with pytest.raises(ValueError, match="en, uk, ru, workshop, win-back"):
        preset_text("country/us")


@pytest.mark.parametrize("name", WORKED_SETS)
def test_they_load_without_a_warning(name: str) -> None:
    assert load(preset_text(name)).warnings == ()


# --- nothing ever gets stuck

Place = tuple[str, str]


def answers(outcome: Outcome) -> Iterator[Answer]:
    """Every way to press a button, with everything that may be asked."""
    tomorrow = Agreed(MONDAY + timedelta(days=1), datetime.fromisoformat("2026-11-24 12:00"), KYIV)
    for reason in [*(reason.id for reason in outcome.reasons), *([] if outcome.needs_reason else [None])]:
        yield Answer(outcome.id, reason, tomorrow, 100, "note")


def ways(rules: RuleSet, status: str, kind: str) -> Iterator[Decision]:
    """What every button can lead to, for a client of one and of two numbers, missed never and often."""
    for misses, numbers in ((0, 1), (0, 2), (20, 1), (20, 2)):
        pool = rules.tasks[kind].pool
        client = situation(status=status, task_kind=kind, pool=pool, misses=misses, callable_phones=numbers)
        for button in rules.outcomes.values():
            if button.fits(kind, status):
                yield from (decide(rules, client, answer, MONDAY) for answer in answers(button))
        for trigger in rules.triggers:
            if trigger.status == status:
                yield trigger_decision(rules, trigger, client, MONDAY)


def walk(rules: RuleSet) -> dict[Place, set[Place | str]]:
    """From where clients arrive, every place they can come to, and where each leads; a final status stands alone."""
    found: dict[Place, set[Place | str]] = {}
    waiting: list[Place] = [(rules.first_status, "call"), (rules.first_status, "callback")]
    while waiting:
        place = waiting.pop()
        if place in found:
            continue
        found[place] = {(way.status, way.next.kind) if way.next else way.status for way in ways(rules, *place)}
        waiting += [to for to in found[place] if isinstance(to, tuple)]
    return found


@pytest.mark.parametrize("name", WORKED_SETS)
def test_every_place_has_an_end_in_reach_and_every_step_is_reached(name: str) -> None:
    rules = preset(name)
    places = walk(rules)
    ended = {place for place, leads in places.items() if any(isinstance(to, str) for to in leads)}
    while more := {place for place, leads in places.items() if place not in ended and leads & ended}:
        ended |= more
    assert ended == set(places)
    assert {kind for _, kind in places} == set(rules.tasks)
    ends = {to for leads in places.values() for to in leads if isinstance(to, str)}
    assert {status for status, _ in places} | ends | {"paid"} == set(rules.statuses)
    assert all(rules.kind_of(end) != "open" for end in ends)


@pytest.mark.parametrize("name", WORKED_SETS)
def test_every_next_task_is_for_the_pool_of_its_step(name: str) -> None:
    rules = preset(name)
    for status, kind in walk(rules):
        for way in ways(rules, status, kind):
            if way.next:
                assert way.next.pool == rules.tasks[way.next.kind].pool
                assert way.next.pool in rules.pools


@pytest.mark.parametrize("name", WORKED_SETS)
def test_every_step_can_be_put_off_to_a_time_and_stays_that_step(name: str) -> None:
    rules = preset(name)
    for kind in rules.tasks:
        keeps = "callback" if kind == "call" else kind
        button = rules.outcomes[buttons(rules, kind, rules.first_status)["2"]]
        assert button.effect.ask == ("time",)
        assert button.effect.next is not None
        assert (button.effect.next.task, button.effect.next.status, button.effect.status) == (keeps, None, None)


# --- the workshop

FIRST_CALL = {
    "1": "no-answer",
    "2": "call-back",
    "3": "visit-agreed",
    "6": "refused",
    "7": "wrong-number",
    "8": "do-not-call",
}
NO = {"6": "refused", "8": "do-not-call"}
WORKSHOP_BUTTONS = {
    "call": FIRST_CALL,
    "callback": FIRST_CALL,
    "measure": {"1": "nobody-home", "2": "visit-postponed", "3": "measured", **NO},
    "design": {"2": "design-not-ready", "3": "designed", "4": "measure-again", **NO},
    "price-call": {
        "1": "no-answer",
        "2": "thinks-it-over",
        "3": "price-accepted",
        "4": "change-design",
        "7": "wrong-number",
        **NO,
    },
    "documents": {"2": "not-signed", "3": "signed", **NO},
    "payment-check": {"2": "not-paid", "5": "paid", **NO},
    "production": {"2": "not-made", "3": "made"},
    "delivery-call": {"1": "delivery-no-answer", "2": "delivery-postponed", "3": "delivery-agreed"},
    "installation": {"2": "installation-postponed", "3": "installed", "4": "defect"},
    "survey": {
        "1": "survey-no-answer",
        "2": "survey-postponed",
        "3": "detractor",
        "4": "passive",
        "5": "promoter",
        "6": "no-score",
        "8": "survey-do-not-call",
    },
}


def test_workshop_each_step_shows_its_own_buttons() -> None:
    rules = preset("workshop")
    assert set(WORKSHOP_BUTTONS) == set(rules.tasks)
    for status, kind in walk(rules):
        assert buttons(rules, kind, status) == WORKSHOP_BUTTONS[kind]


def test_workshop_from_the_first_call_to_the_score() -> None:
    client = Client(preset("workshop"))
    client.say("no-answer", "not-answering")
    assert client.place == ("new", "call", "sales", "23.11 12:05")
    client.say("visit-agreed", at="2026-11-25 14:00")
    assert client.place == ("measuring", "measure", "measurers", "25.11 14:00")
    client.say("measured")
    assert client.place == ("designing", "design", "designers", "25.11 14:05")
    client.say("design-not-ready", at="2026-11-27 12:00")
    assert client.place == ("designing", "design", "designers", "27.11 12:00")
    client.say("designed")
    assert client.place == ("offer", "price-call", "sales", "27.11 12:05")
    client.say("thinks-it-over", at="2026-11-30 11:00")
    client.say("no-answer", "busy")
    assert client.place == ("offer", "price-call", "sales", "30.11 11:05")
    client.say("price-accepted")
    assert client.place == ("contract", "documents", "office", "30.11 11:10")
    client.say("signed")
    assert client.place == ("contract", "payment-check", "office", "01.12 11:10")
    paid = client.say("paid", amount_minor=90_000_00)
    assert (paid.closed_as, planned(paid).feed) == ("paid", "planned")
    assert client.place == ("in-production", "production", "production", "01.12 11:15")
    client.say("not-made", at="2026-12-20 10:00")
    client.say("made")
    assert client.place == ("delivery", "delivery-call", "office", "20.12 10:05")
    client.say("delivery-no-answer")
    assert client.place == ("delivery", "delivery-call", "office", "20.12 13:05")
    client.say("delivery-agreed", at="2026-12-22 09:00")
    assert client.place == ("delivery", "installation", "installers", "22.12 09:00")
    client.say("installed")
    assert client.place == ("after-sale", "survey", "quality", "25.12 09:00")
    done = client.say("promoter", "score-9")
    assert (done.status, done.status_kind, done.next) == ("finished", "archived", None)


def test_workshop_who_has_paid_is_called_for_the_delivery_until_reached() -> None:
    client = Client(preset("workshop"), state=situation(status="delivery", task_kind="delivery-call", pool="office"))
    for _ in range(50):
        assert planned(client.say("delivery-no-answer")).kind == "delivery-call"
    assert client.state.status == "delivery"


def test_workshop_nobody_is_chased_for_a_score() -> None:
    client = Client(preset("workshop"), state=situation(status="after-sale", task_kind="survey", pool="quality"))
    waits = [due(client.say("survey-no-answer")) - MONDAY for _ in range(2)]
    assert waits == [timedelta(days=1), timedelta(days=4)]
    assert client.say("survey-no-answer").status == "finished"


def test_workshop_a_wrong_number_keeps_the_step_while_there_is_another() -> None:
    offer = situation(status="offer", task_kind="price-call", pool="sales", callable_phones=2)
    client = Client(preset("workshop"), state=offer)
    assert planned(client.say("wrong-number")).kind == "price-call"
    client.state = replace(client.state, callable_phones=1)
    assert client.say("wrong-number").status == "archive"


def test_workshop_every_score_from_0_to_10_falls_in_its_group() -> None:
    """facts: promoters 9 and 10, detractors 0 to 6; each key is its score, but 10 and 0 have none of their own."""
    rules = preset("workshop")
    groups = {name: rules.outcomes[name].reasons for name in ("detractor", "passive", "promoter")}
    scores = {name: sorted(int(reason.id.removeprefix("score-")) for reason in group) for name, group in groups.items()}
    assert scores == {"detractor": [0, 1, 2, 3, 4, 5, 6], "passive": [7, 8], "promoter": [9, 10]}
    keys = {reason.label: reason.key for group in groups.values() for reason in group}
    assert keys == {**{str(score): str(score) for score in range(1, 10)}, "10": "1", "0": "7"}
    assert all(reason.effect.ask == ("note",) for reason in groups["detractor"])


# --- win-back


def bought(rules: RuleSet) -> Client:
    client = Client(rules)
    client.say("paid", amount_minor=100_00)
    assert client.place == ("regular", "repeat-sale", "sales", "23.12 12:00")
    return client


def fall_silent(client: Client, days: int) -> Decision:
    """Nothing happens for ``days`` after the last call; the trigger is due then, and not a second before."""
    rules, last = client.rules, client.state.calls[-1]
    client.now = add_days(last, days, KYIV)
    assert fires(rules, client.state.status, last, KYIV, client.now - timedelta(seconds=1)) is None
    trigger = fires(rules, client.state.status, last, KYIV, client.now)
    assert trigger is not None
    return client.follow(trigger_decision(rules, trigger, client.state, client.now))


def test_win_back_from_silence_to_the_survey_and_back() -> None:
    client = bought(preset("win-back"))
    client.say("not-now")
    fallen = fall_silent(client, 60)
    assert why(fallen)[:2] == ('silent for 60d in "Regular"', 'status "Silent"')
    assert client.place == ("silent", "find-reason", "win-back", "21.02 12:00")
    client.say("find-postponed", at="2027-02-22 15:00")
    client.say("survey-needed", "other", note="A neighbour's advice")
    assert client.place == ("asked", "survey", "survey", "23.02 15:00")
    client.say("surveyed", note="Would like to see it first")
    assert client.state.status == "regular"
    fall_silent(client, 60)
    assert client.state.task_kind == "find-reason"
    client.say("comes-back")
    assert client.state.task_kind == "repeat-sale"
    paid = client.say("paid", amount_minor=50_00)
    assert (paid.closed_as, paid.status, planned(paid).to) == ("paid", "regular", "owner")


def test_win_back_who_is_never_reached_is_silent_too_and_ends_in_the_archive() -> None:
    client = bought(preset("win-back"))
    waits = []
    for _ in range(3):
        before = client.now
        waits.append(due(client.say("buyer-no-answer")) - before)
    assert waits == [timedelta(hours=3), timedelta(days=1), timedelta(days=90)]
    fall_silent(client, 60)
    assert (client.state.misses, client.state.task_kind) == (3, "find-reason")
    fourth = client.say("win-back-no-answer")
    assert 'ladder "win-back", rung 4 of 6: 1w' in why(fourth)
    client.say("win-back-no-answer")
    assert client.say("win-back-no-answer").status == "archive"


@pytest.mark.parametrize("kind", ["repeat-sale", "find-reason", "survey"])
def test_win_back_a_reason_has_a_logic_of_its_own(kind: str) -> None:
    rules = preset("win-back")
    client = situation(status="silent", task_kind=kind, pool=rules.tasks[kind].pool)
    left = decide(rules, client, Answer("left", "price"), MONDAY)
    assert (left.status, left.closed_as, left.next) == ("left", "left", None)
    stays = decide(rules, client, Answer("left", "has-enough"), MONDAY)
    assert (stays.status, stays.closed_as, planned(stays).kind) == ("regular", None, "repeat-sale")


def test_win_back_the_reasons_of_both_buttons_are_the_same_words() -> None:
    """So that they can be counted together."""
    outcomes = preset("win-back").outcomes
    left, survey = (
        {reason.id: (reason.label, reason.key) for reason in outcomes[name].reasons}
        for name in ("left", "survey-needed")
    )
    assert survey.items() <= left.items()
    for name in ("left", "survey-needed", "refused"):
        asking = [reason.id for reason in outcomes[name].reasons if "note" in reason.effect.ask]
        assert (asking, outcomes[name].reasons_required) == (["other"], True)
