"""Where the record itself was changed by something other than a call: reopened clients, triggers, zones put right."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from rules.area import Area
from rules.file.load import load
from rules.file.preset import preset_text
from rules.model import RuleSet
from salesdesk.simulation.record import RecordedCall, Stretch
from salesdesk.simulation.replay import Replay
from salesdesk.simulation.tally import Tally
from salesdesk.simulation.trial import Trial
from tests.support.clock import NOON

AREAS = {1: Area("UA", None, ("Europe/Kyiv",)), 2: Area("RU", None, ()), 3: Area("PT", None, ("Atlantic/Azores",))}
UNTIL = NOON + timedelta(days=20)


def call(at: datetime, due: datetime, following: datetime | None, **more: Any) -> RecordedCall:
    """A miss of a client in Kyiv, called at ``at``, due before, and due again."""
    usual: dict[str, Any] = {
        "client_id": 1,
        "at": at,
        "seconds": None,
        "outcome": "no-answer",
        "reason": "not-answering",
        "reached": False,
        "status_before": "new",
        "kind_after": "open" if following else "archived",
        "misses_before": 0,
        "misses_after": 1,
        "rules_version": 1,
        "client_hour": 12,
        "wanted_at": due,
        "due_at": due,
        "task_kind": "call",
        "area_id": 1,
        "next_wanted_at": following,
        "next_due_at": following,
        "agreed_wall": None,
        "agreed_zone": None,
    }
    return RecordedCall(**{**usual, **more})


def rules(*changes: tuple[str, str]) -> RuleSet:
    text = preset_text("en")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return load(text).ruleset


def replayed(tried: RuleSet, *calls: RecordedCall, since: datetime = NOON) -> Tally:
    replay = Replay(Trial(tried, rules(), AREAS), Stretch(since, UNTIL), version=1)
    replay.client(calls)
    return replay.tally


ONE_MISS = ('"5m", "30m", "3h", "1d", "archive"', '"archive"')
DAY = timedelta(days=1)
GREETED = {"outcome": "interested", "reason": None, "reached": True}


def test_a_client_reopened_in_the_record_is_called_again() -> None:
    first = call(NOON, NOON, None, misses_before=4, misses_after=5)
    again = call(NOON + DAY, NOON + DAY, NOON + 2 * DAY, **GREETED, misses_after=0)
    tally = replayed(rules(), first, again)
    assert (tally.calls.dropped, tally.contacts.kept, tally.archived.same) == (0, 1, 1)


def test_a_client_whom_the_tried_rules_let_go_is_not_brought_back_by_a_trigger() -> None:
    first = call(NOON, NOON, NOON + timedelta(minutes=5))
    triggered = call(NOON + DAY, NOON + DAY, NOON + 2 * DAY, **GREETED, misses_before=1, misses_after=0)
    tally = replayed(rules(ONE_MISS), first, triggered)
    assert (tally.calls.dropped, tally.contacts.lost, tally.archived.earlier) == (1, 1, 1)


def test_a_reopened_client_would_have_been_called_before_that() -> None:
    first = call(NOON, NOON, None, misses_before=4, misses_after=5)
    again = call(NOON + 5 * DAY, NOON + 5 * DAY, NOON + 6 * DAY, **GREETED, misses_after=0)
    longer = rules(('"1d", "archive"', '"1d", "1d", "archive"'))
    tally = replayed(longer, first, again)
    assert (tally.calls.added, tally.contacts.kept) == (1, 1)


def test_a_task_that_a_trigger_planned_keeps_its_time() -> None:
    first = call(NOON, NOON, NOON + timedelta(minutes=5))
    triggered = call(NOON + DAY, NOON + DAY, NOON + 2 * DAY, **GREETED, misses_before=1, misses_after=0)
    tally = replayed(rules(("5m", "10m")), first, triggered)
    assert (tally.calls.moved, tally.contacts.kept) == (0, 1)


def test_a_zone_put_right_plans_the_call_anew() -> None:
    wanted = NOON + timedelta(minutes=5)
    first = call(NOON, NOON, wanted)
    in_the_azores = NOON + timedelta(hours=2)  # 11:00 there
    second = call(in_the_azores, NOON, None, area_id=3, wanted_at=wanted, due_at=wanted, **GREETED)
    assert replayed(rules(), first, second).contacts.kept == 1
    assert replayed(rules(("09:00-20:00", "12:00-20:00")), first, second).contacts.later == 1


@pytest.mark.parametrize("put_right", [True, False])
def test_a_held_client_waits_for_its_zone(put_right: bool) -> None:
    wanted = NOON + timedelta(minutes=5)
    hold = rules(('unknown_zone = "intersection"', 'unknown_zone = "home"'))
    first = call(NOON, NOON, wanted, area_id=2, client_hour=None)
    second = call(NOON + DAY, wanted, None, area_id=1 if put_right else 2, **GREETED)
    assert replayed(hold, first, second).contacts.kept == 1
    tally = replayed(rules(), first, second)
    assert tally.calls.dropped == (1 if put_right else 2)
    assert tally.contacts.lost == (0 if put_right else 1)


def test_calls_before_the_stretch_count_for_the_caps_only() -> None:
    old = call(NOON - timedelta(hours=2), NOON - timedelta(hours=2), NOON, **GREETED)
    new = call(NOON, NOON, NOON + DAY, **GREETED)
    tally = replayed(rules(("max_per_day = 6", "max_per_day = 1")), old, new)
    assert (tally.clients, tally.calls.recorded, tally.contacts.later) == (1, 1, 1)
    assert replayed(rules(), old).clients == 0


def test_a_late_call_stays_where_it_was_when_the_client_is_due_by_then() -> None:
    late = call(NOON + timedelta(hours=3), NOON, NOON + DAY, **GREETED)
    tally = replayed(rules(("09:00-20:00", "13:00-20:00")), late)
    assert (tally.calls.moved, tally.contacts.kept) == (0, 1)


def test_a_late_call_goes_to_the_next_opening_when_the_tried_hours_are_over_by_then() -> None:
    late = call(NOON + timedelta(hours=3), NOON, NOON + DAY, **GREETED)  # 15:00 in Kyiv, due at 12:00
    tally = replayed(rules(("09:00-20:00", "09:00-14:00")), late)
    assert (tally.calls.moved, tally.contacts.later, tally.calls.simulated_hours[9]) == (1, 1, 1)


def test_a_call_made_outside_the_hours_in_force_stays_too() -> None:
    evening = NOON.replace(hour=19)  # 21:00 in Kyiv
    tally = replayed(rules(), call(evening, NOON, NOON + DAY, **GREETED))
    assert (tally.calls.moved, tally.contacts.kept) == (0, 1)


def test_a_last_wrong_number_ends_and_another_goes_on() -> None:
    wrong = {"outcome": "wrong-number", "reason": None}
    last = call(NOON, NOON, None, **wrong, kind_after="lost")
    assert replayed(rules(), last).calls.added == 0
    another = call(NOON, NOON, NOON + timedelta(minutes=5), **wrong)
    assert replayed(rules(), another, call(NOON + DAY, NOON + timedelta(minutes=5), None)).calls.dropped == 0


def test_a_promise_that_had_passed_when_it_was_made_is_not_known() -> None:
    promise = {"outcome": "call-back", "reason": None, "agreed_wall": "2026-11-23T11:00", "agreed_zone": "Europe/Kyiv"}
    tally = replayed(rules(), call(NOON, NOON, NOON - timedelta(hours=1), **promise))
    assert tally.unknown.answers == {"call-back: the agreed time had passed": 1}


def test_a_client_held_through_some_calls_is_called_when_the_record_could() -> None:
    held = [call(NOON + n * DAY, NOON + n * DAY, NOON + (n + 1) * DAY, area_id=2, misses_before=n) for n in range(3)]
    freed = call(NOON + 3 * DAY, NOON + 3 * DAY, None, **GREETED, misses_before=3)
    tally = replayed(rules(), *held, freed)
    assert (tally.calls.dropped, tally.contacts.kept, tally.contacts.earlier) == (3, 1, 0)
    first = call(NOON - DAY, NOON - DAY, NOON)
    planned_before = replayed(rules(), first, *held, freed, since=NOON - DAY)
    assert (planned_before.calls.dropped, planned_before.contacts.kept) == (3, 1)
