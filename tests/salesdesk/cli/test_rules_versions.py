"""Comparing, applying, moving and rolling back through the command line, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rules.file.preset import preset_text
from salesdesk.storage.location import Location
from salesdesk.storage.models import RuleVersion
from salesdesk.storage.schema import open_database
from tests.support.command_line import Ran, assert_refused, run_here

Run = Callable[..., Ran]


@pytest.fixture
def file(either_desk: Run, tmp_path: Path) -> Path:
    """The rules in force, in a file."""
    path = tmp_path / "rules.toml"
    path.write_text(either_desk("rules", "show").out, encoding="utf-8")
    return path


def edit(file: Path, old: str, new: str) -> str:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return str(file)


def test_diff_says_what_differs_by_rule(either_desk: Run, file: Path) -> None:
    assert either_desk("rules", "diff", str(file)).out == "No rule differs.\n"
    assert either_desk("rules", "diff", str(file), "--json").json == []
    edit(file, '"5m", "30m"', '"5m", "45m"')
    ran = either_desk("rules", "diff", str(file))
    assert (ran.code, ran.out) == (0, "ladder no-answer: rung 2 was 30m, is 45m\n")
    assert either_desk("rules", "diff", str(file), "--version", "1", "--json").json == [
        {"rule": "ladder no-answer rung 2", "was": "30m", "is": "45m"}
    ]
    assert_refused(either_desk("rules", "diff", str(file), "--version", "7"), 1, "no version 7")
    edit(file, "schema = 1", "schema = 2")
    assert_refused(either_desk("rules", "diff", str(file)), 2, f"{file}:", "schema")


def test_apply_tells_what_it_changed_and_history_and_rollback_follow(either_desk: Run, file: Path) -> None:
    applied = either_desk("rules", "apply", edit(file, '"5m", "30m"', '"5m", "45m"'), "--note", "calmer")
    assert applied.out == "Version 2 is in force.\n"
    assert "Compared with version 1:\n  ladder no-answer: rung 2 was 30m, is 45m" in applied.err
    remark = either_desk("rules", "apply", edit(file, "schema = 1", "# ours\nschema = 1"), "--note", "remark")
    assert "no rule differs" in remark.err
    back = either_desk("rules", "rollback", "1", "--json").json
    assert (back["version"], back["author"], back["note"], back["moved"]) == (4, "boss", "back to version 1", 0)
    assert back["toml"] == either_desk("rules", "show", "--version", "1").out == either_desk("rules", "show").out
    versions = either_desk("rules", "history", "--json").json
    assert [(v["version"], v["author"], v["note"]) for v in versions] == [
        (4, "boss", "back to version 1"),
        (3, "boss", "remark"),
        (2, "boss", "calmer"),
        (1, "boss", "preset en"),
    ]
    assert all(set(v) == {"version", "author", "at", "note"} and v["at"].endswith("Z") for v in versions)
    lines = either_desk("rules", "history").out.splitlines()
    assert lines[0].split() == ["version", "made", "(Europe/Kyiv)", "by", "why"]
    assert lines[1].startswith("4 ")
    assert_refused(either_desk("rules", "rollback", "9"), 1, "no version 9")
    assert_refused(either_desk("rules", "rollback", "1"), 1, "in force already")


def test_a_great_change_is_told_in_part(either_desk: Run, file: Path) -> None:
    file.write_text(preset_text("uk"), encoding="utf-8")
    ran = either_desk("rules", "apply", str(file), "--note", "українською")
    assert ran.code == 0
    assert "more" in ran.err.splitlines()[-1]
    assert len(ran.err.splitlines()) == 22


def test_clients_who_would_be_stranded_are_counted_or_moved(either_desk: Run, file: Path) -> None:
    either_desk("clients", "add", "--name", "Olena", "--phone", "+380671112233", "--zone", "Europe/Kyiv")
    either_desk("clients", "add", "--name", "Petro", "--phone", "+380671112244", "--zone", "Europe/Kyiv")
    words = ["rules", "status", "remove", "new"]
    assert_refused(either_desk(*words), 2, '2 in status "new"', "--move-to STATUS", "Nothing was changed")
    assert either_desk("rules", "show").out == file.read_text("utf-8")
    assert_refused(either_desk(*words, "--move-to", "nowhere"), 2, 'no status "nowhere"')
    moved = either_desk(*words, "--move-to", "in-work", "--json").json
    assert (moved["version"], moved["moved"], moved["note"]) == (2, 2, "status new: removed")
    assert {client["status"] for client in either_desk("clients", "list", "--json").json} == {"in-work"}
    assert either_desk("db", "check", "--json").json["ok"]
    assert "Moved to another status" not in either_desk("rules", "rollback", "1").err
    told = either_desk("rules", "apply", str(file), "--note", "again")
    assert_refused(told, 1, "in force already")


def test_rules_that_this_program_refuses_can_be_seen_and_rolled_back(
    either_desk: Run, desk_location: Location, tmp_path: Path
) -> None:
    database = open_database(desk_location)
    with database.write() as session:
        first = session.get_one(RuleVersion, 1)
        session.add(RuleVersion(toml="schema = 1", at=first.at, note="older program"))
    database.close()
    assert_refused(either_desk("task", "next"), 4, "version 2", "salesdesk rules edit")
    assert either_desk("rules", "show").out == "schema = 1"
    assert "older program" in either_desk("rules", "history").out
    assert either_desk("rules", "rollback", "1").code == 0
    assert either_desk("task", "next").code == 1


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["ladder", "set", "no-answer", "5m", "45m", "archive"], "ladder no-answer: rung 2 was 30m, is 45m"),
        (["ladder", "set", "patient", "2d", "archive", "--new"], "ladder patient: added"),
        (["reason", "set", "no-answer", "busy", "--ladder", "not-available"], "reason busy: ladder was"),
        (
            ["reason", "set", "no-answer", "hung-up", "--ladder", "busy", "--label", "Hung up!", "--key", "9"],
            "reason hung-up: added (label Hung up!, key 9, ladder busy)",
        ),
        (["status", "add", "x", "--label", "X", "--kind", "open", "--after", "new"], "status x: added (label X, k"),
        (["status", "rename", "new", "--label", "Свіжий"], "status new: label was New, is Свіжий"),
    ],
)  # fmt: skip
def test_one_line_edits_make_a_version_each(either_desk: Run, words: list[str], line: str) -> None:
    ran = either_desk("rules", *words)
    assert (ran.code, ran.out) == (0, "Version 2 is in force.\n")
    assert line in ran.err
    assert either_desk("rules", "history", "--json").json[0]["note"].startswith(f"{words[0]} ")
    assert_refused(either_desk("rules", *words), 2 if words[1] == "add" else 1)
    assert len(either_desk("rules", "history", "--json").json) == 2


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["ladder", "set", "no-answer", "archive", "5m"], 2, "must be the last rung"),
        (["ladder", "set", "no-answer", "soon"], 2, "ladder.no-answer.rungs"),
        (["ladder", "set", "No Answer", "5m", "--new"], 2, "lower-case"),
        (["reason", "set", "no-answer", "busy", "--ladder", "bussy"], 2, "bussy"),
        (["reason", "set", "nothing", "busy", "--ladder", "busy"], 1, 'no outcome "nothing"'),
        (["reason", "set", "no-answer", "busy", "--ladder", "busy", "--key", "1"], 2, "key"),
        (["status", "add", "new", "--label", "New", "--kind", "open"], 2, "already"),
        (["status", "add", "x", "--label", "X", "--kind", "odd"], 2, "odd"),
        (["status", "add", "x", "--label", " ", "--kind", "lost"], 2, "blank"),
        (["status", "add", "x", "--label", "X", "--kind", "lost", "--after", "y"], 1, 'no status "y"'),
        (["status", "rename", "y", "--label", "Y"], 1, 'no status "y"'),
        (["status", "remove", "in-work"], 2, "outcome.interested"),
        (["status", "remove", "regular"], 2, "funnel.repeat"),
    ],
)
def test_an_edit_that_would_make_a_fault_changes_nothing(desk: Run, words: list[str], code: int, said: str) -> None:
    assert_refused(desk("rules", *words), code, said)
    assert desk("rules", "show", "--json").json["version"] == 1


def test_edits_by_others_than_an_admin(desk: Run, path: Path) -> None:
    desk("users", "add", "lena", "--role", "lead")
    for words in (["ladder", "set", "x", "1d"], ["status", "remove", "new"], ["edit"], ["rollback", "1"]):
        assert_refused(run_here("--db", str(path), "--as", "lena", "rules", *words), 3, "lena is a lead")
