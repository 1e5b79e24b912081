"""The options that every command has, wherever they stand, and what starting costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from salesdesk import __version__
from tests.support.command_line import assert_refused, program_environment, run_here, run_program

COMMANDS = [
    "desk",
    "demo",
    "init",
    "kpi",
    "task next",
    "task outcome",
    "task release",
    "clients import",
    "clients add",
    "clients show",
    "clients list",
    "users add",
    "users list",
    "rules show",
    "rules check",
    "rules apply",
    "db status",
    "db check",
]
LEVELS = ["", "task", "clients", "users", "rules", "db"]


@pytest.mark.parametrize("command", [*COMMANDS, *LEVELS])
def test_help_shows_the_common_options_at_every_level(command: str) -> None:
    ran = run_here(*command.split(), "--help")
    assert ran.code == 0
    for option in ("--db", "--as", "--json"):
        assert option in ran.out


@pytest.mark.parametrize(
    "words",
    [
        ["--db", "DB", "--as", "boss", "--json", "users", "list"],
        ["users", "--db", "DB", "--as", "boss", "--json", "list"],
        ["users", "list", "--db", "DB", "--as", "boss", "--json"],
        ["--db", "DB", "users", "--as", "boss", "list", "--json"],
        ["--db", "elsewhere", "--as", "nobody", "users", "--db", "DB", "list", "--as", "boss", "--json"],
    ],
)
def test_common_options_may_stand_anywhere_and_the_last_counts(words: list[str], path: Path) -> None:
    ran = run_here(*(str(path) if word == "DB" else word for word in words))
    assert [user["name"] for user in ran.json] == ["boss"]


def test_the_environment_names_the_database_and_the_person(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESDESK_DB", str(path))
    monkeypatch.setenv("SALESDESK_USER", "boss")
    assert run_here("users", "list").code == 0
    assert_refused(run_here("--as", "nobody", "users", "list"), 3, '"nobody"')
    assert_refused(run_here("--db", "elsewhere", "users", "list"), 4, "There is no database")


@pytest.mark.parametrize("option", ["--db", "--as"])
def test_an_empty_common_option_is_refused(option: str) -> None:
    assert_refused(run_here(option, "", "users", "list"), 2, f"{option} is empty")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nonsense"], "There is no command"),
        (["clients", "lst"], "list"),
        (["clients"], "Commands"),
        (["task", "outcome"], "OUTCOME is missing"),
        (["users", "add", "olha"], "--role is missing"),
        (["users", "add", "olha", "--role", "king"], "king"),
        (["clients", "show", "first"], "ID"),
        (["kpi", "--by", "moon"], "moon"),
        (["users", "list", "--loud"], "--loud"),
    ],
)
def test_wrong_usage_is_2_and_says_how(words: list[str], said: str) -> None:
    ran = run_here(*words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Usage:" in ran.err


def test_the_version() -> None:
    for option in ("-V", "--version"):
        assert run_here(option).out == f"salesdesk {__version__}\n"


def test_bytes_that_are_no_text_are_refused(path: Path) -> None:
    ran = run_program("--db", str(path), "clients", "add", "--name", b"\xff\xfe", "--phone", "1")
    assert_refused(ran, 2, "is not UTF-8 text")


@pytest.mark.parametrize("command", ["", "clients", "task outcome", "demo"])
def test_help_loads_neither_the_screens_nor_the_storage(command: str) -> None:
    code = (
        "import atexit, sys; from salesdesk.cli.main import main; atexit.register(lambda: print(*sys.modules)); main()"
    )
    program = [sys.executable, "-c", code, *command.split(), "--help"]
    done = subprocess.run(program, capture_output=True, check=True, text=True, env=program_environment())
    heavy = {"textual", "rich", "sqlmodel", "sqlalchemy", "alembic", "pytz", "phonenumbers", "platformdirs"}
    assert "Usage: salesdesk" in done.stdout
    assert not heavy & set(done.stdout.splitlines()[-1].split())
