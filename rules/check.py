"""Checks a rule file as a whole: every reference names something, and every button leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rules.faults import Findings
from rules.lines import Path
from rules.load_outcomes import Buttons, Choice
from rules.model import Effect, Funnel, Ladder, Status, StatusKind, TaskKind
from rules.reader import Named, shown, suggestion


@dataclass(frozen=True, slots=True)
class Draft:
    """The sections of a file as they were read, before it is known whether they fit together."""

    statuses: Named[Status]
    funnels: Named[Funnel]
    tasks: Named[TaskKind]
    pools: dict[str, str]
    ladders: Named[Ladder]
    buttons: Buttons
    dnc_status: str

    def kind_of(self, status: str | None) -> StatusKind | None:
        """A status's kind; ``None`` if there is no such status or its kind could not be read."""
        found = self.statuses.items.get(status or "")
        return found.kind if found else None


def check(draft: Draft, findings: Findings) -> None:
    """Notes everything in the draft that does not fit together."""
    _check_open(draft, findings)
    _check_funnels(draft, findings)
    _check_buttons(draft, findings)
    for choice in draft.buttons.choices:
        _check_references(draft, choice, findings)
        _check_way_on(draft, choice, findings)
    _warn_of_endless_ladders(draft, findings)
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
            _refer(findings, place, "status", status, draft.statuses)
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


def _check_buttons(draft: Draft, findings: Findings) -> None:
    """``show_for`` names task kinds, and a client in hand always meets a button (imports come as ``call``)."""
    outcomes = draft.buttons.outcomes
    for name, outcome in outcomes.items.items():
        for index, kind in enumerate(outcome.show_for):
            _refer(findings, (*outcomes.paths[name], "show_for", index), "task kind", kind, draft.tasks)
    if not all(outcome.show_for for outcome in outcomes.items.values()):
        return
    shown_for = {kind for outcome in outcomes.items.values() for kind in outcome.show_for}
    following = [choice.own.next.task for choice in draft.buttons.choices if choice.own.next]
    for kind in dict.fromkeys(["call", *following]):
        if outcomes.items and kind not in shown_for:
            findings.fault(("outcome",), f'has no button for the task kind "{kind}"; widen the show_for of one')


def _check_references(draft: Draft, choice: Choice, findings: Findings) -> None:
    own, path = choice.own, choice.path
    _refer(findings, (*path, "ladder"), "ladder", own.ladder, draft.ladders)
    _refer(findings, (*path, "status"), "status", own.status, draft.statuses)
    if own.next is None:
        return
    _refer(findings, (*path, "next", "task"), "task kind", own.next.task, draft.tasks)
    _refer(findings, (*path, "next", "status"), "status", own.next.status, draft.statuses)
    if draft.kind_of(own.next.status) not in ("open", None):
        findings.fault(
            (*path, "next", "status"), f'"{own.next.status}" is a final status; a next task needs an open one'
        )
    kind, _, pool = (own.next.to or "").partition(":")
    if kind == "pool" and pool and pool not in draft.pools:
        mend = "declare it with [[pool]] or as the pool of a [[task]]"
        findings.fault((*path, "next", "to"), f'there is no pool "{pool}", {mend}{suggestion(pool, draft.pools)}')


def _refer(findings: Findings, path: Path, word: str, name: str | None, known: Named[Any]) -> None:
    if name is not None and name not in known:
        findings.fault(path, f"there is no {word} {shown(name)}{suggestion(name, known.names)}")


def _check_way_on(draft: Draft, choice: Choice, findings: Findings) -> None:
    """A client is left with one open task or in a final status, whatever is pressed (design, invariant 1)."""
    if choice.alone:
        for fault in _ways_lost(choice.stated, choice.effect, draft.kind_of(choice.effect.status)):
            findings.fault(choice.path, fault)


def _ways_lost(stated: frozenset[str], effect: Effect, kind: StatusKind | None) -> Iterator[str]:
    final = kind not in ("open", None)
    if effect.dnc:
        if effect.ladder or effect.next or kind == "open":
            yield "has dnc = true, which ends all calls: remove its ladder, its next task and its open status"
        return
    if not stated & {"ladder", "next", "status", "dnc"}:
        yield "leads nowhere; give it a ladder, a next task or a final status"
    if {"ladder", "next"} <= stated:
        yield "has both a ladder and a next task; keep one of them"
    if "time" in effect.ask and "next" not in stated:
        yield 'asks for a time, but has no next task at that time; add next = { task = "callback" }'
    if kind == "open" and not stated & {"ladder", "next"}:
        yield f'leaves the client in "{effect.status}" with no task; add a ladder or a next task'
    if final and effect.ladder:
        yield f'ends in "{effect.status}", so its ladder would never be used; remove one of them'
    if final and effect.next and not effect.next.status:
        yield f'ends in "{effect.status}" but has a next task; name the open status it stands in: next.status'


def _warn_of_endless_ladders(draft: Draft, findings: Findings) -> None:
    for name, ladder in draft.ladders.items.items():
        if ladder.rungs and not ladder.rungs[-1].ending:
            last = shown(ladder.rungs[-1].text)
            findings.warn((*draft.ladders.paths[name], "rungs"), f"has no ending: {last} is repeated without end")


def _warn_of_unused_statuses(draft: Draft, findings: Findings) -> None:
    reached = {draft.dnc_status, *_led_to(draft)}
    first = next((status.id for status in draft.statuses.items.values() if status.kind == "open"), None)
    for name in draft.statuses.names:
        if name not in reached and name != first:
            findings.warn(draft.statuses.paths[name], f'nothing leads to the status "{name}"')


def _led_to(draft: Draft) -> Iterator[str | None]:
    for choice in draft.buttons.choices:
        yield choice.effect.status
        yield choice.effect.next.status if choice.effect.next else None
    for ladder in draft.ladders.items.values():
        yield from (rung.ending for rung in ladder.rungs)
