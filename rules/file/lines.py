"""Finds the line of a key in a TOML text, so that a fault can say where it is.

Neither ``tomllib`` nor ``tomlkit`` tells lines. This scanner reads a text that ``tomllib`` has already accepted, so
it need not judge the text, only follow it. It runs only when there is something to report.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

Path = tuple[str | int, ...]
"""Keys and list indexes from the top of the document, such as ``("outcome", 0, "reason", 2, "ladder")``."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_COMMA = re.compile(rf"{_BLANK.pattern},?{_BLANK.pattern}")
_KEY = re.compile(r"""[ \t]*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*(\.?)""")
_SCALAR = re.compile(
    r'''"""(?:\\.|[^\\])*?"""(?:"{0,2})'''  # text over several lines may end in two quotes of its own
    r"""|'''.*?\'''(?:'{0,2})"""
    r"""|"(?:[^"\\]|\\.)*"|'[^']*'|[^,\]}#\n]+""",
    re.DOTALL,
)


def find_lines(text: str) -> dict[Path, int]:
    """The line (from 1) of every table, key and list item in a valid TOML text; ``()`` is line 1."""
    scanner = _Scanner(text)
    try:
        scanner.run()
    except RecursionError:  # a value nested hundreds deep: the lines found so far are good enough
        return scanner.lines
    return scanner.lines


def line_at(lines: dict[Path, int], path: Path) -> int:
    """The line of ``path`` or, where it is missing from the text, of the table that it is missing from."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


class _Scanner:
    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {(): 1}
        self._text = text
        self._at = 0
        self._line = 1
        self._counts: dict[Path, int] = {}  # entries so far in each [[array of tables]]

    def run(self) -> None:
        table: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._here("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)

    def _here(self, wanted: str) -> bool:
        return self._text.startswith(wanted, self._at)

    def _skip(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """Moves past what the pattern matches, counting lines."""
        match = pattern.match(self._text, self._at)
        assert match is not None, "the text was not valid TOML"
        self._line += match[0].count("\n")
        self._at = match.end()
        return match

    def _keys(self) -> list[str]:
        """A dotted key's parts, quotes and escapes resolved."""
        keys: list[str] = []
        dot = "."
        while dot:
            part, dot = self._skip(_KEY).groups()
            keys.append(tomllib.loads(f"key = {part}")["key"] if part[0] in "\"'" else part)
        return keys

    def _header(self) -> Path:
        """Reads ``[a.b]`` or ``[[a.b]]``; returns the path that the following keys belong to."""
        is_array = self._here("[[")
        self._at += 2 if is_array else 1
        *parents, last = self._keys()
        self._at += 2 if is_array else 1
        path: Path = ()
        for key in parents:
            path = self._entry((*path, key))
        path = (*path, last)
        if is_array:
            self._mark(path)
            self._counts[path] = self._counts.get(path, 0) + 1
            path = self._entry(path)
        self.lines[path] = self._line  # also where a sub-table has named this table before
        return path

    def _entry(self, path: Path) -> Path:
        """The path itself or, for an array of tables, its latest entry."""
        self._mark(path)
        return (*path, self._counts[path] - 1) if path in self._counts else path

    def _mark(self, path: Path) -> None:
        self.lines.setdefault(path, self._line)

    def _pair(self, path: Path) -> None:
        for key in self._keys():
            path = (*path, key)
            self._mark(path)
        self._at += 1  # the equals sign
        self._skip(_BLANK)
        self._value(path)

    def _value(self, path: Path) -> None:
        if self._here("["):
            self._array(path)
        elif self._here("{"):
            self._inline_table(path)
        else:
            self._skip(_SCALAR)

    def _array(self, path: Path) -> None:
        for index in self._items("]"):
            self._mark((*path, index))
            self._value((*path, index))

    def _inline_table(self, path: Path) -> None:
        for _ in self._items("}"):
            self._pair(path)

    def _items(self, closing: str) -> Iterator[int]:
        """Steps from the opening bracket past the closing one, stopping at each item for the caller to read."""
        self._at += 1
        self._skip(_BLANK)
        index = 0
        while not self._here(closing):
            yield index
            index += 1
            self._skip(_COMMA)
        self._at += 1
