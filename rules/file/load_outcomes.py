"""Reads the buttons: outcomes, their reasons, and what each does; a reason inherits what it does not state."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rules.file.lines import Path
from rules.file.reader import Named, Table, read_named
from rules.model import Effect, Next, Outcome, Question, Reason

QUESTIONS: tuple[Question, ...] = ("time", "amount", "note")

_EFFECT_KEYS = ("ask", "ladder", "status", "next", "dnc", "bad_phone")
_KEY = re.compile(r"[1-9]")
_TO = re.compile(r"owner|pool|pool:[a-z0-9][a-z0-9-]{0,39}|[^\W_][\w.@-]{0,39}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a manager can press, for the checks: a reason, or an outcome without one.

    ``stated`` are the effect's keys that the entry or, for a reason, its outcome gives; ``own`` is the effect as
    the entry itself states it, ``effect`` with what it inherits. ``alone`` tells whether it can be recorded as it is.
    """

    path: Path
    own: Effect
    effect: Effect
    stated: frozenset[str]
    alone: bool


@dataclass(frozen=True, slots=True)
class Buttons:
    """The outcomes by id, and every choice that they offer."""

    outcomes: Named[Outcome]
    choices: tuple[Choice, ...]


def read_outcomes(top: Table, final: frozenset[str], dnc_status: str) -> Buttons:
    """Reads every ``[[outcome]]``. ``final`` are the ids of final statuses."""
    top.need_entries("outcome")
    choices: list[Choice] = []

    def read(table: Table, name: str) -> Outcome:
        return _outcome(table, name, _Reading(choices, final, dnc_status))

    tables = top.tables("outcome")
    outcomes = read_named(tables, read)
    return Buttons(outcomes, tuple(choices))


@dataclass(frozen=True, slots=True)
class _Reading:
    """What reading a button needs to know, and where it puts the choices that it finds."""

    choices: list[Choice]
    final: frozenset[str]
    dnc_status: str

    def settle(self, effect: Effect) -> Effect:
        """``dnc`` with nothing else said ends in the status for that."""
        if effect.dnc and not effect.leads_on:
            return replace(effect, status=self.dnc_status)
        return effect


def _outcome(table: Table, name: str, reading: _Reading) -> Outcome:
    label, key = table.label(), _key(table)
    own, stated = _own_effect(table)
    tables = table.tables("reason")
    required = table.flag("reasons_required")
    if required and not tables:
        table.fault("reasons_required", "is true, but there is no reason to choose; add [[outcome.reason]]")
    # reasons given and nothing stated here: the outcome cannot be recorded without one of them
    alone = not tables or not (required or not stated & {"ladder", "next", "status", "dnc"})
    reading.choices.append(Choice(table.path, own, reading.settle(own), stated, alone))

    def read(entry: Table, name: str) -> Reason:
        return _reason(entry, name, own, stated, reading)

    reasons = read_named(tables, read)
    _check_keys(tables)
    misses = [entry for entry in (table, *tables) if "ladder" in entry]
    reached = table.flag("reached", default=not misses)
    if reached and misses:
        misses[0].fault("ladder", "counts missed calls, but the client was reached here; set reached = false")
    return Outcome(
        name,
        label,
        key,
        reached,
        reading.settle(own),
        tuple(reasons.items.values()),
        required,
        tuple(table.words("show_for")),
        tuple(table.words("show_in")),
    )


def _reason(table: Table, name: str, base: Effect, above: frozenset[str], reading: _Reading) -> Reason:
    label, key = table.label(), _key(table)
    own, stated = _own_effect(table)
    inherited = above - stated
    if stated & {"ladder", "next"} or own.dnc:
        inherited -= {"ladder", "next"}
    elif own.status in reading.final:  # an ending of its own: only a next that opens a new deal still holds
        inherited -= {"ladder"} if base.next and base.next.status else {"ladder", "next"}
    effect = reading.settle(replace(own, **{key: getattr(base, key) for key in inherited}))
    reading.choices.append(Choice(table.path, own, effect, stated | inherited, alone=True))
    return Reason(name, label, key, effect)


def _own_effect(table: Table) -> tuple[Effect, frozenset[str]]:
    """What the entry itself states, and which keys those are."""
    effect = Effect(
        ask=table.choices("ask", QUESTIONS),
        ladder=table.id("ladder"),
        status=table.id("status"),
        next=_next(table),
        dnc=table.flag("dnc"),
        bad_phone=table.flag("bad_phone"),
    )
    return effect, frozenset(key for key in _EFFECT_KEYS if key in table)


def _next(outer: Table) -> Next | None:
    table = outer.table("next")
    if "next" not in outer:
        return None
    following = Next(read_task(table), table.delay("after"), table.id("status"), read_to(table))
    table.done()
    return following


def read_task(table: Table) -> str:
    """The kind of a next task; a call unless it says otherwise."""
    return table.id("task") or "call"


def read_to(table: Table) -> str | None:
    """Who takes a next task."""
    return table.match("to", _TO, "owner, pool, pool:NAME or a person's name")


def _key(table: Table) -> str:
    table.need("key")
    return table.match("key", _KEY, 'a key; write one digit from "1" to "9"') or ""


def _check_keys(tables: list[Table]) -> None:
    """The reasons of a button are shown together: they need different keys, and there are nine."""
    taken: set[str] = set()
    for index, table in enumerate(tables):
        key = table.raw("key")
        if index == 9:
            table.fault("key", "is one button too many; there are keys for nine")
        if isinstance(key, str) and _KEY.fullmatch(key):
            if key in taken:
                table.fault("key", f'"{key}" is the key of a button above; give each its own')
            taken.add(key)
