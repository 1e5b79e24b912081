"""At a real terminal: a question is answered, and Ctrl-C at one leaves everything as it was."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.floor import NAMES, Floor
from tests.support.terminal import Terminal


def test_forgetting_is_asked_about_and_can_be_broken_off(floor: Floor, start: Callable[..., Terminal]) -> None:
    where = floor.database.location.url or str(floor.database.location.path)
    words = ("--db", where, "--as", "boss", "clients", "forget", "1")
    asked = start(*words, columns=200)
    asked.wait_for("This cannot be undone. [y/N]")
    assert any(name in asked.screen() for name in NAMES)
    asked.press("\x03")
    assert asked.wait_exit() == 130
    asked = start(*words, columns=200)
    asked.wait_for("This cannot be undone. [y/N]")
    asked.press("y\r")
    asked.wait_for("Client   1: forgotten")
    assert asked.wait_exit() == 0
