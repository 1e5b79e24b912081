"""Which rows count towards the figures, and reading their sums line by line."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, extract, func, select
from sqlmodel import Session, col

from rules.model import RuleSet
from salesdesk.kpi.period import Period
from salesdesk.kpi.split import Split
from salesdesk.storage.models import Attempt, Client, Task, Undo
from salesdesk.work.complete import complete

Line = Hashable
"""What a row of figures is about, as the split says it; ``None`` when there is no split."""
_LINE = "line_of_figures"
_KNOWN_BY_CLIENTS = {"status", "source", "rung"}  # what an open task does not say itself


@dataclass(frozen=True, slots=True)
class Scope:
    """Which figures are wanted: of a period, of one person or of everybody, broken down or not."""

    session: Session
    rules: RuleSet
    period: Period
    user_id: int | None = None
    split: Split | None = None


def calls_in(scope: Scope, *columns: Any) -> Select[*tuple[Any, ...]]:
    """A query over the calls of the period, those taken back left out; the index (team_day, user_id) finds them."""
    statement = (
        select(*columns)
        .select_from(Attempt)
        .outerjoin(Undo, col(Undo.attempt_id) == Attempt.id)
        .where(
            col(Undo.id).is_(None),
            col(Attempt.team_day).between(scope.period.since, scope.period.until),
            col(Attempt.at) <= scope.period.as_of,
        )
    )
    if scope.user_id is not None:
        statement = statement.where(col(Attempt.user_id) == scope.user_id)
    return with_clients(scope, statement)


def with_clients(scope: Scope, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A query over calls, joined to their clients if the split asks for something that only those know."""
    if scope.split is None or scope.split.by != "source":
        return statement
    return statement.join(Client, col(Client.id) == Attempt.client_id)


def waiting_in(scope: Scope, *columns: Any) -> Select[*tuple[Any, ...]]:
    """A query over the open tasks, those of unfinished imports left out."""
    statement = (
        select(*columns)
        .select_from(Task)
        .where(
            col(Task.closed_at).is_(None),
            complete(Task.import_id),
        )
    )
    if scope.user_id is not None:
        statement = statement.where(col(Task.assignee_id) == scope.user_id)
    if scope.split is not None and scope.split.by in _KNOWN_BY_CLIENTS:
        statement = statement.join(Client, col(Client.id) == Task.client_id)
    return statement


def fell_due(period: Period, due_at: SQLColumnExpression[Any]) -> tuple[ColumnElement[bool], ...]:
    """That something fell due in the period, and its time has come."""
    return due_at >= period.starts_at, due_at < period.ends_at, due_at <= period.as_of


def begun_epoch() -> SQLColumnExpression[Any]:
    """When a call began, in seconds since 1970: an attempt is recorded at its end."""
    return extract("epoch", col(Attempt.at)) - func.coalesce(col(Attempt.seconds), 0)


def line_sums(
    scope: Scope, statement: Select[*tuple[Any, ...]], line: SQLColumnExpression[Any] | None
) -> Iterator[tuple[Line, tuple[Any, ...]]]:
    """The sums that a statement asks for, by line."""
    if line is not None:
        statement = statement.add_columns(line.label(_LINE)).group_by(_LINE)
    for row in scope.session.connection().execute(statement):
        values = tuple(row)
        yield (None, values) if line is None else (values[-1], values[:-1])
