"""Every time that the command line says in words names its zone and whose it is; its JSON stays as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from salesdesk.cli.frame.words import both_clocks, named_time
from tests.support.clock import NOON
from tests.support.command_line import Ran

Run = Callable[..., Ran]


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        ("Asia/Almaty", "Mon 23 Nov 12:00 Europe/Kyiv (yours), Mon 23 Nov 15:00 Asia/Almaty (theirs)"),
        ("Europe/Kyiv", "Mon 23 Nov 12:00 Europe/Kyiv (yours and theirs)"),
        (None, "Mon 23 Nov 12:00 Europe/Kyiv (yours)"),
    ],
)
def test_both_clocks(theirs: str | None, said: str) -> None:
    assert both_clocks(NOON, "Europe/Kyiv", theirs) == said


def test_a_named_time() -> None:
    assert named_time(NOON, "Asia/Kathmandu", "theirs") == "Mon 23 Nov 15:45 Asia/Kathmandu (theirs)"


def test_a_days_work_says_whose_every_time_is(either_desk: Run, awake: str) -> None:
    assert either_desk("users", "add", "anna", "--role", "manager", "--zone", "Asia/Kathmandu").code == 0
    added = either_desk("clients", "add", "--name", "Olena", "--phone", "+380671112233", "--zone", awake)
    assert f"{awake} (theirs)" in added.out
    unsure = either_desk("clients", "add", "--name", "Dana", "--phone", "+79161234567")
    assert " Europe/Kyiv (yours)\n" in unsure.out

    def anna(*words: str) -> Ran:
        return either_desk("--as", "anna", *words)

    assert f"in {awake} (given)" in anna("task", "next").out
    done = anna("task", "outcome", "no-answer", "--reason", "busy").out
    assert "Asia/Kathmandu (yours)" in done
    assert f"{awake} (theirs)" in done
    assert "Asia/Kathmandu (yours)." in anna("task", "next").err
    listed = either_desk("clients", "list")
    assert "Their time" in listed.out
    assert "Next call (Europe/Kyiv)" in listed.out
    why = either_desk("task", "why", "1").out
    assert f"in {awake}" in why
    due = [line for line in why.splitlines() if "due " in line]
    assert [awake in line for line in due] == [True], why
    assert "made (Europe/Kyiv)" in either_desk("rules", "history").out
