"""What follows each button: status, next task, misses, and the reasons in words."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from rules.area import Area
from rules.decide import decide
from rules.file.preset import PRESETS
from rules.model import Caps, Delay, Effect, Ladder, Next, Outcome, Region, Rung
from rules.situation import Answer, Decision, Situation
from tests.support.rule_cases import (
    PROMISE,
    due,
    local,
    planned,
    preset,
    situation,
    utc,
    week,
    why,
    with_button,
    with_calling,
)

KYIV = "Europe/Kyiv"
NOON = local("2026-11-23 12:00", KYIV)  # a Monday
MISSED = Answer("no-answer", "not-answering")


# What each preset's button does to a new client with two numbers, called on Monday at noon.
PRESET_ANSWERS = [
    (Answer("no-answer", "not-answering"), ("new", "call", "retry", "2026-11-23 12:05", 1)),
    (Answer("no-answer", "not-available"), ("new", "call", "retry", "2026-11-23 13:00", 1)),
    (Answer("no-answer", "busy"), ("new", "call", "retry", "2026-11-23 12:05", 1)),
    (Answer("call-back", at=PROMISE), ("new", "callback", "callback", "2026-11-24 15:30", 0)),
    (Answer("interested"), ("in-work", "call", "planned", "2026-11-24 12:00", 0)),
    (Answer("offer-sent"), ("offer-sent", "call", "planned", "2026-11-25 12:00", 0)),
    (Answer("paid", amount_minor=120_050), ("regular", "repeat-sale", "planned", "2026-12-23 12:00", 0)),
    (Answer("wrong-number"), ("new", "call", "planned", "2026-11-23 12:05", 1)),
    *[(Answer("refused", reason), ("refused", 0)) for reason in ("price", "no-need", "competitor", "bad-timing")],
    (Answer("refused", "other", note="Moves abroad"), ("refused", 0)),
    (Answer("do-not-call"), ("refused", 0)),
]


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize(("answer", "expected"), PRESET_ANSWERS)
def test_every_button_of_every_preset(name: str, answer: Answer, expected: tuple[object, ...]) -> None:
    decision = decide(preset(name), situation(callable_phones=2), answer, NOON)
    following = decision.next
    if following is None:
        assert (decision.status, decision.misses) == expected
        assert decision.closed_as == decision.status
    else:
        assert (decision.status, following.kind, following.feed, following.due_at, decision.misses) == (
            *expected[:3],
            local(str(expected[3]), KYIV),
            expected[4],
        )
        assert following.wanted_at == following.due_at
    assert (decision.outcome, decision.reason) == (answer.outcome, answer.reason)
    assert decision.status_kind == preset(name).kind_of(decision.status)
    assert decision.reached == preset(name).outcomes[answer.outcome].reached
    assert why(decision)[0].startswith(preset(name).outcomes[answer.outcome].label)
    assert len(why(decision)) > 1


@pytest.mark.parametrize("name", PRESETS)
def test_every_choice_of_the_presets_is_in_the_table(name: str) -> None:
    answered = {(answer.outcome, answer.reason) for answer, _ in PRESET_ANSWERS}
    offered = {
        (outcome.id, reason)
        for outcome in preset(name).outcomes.values()
        for reason in [r.id for r in outcome.reasons] + ([] if outcome.needs_reason else [None])
    }
    assert answered == offered


def miss(client: Situation, answer: Answer, now: datetime) -> tuple[Situation, Decision]:
    """One missed call, and the client as it stands afterwards."""
    decision = decide(preset(), client, answer, now)
    calls = (*client.calls, now)
    return replace(client, misses=decision.misses, calls=calls, total_calls=len(calls)), decision


def test_five_misses_lead_through_the_ladder_to_the_archive() -> None:
    client, now, waits = situation(), local("2026-11-23 10:00", KYIV), []
    for _ in range(4):
        client, decision = miss(client, MISSED, now)
        waits.append(due(decision) - now)
        now = due(decision)
    assert waits == [timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3), timedelta(days=1)]
    client, decision = miss(client, MISSED, now)
    assert (decision.status, decision.status_kind, decision.next, decision.closed_as, decision.misses) == (
        "archive",
        "archived",
        None,
        "archive",
        5,
    )
    assert why(decision) == (
        "No answer: Does not answer",
        'ladder "no-answer", rung 5 of 5: archive',
        'status "Archive" ends it',
    )


def test_misses_count_over_all_reasons_and_the_reason_pressed_says_how_long() -> None:
    client, _ = miss(situation(), MISSED, NOON)
    client, decision = miss(client, Answer("no-answer", "busy"), NOON + timedelta(minutes=5))
    assert due(decision) == NOON + timedelta(minutes=20)
    assert why(decision)[1] == 'ladder "busy", rung 2 of 5: 15m'


@pytest.mark.parametrize("answer", [Answer("interested"), Answer("call-back", at=PROMISE), Answer("refused", "price")])
def test_reaching_the_client_forgets_the_misses(answer: Answer) -> None:
    assert decide(preset(), situation(misses=3), answer, NOON).misses == 0


def test_a_new_deal_forgets_the_misses_even_when_nobody_was_reached() -> None:
    effect = Effect(status="paid", next=Next("call", Delay(days=1), "regular"))
    outcome = Outcome("it", "Paid online", "9", reached=False, effect=effect)
    decision = decide(replace(preset(), outcomes={"it": outcome}), situation(misses=3), Answer("it"), NOON)
    assert (decision.misses, decision.closed_as, decision.status) == (0, "paid", "regular")
    assert why(decision)[1] == 'deal closed as "Paid"'


def test_the_next_task_of_a_miss_keeps_its_kind_and_pool() -> None:
    following = planned(decide(preset(), situation(task_kind="repeat-sale", pool="sales"), MISSED, NOON))
    assert (following.kind, following.pool, following.to, following.agreed) == ("repeat-sale", "sales", None, None)


def test_a_ladder_without_an_ending_goes_on_for_ever() -> None:
    long = Ladder("long", tuple(Rung(f"{n}m", delay=Delay(seconds=60 * n)) for n in range(1, 9)))
    rules = with_button(Effect(ladder="long", status="in-work"), ladders={"long": long})
    for misses, minutes, rung in ((5, 6, 6), (7, 8, 8), (8, 8, 8), (40, 8, 8)):
        decision = decide(with_calling(rules, caps=Caps()), situation(misses=misses), Answer("it"), NOON)
        assert (due(decision), decision.status) == (NOON + timedelta(minutes=minutes), "in-work")
        assert why(decision)[1] == f'ladder "long", rung {rung} of 8: {minutes}m'


def test_a_rung_outside_the_window_waits_for_it() -> None:
    decision = decide(preset(), situation(), MISSED, local("2026-11-23 19:58", KYIV))
    assert planned(decision).wanted_at == local("2026-11-23 20:03", KYIV)
    assert due(decision) == local("2026-11-24 09:00", KYIV)
    assert why(decision)[2].startswith("moved to Tue 24 Nov 09:00 Europe/Kyiv: call window mon 09:00-20:00")


def test_a_cap_wins_over_the_ladder() -> None:
    """Florida: three calls in 24 hours, so the fourth rung's call waits."""
    florida = Region("US-FL", week((8, 20)), Caps(max_per_24h=3))
    rules = with_calling(preset(), regions={"US-FL": florida})
    zone = "America/New_York"
    now = local("2026-11-23 12:00", zone)
    earlier = (now - timedelta(hours=3), now - timedelta(minutes=40))
    client = situation(area=Area("US", "FL", (zone,)), misses=2, calls=earlier, total_calls=2)
    decision = decide(rules, client, MISSED, now)
    assert planned(decision).wanted_at == now + timedelta(hours=3)
    assert due(decision) == earlier[0] + timedelta(hours=24)
    assert why(decision)[2] == "moved to Tue 24 Nov 09:00 America/New_York: cap max_per_24h = 3"


