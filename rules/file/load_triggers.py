"""Reads ``[[trigger]]``: what happens to clients with whom nothing happened for a while."""

from __future__ import annotations

from dataclasses import dataclass

from rules.file.lines import Path
from rules.file.load_outcomes import read_task, read_to
from rules.file.reader import Table
from rules.model import Delay, Next, Trigger


@dataclass(frozen=True, slots=True)
class TriggerEntry:
    """A trigger as it was read, its place in the file, and the keys that its ``then`` states. A status or a silence
    that could not be read is blank.
    """

    path: Path
    trigger: Trigger
    stated: frozenset[str]


def read_triggers(top: Table) -> tuple[TriggerEntry, ...]:
    """Every trigger, in the file's order."""
    return tuple(_trigger(table) for table in top.tables("trigger"))


def _trigger(table: Table) -> TriggerEntry:
    table.need("status", "silent_for", "then")
    then = table.table("then")
    stated = frozenset(then.keys())
    if isinstance(table.raw("then"), dict) and not stated & {"status", "task"}:
        table.fault("then", "does nothing; give it a status, a task or both")
    trigger = Trigger(
        status=table.id("status") or "",
        silent_for=table.delay("silent_for") or Delay(),
        then=Next(task=read_task(then), status=then.id("status"), to=read_to(then)),
    )
    then.done()
    table.done()
    return TriggerEntry(table.path, trigger, stated)
