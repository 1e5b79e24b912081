"""Putting a table or a key into a TOML text, or taking a table out, without touching another line.

tomlkit keeps the comments above a table as the end of the table before it, so adding or removing through it moves or
loses them. Here whole lines are added or removed, and the result is read back: if anything but what is wanted differs,
the text is not changed at all.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit

from rules.file.lines import Path, find_lines, line_at
from salesdesk.errors import BadRequest

_NO_VALUE = re.compile(r"[ \t]*(#.*)?$")


def insert(text: str, path: Path, behind: Path, entry: Mapping[str, Any]) -> str:
    """The text with a ``[[table]]`` that becomes ``path``, put behind the table at ``behind`` and indented like it.

    Raises :class:`BadRequest` for a file that is written in a way for which this cannot be done.
    """
    lines = text.splitlines(keepends=True)
    first, end = _extent(text, lines, behind)
    indent = _indent(lines[first]) + ("  " if len(path) > len(behind) else "")
    header = ".".join(step for step in path if isinstance(step, str))
    pairs = [_pair(key, value) for key, value in entry.items()]
    block = ["", *(indent + line for line in (f"[[{header}]]", *pairs))]
    return _checked(text, _with(lines, end, block), path, dict(entry))


def add_key(text: str, path: Path, value: Any) -> str:
    """The text with a key that is not there yet, behind the last one of its table. Raises as :func:`insert` does."""
    lines = text.splitlines(keepends=True)
    _, end = _extent(text, lines, path[:-1])
    return _checked(text, _with(lines, end, [_indent(lines[end - 1]) + _pair(str(path[-1]), value)]), path, value)


def remove(text: str, path: Path) -> str:
    """The text without the table at ``path`` and one empty line behind it. Raises as :func:`insert` does."""
    lines = text.splitlines(keepends=True)
    first, end = _extent(text, lines, path)
    if end < len(lines) and not lines[end].strip():
        end += 1
    return _checked(text, "".join(lines[:first] + lines[end:]), path, None)


def _extent(text: str, lines: Sequence[str], path: Path) -> tuple[int, int]:
    """The lines of a table with all that is inside it: the header's index, and the index behind its last value."""
    found = find_lines(text)
    first = line_at(found, path) - 1
    later = [line - 1 for other, line in found.items() if other[: len(path)] != path and line - 1 > first]
    end = min(later, default=len(lines))
    while end > first + 1 and _NO_VALUE.match(lines[end - 1].rstrip("\r\n")):
        end -= 1
    return first, end


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _pair(key: str, value: Any) -> str:
    return f"{key} = {tomlkit.item(value).as_string()}"


def _with(lines: list[str], at: int, block: Sequence[str]) -> str:
    """The lines with others put in, which end as the file's own lines do."""
    newline = "\r\n" if lines[0].endswith("\r\n") else "\n"
    before = "".join(lines[:at])
    if not before.endswith("\n"):
        before += newline
    return before + "".join(f"{line}{newline}" for line in block) + "".join(lines[at:])


def _checked(before: str, after: str, path: Path, value: Any) -> str:
    """The new text if it says the same as the old one, but for the value at ``path`` (``None``: which is gone)."""
    wanted: Any = tomllib.loads(before)
    inside = wanted
    for step in path[:-1]:
        inside = inside.setdefault(step, []) if isinstance(inside, dict) else inside[step]
    last = path[-1]
    if value is None:
        del inside[last]
    elif isinstance(last, int):
        inside.insert(last, value)
    else:
        inside[last] = value
    try:
        same = tomllib.loads(after) == wanted
    except tomllib.TOMLDecodeError:
        same = False
    if not same:
        raise BadRequest(
            "The rules in force are written in a way that this command cannot change.", "Use: salesdesk rules edit"
        )
    return after
