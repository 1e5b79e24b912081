"""The words of what the program and its people did, a row a code. What a row takes are the values of the code."""

from __future__ import annotations

from datetime import timedelta

from salesdesk.words.codes import Act
from salesdesk.words.decided import Say
from salesdesk.words.elapsed import span_text
from salesdesk.words.pieces import at_text


def _handed_out(feed: str, late: int) -> str:
    return f"feed {feed}, " + ("due now" if late < 60 else f"due {span_text(timedelta(seconds=late))} ago")


def _zone_was(zone: str, before: str | None, source: str) -> str:
    from_where = f" (from the {source})" if before and source != "given" else ""
    return f"zone {zone}, was {before or 'not known'}{from_where}"


DONE: dict[str, Say] = {
    Act.IMPORTED: lambda: "imported",
    Act.ARRIVED: lambda: "arrived",
    Act.ARRIVED_AGAIN: lambda: "arrived again",
    Act.ASKED_FOR: lambda: "asked to be called then",
    Act.CALLED_IN: lambda: "the client called",
    Act.REOPENED: lambda by: f"reopened by {by}",
    Act.MERGED: lambda client: f"client {client} was merged into this one",
    Act.ALSO_PROMISED: lambda wall, zone: f"they were also promised a call at {wall} ({zone})",
    Act.GIVEN_IN_TURN: lambda to: f"given to {to} in turn",
    Act.GIVEN_TO_LEAST_BUSY: lambda to: f"given to {to} who had the least to do",
    Act.PLACE_KNOWN: lambda: "the client's place became known",
    Act.ZONE_SET: lambda: "the client's zone was set",
    Act.PLANNED_ANEW: lambda version: f"planned anew by version {version} of the rules",
    Act.ZONE_TABLES: lambda version: f"planned anew by the zone tables of {version}",
    Act.RULES_MOVED: lambda status, label: f'the rules changed: moved to "{label}"',
    Act.ALLOWED_ANYWAY: lambda by: f"{by} allowed that time anyway",
    Act.HANDED_OUT: _handed_out,
    Act.GAVE_BACK: lambda by: f"{by} gave the claim back",
    Act.TOOK_BACK: lambda by, manager: f"{by} took it back from {manager}",
    Act.ZONE_WAS: _zone_was,
    Act.PLACE: lambda place: f"place {place}",
    Act.PROMISE_SAME_INSTANT: lambda at, zone: f"the promise stays the same instant: {at_text(at, zone)}",
    Act.PROMISE_SAME_TIME: lambda at, zone: f"the promise stays {at_text(at, zone)}, the time that was said",
    Act.TASK_IN_HAND: lambda: "the task is in hand and stays as it is",
    Act.CALL_STAYS: lambda at, zone: f"the next call stays {at_text(at, zone)}",
    Act.CALL_MOVED: lambda at, zone: f"the next call moved to {at_text(at, zone)}",
}
