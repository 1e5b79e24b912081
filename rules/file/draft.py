"""A rule file as it was read, before it is known whether its sections fit together; and references between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rules.file.faults import Findings
from rules.file.lines import Path
from rules.file.load_outcomes import Buttons
from rules.file.load_triggers import TriggerEntry
from rules.file.reader import Named, shown, suggestion
from rules.model import Calling, Funnel, Ladder, Next, Pool, Status, StatusKind, TaskKind


@dataclass(frozen=True, slots=True)
class Draft:
    """The sections of a file."""

    statuses: Named[Status]
    funnels: Named[Funnel]
    tasks: Named[TaskKind]
    pools: dict[str, Pool]
    ladders: Named[Ladder]
    buttons: Buttons
    triggers: tuple[TriggerEntry, ...]
    calling: Calling

    def kind_of(self, status: str | None) -> StatusKind | None:
        """A status's kind; ``None`` if there is no such status or its kind could not be read."""
        found = self.statuses.items.get(status or "")
        return found.kind if found else None


def refer(findings: Findings, path: Path, word: str, name: str | None, known: Named[Any]) -> None:
    """Notes a fault unless the name is missing or known."""
    if name is not None and name not in known:
        findings.fault(path, f"there is no {word} {shown(name)}{suggestion(name, known.names)}")


def refer_step(draft: Draft, findings: Findings, path: Path, step: Next) -> None:
    """Checks the names in a next task: its kind, status and pool."""
    refer(findings, (*path, "task"), "task kind", step.task, draft.tasks)
    refer(findings, (*path, "status"), "status", step.status, draft.statuses)
    kind, _, pool = (step.to or "").partition(":")
    if kind == "pool" and pool and pool not in draft.pools:
        mend = "declare it with [[pool]] or as the pool of a [[task]]"
        findings.fault((*path, "to"), f'there is no pool "{pool}", {mend}{suggestion(pool, draft.pools)}')
