"""How long ago or how soon, in the words that the card, the list of reasons and the command line share."""

from __future__ import annotations

from datetime import timedelta

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def span_text(span: timedelta) -> str:
    """A length of time as people say it: ``30 s``, ``8 min``, ``3 h 12 min``, ``2 d 5 h``; less is cut off."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < 2 * _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < 2 * _DAY:
        return _joined((seconds // _HOUR, "h"), (seconds % _HOUR // _MINUTE, "min"))
    return _joined((seconds // _DAY, "d"), (seconds % _DAY // _HOUR, "h"))


def _joined(*parts: tuple[int, str]) -> str:
    return " ".join(f"{number} {unit}" for number, unit in parts if number)
