"""What tests of every layer share beside the fixtures."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from rules.reasons import from_json
from salesdesk.words.reasons import sentences


@dataclass
class StillClock:
    """A clock that tests move by hand."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def forward(self, **delta: float) -> datetime:
        self.at += timedelta(**delta)
        return self.at


# Monday 23 November 2026, 12:00 in Kyiv and 10:00 in London: both inside 09:00-20:00.
NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def moved_clock() -> dict[str, str]:
    """What a program that is started with an environment of its own needs to live under the clock of tests/hours.py.

    Empty where nobody moved the clock.
    """
    if "FAKETIME" not in os.environ:
        return {}
    ours = ("LD_PRELOAD", "NO_FAKE_STAT", "PYTHONPATH")
    return {name: value for name, value in os.environ.items() if name in ours or name.startswith("FAKETIME")}


def in_words(because: list[Any]) -> list[str]:
    """The stored reasons of a row as a person reads them."""
    return list(sentences(from_json(because)))
