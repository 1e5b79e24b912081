"""Every reason has its words: one row a code, with values as the program gives them and the sentence of that day."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rules.reasons import Code, Reason, as_json, from_json
from salesdesk.words.codes import Act, Asked
from salesdesk.words.reasons import WORDS, cause_of, said, sentences, values_of

AT: dict[str, Any] = {"at": "2026-11-24T07:00:00Z", "zone": "Europe/Kyiv"}
TUE = "Tue 24 Nov 09:00 Europe/Kyiv"
NEW: dict[str, Any] = {"status": "new", "label": "New"}
STANDS = [["stands", {**NEW, "kind": "open"}]]
HOURS: dict[str, Any] = {"day": "mon", "hours": ["09:00-13:00", "14:00-18:00"]}
OPEN: dict[str, Any] = {"where": "US-FL", **HOURS, "now": "2026-11-23T10:00:00Z", "unknown_zone": "intersection"}
KEPT: dict[str, Any] = {"user": "anna", **AT, "rule": "owner_grace", "grace": 7200}

SAMPLES: list[tuple[str, dict[str, Any], str]] = [
    (Code.OUTCOME, {"outcome": "paid", "label": "Paid"}, "Paid"),
    (
        Code.OUTCOME_REASON,
        {"outcome": "no-answer", "label": "No answer", "reason": "busy", "reason_label": "Busy"},
        "No answer: Busy",
    ),
    (Code.NO_NUMBER, {}, "no callable number is left"),
    (Code.ENDED, {"status": "lost", "label": "Refused"}, 'status "Refused" ends it'),
    (Code.DEAL_CLOSED, {"status": "paid", "label": "Paid"}, 'deal closed as "Paid"'),
    (Code.STATUS, NEW, 'status "New"'),
    (Code.RUNG, {"ladder": "busy", "rung": 2, "of": 5, "text": "15m"}, 'ladder "busy", rung 2 of 5: 15m'),
    (Code.SCATTERED, {"within": 5400}, "scattered within 1h30m of that"),
    (Code.NEXT_AGREED, {"task": "callback", "label": "Callback", **AT}, f'next "Callback", agreed for {TUE}'),
    (Code.NEXT_DUE, {"task": "call", "label": "Call", **AT}, f'next "Call", due {TUE}'),
    (Code.SILENT, {"silence": "1w", **NEW}, 'silent for 1w in "New"'),
    (Code.MOVED_BY_CAP, {**AT, "cap": "max_per_day", "limit": 6}, f"moved to {TUE}: cap max_per_day = 6"),
    (
        Code.MOVED_BY_WINDOW,
        {**AT, **HOURS, "holidays": [], "window_zone": "Europe/Kyiv", "more_zones": 0},
        f"moved to {TUE}: call window mon 09:00-13:00, 14:00-18:00, Europe/Kyiv",
    ),
    (
        Code.MOVED_BY_WINDOW,
        {**AT, "day": "sun", "hours": [], "holidays": ["2026-12-25"], "window_zone": "UTC", "more_zones": 1},
        f"moved to {TUE}: call window sun closed, UTC and 1 more zone; public holiday Fri 25 Dec",
    ),
    (
        Code.MOVED_BY_HOLIDAY,
        {**AT, "holidays": ["2026-12-25", "2026-12-28"], "window_zone": "UTC", "more_zones": 2},
        f"moved to {TUE}: public holiday Fri 25 Dec, Mon 28 Dec, UTC and 2 more zones",
    ),
    (Code.HELD_BY_CAP, {"cap": "max_total", "limit": 1}, "held: cap max_total = 1 is used up"),
    (Code.HELD_NO_ZONE, {}, "held: the client's time zone is not known; set it"),
    (Code.HELD_CLOSED, {"where": "everywhere"}, "held: the call window (everywhere) is closed all week"),
    (Code.HELD_NO_HOUR, {}, "held: no hour suits every zone this client may be in; set the zone"),
    (Code.NO_ZONE, {}, "the client's zone is not known"),
    (Code.OUTSIDE_THEIR_HOURS, HOURS, "outside the client's hours (09-13, 14-18)"),
    (Code.HOLIDAY_THERE, {}, "holiday there"),
    (Code.OVER_CAP, {"cap": "min_gap", "limit": 300}, "over the client's cap (min_gap = 300)"),
    (Code.OUTSIDE_YOUR_HOURS, {"day": "sat", "hours": []}, "outside your hours (closed on Sat)"),
    (Code.OUTSIDE_YOUR_HOURS, {"day": "mon", "hours": ["09:30-18:00"]}, "outside your hours (09:30-18)"),
    (Code.FULL_HOUR, {"planned": 12, "pace": 12}, "full hour (12 of 12)"),
    (Code.SENTENCE, {"text": 'ladder "old", rung 1 of 2: 5m'}, 'ladder "old", rung 1 of 2: 5m'),
    (Act.IMPORTED, {}, "imported"),
    (Act.ARRIVED, {}, "arrived"),
    (Act.ARRIVED_AGAIN, {}, "arrived again"),
    (Act.ASKED_FOR, {}, "asked to be called then"),
    (Act.CALLED_IN, {}, "the client called"),
    (Act.REOPENED, {"by": "olha"}, "reopened by olha"),
    (Act.MERGED, {"client": 7}, "client 7 was merged into this one"),
    (
        Act.ALSO_PROMISED,
        {"wall": "2026-11-24T15:00", "zone": "Europe/Kyiv"},
        "they were also promised a call at 2026-11-24T15:00 (Europe/Kyiv)",
    ),
    (Act.GIVEN_IN_TURN, {"to": "anna"}, "given to anna in turn"),
    (Act.GIVEN_TO_LEAST_BUSY, {"to": "anna"}, "given to anna who had the least to do"),
    (Act.PLACE_KNOWN, {}, "the client's place became known"),
    (Act.ZONE_SET, {}, "the client's zone was set"),
    (Act.PLANNED_ANEW, {"version": 3}, "planned anew by version 3 of the rules"),
    (Act.ZONE_TABLES, {"version": "2026c"}, "planned anew by the zone tables of 2026c"),
    (Act.RULES_MOVED, NEW, 'the rules changed: moved to "New"'),
    (Act.ALLOWED_ANYWAY, {"by": "anna"}, "anna allowed that time anyway"),
    (Act.HANDED_OUT, {"feed": "retry", "late": 59}, "feed retry, due now"),
    (Act.HANDED_OUT, {"feed": "retry", "late": -1}, "feed retry, due now"),
    (Act.HANDED_OUT, {"feed": "retry", "late": 11_520}, "feed retry, due 3 h 12 min ago"),
    (Act.GAVE_BACK, {"by": "anna"}, "anna gave the claim back"),
    (Act.TOOK_BACK, {"by": "olha", "manager": "anna"}, "olha took it back from anna"),
    (
        Act.ZONE_WAS,
        {"zone": "America/New_York", "before": "America/Denver", "source": "phone"},
        "zone America/New_York, was America/Denver (from the phone)",
    ),
    (Act.ZONE_WAS, {"zone": "UTC", "before": "Asia/Omsk", "source": "given"}, "zone UTC, was Asia/Omsk"),
    (Act.ZONE_WAS, {"zone": "UTC", "before": None, "source": "unknown"}, "zone UTC, was not known"),
    (Act.PLACE, {"place": "Omsk, Omsk Oblast, RU"}, "place Omsk, Omsk Oblast, RU"),
    (Act.PROMISE_SAME_INSTANT, AT, f"the promise stays the same instant: {TUE}"),
    (Act.PROMISE_SAME_TIME, AT, f"the promise stays {TUE}, the time that was said"),
    (Act.TASK_IN_HAND, {}, "the task is in hand and stays as it is"),
    (Act.CALL_STAYS, AT, f"the next call stays {TUE}"),
    (Act.CALL_MOVED, AT, f"the next call moved to {TUE}"),
    (Asked.STANDS, {**NEW, "kind": "open"}, 'status "New" (open)'),
    (Asked.STANDS_UNKNOWN, {"status": "gone"}, 'status "gone" (unknown)'),
    (Asked.CAME_SO, {"stands": STANDS}, 'status "New" (open) has no task: it came in so'),
    (
        Asked.CLOSED_BY,
        {"stands": STANDS, "by": "dnc", **AT},
        f'status "New" (open) has no task: must not be called, {TUE}',
    ),
    (
        Asked.CLOSED_BY_CALL,
        {
            "stands": STANDS,
            "because": [["outcome", {"outcome": "x", "label": "X"}], "an old one"],
            "user": "anna",
            **AT,
        },
        f'status "New" (open) has no task: X; an old one, anna, {TUE}',
    ),
    (
        Asked.TASK,
        {"kind": "call", "label": "Call", "feed": "planned", "because": [["imported", {}], ["zone-set", {}]]},
        'task "Call", feed planned: imported; the client\'s zone was set',
    ),
    (Asked.NO_IMPORT, {}, "import: none"),
    (Asked.IMPORT_FINISHED, {"number": 4}, "import 4: finished"),
    (Asked.IMPORT_UNFINISHED, {"number": 4}, "import 4: not finished"),
    (Asked.EVERYBODYS_POOL, {}, "pool: everybody"),
    (Asked.IN_POOL, {"pool": "sales", "user": "anna"}, 'pool "sales": anna is in it'),
    (Asked.NOT_IN_POOL, {"pool": "sales", "user": "anna"}, 'pool "sales": anna is not in it'),
    (Asked.KEPT_FOR_NOBODY, {}, "kept for: nobody"),
    (Asked.KEPT_FOR, {"user": "anna"}, "kept for: anna"),
    (Asked.KEPT_FOR_DISABLED, {"user": "anna"}, "kept for: anna, who is disabled, so anybody may take it"),
    (
        Asked.KEPT_FOR_OUTSIDER,
        {"user": "anna", "pool": "sales"},
        'kept for: anna, who is not in pool "sales" any more, so anybody in it may take it',
    ),
    (Asked.KEPT_UNTIL, KEPT, f"kept for: anna, until {TUE} (owner_grace 2h)"),
    (
        Asked.WAS_KEPT_UNTIL,
        {**KEPT, "rule": "fresh_for", "grace": 900},
        f"kept for: anna, until {TUE} (half of fresh_for 15m), so anybody may take it",
    ),
    (Asked.DUE_SINCE, {**AT, "ago": 0, "wanted": None}, f"due {TUE}, 0 s ago"),
    (
        Asked.DUE_IN,
        {**AT, "left": 3600, "wanted": "2026-11-23T22:00:00Z"},
        f"due {TUE}, in 60 min, wanted Tue 24 Nov 00:00 Europe/Kyiv",
    ),
    (Asked.NOT_INCOMING, {"fresh_for": 1800}, "fresh_for 30m: not an incoming client"),
    (Asked.FRESH_UNTIL, {"fresh_for": 1800, **AT}, f"fresh_for 30m: fresh until {TUE}"),
    (Asked.PLANNED_SINCE, {"fresh_for": 1830, **AT}, f"fresh_for 30m: planned since {TUE}"),
    (Asked.WINDOW_NO_ZONE, {}, "call window: held, for the client's time zone is not known; set it"),
    (
        Asked.WINDOW_OPEN,
        {**OPEN, "zones": ["Europe/Kyiv"], "zone": "Europe/Kyiv", "closes_at": AT["at"]},
        f"call window (US-FL) mon 09:00-13:00, 14:00-18:00: open, 12:00 in Europe/Kyiv, until {TUE}",
    ),
    (
        Asked.WINDOW_OPEN,
        {**OPEN, "zones": [], "zone": "Europe/Kyiv", "closes_at": None, "unknown_zone": "home"},
        "call window (US-FL) mon 09:00-13:00, 14:00-18:00: open, zone not known (unknown_zone home)",
    ),
    (
        Asked.WINDOW_CLOSED,
        {**OPEN, "zones": ["Asia/Omsk", "Europe/Kyiv"], "zone": "Europe/Kyiv", "opens_at": AT["at"]},
        "call window (US-FL) mon 09:00-13:00, 14:00-18:00: closed, "
        f"12:00-16:00 in 2 possible zones (unknown_zone intersection), opens {TUE}",
    ),
    (
        Asked.WINDOW_CLOSED,
        {**OPEN, "hours": [], "zones": ["Europe/Kyiv"], "zone": "Europe/Kyiv", "opens_at": None},
        "call window (US-FL) mon closed: closed, 12:00 in Europe/Kyiv, no hour suits in sight",
    ),
    (Asked.HOLIDAYS_NOT_CLOSED, {}, "public holidays: these rules do not close them"),
    (Asked.HOLIDAY_TODAY, {"where": "US-FL", "day": "2026-11-26"}, "public holidays (US-FL): today, Thu 26 Nov"),
    (
        Asked.NO_HOLIDAY_TODAY,
        {"where": None, "following": "2026-11-26"},
        "public holidays (country not known): not today; next Thu 26 Nov",
    ),
    (Asked.NO_HOLIDAY_TODAY, {"where": "US", "following": None}, "public holidays (US): not today; none"),
    (Asked.NO_CAPS, {}, "caps: none"),
    (Asked.CAP_FREE, {"cap": "max_per_day", "limit": 6, "used": 1}, "cap max_per_day 6: 1 used"),
    (
        Asked.CAP_FULL,
        {"cap": "max_per_day", "limit": 6, "used": 6, "free_at": AT["at"], "zone": "Europe/Kyiv"},
        f"cap max_per_day 6: 6 used, free {TUE}",
    ),
    (
        Asked.CAP_FULL,
        {"cap": "max_total", "limit": 6, "used": 6, "free_at": None, "zone": "Europe/Kyiv"},
        "cap max_total 6: 6 used, never free again",
    ),
    (Asked.GAP_FREE, {"limit": 300, "used": 480}, "cap min_gap 5m: last call 8 min ago"),
    (
        Asked.GAP_RUNS,
        {"limit": 90_000, "used": 30, "free_at": AT["at"], "zone": "Europe/Kyiv"},
        f"cap min_gap 1d1h: last call 30 s ago, free {TUE}",
    ),
    (Asked.HELD_BY_NOBODY, {}, "claim: held by nobody"),
    (Asked.HOLD_RAN_OUT, {"user": "anna", **AT}, f"claim: anna's ran out {TUE}"),
    (Asked.HELD_BY, {"user": "anna", **AT}, f"claim: held by anna until {TUE}"),
    (Asked.HANDED_OUT_ALREADY, {}, "place: handed out already"),
    (Asked.NO_PLACE, {}, "place: none while it may not be handed out"),
    (
        Asked.PLACE_IN_FEED,
        {"before": 1, "order": ["callback", "retry"]},
        "place: 1 due task comes before it (feed order callback, retry)",
    ),
    (Asked.PLACE_IN_FEED, {"before": 0, "order": ["retry"]}, "place: 0 due tasks come before it (feed order retry)"),
]


@pytest.mark.parametrize(("code", "values", "sentence"), SAMPLES)
def test_a_reason_is_said_as_it_was_before_it_was_data(code: str, values: dict[str, Any], sentence: str) -> None:
    assert values.keys() == values_of(code)
    stored = json.loads(json.dumps(as_json([Reason(code, values)])))
    assert sentences(from_json(stored)) == (sentence,)


def test_every_code_has_its_words_and_every_row_of_words_its_sample() -> None:
    codes = [*Code, *Act, *Asked]
    assert len(set(codes)) == len(codes), "two reasons share a code"
    assert set(codes) == set(WORDS) == {code for code, _, _ in SAMPLES}


def test_every_way_in_which_a_task_ends_has_its_words() -> None:
    """The words of ``Task.closed_by``, but for an outcome, which tells its own reasons."""
    for by in ("trigger", "merge", "dnc", "forget", "rules", "undo"):
        assert "has no task: " in said(Reason(Asked.CLOSED_BY, {"stands": STANDS, "by": by, **AT}))


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        (Reason("of-tomorrow", {"at": "x", "of": 2}), "of-tomorrow at=x of=2"),
        (Reason(Code.RUNG, {"ladder": "busy"}), "rung ladder=busy"),
        (Reason(Act.ARRIVED, {"by": "mail"}), "arrived by=mail"),
    ],
)
def test_what_another_version_wrote_is_shown_as_it_is(reason: Reason, shown: str) -> None:
    assert said(reason) == shown


def test_the_cause_is_what_last_moved_the_call() -> None:
    cap = Reason(Code.MOVED_BY_CAP, {**AT, "cap": "min_gap", "limit": 300})
    held = Reason(Code.HELD_CLOSED, {"where": "UA"})
    given = Reason(Act.GIVEN_IN_TURN, {"to": "anna"})
    assert cause_of([Reason(Act.ASKED_FOR), cap, given]) == "cap min_gap = 300"
    assert cause_of([cap, held]) == "the call window (UA) is closed all week"
    assert cause_of([given]) == ""
