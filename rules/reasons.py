"""Why something was decided, as data: a code and the values that its sentence needs.

The rules name no sentence. What they decide for is a list of reasons, kept in the database as ``[code, {values}]`` and
put into words where a person reads them (:mod:`salesdesk.words.reasons`). So nothing has to read a sentence back, the
same reason can be said in another language, and figures can be counted by code.

Values are what JSON holds: ids with the label of that day, numbers, texts, instants in UTC (:func:`instant_value`)
beside the zone in which they are read, and lists of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

Value = str | int | None | list[Any]


class Code(StrEnum):
    """What the rules themselves can say. The values of each stand beside its words."""

    # What was said, and what it led to.
    OUTCOME = "outcome"
    OUTCOME_REASON = "outcome-reason"
    NO_NUMBER = "no-number"
    ENDED = "ended"
    DEAL_CLOSED = "deal-closed"
    STATUS = "status"
    RUNG = "rung"
    SCATTERED = "scattered"
    NEXT_AGREED = "next-agreed"
    NEXT_DUE = "next-due"
    SILENT = "silent"
    # What moved a call from the time that was wanted.
    MOVED_BY_CAP = "moved-by-cap"
    MOVED_BY_WINDOW = "moved-by-window"
    MOVED_BY_HOLIDAY = "moved-by-holiday"
    # Why it is never handed out as things stand.
    HELD_BY_CAP = "held-by-cap"
    HELD_NO_ZONE = "held-no-zone"
    HELD_CLOSED = "held-closed"
    HELD_NO_HOUR = "held-no-hour"
    # What speaks against a time, on the client's side and on the manager's.
    NO_ZONE = "no-zone"
    OUTSIDE_THEIR_HOURS = "outside-their-hours"
    HOLIDAY_THERE = "holiday-there"
    OVER_CAP = "over-cap"
    OUTSIDE_YOUR_HOURS = "outside-your-hours"
    FULL_HOUR = "full-hour"
    # A row from before reasons were data: its sentence, as it was said then.
    SENTENCE = "sentence"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its code (of :class:`Code`, or one of the program's own), and its values."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)

    def as_json(self) -> list[Any]:
        """``[code, {values}]``, as it is stored and as ``because_data`` shows it."""
        return [str(self.code), dict(self.values)]


def as_json(reasons: Iterable[Reason]) -> list[Any]:
    """Reasons as they are stored."""
    return [reason.as_json() for reason in reasons]


def from_json(stored: Iterable[Any]) -> tuple[Reason, ...]:
    """Stored reasons. A sentence of an old row stays what it is: it is shown, and nothing more is known of it."""
    return tuple(
        Reason(Code.SENTENCE, {"text": one}) if isinstance(one, str) else Reason(one[0], one[1]) for one in stored
    )


def instant_value(instant: datetime) -> str:
    """An instant (aware) as a value: ISO 8601 in UTC ending in ``Z``."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
