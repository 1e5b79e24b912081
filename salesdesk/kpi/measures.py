"""The figures themselves, worked out from the sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from salesdesk.kpi.due import Promises, overdue, promises
from salesdesk.kpi.scope import Line, Scope
from salesdesk.kpi.speed import prompt_share, typical, waits
from salesdesk.kpi.sums import Calls, Takings, calls, takings
from salesdesk.words.money import to_major


@dataclass(frozen=True, slots=True)
class Figures:
    """One KPI object of the contract.

    Rates are fractions, money is in major units of the home currency (``revenue_other`` holds other ones by code),
    times are in seconds. ``None`` where there is nothing to divide by, or a row has no such figure.
    """

    calls: int = 0
    reached: int = 0
    contact_rate: float | None = None
    won: int = 0
    lost: int = 0
    archived: int = 0
    revenue: float = 0
    revenue_other: dict[str, float] = field(default_factory=dict)
    average_check: float | None = None
    conversion: float | None = None
    speed_to_lead_seconds: float | None = None
    speed_to_lead_share: float | None = None
    promises_due: int | None = 0
    promises_kept: int | None = 0
    overdue: int | None = 0
    talk_seconds: int = 0
    refusals: int = 0

    def as_json(self) -> dict[str, Any]:
        """The contract's KPI object."""
        return asdict(self)


def figures_by_line(scope: Scope, *, past: bool = False) -> dict[Line, Figures]:
    """All figures of a scope, by line; a line without calls, promises or overdue tasks is not there.

    What is overdue is so now: it is ``None`` for a period that is ``past`` and only there to compare with.
    """
    called, taken, promised = calls(scope), takings(scope), promises(scope)
    late, waited = {} if past else overdue(scope), waits(scope)
    return {
        line: _figures(
            called.get(line, Calls()),
            _Money(scope.rules.currency, taken.get(line, {})),
            promised.get(line, Promises()),
            None if past else late.get(line, 0),
            waited.get(line, ()),
        )
        for line in {**called, **promised, **late}
    }


@dataclass(frozen=True, slots=True)
class _Money:
    """What won deals brought, by currency."""

    home: str
    takings: Mapping[str, Takings]

    @property
    def revenue(self) -> float:
        return to_major(self.takings.get(self.home, Takings()).minor, self.home)

    @property
    def other(self) -> dict[str, float]:
        return {code: to_major(sold.minor, code) for code, sold in sorted(self.takings.items()) if code != self.home}

    @property
    def deals_abroad(self) -> int:
        return sum(sold.deals for code, sold in self.takings.items() if code != self.home)


def _figures(done: Calls, money: _Money, promised: Promises, late: int | None, waited: Sequence[float]) -> Figures:
    """A deal won in another currency has no part in the average check of the home one."""
    return Figures(
        calls=done.calls,
        reached=done.reached,
        contact_rate=_ratio(done.reached, done.calls),
        won=done.won,
        lost=done.lost,
        archived=done.archived,
        revenue=money.revenue,
        revenue_other=money.other,
        average_check=_ratio(money.revenue, done.won - money.deals_abroad),
        conversion=_ratio(done.won, done.clients_reached),
        speed_to_lead_seconds=typical(waited),
        speed_to_lead_share=prompt_share(waited),
        promises_due=promised.due,
        promises_kept=promised.kept,
        overdue=late,
        talk_seconds=done.talk_seconds,
        refusals=done.lost,
    )


def _ratio(part: float, whole: int) -> float | None:
    return part / whole if whole else None
