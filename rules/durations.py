"""Durations as people write them: ``90s``, ``5m``, ``3h``, ``1d``, ``2w``, combined as ``1d12h``."""

from __future__ import annotations

import re

from rules.model import Delay

HOUR = 3600
DAY = 24 * HOUR
MOST_DAYS = 366

_UNITS = {"w": 7 * DAY, "d": DAY, "h": HOUR, "m": 60, "s": 1}
_PART = re.compile(r"([0-9]{1,9})([wdhms])")
_WHOLE = re.compile(r"(?:[0-9]{1,9}[wdhms])+")
_MEND = "write it like 90s, 5m, 3h, 1d, 2w or 1d12h"


def parse_delay(text: str) -> Delay:
    """A wait such as ``1d12h``: days and weeks are calendar days, the rest is elapsed time.

    So days survive a change of the clock (docs/architecture.md, invariant 5). Raises ``ValueError`` with what is wrong
    and how to mend it; a wait of nothing is wrong too.
    """
    parts = _parts(text)
    delay = Delay(
        days=parts.get("d", 0) + 7 * parts.get("w", 0),
        seconds=parts.get("h", 0) * HOUR + parts.get("m", 0) * 60 + parts.get("s", 0),
    )
    if delay == Delay():
        raise ValueError(f'"{text}" is no time at all; {_MEND}')
    return delay


def parse_seconds(text: str) -> int:
    """A length of time in seconds, a day counting 24 hours; ``0m`` is allowed.

    Raises ``ValueError`` with what is wrong and how to mend it.
    """
    return _seconds(_parts(text))


def length(delay: Delay) -> int:
    """A delay's length in seconds, a day counting 24 hours: for comparing, not for adding to an instant."""
    return delay.days * DAY + delay.seconds


def delay_text(delay: Delay) -> str:
    """The shortest usual way to write a delay; :func:`parse_delay` reads it back as the same."""
    days, unit = (delay.days // 7, "w") if delay.days % 7 == 0 else (delay.days, "d")
    hours, rest = divmod(delay.seconds, HOUR)
    minutes, seconds = divmod(rest, 60)
    parts = ((days, unit), (hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{number}{letter}" for number, letter in parts if number) or "0s"


def _seconds(parts: dict[str, int]) -> int:
    return sum(number * _UNITS[unit] for unit, number in parts.items())


def _parts(text: str) -> dict[str, int]:
    """The number of each unit in the text."""
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is not a duration; {_MEND}")
    pairs = _PART.findall(text)
    parts = {unit: int(number) for number, unit in pairs}
    if len(parts) < len(pairs):
        raise ValueError(f'"{text[:40]}" names a unit twice; {_MEND}')
    if _seconds(parts) > MOST_DAYS * DAY:
        raise ValueError(f'"{text[:40]}" is longer than {MOST_DAYS} days; give a shorter time')
    return parts
