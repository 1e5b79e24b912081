"""Reasons as data: what is stored comes back the same, and a sentence of an old row stays one."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta, timezone

import pytest

from rules.reasons import Code, Reason, as_json, from_json, instant_value

RUNG = Reason(Code.RUNG, {"ladder": "busy", "rung": 2, "of": 5, "text": "15m"})


def test_what_is_stored_comes_back_the_same() -> None:
    holiday = Reason(Code.MOVED_BY_HOLIDAY, {"holidays": ["2026-12-25", "2026-12-26"], "zone": "Europe/Kyiv"})
    stored = json.loads(json.dumps(as_json([RUNG, holiday, Reason(Code.NO_NUMBER)])))
    assert stored[0] == ["rung", {"ladder": "busy", "rung": 2, "of": 5, "text": "15m"}]
    assert stored[2] == ["no-number", {}]
    assert from_json(stored) == (RUNG, holiday, Reason(Code.NO_NUMBER))


def test_a_sentence_of_an_old_row_stays_one() -> None:
    assert from_json(["imported", RUNG.as_json()]) == (Reason(Code.SENTENCE, {"text": "imported"}), RUNG)


def test_a_reason_is_not_changed_and_can_be_counted() -> None:
    with pytest.raises(FrozenInstanceError):
        RUNG.code = "other"  # type: ignore[misc]
    assert {RUNG, Reason("rung", dict(RUNG.values))} == {RUNG}


def test_what_is_stored_is_a_copy() -> None:
    stored = RUNG.as_json()
    stored[1]["rung"] = 3
    assert RUNG.values["rung"] == 2


def test_an_instant_is_told_in_utc() -> None:
    kyiv = datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=2)))
    assert instant_value(kyiv) == "2026-11-23T10:00:00.250000Z"
    assert instant_value(datetime(2026, 11, 23, 10, tzinfo=UTC)) == "2026-11-23T10:00:00Z"
