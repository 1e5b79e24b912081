"""What a simulation counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any

CAPS = ("max_per_day", "max_per_24h", "max_per_week", "max_per_month", "max_total", "min_gap")


def _hours() -> list[int]:
    return [0] * 24


@dataclass(slots=True)
class CallsTally:
    """The calls: as recorded and as the tried rules would have had them.

    ``moved`` ones would have come at another time, ``dropped`` ones not at all, ``added`` ones are not in the record.
    ``older`` ones were made under rules that are no longer in force. ``no_hour`` counts what has no local hour, the
    client's zone not being sure.
    """

    recorded: int = 0
    moved: int = 0
    dropped: int = 0
    added: int = 0
    older: int = 0
    no_hour: int = 0
    recorded_hours: list[int] = field(default_factory=_hours)
    simulated_hours: list[int] = field(default_factory=_hours)


@dataclass(slots=True)
class ArchivedTally:
    """The clients who were archived in the record, and who would have been: at an earlier call, the same one, or
    ``later`` if ever. ``otherwise`` counts those whom the tried rules end in another status, ``unknown`` those for whom
    they cannot tell.
    """

    recorded: int = 0
    simulated: int = 0
    earlier: int = 0
    later: int = 0
    same: int = 0
    otherwise: int = 0
    unknown: int = 0


@dataclass(slots=True)
class ContactsTally:
    """The recorded calls that reached the client. ``kept``: due by then under the tried rules too, ``earlier`` of them
    noticeably sooner. ``lost``: the client would have been out of reach of the rules. The rest is not known: a call
    would have come ``later``, or follows an answer that the tried rules do not know (``undecided``).
    """

    kept: int = 0
    earlier: int = 0
    lost: int = 0
    later: int = 0
    undecided: int = 0


@dataclass(slots=True)
class UnknownTally:
    """The calls that could not be decided on, by what the tried rules do not know or ask for besides."""

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)

    @property
    def calls(self) -> int:
        """How many calls that were in all."""
        return sum(names.total() for names in (self.outcomes, self.reasons, self.statuses, self.answers))


@dataclass(slots=True)
class Tally:
    """Everything that a simulation counts; as large for a million calls as for one."""

    clients: int = 0
    calls: CallsTally = field(default_factory=CallsTally)
    archived: ArchivedTally = field(default_factory=ArchivedTally)
    contacts: ContactsTally = field(default_factory=ContactsTally)
    unknown: UnknownTally = field(default_factory=UnknownTally)
    cap_hits: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(CAPS, 0)))

    def add(self, other: Tally) -> None:
        """Add what was counted elsewhere."""
        _add(self, other)


def _add(ours: Any, theirs: Any) -> None:
    """Add one dataclass of counts to another of its kind, field by field."""
    for part in fields(ours):
        was, more = getattr(ours, part.name), getattr(theirs, part.name)
        if isinstance(was, int):
            setattr(ours, part.name, was + more)
        elif isinstance(was, list):
            was[:] = [one + another for one, another in zip(was, more, strict=True)]
        elif isinstance(was, Counter):
            was.update(more)
        else:
            _add(was, more)
