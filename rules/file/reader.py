"""Reads one table of a rule file by typed questions; what is wrong is noted, and reading goes on."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from rules.durations import parse_delay, parse_seconds
from rules.file.faults import ID, Findings
from rules.file.lines import Path
from rules.model import Delay

LABEL_LENGTH = 60
TEXT_LENGTH = 200
MOST_ENTRIES = 200
"""How many statuses, outcomes, ladders, rungs, triggers, ... there may be of each."""
ID_MEND = "use lower-case letters, digits and dashes, 40 at most"

_BIDI_CONTROLS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

T = TypeVar("T")
Word = TypeVar("Word", bound=str)


def shown(value: object) -> str:
    """A value from the file as a message may show it: short, with no control characters."""
    match value:
        case str():
            return repr(value) if len(value) <= 40 else f"{value[:40]!r}..."
        case bool():
            return str(value).lower()
        case int() | float():
            return "a number"
        case dict():
            return "a table"
        case list():
            return "a list"
    return "a date or time"


def suggestion(word: str, known: Iterable[str]) -> str:
    """The tail of a message about an unknown word: the closest known one, and all that are known."""
    names = list(known)
    close = difflib.get_close_matches(word, names, 1)
    meant = f'; did you mean "{close[0]}"?' if close else "."
    return f"{meant} Known: {', '.join(names) or 'none'}"


def or_default(value: T | None, default: T) -> T:
    """The value unless it is missing or was faulty; zero and ``false`` are values."""
    return default if value is None else value


class Table:
    """One table of the file. Every accessor notes a fault and answers ``None`` (or the default) for a bad value.

    A key counts as known once it has been asked for: :meth:`done` turns the rest into faults.
    """

    def __init__(self, values: dict[str, object], path: Path, findings: Findings) -> None:
        self.path = path
        self.findings = findings
        self._values = values
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def keys(self) -> list[str]:
        """The keys that the file gives, in its order."""
        return list(self._values)

    def fault(self, key: str, message: str, index: int | None = None) -> None:
        """Notes a fault of a key, or of one item of its list."""
        self.findings.fault((*self.path, key) if index is None else (*self.path, key, index), message)

    def need(self, *keys: str) -> None:
        """Notes a fault for each of the keys that is missing."""
        for key in keys:
            if key not in self._values:
                self.fault(key, "is missing; add it")

    def need_entries(self, key: str) -> None:
        """Notes a fault unless a list of tables has at least one entry."""
        if self._values.get(key, []) == []:
            self.fault(key, f"is missing; add at least one [[{key}]]")

    def raw(self, key: str) -> object:
        """The value as it stands, whatever its type."""
        self._asked.add(key)
        return self._values.get(key)

    def text(self, key: str, limit: int = TEXT_LENGTH) -> str | None:
        """A line of text without spaces around it."""
        value = self._take(key, str, "a text in quotes")
        return None if value is None else self._clean(key, value, limit)

    def label(self) -> str:
        """The required label, that is what people read; empty when it is faulty."""
        self.need("label")
        label = self.text("label", LABEL_LENGTH)
        if label == "":
            self.fault("label", "is blank; say what people shall read")
        return label or ""

    def match(self, key: str, pattern: re.Pattern[str], wanted: str) -> str | None:
        """A text of a given pattern; ``wanted`` ends the message "... is not"."""
        value = self._take(key, str, "a text in quotes")
        if value is not None and not pattern.fullmatch(value):
            self.fault(key, f"{shown(value)} is not {wanted}")
            return None
        return value

    def id(self, key: str = "id") -> str | None:
        """An id, or a reference to one."""
        return self.match(key, ID, f"an id; {ID_MEND}")

    def flag(self, key: str, default: bool = False) -> bool:
        """``true`` or ``false``."""
        value = self._take(key, bool, "true or false without quotes")
        return or_default(value, default)

    def whole(self, key: str, low: int, high: int) -> int | None:
        """A whole number, both ends allowed."""
        value = self._take(key, int, "a whole number without quotes")
        if value is not None and not low <= value <= high:
            self.fault(key, f"must be from {low} to {high}")
            return None
        return value

    def choice(self, key: str, options: tuple[Word, ...]) -> Word | None:
        """One of a few words."""
        value = self._take(key, str, "a text in quotes")
        return None if value is None else self._option(key, value, options)

    def choices(self, key: str, options: tuple[Word, ...]) -> tuple[Word, ...]:
        """A list of some of a few words, each once at most."""
        found: list[Word] = []
        for index, value in enumerate(self.words(key)):
            option = self._option(key, value, options, index)
            if option in found:
                self.fault(key, f'"{option}" stands here twice; remove one', index)
            elif option is not None:
                found.append(option)
        return tuple(found)

    def words(self, key: str) -> list[str]:
        """A list of texts; an empty one when it is missing or faulty."""
        values = self._few(key, self._take(key, list, 'a list such as ["one", "two"]') or [], MOST_ENTRIES)
        for index, value in enumerate(values):
            if not isinstance(value, str):
                self.fault(key, f"must be a text in quotes, not {shown(value)}", index)
                return []
        return values

    def seconds(self, key: str) -> int | None:
        """A duration in seconds, a day counting 24 hours."""
        return self._duration(key, parse_seconds)

    def delay(self, key: str) -> Delay | None:
        """A wait: calendar days, then elapsed seconds."""
        return self._duration(key, parse_delay)

    def table(self, key: str) -> Table:
        """A table inside this one; an empty one when it is missing or faulty."""
        value = self._take(key, dict, f"a table: write [{self._name(key)}], or {{ ... }} on one line")
        return Table(value or {}, (*self.path, key), self.findings)

    def tables(self, key: str, most: int = MOST_ENTRIES) -> list[Table]:
        """The entries of a list of tables, ``most`` of them at most."""
        values = self._take(key, list, f"a list of tables: write [[{self._name(key)}]] above each entry") or []
        tables: list[Table] = []
        for index, value in enumerate(self._few(key, values, most)):
            if isinstance(value, dict):
                tables.append(Table(value, (*self.path, key, index), self.findings))
            else:
                self.fault(key, f"must be a table, not {shown(value)}", index)
        return tables

    def done(self) -> None:
        """Notes a fault for every key that nobody has asked for."""
        for key in self._values:
            if key not in self._asked:
                self.fault(key, f"is not known here{suggestion(key, sorted(self._asked))}")

    def _name(self, key: str) -> str:
        """The name of a table inside this one as its header in the file has it."""
        return ".".join(step for step in (*self.path, key) if isinstance(step, str))

    def _take(self, key: str, kind: type[T], wanted: str) -> T | None:
        value = self.raw(key)
        if value is None or type(value) is not kind:  # exactly: true is no whole number
            if value is not None:
                self.fault(key, f"must be {wanted}, not {shown(value)}")
            return None
        return value

    def _few(self, key: str, values: list[Any], most: int) -> list[Any]:
        if len(values) > most:
            self.fault(key, f"is one of {len(values)}; {most} at most, remove the rest", most)
        return values[:most]

    def _clean(self, key: str, value: str, limit: int) -> str:
        if any(unicodedata.category(c) in ("Cc", "Zl", "Zp") or c in _BIDI_CONTROLS for c in value):
            self.fault(key, "holds a line break or an invisible control character; remove it")
        if len(value) > limit:
            self.fault(key, f"has {len(value)} characters; {limit} at most")
        return value.strip()

    def _option(self, key: str, value: str, options: tuple[Word, ...], index: int | None = None) -> Word | None:
        for option in options:
            if option == value:
                return option
        self.fault(key, f"{shown(value)} is not possible here{suggestion(value, options)}", index)
        return None

    def _duration(self, key: str, parse: Callable[[str], T]) -> T | None:
        value = self._take(key, str, 'a duration in quotes, such as "5m"')
        try:
            return None if value is None else parse(value)
        except ValueError as fault:
            self.fault(key, str(fault))
            return None


class Named(Generic[T]):
    """The entries of one section by id, with the place of each in the file. The first of a doubled id keeps it."""

    def __init__(self) -> None:
        self.items: dict[str, T] = {}
        self.paths: dict[str, Path] = {}

    def __contains__(self, name: str) -> bool:
        return name in self.items or name in self.paths

    @property
    def complete(self) -> bool:
        """Whether there are entries, and each could be read."""
        return bool(self.paths) and set(self.paths) <= set(self.items)

    @property
    def names(self) -> list[str]:
        """The ids for a message, without those of entries that cannot be named."""
        return [name for name in {**self.items, **self.paths} if ID.fullmatch(name)]


def read_named(tables: list[Table], read: Callable[[Table, str], T | None]) -> Named[T]:
    """Reads each entry with its id. An entry read as ``None`` is known by name but has no content.

    An entry with a faulty or doubled id stands under a made-up name, so that the rest of it is checked all the same.
    """
    named: Named[T] = Named()
    for index, table in enumerate(tables):
        table.need("id")
        name = table.id() or f"[{index}]"
        if name in named.paths:
            table.fault("id", f'the id "{name}" is taken by an entry above; give each its own')
            name = f"[{index}]"
        named.paths[name] = table.path
        item = read(table, name)
        table.done()
        if item is not None:
            named.items[name] = item
    return named
