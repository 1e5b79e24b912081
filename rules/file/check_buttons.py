"""Checks the buttons: what they name exists, each leads somewhere, and a client in hand always meets one."""

from __future__ import annotations

from collections.abc import Iterator

from rules.buttons import Ways
from rules.file.draft import Draft, refer, refer_step
from rules.file.faults import Findings
from rules.file.load_outcomes import Choice
from rules.model import Effect, Outcome, StatusKind

_ARRIVING = ("call", "callback")  # the kinds of task with which clients are added and imported


def check_buttons(draft: Draft, findings: Findings) -> None:
    """Notes every button that leads nowhere or names nothing, and places where there is no button at all."""
    _check_shown(draft, findings)
    _check_keys(draft, findings)
    _check_always_one(draft, findings)
    for choice in draft.buttons.choices:
        _check_references(draft, choice, findings)
        _check_way_on(draft, choice, findings)


def _check_shown(draft: Draft, findings: Findings) -> None:
    outcomes = draft.buttons.outcomes
    for name, outcome in outcomes.items.items():
        path = outcomes.paths[name]
        for index, kind in enumerate(outcome.show_for):
            refer(findings, (*path, "show_for", index), "task kind", kind, draft.tasks)
        for index, status in enumerate(outcome.show_in):
            refer(findings, (*path, "show_in", index), "status", status, draft.statuses)
            if draft.kind_of(status) not in ("open", None):
                findings.fault(
                    (*path, "show_in", index), f'"{status}" is a final status, where nobody is called; name open ones'
                )


def _check_keys(draft: Draft, findings: Findings) -> None:
    """Buttons that can be on the screen together need different keys; others may share one."""
    outcomes = draft.buttons.outcomes
    above: list[Outcome] = []
    for name, outcome in outcomes.items.items():
        twin = next((other for other in above if other.key == outcome.key and _together(other, outcome)), None)
        if twin and outcome.key:
            mend = "give each its own, or limit them with show_for and show_in (nine buttons fit at once)"
            findings.fault((*outcomes.paths[name], "key"), f'"{outcome.key}" is the key of "{twin.id}" too; {mend}')
        above.append(outcome)


def _together(one: Outcome, other: Outcome) -> bool:
    return _meet(one.show_for, other.show_for) and _meet(one.show_in, other.show_in)


def _meet(these: tuple[str, ...], those: tuple[str, ...]) -> bool:
    """Whether two limits have anything in common; an empty one does not limit."""
    return not these or not those or bool(set(these) & set(those))


def _check_always_one(draft: Draft, findings: Findings) -> None:
    """A client in hand always meets a button (docs/architecture.md, invariants 1 and 9)."""
    ways = _ways(draft)
    if ways.always:
        return
    bare: dict[str, list[str]] = {}
    arriving = [(status, kind) for status in ways.opened for kind in _ARRIVING]
    for status, kind in sorted(ways.reached(arriving)) if ways.outcomes else ():
        if ways.bare((status, kind)):
            bare.setdefault(kind, []).append(status)
    for kind, statuses in bare.items():
        where = ", ".join(f'"{status}"' for status in statuses)
        mend = "widen the show_for or show_in of one"
        findings.fault(("outcome",), f'has no button for the task kind "{kind}" in status {where}; {mend}')


def _ways(draft: Draft) -> Ways:
    outcomes, statuses = draft.buttons.outcomes.items.values(), draft.statuses.items.values()
    opened = [status.id for status in statuses if status.kind == "open"]
    kinds = {**draft.tasks.items, **draft.tasks.paths}
    return Ways(tuple(outcomes), [entry.trigger for entry in draft.triggers], opened, kinds)


def _check_references(draft: Draft, choice: Choice, findings: Findings) -> None:
    own, path = choice.own, choice.path
    refer(findings, (*path, "ladder"), "ladder", own.ladder, draft.ladders)
    refer(findings, (*path, "status"), "status", own.status, draft.statuses)
    if own.next is None:
        return
    refer_step(draft, findings, (*path, "next"), own.next)
    if draft.kind_of(own.next.status) not in ("open", None):
        findings.fault(
            (*path, "next", "status"), f'"{own.next.status}" is a final status; a next task needs an open one'
        )


def _check_way_on(draft: Draft, choice: Choice, findings: Findings) -> None:
    """Whatever is pressed leaves one open task or a final status (docs/architecture.md, invariant 1)."""
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
