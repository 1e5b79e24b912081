"""Who reads the environment: one module, so that what the program heeds can be read in one place."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from salesdesk import environment

ROOT = Path(__file__).resolve().parents[2]


def test_nobody_else_reads_the_environment() -> None:
    reading = {
        str(path.relative_to(ROOT))
        for room in ("rules", "salesdesk", "screens")
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb", "getenvb"}
    }
    assert reading == {"salesdesk/environment.py"}


def test_an_empty_variable_is_none_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.DATABASE, "")
    assert environment.variable(environment.DATABASE) is None
    monkeypatch.setenv(environment.DATABASE, "desk.db")
    assert environment.variable(environment.DATABASE) == "desk.db"
    monkeypatch.delenv(environment.DATABASE)
    assert environment.variable(environment.DATABASE) is None
