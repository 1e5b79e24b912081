"""``salesdesk audit``: who did what, and whether the record is whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from salesdesk.access.os_login import os_login
from salesdesk.storage.location import Location
from salesdesk.storage.schema import open_database
from tests.support.command_line import Ran, assert_refused

Run = Callable[..., Ran]


@pytest.fixture
def busy_desk(either_desk: Run) -> Run:
    """A desk where an admin and a manager have done something worth a row."""
    either_desk("users", "add", "anna", "--role", "manager")
    either_desk("clients", "add", "--name", "Olena", "--phone", "+380671112233")
    either_desk("clients", "dnc", "+380671112233", "--why", "by e-mail")
    either_desk("--as", "anna", "clients", "find", "Olena")
    either_desk("clients", "forget", "1")
    return either_desk


def test_rows_are_objects_and_hold_nothing_personal(busy_desk: Run) -> None:
    rows = busy_desk("audit", "--json").json
    assert [(row["actor"], row["action"], row["object"], row["detail"]) for row in rows] == [
        ("boss", "users.add", "user 2", {"role": "manager"}),
        ("boss", "clients.add", "client 1", {"again": False}),
        ("boss", "clients.dnc", "client 1", {"off": False}),
        ("anna", "denied", "", {"command": "clients find"}),
        ("boss", "clients.forget", "client 1", {}),
    ]
    assert {row["os_login"] for row in rows} == {os_login()}
    assert all(row["at"].endswith("Z") for row in rows)
    assert not any(word in str(rows) for word in ("Olena", "380671112233", "e-mail"))
    told = busy_desk("audit").out.splitlines()
    assert len(told) == 6
    assert told[1].split()[-7:] == ["boss", os_login(), "users.add", "user", "2", "(anna)", "role", "manager"][-7:]
    assert rows[0]["object_name"] == "anna"
    assert rows[1]["object_name"] is None


def test_rows_of_one_person_and_from_a_day_on(busy_desk: Run) -> None:
    assert [row["action"] for row in busy_desk("audit", "--actor", "anna", "--json").json] == ["denied"]
    assert len(busy_desk("audit", "--since", "2026-01-01", "--json").json) == 5
    assert len(busy_desk("audit", "--since", "yesterday", "--json").json) == 5
    assert busy_desk("audit", "--since", "tomorrow", "--json").json == []
    assert busy_desk("audit", "--since", "2999-01-01", "--json").json == []
    assert_refused(busy_desk("audit", "--actor", "ghost"), 1, "ghost")
    assert_refused(busy_desk("audit", "--since", "soon"), 2, '--since "soon" is not a day', "yesterday")
    assert_refused(busy_desk("audit", "--verify", "--actor", "anna"), 2, "whole chain")


def test_who_came_in_and_where_they_are_is_remembered(either_desk: Run, table_file: Callable[..., str]) -> None:
    either_desk("clients", "add", "--name", "Olena", "--phone", "+380671112233")
    either_desk("clients", "add", "--name", "Olena P.", "--phone", "+380671112233")
    file = table_file("name,phone", "Petro,+380671112244", "Olena,+380671112233", "Nobody,12")
    either_desk("clients", "import", file, "--dry-run")
    either_desk("clients", "import", file)
    either_desk("clients", "zone", "2", "America/Vancouver")
    assert_refused(either_desk("clients", "zone", "2", "Moon"), 2)
    assert_refused(either_desk("clients", "add", "--name", "X", "--phone", "1"), 2)
    rows = either_desk("audit", "--json").json
    counts = {"file": "clients.csv", "created": 1, "merged": 1, "rejected": 1}
    assert [(row["action"], row["object"], row["detail"]) for row in rows] == [
        ("clients.add", "client 1", {"again": False}),
        ("clients.add", "client 1", {"again": True}),
        ("clients.import", "import 1", counts),
        ("clients.zone", "client 2", {"from": "Europe/Kyiv", "to": "America/Vancouver"}),
    ]
    assert "from Europe/Kyiv, to America/Vancouver" in either_desk("audit").out
    assert either_desk("audit", "--verify", "--json").json["ok"]


def test_the_chain_is_verified_and_its_newest_digest_told(busy_desk: Run) -> None:
    found = busy_desk("audit", "--verify", "--json").json
    assert (found["ok"], found["rows"], len(found["digest"])) == (True, 5, 64)
    assert found["digest"] in busy_desk("audit", "--verify").out


def test_a_changed_row_is_named(busy_desk: Run, desk_location: Location) -> None:
    database = open_database(desk_location)
    guards = ["DROP TRIGGER audit_no_update"] if database.is_sqlite else ["ALTER TABLE audit DISABLE TRIGGER USER"]
    with database.write() as session:
        for statement in (*guards, "UPDATE audit SET object = 'client 9' WHERE id = 2"):
            session.connection().execute(text(statement))
    database.close()
    assert_refused(busy_desk("audit", "--verify", "--json"), 4, "broken at row 2")


def test_an_empty_record_is_whole(either_desk: Run) -> None:
    assert either_desk("audit", "--json").json == []
    assert either_desk("audit", "--verify", "--json").json == {"ok": True, "rows": 0, "digest": ""}


def test_client_acts_through_the_command_line(either_desk: Run, tmp_path: Path) -> None:
    either_desk("clients", "add", "--name", "Olena", "--phone", "+380671112233")
    assert [client["id"] for client in either_desk("clients", "find", "olen", "--json").json] == [1]
    assert_refused(either_desk("clients", "find", "nobody", "--json"), 1)
    file = tmp_path / "out.xlsx"
    assert either_desk("clients", "export", str(file), "--json").json == {"rows": 1, "file": str(file)}
    assert either_desk("clients", "dnc", "+380501112233", "--why", "x", "--json").json is None
    assert either_desk("clients", "dnc", "+380671112233", "--why", "x", "--json").json["status"] == "refused"
    assert either_desk("clients", "dnc", "+380671112233", "--off", "--why", "x", "--json").code == 0
    assert either_desk("clients", "reopen", "1", "--json").json["open_task"]["kind"] == "call"
    assert either_desk("task", "inbound", "112233", "--json").json["client"]["id"] == 1
    assert_refused(either_desk("task", "inbound", "12345"), 2, "5 digits")
    forgotten = either_desk("clients", "forget", "1", "--json")
    assert (forgotten.json["name"], forgotten.json["phones"], forgotten.json["open_task"]) == ("forgotten", [], None)
    assert either_desk("db", "check", "--json").json["ok"] is True


def test_granting_through_the_command_line(either_desk: Run, desk_location: Location) -> None:
    assert_refused(either_desk("db", "grant"), 2, "--all")
    ran = either_desk("db", "grant", "--all", "--json")
    if desk_location.path is not None:
        assert_refused(ran, 2, "no logins of its own")
    else:
        assert ran.json == [{"name": "boss", "login": "boss", "role": "admin", "state": "missing"}]
