"""Reads statuses, funnels, task kinds with their pools, and ladders."""

from __future__ import annotations

import re

from rules.durations import parse_delay
from rules.file.reader import Named, Table, read_named, shown
from rules.model import Funnel, Incoming, Ladder, Pool, Rung, Status, StatusKind, TaskKind

KINDS: tuple[StatusKind, ...] = ("open", "won", "lost", "archived")
INCOMING: tuple[Incoming, ...] = ("anyone", "round-robin", "least-loaded")
BUILT_IN_TASKS = (TaskKind("call", "Call"), TaskKind("callback", "Callback"))
MAIN_FUNNEL, MAIN_FUNNEL_LABEL = "main", "Sales"
_USER = re.compile(r"[^\W_][\w.@-]{0,63}")  # as the application names its users


def read_statuses(top: Table) -> Named[Status]:
    """The statuses; one whose kind is faulty is known by name only."""
    top.need_entries("status")

    def read(table: Table, name: str) -> Status | None:
        table.need("kind")
        label, kind = table.label(), table.choice("kind", KINDS)
        return Status(name, label, kind) if kind else None

    return read_named(top.tables("status"), read)


def read_funnels(top: Table, statuses: Named[Status]) -> Named[Funnel]:
    """The funnels or, where none is given, one of all open statuses in their order."""

    def read(table: Table, name: str) -> Funnel:
        table.need("statuses")
        if table.raw("statuses") == []:
            table.fault("statuses", "is empty; name the open statuses of this funnel in their order")
        return Funnel(name, table.label(), tuple(table.words("statuses")))

    funnels = read_named(top.tables("funnel"), read)
    if "funnel" not in top:
        stages = tuple(status.id for status in statuses.items.values() if status.kind == "open")
        funnels.items[MAIN_FUNNEL] = Funnel(MAIN_FUNNEL, MAIN_FUNNEL_LABEL, stages)
    return funnels


def read_tasks(top: Table) -> Named[TaskKind]:
    """The task kinds, the built-in ones among them whether the file labels them or not."""

    def read(table: Table, name: str) -> TaskKind:
        return TaskKind(name, table.label(), table.id("pool"))

    tasks = read_named(top.tables("task"), read)
    missing = {kind.id: kind for kind in BUILT_IN_TASKS if kind.id not in tasks}
    tasks.items = {**missing, **tasks.items}
    return tasks


def read_pools(top: Table, tasks: Named[TaskKind]) -> dict[str, Pool]:
    """The pools: those that task kinds name (labelled by their id), as declared where they are, then the others."""
    arriving = tasks.items["call"].pool

    def read(table: Table, name: str) -> Pool:
        lead = table.match("lead", _USER, "the name of a user")
        incoming: Incoming = table.choice("incoming", INCOMING) or "anyone"
        if incoming != "anyone" and name != arriving:
            where = f'they go to the pool "{arriving}"' if arriving else 'the task kind "call" has no pool'
            mend = f'no client arrives in "{name}": {where}; give [[task]] id = "call" this pool'
            table.findings.warn((*table.path, "incoming"), mend)
        return Pool(name, table.label(), lead, incoming)

    declared = read_named(top.tables("pool"), read).items
    named = {kind.pool: Pool(kind.pool, kind.pool) for kind in tasks.items.values() if kind.pool}
    return {**named, **declared}


def read_ladders(top: Table, statuses: Named[Status]) -> Named[Ladder]:
    """The ladders, with every rung read as a delay or as a final status."""

    def read(table: Table, name: str) -> Ladder:
        table.need("rungs")
        return Ladder(name, _rungs(table, statuses), table.seconds("spread") or 0)

    return read_named(top.tables("ladder"), read)


def _rungs(table: Table, statuses: Named[Status]) -> tuple[Rung, ...]:
    texts = table.words("rungs")
    if table.raw("rungs") == []:
        table.fault("rungs", 'is empty; give at least one delay, such as "5m"')
    rungs = [_rung(table, index, text, statuses) for index, text in enumerate(texts)]
    for index, rung in enumerate(rungs[:-1]):
        if rung.ending:
            table.fault("rungs", f'"{rung.ending}" ends the ladder, so it must be the last rung', index)
    return tuple(rungs)


def _rung(table: Table, index: int, text: str, statuses: Named[Status]) -> Rung:
    if text in statuses:
        status = statuses.items.get(text)
        if status and status.kind == "open":
            table.fault("rungs", f'"{text}" is an open status; only a final one can end a ladder', index)
        return Rung(text, ending=text)
    try:
        return Rung(text, delay=parse_delay(text))
    except ValueError as fault:
        table.fault("rungs", _rung_fault(text, statuses, str(fault)), index)
        return Rung(text)


def _rung_fault(text: str, statuses: Named[Status], bad_duration: str) -> str:
    if text[:1].isdigit():
        return bad_duration
    final = [status.id for status in statuses.items.values() if status.kind != "open"]
    if text == "archive":
        return 'needs a status: add a [[status]] with id = "archive" and kind = "archived"'
    return f"{shown(text)} is neither a delay such as 5m or 1d12h nor a final status ({', '.join(final) or 'none'})"
