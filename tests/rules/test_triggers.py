"""Triggers: which is due for a silent client, and what it decides."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.file.load import load
from rules.file.preset import preset_text
from rules.model import Delay, Next, RuleSet, TaskKind, Trigger
from rules.situation import Planned
from rules.triggers import fires, silent_until, trigger_decision
from tests.support.rule_cases import instants, local, planned, preset, rule_sets, situation, why, with_calling, zones

KYIV = "Europe/Kyiv"
TOUCHED = local("2026-03-27 12:00", KYIV)  # a Friday; the clocks go forward on Sunday
CALL = Trigger("in-work", Delay(days=7), Next("call"))
ARCHIVE = Trigger("in-work", Delay(days=30), Next("call", status="archive"))
MINUTE = timedelta(minutes=1)


def rules_with(*triggers: Trigger) -> RuleSet:
    return replace(preset(), triggers=triggers)


def test_triggers_are_read_from_the_file() -> None:
    rules = load(
        preset_text("en")
        + """
[[trigger]]
status = "in-work"
silent_for = "7d"
then = { status = "offer-sent", task = "repeat-sale", to = "owner" }
[[trigger]]
status = "in-work"
silent_for = "1d12h"
then = { status = "archive" }
"""
    ).ruleset
    assert rules.triggers == (
        Trigger("in-work", Delay(days=7), Next("repeat-sale", status="offer-sent", to="owner")),
        Trigger("in-work", Delay(1, 12 * 3600), Next("call", status="archive")),
    )


def test_a_trigger_leads_to_its_status() -> None:
    text = preset_text("en") + '[[status]]\nid = "cold"\nlabel = "Cold"\nkind = "lost"\n'
    assert [warning.path for warning in load(text).warnings] == ["status.cold"]
    trigger = '[[trigger]]\nstatus = "new"\nsilent_for = "60d"\nthen = { status = "cold" }\n'
    assert load(text + trigger).warnings == ()


def test_days_of_silence_are_the_clients_calendar_days() -> None:
    week = local("2026-04-03 12:00", KYIV)
    assert silent_until(CALL, TOUCHED, KYIV) == week == TOUCHED + timedelta(days=7, hours=-1)
    rules = rules_with(CALL)
    found = [fires(rules, "in-work", TOUCHED, KYIV, at) for at in (week - MINUTE, week, week + MINUTE)]
    assert found == [None, CALL, CALL]
    assert fires(rules, "in-work", TOUCHED, "UTC", week) is None


def test_only_triggers_of_the_clients_status_count() -> None:
    assert fires(rules_with(CALL), "new", TOUCHED, KYIV, TOUCHED + timedelta(days=99)) is None
    assert fires(preset(), "in-work", TOUCHED, KYIV, TOUCHED + timedelta(days=99)) is None


@pytest.mark.parametrize("order", [(CALL, ARCHIVE), (ARCHIVE, CALL)])
def test_the_longest_silence_that_has_passed_counts(order: tuple[Trigger, ...]) -> None:
    days = [timedelta(days=day) for day in (6, 8, 29, 31)]
    found = [fires(rules_with(*order), "in-work", TOUCHED, KYIV, TOUCHED + day) for day in days]
    assert found == [None, CALL, CALL, ARCHIVE]


def test_what_was_due_when_a_trigger_last_fired_is_not_due_again() -> None:
    rules, first = rules_with(CALL, ARCHIVE), TOUCHED + timedelta(days=8)

    def found(day: int) -> Trigger | None:
        return fires(rules, "in-work", TOUCHED, KYIV, TOUCHED + timedelta(days=day), fired_at=first)

    assert [found(day) for day in (9, 29, 31)] == [None, None, ARCHIVE]
    assert fires(rules, "in-work", first + MINUTE, KYIV, first + timedelta(days=8), fired_at=first) == CALL


def test_a_trigger_that_stays_plans_a_task() -> None:
    now = local("2026-11-23 12:00", KYIV)
    decision = trigger_decision(rules_with(CALL), CALL, situation(status="in-work", misses=2), now)
    assert decision.next == Planned("call", "planned", now, now)
    assert (decision.status, decision.status_kind, decision.misses, decision.closed_as) == ("in-work", "open", 2, None)
    assert (decision.outcome, decision.reason, decision.reached) == ("", None, False)
    assert why(decision) == ('silent for 1w in "In work"', 'next "Call", due Mon 23 Nov 12:00 Europe/Kyiv')


def test_a_trigger_moves_the_status_and_hands_the_task_to_somebody() -> None:
    tasks = {**preset().tasks, "visit": TaskKind("visit", "Visit", "field")}
    trigger = Trigger("in-work", Delay(days=7), Next("visit", status="regular", to="owner"))
    night = local("2026-11-23 21:00", KYIV)
    rules = replace(rules_with(trigger), tasks=tasks)
    decision = trigger_decision(rules, trigger, situation(status="in-work", task_kind="callback"), night)
    morning = local("2026-11-24 09:00", KYIV)
    assert decision.next == Planned("visit", "planned", night, morning, "field", "owner")
    assert decision.status == "regular"
    assert why(decision) == (
        'silent for 1w in "In work"',
        'status "Regular"',
        'next "Visit", due Mon 23 Nov 21:00 Europe/Kyiv',
        "moved to Tue 24 Nov 09:00 Europe/Kyiv: call window mon 09:00-20:00, Europe/Kyiv",
    )


def test_the_task_of_a_trigger_keeps_off_holidays_and_caps() -> None:
    now = local("2026-11-23 12:00", KYIV)
    client = situation(status="in-work", closed_days=frozenset({now.date()}))
    rules = with_calling(rules_with(CALL), holidays=True)
    due = planned(trigger_decision(rules, CALL, client, now)).due_at
    assert due == local("2026-11-24 09:00", KYIV)
    called = situation(status="in-work", calls=(now,), total_calls=1)
    assert planned(trigger_decision(rules, CALL, called, now)).due_at == now + timedelta(minutes=5)


def test_a_trigger_ends_a_deal() -> None:
    decision = trigger_decision(rules_with(ARCHIVE), ARCHIVE, situation(status="in-work"), TOUCHED)
    assert (decision.status, decision.status_kind, decision.closed_as) == ("archive", "archived", "archive")
    assert decision.next is None
    assert why(decision) == ('silent for 30d in "In work"', 'status "Archive" ends it')


thens = st.builds(
    Next, st.sampled_from(["call", "visit"]), st.none(), st.sampled_from([None, "warm", "archive"]), st.just("owner")
)


@given(rule_sets(), thens, zones, instants)
def test_an_open_status_always_gets_a_task_and_a_final_one_never(
    rules: RuleSet, then: Next, zone: str, now: datetime
) -> None:
    trigger = Trigger("new", Delay(days=3), then)
    decision = trigger_decision(rules, trigger, situation(zone), now)
    assert (decision.next is None) == (rules.kind_of(decision.status) != "open") == (decision.closed_as is not None)
    assert decision == trigger_decision(rules, trigger, situation(zone), now)
    assert decision.next is None or decision.next.due_at >= now
    assert len(why(decision)) >= 2
