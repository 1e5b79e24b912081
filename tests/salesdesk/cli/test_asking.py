"""What asks first on a terminal, and acts as before without one: forgetting, merging, new ladders, edited rules."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command_line import Ran, answer_here, assert_refused

Run = Callable[..., Ran]


@pytest.fixture
def at_terminal(path: Path) -> Run:
    """Runs commands as the desk's admin, who sits at a terminal and types the first of the words."""
    return lambda typed, *words: answer_here(typed, "--db", str(path), "--as", "boss", *words)


@pytest.fixture
def pair(desk: Run) -> None:
    """Two clients who have a word of their names in common, and one who has nothing with them."""
    desk("clients", "add", "--name", "Olena Koval", "--phone", "+380671112233", "--company", "Sosna")
    desk("clients", "add", "--name", "O. Koval", "--phone", "+380671112244")
    desk("clients", "add", "--name", "Petro", "--phone", "+380501112255")


def names(desk: Run) -> list[str]:
    return [client["name"] for client in desk("clients", "list", "--json").json]


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize("typed", ["n\n", "\n", "\x04", "what\nno\n", "ні\n"])
def test_a_no_forgets_nobody_and_says_whom_it_was_about(at_terminal: Run, desk: Run, typed: str) -> None:
    ran = at_terminal(typed, "clients", "forget", "1")
    assert_refused(
        Ran(ran.code, ran.out, f"{ran.err}\n  "), 1, "Olena Koval, Sosna (client 1): +380 67 111 2233; New, 0 calls"
    )
    assert "Clear all that is personal of them? This cannot be undone. [y/N] " in ran.err
    assert ran.err.rstrip().endswith("Nothing was changed.")
    assert ("Answer y or n." in ran.err) == ("what" in typed)
    assert names(desk) == ["Olena Koval", "O. Koval", "Petro"]


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize("typed", ["y\n", "YES\n", "так\n"])
def test_a_yes_forgets(at_terminal: Run, desk: Run, typed: str) -> None:
    ran = at_terminal(typed, "clients", "forget", "1", "--json")
    assert (ran.code, ran.json["name"]) == (0, "forgotten")
    assert names(desk) == ["forgotten", "O. Koval", "Petro"]


@pytest.mark.usefixtures("pair")
def test_forgetting_asks_nothing_with_yes_or_without_a_terminal(at_terminal: Run, desk: Run) -> None:
    assert "[y/N]" not in at_terminal("", "clients", "forget", "1", "--yes").err
    assert "[y/N]" not in desk("clients", "forget", "2").err
    assert names(desk) == ["forgotten", "forgotten", "Petro"]
    assert_refused(at_terminal("y\n", "clients", "forget", "9"), 1, "no client 9")


@pytest.mark.usefixtures("pair")
def test_merging_shows_both_and_asks(at_terminal: Run, desk: Run) -> None:
    ran = at_terminal("n\n", "clients", "merge", "2", "1")
    assert (ran.code, ran.out) == (1, "")
    at = [ran.err.index(word) for word in ("O. Koval (client 2)", "goes into", "Olena Koval, Sosna (client 1)")]
    assert at == sorted(at)
    assert "They agree in: name." in ran.err
    assert "Merge client 2 into client 1? There is no way back. [y/N] " in ran.err
    assert len(names(desk)) == 3
    done = at_terminal("y\n", "clients", "merge", "2", "1", "--json")
    assert [phone["e164"] for phone in done.json["phones"]] == ["+380671112233", "+380671112244"]
    assert names(desk) == ["Olena Koval", "Petro"]


@pytest.mark.usefixtures("pair")
def test_merging_those_who_have_nothing_in_common_warns(at_terminal: Run, desk: Run) -> None:
    assert "Nothing agrees" in at_terminal("n\n", "clients", "merge", "3", "1").err
    quiet = desk("clients", "merge", "2", "1")
    assert (quiet.code, quiet.err) == (0, "")
    warned = desk("clients", "merge", "3", "1", "--json")
    assert (warned.code, len(warned.json["phones"])) == (0, 3)
    assert "neither name, company, number nor e-mail" in warned.err
    assert "[y/N]" not in warned.err
    assert_refused(desk("clients", "merge", "1", "1"), 2, "into itself")
    assert_refused(desk("clients", "merge", "1", "9"), 1, "no client 9")


