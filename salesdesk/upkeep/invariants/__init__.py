"""What must always hold, asked of the database row by row. Every sentence begins with the row that breaks it.

The constraints of the tables hold most of this by themselves; a file that was edited by hand, restored by another tool
or written by a faulty program may still break it. Sentences carry ids only, never personal text.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session

from rules.model import RuleSet
from salesdesk.upkeep.invariants import claims, history, records, stages, values, ways

__all__ = ["broken_rows", "rows_against_rules"]

_CHECKS = (
    values.references,
    stages.client_statuses,
    stages.open_tasks,
    claims.held_tasks,
    claims.holders_and_claims,
    claims.attempts,
    history.belongings,
    history.misses,
    history.endings,
    history.successors,
    stages.areas,
    values.phones,
    values.promises,
    values.zones,
    records.audit,
    records.imports,
    records.suppressions,
    records.people,
    records.forgotten,
)


def broken_rows(session: Session) -> Iterator[str]:
    """Rows that break what holds under any rules."""
    for check in _CHECKS:
        yield from check(session)


def rows_against_rules(session: Session, rules: RuleSet) -> Iterator[str]:
    """Rows that do not agree with the rules in force."""
    yield from stages.rows_against_rules(session, rules)
    yield from ways.tasks_without_ways(session, rules)
