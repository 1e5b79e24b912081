"""What must hold of every decision, over random rule sets, places and clock changes (docs/architecture.md)."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytz
from hypothesis import event, given
from hypothesis import strategies as st

from rules.area import Area
from rules.caps import caps_for
from rules.decide import decide
from rules.model import Caps, Delay, Effect, Ladder, RuleSet
from rules.reasons import as_json, from_json
from rules.situation import Agreed, Answer, Decision, OutsideWindow, Planned, Situation
from rules.windows import home_or, timetable
from salesdesk.words.reasons import values_of
from tests.support.rule_cases import STATUSES, areas, instants, rule_sets, situation, why, zones

MONTH = 31 * 86_400
TICK = timedelta(microseconds=1)


@st.composite
def cases(draw: st.DrawFn) -> tuple[RuleSet, Situation, Answer, datetime]:
    """A rule set with one button, a client, what was pressed, and when."""
    rules, now = draw(rule_sets()), draw(instants)
    ago = draw(st.lists(st.integers(1, MONTH), max_size=8))
    client = situation(
        client_id=draw(st.integers(1, 10**6)),
        misses=draw(st.integers(0, 10)),
        status=draw(st.sampled_from(["new", "warm"])),
        area=draw(areas),
        pool=draw(st.sampled_from([None, "night"])),
        calls=tuple(now - timedelta(seconds=each) for each in ago),
        total_calls=len(ago) + draw(st.integers(0, 30)),
        callable_phones=draw(st.integers(0, 3)),
    )
    agreed = now + timedelta(seconds=draw(st.integers(1, 60 * 86_400)))
    reason = next((reason.id for reason in rules.outcomes["it"].reasons), None)
    answer = Answer("it", reason, Agreed(agreed, agreed.replace(tzinfo=None), draw(zones)), anyway=draw(st.booleans()))
    return rules, client, answer, now


Case = tuple[RuleSet, Situation, Answer, datetime]


def decided(case: Case) -> Decision:
    """The decision; a promise that needs a second press gets it."""
    rules, client, answer, now = case
    try:
        return decide(rules, client, answer, now)
    except OutsideWindow:
        return decide(rules, client, replace(answer, anyway=True), now)


def effect_of(case: Case) -> Effect:
    outcome = case[0].outcomes["it"]
    return outcome.reasons[0].effect if outcome.reasons else outcome.effect


def is_held(decision: Decision) -> bool:
    return decision.next is not None and decision.next.held


def may_call(case: Case, at: datetime) -> bool:
    """Whether the window and every cap allow a call, asked of pytz and counted the slow way."""
    rules, client, _, now = case
    table, calls = timetable(rules, client.area), [*client.calls, now]
    clocks = [at.astimezone(pytz.timezone(zone)) for zone in table.zones]
    seconds = [(clock, clock.hour * 3600 + clock.minute * 60 + clock.second) for clock in clocks]
    is_open = bool(clocks) and all(
        any(span.start <= second < span.end for span in table.window.days[clock.weekday()]) for clock, second in seconds
    )
    limits, zone = caps_for(rules.calling, client.area), pytz.timezone(home_or(client.area, rules))
    return is_open and not _capped(limits, calls, client.total_calls + 1, at, zone)


def _capped(limits: Caps, calls: list[datetime], total: int, at: datetime, zone: pytz.BaseTzInfo) -> bool:
    today, days = at.astimezone(zone).date(), [call.astimezone(zone).date() for call in calls]
    monday = today - timedelta(days=today.weekday())
    counts = (
        (limits.max_per_day, days.count(today)),
        (limits.max_per_24h, sum(call > at - timedelta(hours=24) for call in calls)),
        (limits.max_per_week, sum(day >= monday for day in days)),
        (limits.max_per_month, sum((day.year, day.month) == (today.year, today.month) for day in days)),
        (limits.max_total, total),
    )
    too_soon = limits.min_gap is not None and at < max(calls) + timedelta(seconds=limits.min_gap)
    return too_soon or any(limit is not None and used >= limit for limit, used in counts)


@given(cases())
def test_an_open_status_has_one_task_and_a_final_one_none(case: Case) -> None:
    decision = decided(case)
    event(f"ends: {decision.next is None}")
    assert decision.status_kind == STATUSES[decision.status].kind
    assert (decision.next is not None) == (decision.status_kind == "open")
    if decision.next is None:
        assert decision.closed_as == decision.status
    elif decision.closed_as is not None:
        assert STATUSES[decision.closed_as].kind != "open"


@given(cases())
def test_nobody_is_called_outside_the_window_or_over_a_cap(case: Case) -> None:
    decision = decided(case)
    following = decision.next
    if following is None:
        return
    event("held" if is_held(decision) else "moved" if following.due_at != following.wanted_at else "as wanted")
    if not is_held(decision):
        assert following.due_at >= following.wanted_at
        assert may_call(case, following.due_at)
    elif case[0].ladders["again"].spread == 0:
        assert following.due_at == following.wanted_at


@given(cases(), st.lists(st.floats(0, 1), max_size=10))
def test_no_allowed_time_is_passed_over(case: Case, parts: list[float]) -> None:
    """Nothing between the wanted and the due time is allowed; for a held one nothing in the days that follow."""
    decision = decided(case)
    following, spread = decision.next, case[0].ladders["again"].spread if effect_of(case).ladder else 0
    if following is None or spread:
        return
    wanted, due = following.wanted_at, following.due_at
    end = wanted + timedelta(days=8) if is_held(decision) else due
    passed_over = [wanted + part * (end - wanted) for part in parts] + ([end - TICK] if end > wanted else [])
    assert not any(may_call(case, at) for at in passed_over if at < end)


@given(cases())
def test_the_due_time_is_never_earlier_than_the_delay(case: Case) -> None:
    rules, client, answer, now = case
    decision, effect = decided(case), effect_of(case)
    following = decision.next
    if following is None:
        return
    assert following.due_at >= following.wanted_at >= now
    if effect.next and "time" in effect.ask:
        assert answer.at is not None
        assert (following.wanted_at, following.agreed, following.feed) == (answer.at.at, answer.at, "callback")
        return
    assert following.agreed is None
    waits = effect.next.after if effect.next else rules.ladders["again"].rungs[_rung(rules, decision)].delay
    _check_wait(waits or Delay(), now, following, home_or(client.area, rules))


def _rung(rules: RuleSet, decision: Decision) -> int:
    return min(decision.misses, len(rules.ladders["again"].rungs)) - 1


def _check_wait(delay: Delay, now: datetime, following: Planned, zone: str) -> None:
    """Elapsed time is exact; calendar days keep the wall time, or are moved on by a skipped hour at most."""
    landed = following.wanted_at - timedelta(seconds=delay.seconds)
    if not delay.days:
        assert landed == now
        return
    before, after = (at.astimezone(pytz.timezone(zone)).replace(tzinfo=None) for at in (now, landed))
    shift = after - (before + timedelta(days=delay.days))
    assert timedelta() <= shift <= timedelta(hours=2)
    earlier = (landed - shift).astimezone(pytz.timezone(zone)).replace(tzinfo=None)
    assert not shift or earlier != before + timedelta(days=delay.days)


@given(cases())
def test_deciding_twice_gives_the_same(case: Case) -> None:
    assert decided(case) == decided(case)


@given(cases())
def test_the_order_of_earlier_calls_does_not_matter(case: Case) -> None:
    rules, client, answer, now = case
    turned = (rules, replace(client, calls=client.calls[::-1]), answer, now)
    assert decided(turned) == decided(case)


@given(cases())
def test_every_decision_explains_itself(case: Case) -> None:
    decision = decided(case)
    rules, effect = case[0], effect_of(case)
    assert why(decision)[0] == ("It happened: So it was" if rules.outcomes["it"].reasons else "It happened")
    assert len(why(decision)) > 1
    assert all(why(decision))
    assert all(values_of(reason.code) == reason.values.keys() for reason in decision.because)
    assert from_json(json.loads(json.dumps(as_json(decision.because)))) == decision.because
    assert is_held(decision) == why(decision)[-1].startswith("held: ")
    told = " | ".join(why(decision))
    if decision.next is None:
        assert f'status "{STATUSES[decision.status].label}" ends it' in told
        return
    assert (f'ladder "again", rung {_rung(rules, decision) + 1} of' if effect.ladder else "next ") in told
    assert ("moved to" in told) == (decision.next.due_at != decision.next.wanted_at)


@given(cases())
def test_misses_count_up_until_the_client_is_reached(case: Case) -> None:
    rules, client, _, _ = case
    decision = decided(case)
    assert decision.reached == rules.outcomes["it"].reached
    fresh = decision.reached or (decision.closed_as is not None and decision.next is not None)
    assert decision.misses == (0 if fresh else client.misses + 1)


@given(cases())
def test_a_promise_is_refused_only_where_it_cannot_be_kept(case: Case) -> None:
    rules, client, answer, now = case
    assert answer.at is not None
    try:
        decide(rules, client, replace(answer, anyway=False), now)
        refused = None
    except OutsideWindow as fault:
        refused = fault
    promised = decided(case).next
    if refused is not None:
        assert not may_call(case, answer.at.at)
        assert refused.nearest is None or may_call(case, refused.nearest)
        assert promised is not None
        assert (promised.due_at, promised.held) == (refused.nearest or answer.at.at, refused.nearest is None)
    elif promised is not None and promised.agreed:
        assert promised.due_at == answer.at.at


@given(cases(), st.lists(zones, min_size=2, max_size=3, unique=True))
def test_more_candidate_zones_never_make_a_call_earlier(case: Case, candidates: list[str]) -> None:
    """Where all candidates must agree, a client who may be in more places waits at least as long."""
    rules, client, answer, now = case
    rules = replace(rules, calling=replace(rules.calling, unknown_zone="intersection"))
    home = replace(rules, working=replace(rules.working, zone=candidates[0]), ladders=_without_spread(rules))
    sure = decided((home, replace(client, area=Area("UA", None, (candidates[0],))), answer, now))
    unsure = decided((home, replace(client, area=Area("UA", None, tuple(sorted(candidates)))), answer, now))
    assert sure.status == unsure.status
    if sure.next and unsure.next and not is_held(unsure):
        assert not is_held(sure)
        assert unsure.next.due_at >= sure.next.due_at


def _without_spread(rules: RuleSet) -> dict[str, Ladder]:
    return {name: replace(ladder, spread=0) for name, ladder in rules.ladders.items()}
