"""A deal or a task is built in one place only, so that whoever opens one forgets nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import salesdesk

SOURCES = sorted(Path(salesdesk.__file__).parent.rglob("*.py"))


def builders(path: Path) -> list[str]:
    """The rows of work that a module builds by name."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    return [call.id for call in calls if isinstance(call, ast.Name) and call.id in ("Deal", "Task")]


def test_only_opening_builds_deals_and_tasks() -> None:
    found = {path.relative_to(SOURCES[0].parent).as_posix(): built for path in SOURCES if (built := builders(path))}
    assert {name: sorted(set(built)) for name, built in found.items()} == {"work/opening.py": ["Deal", "Task"]}
