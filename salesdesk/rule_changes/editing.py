"""One-line edits of a rule text: what is not meant stays as it was written, comments and order too.

Each function takes the whole text and gives the new one. They change the text only; whether the result is a usable
rule set is for the checks that every version goes through.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import tomlkit
from tomlkit.exceptions import ParseError
from tomlkit.items import Array

from rules.file.lines import Path
from salesdesk.errors import BadRequest, NothingToDo
from salesdesk.rule_changes.splice import add_key, insert, remove

_KEYS = "123456789"


def ladders_of(text: str) -> tuple[str, ...]:
    """The ids of the ladders that the rules have."""
    return tuple(str(entry.get("id")) for entry in _entries(_parsed(text), "ladder"))


def set_ladder(text: str, ladder: str, rungs: Sequence[str]) -> str:
    """Give a ladder these rungs; a ladder that is not there yet is added behind the last one."""
    document = _parsed(text)
    place = _find(document, "ladder", ladder)
    if place is not None:
        _set_items(_entries(document, "ladder")[place], "rungs", rungs)
        return tomlkit.dumps(document)
    number = len(_entries(document, "ladder"))
    last_status = len(_entries(document, "status")) - 1
    behind: Path = ("ladder", number - 1) if number else ("status", last_status)
    return insert(tomlkit.dumps(document), ("ladder", number), behind, {"id": ladder, "rungs": list(rungs)})


@dataclass(frozen=True, slots=True)
class NewReason:
    """What a reason of an outcome shall be: it leads to a ladder, and keeps the label and key that are ``None``."""

    id: str
    ladder: str
    label: str | None = None
    key: str | None = None


def set_reason(text: str, outcome: str, wanted: NewReason) -> str:
    """Have a reason of an outcome lead to a ladder. A new one gets the first free key and its id as the label.

    Raises :class:`NothingToDo` for an unknown outcome.
    """
    document = _parsed(text)
    number = _need(document, "outcome", outcome)
    reasons = _entries(_entries(document, "outcome")[number], "reason")
    place = next((index for index, entry in enumerate(reasons) if entry.get("id") == wanted.id), None)
    label, key = wanted.label, wanted.key
    if place is None:
        given = {"id": wanted.id, "label": label or _label_of(wanted.id), "key": key or _free_key(reasons)}
        behind: Path = ("outcome", number, "reason", len(reasons) - 1) if reasons else ("outcome", number)
        path = ("outcome", number, "reason", len(reasons))
        return insert(tomlkit.dumps(document), path, behind, {**given, "ladder": wanted.ladder})
    entry = reasons[place]
    for name, value in (("ladder", wanted.ladder), ("label", label), ("key", key)):
        if value is not None and name in entry:
            entry[name] = value
    text = tomlkit.dumps(document)
    return text if "ladder" in entry else add_key(text, ("outcome", number, "reason", place, "ladder"), wanted.ladder)


def add_status(text: str, status: str, label: str, kind: str, after: str | None) -> str:
    """Add a status behind another one, else behind the last; an open one also takes its place in a funnel.

    That is behind the same neighbour, else at the end of the first funnel; where no funnel is listed, all open statuses
    are one. Raises :class:`NothingToDo` for an unknown neighbour, :class:`BadRequest` for an id that is taken.
    """
    document = _parsed(text)
    if _find(document, "status", status) is not None:
        raise BadRequest(f'The rules have a status "{status}" already.', "See: salesdesk rules show")
    entries = _entries(document, "status")
    behind = len(entries) - 1 if after is None else _need(document, "status", after)
    if kind == "open":
        _join_funnel(_entries(document, "funnel"), status, after)
    entry = {"id": status, "label": label, "kind": kind}
    return insert(tomlkit.dumps(document), ("status", behind + 1), ("status", behind), entry)


def rename_status(text: str, status: str, label: str) -> str:
    """Give a status another label. Raises :class:`NothingToDo` for an unknown one."""
    document = _parsed(text)
    _entries(document, "status")[_need(document, "status", status)]["label"] = label
    return tomlkit.dumps(document)


def remove_status(text: str, status: str) -> str:
    """Take a status out, and out of its funnel. Raises :class:`NothingToDo` for an unknown one."""
    document = _parsed(text)
    place = _need(document, "status", status)
    for funnel in _entries(document, "funnel"):
        if status in funnel.get("statuses", ()):
            funnel["statuses"].remove(status)
    return remove(tomlkit.dumps(document), ("status", place))


def _parsed(text: str) -> Any:
    try:
        return tomlkit.parse(text.removeprefix("\ufeff"))
    except ParseError as fault:
        raise BadRequest("The rules in force are not TOML.", "Mend them: salesdesk rules edit") from fault


def _entries(table: Any, section: str) -> Sequence[Any]:
    found = table.get(section)
    return found if isinstance(found, list) else ()


def _find(table: Any, section: str, name: str) -> int | None:
    """Where the entry of this id stands in its section."""
    return next((index for index, entry in enumerate(_entries(table, section)) if entry.get("id") == name), None)


def _need(table: Any, section: str, name: str) -> int:
    place = _find(table, section, name)
    if place is None:
        known = ", ".join(str(entry.get("id")) for entry in _entries(table, section))
        raise NothingToDo(f'The rules have no {section} "{name}".', f"Known: {known or 'none'}")
    return place


def _set_items(entry: Any, name: str, wanted: Sequence[str]) -> None:
    """Make a list hold these items; those that stay keep their place and their comments."""
    if not isinstance(entry.get(name), Array):
        entry[name] = list(wanted)
        return
    items = entry[name]
    for index, item in enumerate(wanted):
        if index >= len(items):
            items.append(item)
        elif items[index] != item:
            items[index] = item
    while len(items) > len(wanted):
        del items[len(items) - 1]


def _join_funnel(funnels: Iterable[Any], status: str, after: str | None) -> None:
    lists = [funnel["statuses"] for funnel in funnels if "statuses" in funnel]
    if not lists:
        return
    statuses = next((listed for listed in lists if after in listed), lists[0])
    statuses.insert(statuses.index(after) + 1 if after in statuses else len(statuses), status)


def _label_of(name: str) -> str:
    """An id as people read it: ``not-available`` is "Not available"."""
    return name.replace("-", " ").capitalize()


def _free_key(entries: Iterable[Any]) -> str:
    taken = {entry.get("key") for entry in entries}
    free = next((key for key in _KEYS if key not in taken), None)
    if free is None:
        raise BadRequest("All nine keys of this outcome are taken.", "Remove a reason first: salesdesk rules edit")
    return free