@pytest.mark.usefixtures("pair")
def test_a_dry_run_of_a_merge_says_what_would_come_of_it_and_writes_nothing(at_terminal: Run, desk: Run) -> None:
    ran = at_terminal("", "clients", "merge", "2", "1", "--dry-run", "--json")
    assert [phone["e164"] for phone in ran.json["phones"]] == ["+380671112233", "+380671112244"]
    assert "[y/N]" not in ran.err
    assert "Nothing was written: this was a dry run." in ran.err
    assert names(desk) == ["Olena Koval", "O. Koval", "Petro"]
    assert [row["action"] for row in desk("audit", "--json").json] == ["clients.add"] * 3
    assert desk("db", "check", "--json").json["ok"]
    assert_refused(desk("clients", "merge", "2", "9", "--dry-run"), 1, "no client 9")


def ladders(desk: Run) -> str:
    return desk("rules", "show").out


def test_a_ladder_of_an_unknown_name_is_asked_about(at_terminal: Run, desk: Run) -> None:
    words = ["rules", "ladder", "set", "calm", "5m", "archive"]
    no = at_terminal("n\n", *words)
    assert (no.code, no.out) == (1, "")
    assert 'The rules have no ladder "calm" (known: no-answer, not-available, busy). Make it? [y/N] ' in no.err
    assert '"calm"' not in ladders(desk)
    assert at_terminal("y\n", *words).out == "Version 2 is in force.\n"
    assert at_terminal("", *words[:4], "7m", "archive").out == "Version 3 is in force.\n", (
        "a known one is not asked about"
    )


def test_without_a_terminal_an_unknown_ladder_needs_new(desk: Run) -> None:
    words = ["rules", "ladder", "set", "no-anser", "5m", "archive"]
    assert_refused(desk(*words), 2, 'no ladder "no-anser"', 'Did you mean "no-answer"?', "--new")
    assert desk("rules", "show", "--json").json["version"] == 1
    assert desk(*words, "--new").out == "Version 2 is in force.\n"
    assert desk("rules", "ladder", "set", "no-answer", "5m", "archive", "--new").out == "Version 3 is in force.\n"


@pytest.fixture
def editor(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor that makes the second try come after 45 minutes."""
    program = home / "editor.py"
    program.write_text(
        "import pathlib, sys\nfile = pathlib.Path(sys.argv[1])\n"
        'file.write_text(file.read_text().replace(\'"5m", "30m"\', \'"5m", "45m"\'))\n'
    )
    monkeypatch.setenv("VISUAL", shlex.join([sys.executable, str(program)]))


@pytest.mark.usefixtures("editor")
def test_edited_rules_are_shown_and_asked_about(at_terminal: Run, desk: Run, home: Path) -> None:
    no = at_terminal("n\n", "rules", "edit")
    assert (no.code, no.out) == (1, "")
    assert "Compared with version 1:\n  ladder no-answer: rung 2 was 30m, is 45m\n" in no.err
    assert "Put these rules in force? [y/N] " in no.err
    kept = Path(no.err.rpartition("Your text is kept in ")[2].splitlines()[0])
    assert '"5m", "45m"' in kept.read_text("utf-8")
    kept.unlink()
    assert at_terminal("y\n", "rules", "edit").out == "Version 2 is in force.\n"
    assert list(home.rglob("edit-*.toml")) == []


@pytest.mark.usefixtures("editor")
def test_edited_rules_are_not_asked_about_with_yes(at_terminal: Run) -> None:
    ran = at_terminal("", "rules", "edit", "--yes")
    assert (ran.code, "[y/N]" in ran.err) == (0, False)


@pytest.mark.usefixtures("editor")
def test_edited_rules_are_not_asked_about_without_a_terminal(desk: Run) -> None:
    ran = desk("rules", "edit")
    assert (ran.code, "[y/N]" in ran.err) == (0, False)