def test_the_present_call_counts() -> None:
    rules = with_calling(preset(), caps=Caps(max_per_day=1))
    assert due(decide(rules, situation(), MISSED, NOON)) == local("2026-11-24 09:00", KYIV)
    used_up = decide(with_calling(preset(), caps=Caps(max_total=1)), situation(), MISSED, NOON)
    assert due(used_up) == NOON + timedelta(minutes=5)
    assert why(used_up)[2] == "held: cap max_total = 1 is used up"


def test_calls_that_are_moved_are_scattered_and_both_are_told() -> None:
    rules = preset()
    ladder = replace(rules.ladders["no-answer"], spread=900)
    rules = replace(rules, ladders={**rules.ladders, "no-answer": ladder})
    night, opening = local("2026-11-23 19:58", KYIV), local("2026-11-24 09:00", KYIV)
    decisions = [decide(rules, situation(client_id=n), MISSED, night) for n in range(60)]
    assert len({due(decision) for decision in decisions}) > 40
    assert all(opening <= due(decision) <= opening + timedelta(minutes=15) for decision in decisions)
    assert why(decisions[0])[2:] == (
        "moved to Tue 24 Nov 09:00 Europe/Kyiv: call window mon 09:00-20:00, Europe/Kyiv",
        "scattered within 15m of that",
    )
    unmoved = decide(rules, situation(), MISSED, NOON)
    assert (due(unmoved), len(why(unmoved))) == (NOON + timedelta(minutes=5), 2)


