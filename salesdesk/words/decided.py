"""The words of what the rules decide, a row a code. What a row takes are the values of the code."""

from __future__ import annotations

from collections.abc import Callable

from rules.durations import delay_text
from rules.model import Delay
from rules.reasons import Code
from salesdesk.words.pieces import at_text, days_text, hours_text, short_hours, zones_text

Say = Callable[..., str]

# Why a call may not be at a time: what follows "moved to ...:" and "held:", and what a promise is refused with.
CAUSES: dict[str, Say] = {
    Code.MOVED_BY_CAP: lambda at, zone, cap, limit: f"cap {cap} = {limit}",
    Code.MOVED_BY_WINDOW: lambda at, zone, day, hours, holidays, window_zone, more_zones: (
        f"call window {day} {hours_text(hours)}, {zones_text(window_zone, more_zones)}"
        + (f"; public holiday {days_text(holidays)}" if holidays else "")
    ),
    Code.MOVED_BY_HOLIDAY: lambda at, zone, holidays, window_zone, more_zones: (
        f"public holiday {days_text(holidays)}, {zones_text(window_zone, more_zones)}"
    ),
    Code.HELD_BY_CAP: lambda cap, limit: f"cap {cap} = {limit} is used up",
    Code.HELD_NO_ZONE: lambda: "the client's time zone is not known; set it",
    Code.HELD_CLOSED: lambda where: f"the call window ({where}) is closed all week",
    Code.HELD_NO_HOUR: lambda: "no hour suits every zone this client may be in; set the zone",
}


def _moved(cause: Say) -> Say:
    return lambda at, zone, **values: f"moved to {at_text(at, zone)}: {cause(at=at, zone=zone, **values)}"


def _held(cause: Say) -> Say:
    return lambda **values: f"held: {cause(**values)}"


_MOVED = (Code.MOVED_BY_CAP, Code.MOVED_BY_WINDOW, Code.MOVED_BY_HOLIDAY)

DECIDED: dict[str, Say] = {
    Code.OUTCOME: lambda outcome, label: label,
    Code.OUTCOME_REASON: lambda outcome, label, reason, reason_label: f"{label}: {reason_label}",
    Code.NO_NUMBER: lambda: "no callable number is left",
    Code.ENDED: lambda status, label: f'status "{label}" ends it',
    Code.DEAL_CLOSED: lambda status, label: f'deal closed as "{label}"',
    Code.STATUS: lambda status, label: f'status "{label}"',
    Code.RUNG: lambda ladder, rung, of, text: f'ladder "{ladder}", rung {rung} of {of}: {text}',
    Code.SCATTERED: lambda within: f"scattered within {delay_text(Delay(seconds=within))} of that",
    Code.NEXT_AGREED: lambda task, label, at, zone: f'next "{label}", agreed for {at_text(at, zone)}',
    Code.NEXT_DUE: lambda task, label, at, zone: f'next "{label}", due {at_text(at, zone)}',
    Code.SILENT: lambda silence, status, label: f'silent for {silence} in "{label}"',
    **{code: _moved(cause) if code in _MOVED else _held(cause) for code, cause in CAUSES.items()},
    Code.NO_ZONE: lambda: "the client's zone is not known",
    Code.OUTSIDE_THEIR_HOURS: lambda day, hours: f"outside the client's hours ({short_hours(day, hours)})",
    Code.HOLIDAY_THERE: lambda: "holiday there",
    Code.OVER_CAP: lambda cap, limit: f"over the client's cap ({cap} = {limit})",
    Code.OUTSIDE_YOUR_HOURS: lambda day, hours: f"outside your hours ({short_hours(day, hours)})",
    Code.FULL_HOUR: lambda planned, pace: f"full hour ({planned} of {pace})",
    Code.SENTENCE: lambda text: text,
}
