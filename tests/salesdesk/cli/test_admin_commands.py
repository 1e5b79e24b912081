"""Making a desk, its people, its rules, its health and its figures, through the command line."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from rules.file.preset import PRESETS, preset_text
from salesdesk.access.os_login import os_login
from salesdesk.founding.init import preset_for
from salesdesk.storage.location import Location
from salesdesk.storage.schema import CURRENT, open_database
from tests.support.command_line import Ran, assert_refused, run_here

Run = Callable[..., Ran]


@pytest.mark.parametrize("preset", PRESETS)
def test_init_makes_a_desk_and_repeating_changes_nothing(location: Location, preset: str) -> None:
    place = location.url or str(location.path)
    made = run_here("--db", place, "init", "--preset", preset, "--zone", "Asia/Almaty", "--json").json
    wanted = {"db": str(location), "created": True, "preset": preset, "admin": os_login()}
    assert made == {**wanted, "country": "KZ", "zone": "Asia/Almaty"}
    again = run_here("--db", place, "init", "--preset", "en", "--zone", "Europe/Kyiv", "--json").json
    assert again == {**made, "created": False}
    shown = run_here("--db", place, "rules", "show", "--json").json
    assert (shown["version"], shown["toml"]) == (1, preset_for(preset, "Asia/Almaty"))


def test_init_tells_where_the_desk_is_and_how_to_go_on(home: Path) -> None:
    told = run_here("init", "--country", "pl")
    path = home / "xdg_data_home" / "salesdesk" / "salesdesk.db"
    assert str(path) in told.out
    assert "Home: PL, Europe/Warsaw" in told.out
    assert "salesdesk clients import FILE" in told.err
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "Already there" in run_here("init").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--preset", "fr"], "en, uk, ru"),
        (["--zone", "Moon/Crater"], "Moon/Crater"),
        (["--country", "Narnia"], "NARNIA"),
    ],
)
def test_init_with_a_wrong_place_or_preset_makes_nothing(home: Path, words: list[str], said: str) -> None:
    assert_refused(run_here("--db", str(home / "new.db"), "init", *words), 2, said)
    assert not (home / "new.db").exists()


def test_users_are_added_and_listed(either_desk: Run) -> None:
    words = ["--label", "Ольга", "--os-user", "olha", "--pool", "sales", "--pool", "night", "--zone", "Asia/Almaty"]
    added = either_desk("users", "add", "olha", "--role", "lead", *words, "--json").json
    said = {"name": "olha", "role": "lead", "active": True, "label": "Ольга"}
    assert added == [{**said, "pools": ["night", "sales"], "hours": None}]
    assert [user["name"] for user in either_desk("users", "list", "--json").json] == ["boss", "olha"]
    told = either_desk("users", "list").out
    assert "Ольга" in told
    assert "night, sales" in told


def test_the_list_of_users_says_their_pools_and_hours_and_users_hours_tells_one(either_desk: Run) -> None:
    either_desk("users", "add", "anna", "--role", "manager", "--pool", "sales", "--zone", "Asia/Almaty")
    either_desk("users", "hours", "anna", "Mon-Thu 9:00-13:00, 14:00-18:00; sat 10:00-15:00")
    lines = either_desk("users", "list").out.splitlines()
    assert [*lines[0].split()] == ["Name", "Label", "Role", "Active", "Login", "Pools", "Hours"]
    assert lines[1].split()[4:] == ["sales", "mon-thu", "09:00-13:00,", "14:00-18:00;", "sat", "10:00-15:00"]
    assert lines[2].endswith("-      the team's")
    own = "mon-thu 09:00-13:00, 14:00-18:00; sat 10:00-15:00"
    assert either_desk("users", "hours", "anna").out == f"anna works {own} (Asia/Almaty).\n"
    kept = {"mon-thu": "9:00-13:00, 14:00-18:00", "sat": "10:00-15:00"}
    found = either_desk("users", "hours", "anna", "--json").json
    assert found == [either_desk("users", "list", "--json").json[0]]
    assert (found[0]["pools"], found[0]["hours"]) == (["sales"], kept)
    assert_refused(either_desk("users", "hours", "nobody"), 1, "nobody")
    assert_refused(either_desk("users", "hours", "anna", "mon 25:00-26:00"), 2, 'like "mon-fri 09:00-18:00"')


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["boss", "--role", "lead"], "taken"),
        (["two words", "--role", "lead"], "two words"),
        (["olha", "--role", "lead", "--zone", "Mars"], "Mars"),
        (["olha", "--role", "lead", "--os-user", "boss"], "another user"),
        (["olha", "--role", "lead", "--label", "x" * 201], "201"),
        (["olha", "--role", "lead", "--os-user", "x" * 201], "201"),
        (["olha", "--role", "lead", "--pool", "x" * 65], "65"),
    ],
)
def test_a_user_who_cannot_be_added(either_desk: Run, words: list[str], said: str) -> None:
    assert_refused(either_desk("users", "add", *words), 2, said)
    assert len(either_desk("users", "list", "--json").json) == 1


def test_rules_are_shown_checked_and_applied(either_desk: Run, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_bytes(either_desk("rules", "show").out.encode())
    assert either_desk("rules", "check", str(file), "--json").json == {"ok": True, "faults": [], "warnings": []}
    assert_refused(either_desk("rules", "apply", str(file), "--note", "same"), 1, "in force already")

    file.write_text(file.read_text("utf-8").replace('"5m", "30m"', '"7m", "30m"'), encoding="utf-8")
    applied = either_desk("rules", "apply", str(file), "--note", "slower", "--json").json
    assert (applied["version"], applied["author"], applied["note"]) == (2, "boss", "slower")
    assert applied["at"].endswith("Z")
    file.write_text(f"# a remark\n{file.read_text('utf-8')}", encoding="utf-8")
    assert_refused(either_desk("rules", "apply", str(file), "--note", "x" * 201), 2, "201")
    file.write_text(file.read_text("utf-8").removeprefix("# a remark\n"), encoding="utf-8")
    assert either_desk("rules", "show").out == file.read_text("utf-8")
    assert "7m" not in either_desk("rules", "show", "--version", "1").out
    assert_refused(either_desk("rules", "show", "--version", "9", "--json"), 1, "no version 9")


def test_a_rule_file_with_faults_names_them_all(desk: Run, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    lines = preset_text("en").replace('ladder = "busy"', 'ladder = "bussy"').replace('currency = "USD"', "currency = 5")
    file.write_text(lines, encoding="utf-8")
    ran = desk("rules", "check", str(file), "--json")
    assert (ran.code, ran.json["ok"], len(ran.json["faults"])) == (2, False, 2)
    for fault in ran.json["faults"]:
        assert f"{file}:{fault['line']}: {fault['path']}: {fault['message']}" in ran.err
    assert ran.json["faults"][1]["path"] == "outcome.no-answer.reason.busy.ladder"
    assert desk("rules", "check", str(file)).out == ""
    assert_refused(desk("rules", "apply", str(file), "--note", "n", "--json"), 2, f"{file}:", "Nothing was changed")
    assert desk("rules", "show", "--json").json["version"] == 1


def test_warnings_are_no_faults(desk: Run, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(preset_text("en").replace('"1d", "archive"]', '"1d"]', 1), encoding="utf-8")
    ran = desk("rules", "check", str(file), "--json")
    assert (ran.code, ran.json["ok"]) == (0, True)
    assert len(ran.json["warnings"]) == 1
    assert "(warning)" in ran.err
    applied = desk("rules", "apply", str(file), "--note", "n")
    assert (applied.code, applied.out) == (0, "Version 2 is in force.\n")
    assert "(warning)" in applied.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file"),
        (b"schema = 1\n# \xff", ":2: not UTF-8"),
        (b"schema = ", "TOML"),
        (b" " * (1 << 21), "large"),
    ],
)
def test_a_rule_file_that_cannot_be_read(desk: Run, tmp_path: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / "rules.toml"
    if content is not None:
        file.write_bytes(content)
    ran = desk("rules", "check", str(file), "--json")
    assert (ran.code, ran.json["ok"]) == (2, False)
    assert said in ran.err
    assert_refused(desk("rules", "apply", str(file), "--note", "n"), 2, said)


def test_db_status_and_check(either_desk: Run) -> None:
    found = either_desk("db", "status", "--json").json
    assert (found["clients"], found["schema"], found["rules_version"]) == (0, CURRENT, 1)
    assert "clients" in either_desk("db", "status").out
    checked = either_desk("db", "check", "--json").json
    assert checked == {**checked, "ok": True, "faults": [], "clients": 0, "open_tasks": 0, "attempts": 0}
    assert either_desk("db", "check").out.startswith("In order")


def test_db_check_names_what_is_out_of_order(desk: Run, path: Path) -> None:
    desk("clients", "add", "--name", "Olena", "--phone", "+380671112233")
    database = open_database(Location(path=path))
    with database.write() as session:
        session.connection().execute(text("DELETE FROM task"))
    database.close()
    ran = desk("db", "check", "--json")
    assert (ran.code, ran.json["ok"], ran.json["clients"]) == (4, False, 1)
    assert any("client 1" in fault for fault in ran.json["faults"])
    told = desk("db", "check")
    assert (told.code, told.out) == (4, "")
    assert "client 1" in told.err


def test_kpi_of_nothing_and_of_a_manager(either_desk: Run) -> None:
    either_desk("users", "add", "anna", "--role", "manager")
    found = either_desk("kpi", "--from", "2026-01-01", "--to", "2026-01-31", "--by", "day", "--json").json
    assert (found["period"]["from"], found["period"]["to"]) == ("2026-01-01", "2026-01-31")
    assert (found["team"]["calls"], found["team"]["contact_rate"]) == (0, None)
    own = either_desk("--as", "anna", "kpi", "--json").json
    assert {row["manager"] for row in own["rows"]} <= {"anna"}
    assert "Calls" in either_desk("kpi").out


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--from", "soon"], "yesterday"), (["--from", "2026-02-02", "--to", "2026-02-01"], "2026-02-0")],
)
def test_kpi_of_no_period(desk: Run, words: list[str], said: str) -> None:
    assert_refused(desk("kpi", *words, "--json"), 2, said)


def test_the_figures_of_a_day_in_words(desk: Run, awake: str) -> None:
    desk("clients", "add", "--name", "Olena", "--phone", "+380671112233", "--zone", awake)
    desk("task", "next")
    assert desk("task", "outcome", "paid", "--amount", "12345.50").code == 0
    figures = desk("kpi").out.splitlines()
    assert any(line.split()[:3] == ["boss", "1", "1"] and "100%" in line and "12 345.50" in line for line in figures)


def test_nothing_of_the_suite_lands_in_the_real_home(home: Path) -> None:
    assert os.environ["HOME"] == str(home)
