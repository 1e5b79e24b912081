"""The figures line by line: which lines there are, what they are called, and in which order people read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlmodel import col, select

from salesdesk.kpi.measures import Figures, figures_by_line
from salesdesk.kpi.scope import Line, Scope
from salesdesk.kpi.split import Split
from salesdesk.storage.models import User

Key = str | int | date | None


@dataclass(frozen=True, slots=True)
class KpiRow:
    """The figures of one line. ``key`` is a user name, day, hour, status id, source or rung; ``label`` is for people.

    The key of an hour is ``None`` for clients whose zone is not sure.
    """

    by: str
    key: Key
    label: str
    figures: Figures

    def as_json(self) -> dict[str, Any]:
        """The contract's row: its ``--by`` word is a key."""
        key = self.key.isoformat() if isinstance(self.key, date) else self.key
        return {self.by: key, **self.figures.as_json()}


def rows_by(scope: Scope, split: Split) -> tuple[KpiRow, ...]:
    """One row for each line of the split that has figures; every active manager and every day begun has one."""
    names = _managers(scope) if split.by == "manager" else {}
    found = figures_by_line(replace(scope, split=split))
    lines: Iterable[Line] = {**dict.fromkeys(_expected(scope, split, names)), **found}
    rows = [_row(scope, split, line, found.get(line, Figures()), names) for line in lines if _shown(split, line)]
    return tuple(sorted(rows, key=lambda row: _place(scope, row)))


def _managers(scope: Scope) -> dict[Line, User]:
    """Everybody who may have a row, by id: a person alone when the figures are theirs."""
    query = select(User) if scope.user_id is None else select(User).where(User.id == scope.user_id)
    return {user.id: user for user in scope.session.exec(query.order_by(col(User.name)))}


def _expected(scope: Scope, split: Split, names: dict[Line, User]) -> list[Line]:
    if split.by == "day":
        return [*scope.period.days_begun()]
    return [line for line, user in names.items() if user.active and user.role == "manager"]


def _shown(split: Split, line: Line) -> bool:
    """Open tasks that are nobody's have no manager's row."""
    return line is not None or split.by != "manager"


def _row(scope: Scope, split: Split, line: Any, figures: Figures, names: dict[Line, User]) -> KpiRow:
    if split.waiting is None:
        figures = replace(figures, promises_due=None, promises_kept=None, overdue=None)
    key, label = line, "?" if line is None else str(line)
    if split.by == "manager":
        key, label = names[line].name, names[line].label
    elif split.by == "status" and line in scope.rules.statuses:
        label = scope.rules.statuses[line].label
    return KpiRow(split.by, key, label, figures)


def _place(scope: Scope, row: KpiRow) -> tuple[Any, ...]:
    """Statuses in the order of the rules, unknown ones after them; the rest by key, without one last."""
    if row.by == "status":
        known = list(scope.rules.statuses)
        return (known.index(str(row.key)) if row.key in known else len(known), row.key)
    return (row.key is None, row.key)
