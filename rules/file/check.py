"""Checks a rule file as a whole: every reference names something, and every button leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from rules.durations import length
from rules.file.check_buttons import check_buttons
from rules.file.check_ladders import warn_of_ladders
from rules.file.draft import Draft, refer, refer_step
from rules.file.faults import Findings
from rules.file.lines import Path


def check(draft: Draft, findings: Findings) -> None:
    """Notes everything in the draft that does not fit together."""
    _check_open(draft, findings)
    _check_funnels(draft, findings)
    check_buttons(draft, findings)
    _check_triggers(draft, findings)
    warn_of_ladders(draft, findings)
    _warn_of_unused_statuses(draft, findings)


def _check_open(draft: Draft, findings: Findings) -> None:
    kinds = {status.kind for status in draft.statuses.items.values()}
    if draft.statuses.complete and "open" not in kinds:
        findings.fault(("status",), "has none of kind open, so no client could ever be called; add one")


def _check_funnels(draft: Draft, findings: Findings) -> None:
    used: dict[str, str] = {}
    for name, path in draft.funnels.paths.items():
        funnel = draft.funnels.items[name]
        for index, status in enumerate(funnel.statuses):
            place: Path = (*path, "statuses", index)
            refer(findings, place, "status", status, draft.statuses)
            if draft.kind_of(status) not in ("open", None):
                findings.fault(place, f'"{status}" is a final status; a funnel lists open ones')
            if status in used:
                findings.fault(place, f'"{status}" is in funnel "{used[status]}" too; keep it in one place')
            used.setdefault(status, name)
    if not draft.funnels.paths:
        return
    for name in draft.statuses.names:
        if draft.kind_of(name) == "open" and name not in used:
            findings.warn(draft.statuses.paths[name], f'the open status "{name}" is in no funnel')


def _check_triggers(draft: Draft, findings: Findings) -> None:
    taken: set[tuple[str, int]] = set()
    for entry in draft.triggers:
        trigger, path = entry.trigger, entry.path
        refer(findings, (*path, "status"), "status", trigger.status or None, draft.statuses)
        if draft.kind_of(trigger.status) not in ("open", None):
            findings.fault(
                (*path, "status"), f'"{trigger.status}" is a final status; time moves clients of an open one'
            )
        refer_step(draft, findings, (*path, "then"), trigger.then)
        if draft.kind_of(trigger.then.status) not in ("open", None) and entry.stated & {"task", "to"}:
            mend = "name an open status, or leave the task out"
            findings.fault((*path, "then"), f'ends in "{trigger.then.status}", where nothing is left to do; {mend}')
        silence = trigger.status, length(trigger.silent_for)
        if all(silence) and silence in taken:
            findings.fault(
                (*path, "silent_for"), f'is the silence of a trigger of "{trigger.status}" above; join the two'
            )
        taken.add(silence)


def _warn_of_unused_statuses(draft: Draft, findings: Findings) -> None:
    """A warning, not a fault: imported clients may come with a status of their own, and a status that was just added
    (``rules status add`` makes a version of it) is led to only by the next edit.
    """
    reached = {draft.calling.dnc_status, *_led_to(draft)}
    first = next((status.id for status in draft.statuses.items.values() if status.kind == "open"), None)
    for name in draft.statuses.names:
        if name not in reached and name != first:
            mend = "only an import can bring a client there; give a button or a trigger that status, or remove it"
            findings.warn(draft.statuses.paths[name], f'nothing leads to the status "{name}": {mend}')


def _led_to(draft: Draft) -> Iterator[str | None]:
    for choice in draft.buttons.choices:
        yield choice.effect.status
        yield choice.effect.next.status if choice.effect.next else None
    for ladder in draft.ladders.items.values():
        yield from (rung.ending for rung in ladder.rungs)
    yield from (entry.trigger.then.status for entry in draft.triggers)
