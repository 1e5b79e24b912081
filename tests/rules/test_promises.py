"""Promises: times agreed with a client, and whose the next task is."""

from datetime import timedelta

import pytest

from rules.decide import decide
from rules.model import Caps, Delay, Effect, Next, RuleSet, TaskKind
from rules.reasons import Code, Reason
from rules.situation import Agreed, Answer, Decision, OutsideWindow, Planned, RuleError
from tests.support.rule_cases import (
    PROMISE,
    agreed,
    due,
    local,
    planned,
    preset,
    situation,
    told,
    why,
    with_button,
    with_calling,
)

KYIV = "Europe/Kyiv"
NOON = local("2026-11-23 12:00", KYIV)  # a Monday


def call_back(when: Agreed | None, *, anyway: bool = False, rules: RuleSet | None = None) -> Decision:
    return decide(rules or preset(), situation(), Answer("call-back", at=when, anyway=anyway), NOON)


def test_a_promise_is_for_who_gave_it_at_the_time_agreed() -> None:
    decision = call_back(PROMISE)
    assert decision.next == Planned("callback", "callback", PROMISE.at, PROMISE.at, None, "me", PROMISE)
    assert why(decision) == ("Call back", 'next "Callback", agreed for Tue 24 Nov 15:30 Europe/Kyiv')


def test_a_promise_outside_the_window_names_the_nearest_time() -> None:
    late = agreed("2026-11-24 21:00")
    with pytest.raises(OutsideWindow, match="may not be called at the agreed time") as fault:
        call_back(late)
    assert (fault.value.agreed, fault.value.why.code) == (late, Code.MOVED_BY_WINDOW)
    assert (fault.value.nearest, fault.value.zone) == (local("2026-11-25 09:00", KYIV), KYIV)


def test_a_promise_confirmed_anyway_keeps_its_time_and_is_due_when_allowed() -> None:
    late = agreed("2026-11-24 21:00")
    decision = call_back(late, anyway=True)
    assert planned(decision).agreed == late
    assert planned(decision).wanted_at == late.at
    assert due(decision) == local("2026-11-25 09:00", KYIV)
    assert why(decision)[-1].startswith("moved to Wed 25 Nov 09:00")


def test_a_promise_against_a_cap_is_outside_too() -> None:
    with pytest.raises(OutsideWindow) as fault:
        call_back(agreed("2026-11-23 15:00"), rules=with_calling(preset(), caps=Caps(max_per_24h=1)))
    assert told([fault.value.why])[0].endswith(": cap max_per_24h = 1")
    assert fault.value.nearest == NOON + timedelta(days=1)


def test_a_promise_that_can_never_be_kept_says_so() -> None:
    rules = with_calling(preset(), caps=Caps(max_total=1))
    with pytest.raises(OutsideWindow) as fault:
        call_back(PROMISE, rules=rules)
    assert (fault.value.nearest, fault.value.why) == (None, Reason(Code.HELD_BY_CAP, {"cap": "max_total", "limit": 1}))
    held = call_back(PROMISE, anyway=True, rules=rules)
    assert planned(held).held
    assert (due(held), why(held)[-1]) == (PROMISE.at, "held: cap max_total = 1 is used up")


@pytest.mark.parametrize("minutes", [0, -1, -60 * 24 * 400])
@pytest.mark.parametrize("anyway", [True, False])
def test_a_promise_is_for_a_time_to_come(minutes: int, anyway: bool) -> None:
    at = NOON + timedelta(minutes=minutes)
    with pytest.raises(RuleError, match="has passed") as fault:
        call_back(Agreed(at, at.replace(tzinfo=None), KYIV), anyway=anyway)
    assert not isinstance(fault.value, OutsideWindow)
    assert "+2h" in fault.value.mend


def test_a_promise_by_the_managers_own_clock_is_told_in_it() -> None:
    decision = call_back(agreed("2026-11-24 10:00", "Europe/London"))
    assert why(decision)[1].endswith("agreed for Tue 24 Nov 10:00 Europe/London")
    assert due(decision) == local("2026-11-24 12:00", KYIV)


@pytest.mark.parametrize(
    ("to", "promised", "unpromised"),
    [
        (None, ("measurers", "me"), ("measurers", None)),
        ("pool", ("measurers", "pool"), ("measurers", "pool")),
        ("pool:night", ("night", "pool"), ("night", "pool")),
        ("owner", ("measurers", "owner"), ("measurers", "owner")),
        ("ivan", ("measurers", "ivan"), ("measurers", "ivan")),
    ],
)
def test_who_takes_the_next_task(to: str | None, promised: tuple[str, ...], unpromised: tuple[str, ...]) -> None:
    following = Next("survey", Delay(days=1), to=to)
    tasks = {**preset().tasks, "survey": TaskKind("survey", "Survey", "measurers")}
    for ask, at, expected in ((("time",), PROMISE, promised), ((), None, unpromised)):
        rules = with_button(Effect(ask=ask, next=following), tasks=tasks)  # type: ignore[arg-type]
        found = planned(decide(rules, situation(pool="sales"), Answer("it", at=at), NOON))
        assert (found.pool, found.to) == expected


def test_a_next_task_without_a_delay_is_due_as_soon_as_allowed() -> None:
    rules = with_button(Effect(next=Next("call", status="in-work")))
    decision = decide(rules, situation(), Answer("it"), NOON)
    assert decision.status == "in-work"
    assert planned(decision).wanted_at == NOON
    assert due(decision) == NOON + timedelta(minutes=5)
    assert why(decision)[-1].endswith("cap min_gap = 300")
