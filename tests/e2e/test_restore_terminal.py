"""At a terminal a restore asks before it replaces what is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.support.floor import NAMES, Floor
from tests.support.terminal import Terminal


def test_a_restore_asks_at_a_terminal(floor: Floor, start: Callable[..., Terminal], tmp_path: Path) -> None:
    where = floor.database.location.url or str(floor.database.location.path)
    base, file = ("--db", where, "--as", "boss", "db"), str(tmp_path / "backup.db")
    assert start(*base, "backup", file).wait_exit() == 0
    floor.rename(NAMES[0], "Somebody else")
    asked = start(*base, "restore", file, columns=200)
    asked.wait_for(f"Replace the {len(NAMES)} clients and 0 calls of ")
    asked.press("n\r")
    assert asked.wait_exit() == 1
    floor.rename("Somebody else", "Still there")
    asked = start(*base, "restore", file, columns=200)
    asked.wait_for("Replace the ")
    asked.press("y\r")
    asked.wait_for("What was there before is kept in ")
    assert asked.wait_exit() == 0
    floor.rename(NAMES[0], "Back again")
    assert start(*base, "restore", file, "--yes").wait_exit() == 0
