"""``salesdesk kpi``: the figures of the KPI screen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from salesdesk.cli.frame.options import Request
from salesdesk.cli.frame.output import narrate, say, say_json, table
from salesdesk.cli.frame.words import past_day

if TYPE_CHECKING:
    from datetime import date

    from salesdesk.access.sitting import Sitting

Since = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="The first day: yesterday, 23.11, mon, 2026-11-23.")
]
Until = Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day, itself included.")]
By = Annotated[
    Literal["manager", "day", "hour", "status", "source", "rung"], typer.Option("--by", help="What a row stands for.")
]

_SHOWN = {
    "calls": "Calls",
    "reached": "Reached",
    "contact_rate": "Contact",
    "won": "Won",
    "revenue": "Revenue",
    "average_check": "Average",
    "overdue": "Overdue",
}
_RATES = frozenset({"contact_rate"})


def kpi(request: Request, since: Since = None, until: Until = None, by: By = "manager") -> None:
    """Print the figures of some days; today's when none are named. A manager sees their own."""
    with request.signed_in() as sitting:
        from salesdesk.kpi.figures import kpi as figures
        from salesdesk.storage.replica import reading

        first, last = _day("--from", since, sitting), _day("--to", until, sitting)
        with reading(sitting.database, narrate) as source:
            report = figures(replace(sitting, figures=source), since=first, until=last, by=by)
    found = report.as_json()
    if request.json:
        say_json(found)
    else:
        say(_lines(found, by))


def _day(option: str, text: str | None, sitting: Sitting) -> date | None:
    return past_day(sitting, text, option) if text is not None else None


def _lines(found: dict[str, Any], by: str) -> list[str]:
    rows = [(row[by], row) for row in found["rows"]]
    named = [*rows, ("all", found["team"]), ("before", found["previous"])]
    cells = [[str(name), *(_shown(key, figures[key]) for key in _SHOWN)] for name, figures in named]
    period = found["period"]
    return [f"{period['from']} to {period['to']}", *table((by.capitalize(), *_SHOWN.values()), cells)]


def _shown(key: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0%}" if key in _RATES else f"{value:,.2f}".removesuffix(".00").replace(",", " ")
