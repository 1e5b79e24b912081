"""Whatever is wrong with the database or a file: a plain message with the mend, the code, and nothing half-written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.command_line import Ran, assert_refused, run_here, run_program

Run = Callable[..., Ran]
Write = Callable[..., str]

COMMANDS = [
    ["users", "list"],
    ["task", "next"],
    ["clients", "add", "--name", "Olena", "--phone", "+380671112233"],
    ["rules", "show"],
    ["kpi"],
    ["db", "status"],
]
WRITERS = [
    ["task", "next"],
    ["clients", "add", "--name", "Olena", "--phone", "+380671112233"],
    ["users", "add", "olha", "--role", "lead"],
]


def refused(place: object, words: list[str], *said: str) -> None:
    """The command fails with 4, whether asked for words or for JSON."""
    for form in ([], ["--json"]):
        assert_refused(run_here("--db", str(place), "--as", "boss", *words, *form), 4, *said)


@pytest.mark.parametrize("words", COMMANDS)
def test_a_missing_database_is_not_made(tmp_path: Path, words: list[str]) -> None:
    refused(tmp_path / "missing.db", words, "There is no database", "salesdesk init")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("content", [b"garbage " * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_database(tmp_path: Path, content: bytes, words: list[str]) -> None:
    path = tmp_path / "damaged.db"
    path.write_bytes(content)
    refused(path, words, "damaged", "salesdesk db restore")
    assert path.read_bytes() == content


@pytest.mark.parametrize("words", COMMANDS)
def test_an_empty_file_or_somebody_elses_database(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "empty.db").touch()
    refused(tmp_path / "empty.db", words, "holds no salesdesk tables", "salesdesk init")
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE songs (name)")
    refused(tmp_path / "other.db", words, "holds no salesdesk tables")
    refused(tmp_path / "other.db", ["init"], "another program")


@pytest.mark.parametrize("words", [*COMMANDS, ["init"]])
def test_a_newer_database(path: Path, words: list[str]) -> None:
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    refused(path, words, "9999", "newer than this program", "pip install --upgrade")


@pytest.mark.parametrize("words", WRITERS)
def test_a_read_only_database(path: Path, words: list[str]) -> None:
    refused(f"sqlite:///{path}?mode=ro", words, "read-only", "write permission")
    assert run_here("--db", f"sqlite:///{path}?mode=ro", "--as", "boss", "users", "list").code == 0


@pytest.fixture
def locked(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A database that another program holds; patience is cut short."""
    monkeypatch.setattr("salesdesk.storage.database.LOCK_SECONDS", 0.2)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield path
        other.execute("ROLLBACK")


@pytest.mark.parametrize("words", WRITERS)
def test_a_locked_database(locked: Path, words: list[str]) -> None:
    refused(locked, words, "is locked by another program", "Try again")


@pytest.mark.parametrize("place", ["file/desk.db", "file/deeper/desk.db"])
def test_a_directory_that_cannot_be_written(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("a file, not a directory")
    assert_refused(run_here("--db", str(tmp_path / place), "init"), 4, "No database can be made", "--db PATH init")
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_directory_is_no_database(tmp_path: Path) -> None:
    refused(tmp_path, ["users", "list"], "cannot be opened", "salesdesk init")


@pytest.mark.parametrize("place", ["mysql://root@host/base", "sqlite:///", "postgres://nobody@127.0.0.1:1/none"])
def test_a_database_that_cannot_be_reached(place: str) -> None:
    ran = run_here("--db", place, "--as", "boss", "users", "list", "--json")
    assert_refused(ran, 4 if place.startswith("postgres") else 2)


def test_a_password_is_never_shown() -> None:
    ran = run_here("--db", "postgresql://anna:secret@127.0.0.1:1/none", "users", "list")
    assert_refused(ran, 4, "anna:***@")
    assert "secret" not in ran.err


@pytest.mark.parametrize("state", ["missing", "damaged"])
def test_db_check_prints_its_json_also_then(tmp_path: Path, state: str) -> None:
    path = tmp_path / "desk.db"
    if state == "damaged":
        path.write_bytes(b"garbage " * 1000)
    ran = run_here("--db", str(path), "db", "check", "--json")
    assert (ran.code, ran.json["ok"], len(ran.json["faults"])) == (4, False, 1)
    assert str(path) in ran.json["faults"][0]
    assert_refused(run_here("--db", str(path), "db", "check"), 4, str(path))


FILES = [
    ("no phone column", b"name,city\nOlena,Kyiv\n", [], "--map phone=COLUMN"),
    ("wrong encoding", "name,phone\nОлена,1\n".encode("cp1251"), ["--encoding", "utf-8"], "utf-8"),
    ("unknown encoding", b"name,phone\nOlena,1\n", ["--encoding", "klingon"], "klingon"),
    ("empty", b"", [], "empty"),
    ("a workbook", b"PK\x03\x04" + b"\0" * 100, [], "save it as CSV"),
    ("not text", b"name,phone\n\0\0\0\n", [], "not a text file"),
    ("unknown owner", b"name,phone\nOlena,+380671112233\n", ["--owner", "nobody"], "nobody"),
    ("unknown country", b"name,phone\nOlena,+380671112233\n", ["--country", "Narnia"], "Narnia"),
    ("missing", None, [], "no such file"),
]


@pytest.mark.parametrize(("content", "options", "said"), [case[1:] for case in FILES], ids=[case[0] for case in FILES])
def test_a_file_that_cannot_be_imported(
    desk: Run, tmp_path: Path, content: bytes | None, options: list[str], said: str
) -> None:
    file = tmp_path / "file.csv"
    if content is not None:
        file.write_bytes(content)
    assert_refused(desk("clients", "import", str(file), *options, "--json"), 2, said)
    assert desk("clients", "list", "--json").json == []
    assert not file.with_name("file.rejects.csv").exists()


def test_a_row_with_too_many_cells_is_rejected_with_its_number(desk: Run, table_file: Write) -> None:
    file = table_file("name,phone", "Olena,+380671112233", "Petro,+380671112244,,x,y")
    done = desk("clients", "import", file, "--json").json
    assert (done["created"], done["rejected"]) == (1, 1)
    rejects = Path(done["rejects_file"]).read_text("utf-8-sig").splitlines()
    assert rejects[0] == "name,phone,row,reason"
    assert "5 cells where the header has 2" in rejects[1]


@pytest.mark.real_clock
def test_the_program_itself_ends_with_the_contracts_codes(path: Path, tmp_path: Path) -> None:
    boss = ("--db", str(path), "--as", "boss")
    assert run_program(*boss, "task", "next", "--json").json["task"] is None
    for words, code in (
        ((*boss, "users", "list"), 0),
        ((*boss, "task", "next"), 1),
        ((*boss, "clients", "import", str(tmp_path / "none.csv")), 2),
        (("--db", str(path), "--as", "nobody", "users", "list"), 3),
        (("--db", str(tmp_path / "none.db"), "users", "list"), 4),
    ):
        ran = run_program(*words)
        assert ran.code == code, ran
        assert "Traceback" not in ran.err
