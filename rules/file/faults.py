"""What is wrong with a rule file, and where: every fault is collected, so that one reading names them all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from rules.file.lines import Path, find_lines, line_at

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""Ids: lower-case letters, digits and dashes, 40 at most."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault or warning: its line (from 1), the place by ids (``outcome.busy.key``), what is wrong and the mend."""

    line: int | None
    path: str
    message: str

    def __str__(self) -> str:
        where = f"line {self.line}" if self.line else ""
        return ": ".join(part for part in (where, self.path, self.message) if part)


class RuleFaults(ValueError):
    """A rule file cannot be used; ``faults`` holds everything that is wrong with it, in the file's order."""

    def __init__(self, faults: tuple[Fault, ...], warnings: tuple[Fault, ...] = ()) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
        self.warnings = warnings


class Findings:
    """Collects faults and warnings while a document is read; lines are looked up at the end, and only if needed."""

    def __init__(self) -> None:
        self._faults: list[tuple[Path, str]] = []
        self._warnings: list[tuple[Path, str]] = []

    def fault(self, path: Path, message: str) -> None:
        """Notes something that makes the rules unusable."""
        self._faults.append((path, message))

    def warn(self, path: Path, message: str) -> None:
        """Notes something allowed that is probably not meant."""
        self._warnings.append((path, message))

    def settle(self, text: str, document: dict[str, object]) -> tuple[Fault, ...]:
        """The warnings with their lines. Raises ``RuleFaults`` when there is any fault."""
        if not self._faults and not self._warnings:
            return ()
        lines = find_lines(text)
        warnings = _located(self._warnings, lines, document)
        if self._faults:
            raise RuleFaults(_located(self._faults, lines, document), warnings)
        return warnings


def _located(found: list[tuple[Path, str]], lines: dict[Path, int], document: dict[str, object]) -> tuple[Fault, ...]:
    faults = [Fault(line_at(lines, path), _path_text(path, document), message) for path, message in found]
    return tuple(sorted(faults, key=lambda fault: fault.line or 0))


def _path_text(path: Path, document: object) -> str:
    """The path as people read it: entries by their id where they have one, else by their index.

    Only the last step of a path may be missing from the document.
    """
    parts: list[str] = []
    here: Any = document
    for step in path:
        here = here.get(step) if isinstance(here, dict) else here[step]
        if isinstance(step, str):
            parts.append(f".{step}" if re.fullmatch(r"[\w-]{1,60}", step) else f".{step[:60]!r}")
        else:
            name = _name_of(here)
            parts.append(f".{name}" if name else f"[{step}]")
    return "".join(parts).removeprefix(".")


def _name_of(entry: object) -> str | None:
    """An entry's id (a region's ``where``), when it is fit to be shown."""
    names = (entry.get("id"), entry.get("where")) if isinstance(entry, dict) else ()
    return next((n for n in names if isinstance(n, str) and ID.fullmatch(n.lower())), None)
