"""The figures of a period: the same ones for the screen and for the command line.

Contact rate is reached calls over calls; conversion is deals won over clients reached; average check is revenue over
won deals; a promise is kept when its call began within five minutes of its time; overdue is a callback or a retry more
than 15 minutes past due. Calls taken back count for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from salesdesk.access.people import user_id_of
from salesdesk.access.rights import Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.kpi.measures import Figures, figures_by_line
from salesdesk.kpi.period import Period, period_of
from salesdesk.kpi.rows import KpiRow, rows_by
from salesdesk.kpi.scope import Scope
from salesdesk.kpi.split import SPLITS, split_by
from salesdesk.work.rulebook import current

__all__ = ["SPLITS", "Figures", "KpiReport", "KpiRow", "kpi"]


@dataclass(frozen=True, slots=True)
class KpiReport:
    """The figures of a period, of as long before it, and line by line. ``currency`` is the home one.

    What is overdue is so now, whatever the period; the one before has no such figure (``None``).
    """

    period: Period
    previous: Figures
    team: Figures
    rows: tuple[KpiRow, ...]
    currency: str

    def as_json(self) -> dict[str, Any]:
        """The contract's object."""
        return {
            "period": self.period.as_json(),
            "previous": self.previous.as_json(),
            "team": self.team.as_json(),
            "rows": [row.as_json() for row in self.rows],
        }


def kpi(sitting: Sitting, *, since: date | None, until: date | None, by: str, manager: str | None = None) -> KpiReport:
    """The figures from ``since`` to ``until``: days of the home zone, both inclusive, today when not given.

    ``manager`` narrows everything to one person, whose figures are then ``team``; their promises and overdue tasks are
    those given to them. A manager sees their own, whoever is named. They are read from the sitting's replica, where it
    has one. Raises :class:`salesdesk.errors.BadRequest` for reversed days or an unknown ``by``, and
    :class:`salesdesk.errors.NothingToDo` for an unknown manager.
    """
    may(sitting, Right.SEE_FIGURES)
    person, source = sitting.person, sitting.figures or sitting.database
    whose = person.name if person.role == "manager" else manager
    with source.read() as session:
        rules = current(session).rules
        period = period_of(since, until, zone=rules.working.zone, now=sitting.clock.now())
        split = split_by(by, period, sqlite=source.is_sqlite)
        scope = Scope(session, rules, period, None if whose is None else user_id_of(session, whose))
        return KpiReport(
            period=period,
            previous=_whole(replace(scope, period=period.previous), past=True),
            team=_whole(scope, past=False),
            rows=rows_by(scope, split),
            currency=rules.currency,
        )


def _whole(scope: Scope, *, past: bool) -> Figures:
    """The figures that are not broken down."""
    return figures_by_line(scope, past=past).get(None, Figures(overdue=None if past else 0))