def test_an_unsure_zone_counts_days_at_home_and_calls_when_all_are_open() -> None:
    client = situation(misses=3, area=Area("RU", None, ("Asia/Kamchatka", "Europe/Kaliningrad")))
    decision = decide(preset(), client, MISSED, NOON)
    assert planned(decision).wanted_at == NOON + timedelta(days=1)
    assert due(decision) == utc("2026-11-25 07:00")
    assert why(decision)[2].endswith("Asia/Kamchatka and 1 more zone")


def test_a_client_of_no_known_zone_is_held() -> None:
    decision = decide(preset(), situation(None), MISSED, NOON)
    assert due(decision) == planned(decision).wanted_at
    assert why(decision)[-1] == "held: the client's time zone is not known; set it"


@pytest.mark.parametrize(("phones", "status"), [(3, "in-work"), (2, "in-work"), (1, "refused"), (0, "refused")])
def test_a_wrong_number_ends_it_only_when_no_other_is_left(phones: int, status: str) -> None:
    decision = decide(preset(), situation(status="in-work", callable_phones=phones), Answer("wrong-number"), NOON)
    assert (decision.status, decision.bad_phone, decision.dnc) == (status, True, False)
    assert (decision.next is None) == (phones < 2)
    assert ("no callable number is left" in why(decision)) == (phones < 2)


@pytest.mark.parametrize(("own", "status"), [("archive", "archive"), ("in-work", "refused"), (None, "refused")])
def test_the_last_wrong_number_ends_in_the_buttons_own_final_status_if_it_has_one(own: str | None, status: str) -> None:
    following = None if own == "archive" else Next("call", Delay(days=1))
    rules = with_button(Effect(status=own, next=following, bad_phone=True))
    assert decide(rules, situation(), Answer("it"), NOON).closed_as == status


def test_do_not_call_ends_it_whatever_numbers_there_are() -> None:
    decision = decide(preset(), situation(callable_phones=5), Answer("do-not-call"), NOON)
    assert (decision.dnc, decision.next, decision.closed_as) == (True, None, "refused")


def test_statuses_and_funnels() -> None:
    rules = preset()
    found = [rules.funnel_of(status) for status in ("new", "regular", "paid")]
    assert [funnel and funnel.id for funnel in found] == ["main", "repeat", None]
    assert (rules.first_status, rules.kind_of("paid")) == ("new", "won")
    with pytest.raises(KeyError):
        rules.kind_of("gone")
