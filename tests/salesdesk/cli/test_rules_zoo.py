"""Broken rule files at the command line: each gives exit 2, its line and its mend, and changes nothing.

The loader walks the whole zoo (tests/rules/test_zoo.py); here is one file of each kind that is told differently: with
a line and a place in the rules, with a line alone, and with neither.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import func, select

from salesdesk.storage.database import Database
from salesdesk.storage.models import Audit, RuleVersion
from tests.support.command_line import run_here


def _line_and_place(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()[0].split(" | ")[1:3]


ZOO = sorted((Path(__file__).parents[2] / "rules" / "zoo").glob("*.toml"))
KINDS = {tuple(part != "no line" and bool(part) for part in _line_and_place(file)): file for file in ZOO}


def test_the_zoo_has_every_kind() -> None:
    assert set(KINDS) == {(True, True), (True, False), (False, False)}


def told(file: Path, line: str) -> str:
    """Where the fault is, as the command line says it."""
    return f"{file}:{line.removeprefix('line ')}:" if line != "no line" else f"{file}:"


@pytest.mark.parametrize("file", KINDS.values(), ids=lambda file: file.stem)
def test_a_broken_file_is_refused_with_its_line_and_mend(file: Path, sqlite_database: Database) -> None:
    _, line, path, mend = file.read_text(encoding="utf-8").splitlines()[0].split(" | ")
    db = ["--db", str(sqlite_database.location)]
    for command in (["rules", "check", str(file)], ["rules", "apply", str(file), "--note", "never"]):
        ran = run_here(*db, "--as", "boss", *command)
        assert (ran.code, ran.out) == (2, "")
        assert told(file, line) in ran.err
        assert path in ran.err
        assert mend in ran.err
    with sqlite_database.read() as session:
        assert session.exec(select(func.count()).select_from(RuleVersion)).one() == 1
        assert session.exec(select(func.count()).select_from(Audit)).one() == 0
