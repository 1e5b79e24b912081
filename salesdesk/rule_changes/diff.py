"""What differs between two rule sets, told by rule: ``ladder no-answer: rung 2 was 30m, is 45m``.

The rule sets are walked field by field, so a field that is added to the model shows up here by itself. What a reason
inherits from its outcome, or a region from everywhere, is told once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from itertools import groupby
from typing import Any

from rules.durations import delay_text
from rules.model import WEEKDAYS, Delay, RuleSet, Rung, Trigger, Window
from rules.windows import day_text

_ONE = {
    "statuses": "status",
    "funnels": "funnel",
    "tasks": "task",
    "ladders": "ladder",
    "outcomes": "outcome",
    "pools": "pool",
    "triggers": "trigger",
}
_SECONDS = frozenset(("fresh_for", "owner_grace", "promise_grace", "min_gap", "spread"))

_Path = tuple[str, ...]
_Parts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that differs. ``rule`` is the entry (``ladder no-answer``), ``part`` what of it (``rung 2``), empty
    when the whole entry was added (``was`` is ``None``) or removed (``now`` is ``None``).
    """

    rule: str
    part: str
    was: str | None
    now: str | None

    def __str__(self) -> str:
        if self.part:
            return f"{self.rule}: {self.part} was {self.was or 'not set'}, is {self.now or 'not set'}"
        return f"{self.rule}: removed" if self.now is None else f"{self.rule}: added ({self.now})"

    def as_json(self) -> dict[str, str | None]:
        """The change as the command line's JSON has it."""
        return {"rule": f"{self.rule} {self.part}".rstrip(), "was": self.was, "is": self.now}


def differences(before: RuleSet, after: RuleSet) -> list[Change]:
    """Everything that differs, in the order of the rule set; empty when both decide alike."""
    old, new = _entries(before), _entries(after)
    found = [*_reordered(before, after)]
    for rule in _in_order(old, new):
        if rule not in new:
            found.append(Change(rule, "", _summary(old[rule]), None))
        elif rule not in old:
            found.append(Change(rule, "", None, _summary(new[rule])))
        else:
            found += _changed_parts(rule, old[rule], new[rule])
    told = set(found)
    return [change for change in found if not _told_above(change, told)]


def _entries(rules: RuleSet) -> dict[str, _Parts]:
    """The text of every rule that is set: by entry, then by part."""
    entries: dict[str, _Parts] = {}
    for path, text in _walk(rules, ()):
        if text is not None:
            rule, part = _words(path)
            entries.setdefault(rule, {})[part] = text
    return entries


def _walk(value: Any, path: _Path) -> Iterator[tuple[_Path, str | None]]:
    if isinstance(value, Window):
        yield from (((*path, day), day_text(value, number)) for number, day in enumerate(WEEKDAYS))
    elif isinstance(value, Delay | Rung) or not (is_dataclass(value) or _is_branch(value)):
        yield path, _leaf(value, path[-1])
    else:
        for name, inner in _branches(value):
            yield from _walk(inner, (*path, name))


def _is_branch(value: object) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, tuple) and any(is_dataclass(item) for item in value))


def _branches(value: Any) -> Iterable[tuple[str, Any]]:
    """The named parts of a table, a collection by id, or a list of entries."""
    if isinstance(value, Mapping):
        return value.items()
    if not isinstance(value, tuple):
        return [
            (field.name, getattr(value, field.name)) for field in fields(value) if field.name not in ("id", "where")
        ]
    seen: Counter[str] = Counter()
    return [(_item_name(item, seen), item) for item in value]


def _item_name(item: Any, seen: Counter[str]) -> str:
    name = item.status if isinstance(item, Trigger) else "rung" if isinstance(item, Rung) else item.id
    seen[name] += 1
    return f"{name} {seen[name]}" if isinstance(item, Rung) or seen[name] > 1 else name


def _leaf(value: Any, name: str) -> str | None:
    if isinstance(value, Delay):
        return delay_text(value)
    if isinstance(value, Rung):
        return value.text
    if isinstance(value, tuple):
        return ", ".join(value) or None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and name in _SECONDS:
        return delay_text(Delay(seconds=value))
    return None if value is None else str(value)


def _words(path: _Path) -> tuple[str, str]:
    """The entry that a path belongs to, and the part of it, as people call them."""
    words = path[0], _part(path[1:])
    match path:
        case ("calling", "window" | "caps" as what, part):
            words = f"{what} everywhere", part
        case ("calling", "regions", where, "window" | "caps" as what, part):
            words = f"{what} {where}", part
        case ("outcomes", outcome, "reasons", reason, *rest):
            words = f"outcome {outcome} reason {reason}", _part(rest)
        case (section, name, *rest) if section in _ONE:
            words = f"{_ONE[section]} {name}", _part(rest) or "label"
        case ("working", *rest):
            words = "working hours", _part(rest)
        case ("currency",):
            words = "money", "currency"
    return words


def _part(path: Iterable[str]) -> str:
    return " ".join(step for step in path if step not in ("effect", "hours", "rungs"))


def _in_order(old: Iterable[str], new: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*old, *new)))


def _changed_parts(rule: str, old: _Parts, new: _Parts) -> Iterator[Change]:
    rows = [(part, old.get(part), new.get(part)) for part in _in_order(old, new) if old.get(part) != new.get(part)]
    for part, was, now in _joined_days(rows):
        yield Change(rule, part, was, now)


def _summary(parts: _Parts) -> str:
    """An entry in a line: what it says, without what it leaves out."""
    rows = [(part, None, text) for part, text in parts.items() if text != "no"]
    return ", ".join(f"{part} {text}" for part, _, text in _joined_days(rows))


def _joined_days(rows: Iterable[tuple[str, str | None, str | None]]) -> Iterator[tuple[str, str | None, str | None]]:
    """Weekdays in a row of which the same is to be said become one: ``mon-fri``."""
    for (was, now, is_day), group in groupby(rows, lambda row: (row[1], row[2], row[0] in WEEKDAYS)):
        parts = [part for part, _, _ in group]
        if not is_day:
            yield from ((part, was, now) for part in parts)
            continue
        for run in _runs(parts):
            yield (run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}"), was, now


def _runs(days: list[str]) -> Iterator[list[str]]:
    """Days that follow one another, together."""
    numbered = [(WEEKDAYS.index(day) - place, day) for place, day in enumerate(days)]
    for _, group in groupby(numbered, lambda pair: pair[0]):
        yield [day for _, day in group]


def _told_above(change: Change, told: set[Change]) -> bool:
    """Whether it is inherited from a change that is told, or part of an outcome that is told whole."""
    above, is_reason, _ = change.rule.partition(" reason ")
    if not is_reason:
        what, _, where = change.rule.partition(" ")
        if what not in ("window", "caps") or where == "everywhere":
            return False
        above = f"{what} everywhere"
    whole = is_reason and any(other.rule == above and not other.part for other in told)
    return bool(whole) or Change(above, change.part, change.was, change.now) in told


def _reordered(before: RuleSet, after: RuleSet) -> Iterator[Change]:
    """Statuses in another order: the first open one is a new client's."""
    was = [name for name in before.statuses if name in after.statuses]
    now = [name for name in after.statuses if name in before.statuses]
    if was != now:
        yield Change("statuses", "order", ", ".join(was), ", ".join(now))
