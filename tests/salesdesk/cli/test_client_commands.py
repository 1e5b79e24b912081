"""Clients through the command line: import, add, show, list."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command_line import PROGRAM, Ran, assert_refused, program_environment, run_here

Run = Callable[..., Ran]
Write = Callable[..., str]

HEADER = "Name;Phone;City;Lead"
ROWS = (HEADER, "Olena;+380671112233;Kyiv;warm", "Petro;+380671112244;Lviv;", "Broken;12;;", "Olena K;+380671112233;;")


def test_import_says_what_became_of_every_row(either_desk: Run, table_file: Write) -> None:
    file = table_file(*ROWS)
    dry = either_desk("clients", "import", file, "--dry-run", "--json").json
    assert (dry["created"], dry["rejected"], dry["rejects_file"]) == (2, 1, None)
    assert either_desk("clients", "list", "--json").json == []

    done = either_desk("clients", "import", file, "--source", "fair", "--json").json
    counts = {word: done[word] for word in ("read", "created", "merged", "skipped", "rejected")}
    assert counts == {"read": 4, "created": 2, "merged": 1, "skipped": 0, "rejected": 1}
    assert done["columns"] == {"name": "Name", "phone": "Phone", "city": "City"}
    assert done["seconds"] >= 0
    assert "Broken" in Path(done["rejects_file"]).read_text("utf-8-sig")
    clients = either_desk("clients", "list", "--json").json
    assert [client["source"] for client in clients] == ["fair", "fair"]


def test_import_in_words(desk: Run, table_file: Write) -> None:
    told = desk("clients", "import", table_file(*ROWS), "--owner", "boss", "--on-duplicate", "skip")
    assert "4 rows read" in told.out
    assert "2 created, 0 merged, 1 skipped, 1 rejected" in told.out
    assert "clients.rejects.csv" in told.out
    assert told.err == "", "no progress bar where stderr is no terminal"
    assert "dry run" in desk("clients", "import", table_file(*ROWS), "--dry-run").err


def test_map_names_columns(desk: Run, table_file: Write) -> None:
    file = table_file("Who,Dial,Also", "Olena,+380671112233,+380671112244")
    assert_refused(desk("clients", "import", file), 2, "--map phone=COLUMN", '"Dial"')
    done = desk("clients", "import", file, "--map", "name=Who", "--map", "phone=Dial,Also", "--json").json
    assert done["columns"] == {"name": "Who", "phone": ["Dial", "Also"]}


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (["phone"], "FIELD=COLUMN"),
        (["=Dial"], "FIELD=COLUMN"),
        (["phone=Dial", "phone=Also"], "twice"),
        (["telephone=Dial"], "telephone"),
        (["phone=Nothing"], "Nothing"),
    ],
)
def test_a_wrong_map_is_refused(desk: Run, table_file: Write, mapping: list[str], said: str) -> None:
    file = table_file("Who,Dial,Also", "Olena,+380671112233,+380671112244")
    words = [word for option in mapping for word in ("--map", option)]
    assert_refused(desk("clients", "import", file, *words, "--json"), 2, said)
    assert desk("clients", "list", "--json").json == []


def on_terminal(words: list[str], *, interrupt: bool) -> tuple[int, bytes, bytes]:
    """Run the program with its stderr on a terminal, interrupted at the first sign of life; code, stdout, stderr."""
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        [*PROGRAM, *words], stdout=subprocess.PIPE, stderr=theirs, env=program_environment(TERM="xterm")
    )
    os.close(theirs)
    shown = b""
    while chunk := _read(ours):
        shown += chunk
        if interrupt and b"Importing" in shown:
            program.send_signal(signal.SIGINT)
            interrupt = False
    printed = program.communicate()[0]
    os.close(ours)
    return program.returncode, printed, shown


def _read(terminal: int) -> bytes:
    """What came next; nothing once the other side has closed, which Linux says with an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


@pytest.mark.real_clock
def test_a_bar_on_the_terminal_and_the_answer_on_stdout(path: Path, table_file: Write) -> None:
    words = ["--db", str(path), "--as", "boss", "clients", "import", table_file(*ROWS), "--json"]
    code, printed, shown = on_terminal(words, interrupt=False)
    assert code == 0, shown
    assert printed.startswith(b"{")
    assert b"Importing" in shown


@pytest.mark.real_clock
def test_an_interrupted_import_leaves_nothing(path: Path, table_file: Write) -> None:
    rows = (f"Client {number};+38067{number:07d};;" for number in range(1_000_000, 1_030_000))
    words = ["--db", str(path), "--as", "boss", "clients", "import", table_file(HEADER, *rows), "--json"]
    code, printed, shown = on_terminal(words, interrupt=True)
    assert (code, printed) == (130, b"")
    assert b"Interrupted." in shown
    assert b"Traceback" not in shown
    boss = ("--db", str(path), "--as", "boss")
    assert run_here(*boss, "clients", "list", "--json").json == []
    assert run_here(*boss, "db", "check", "--json").json["clients"] == 0
    assert not path.with_name("clients.rejects.csv").exists()


def test_add_and_show(either_desk: Run) -> None:
    words = [
        "--name",
        "Olena",
        "--phone",
        "067 111 22 33",
        "--city",
        "Львів",
        "--company",
        "[Acme] Ltd",
        "--source",
        "site",
    ]
    words += ["--note", "likes\x1b]0;evil\x07 tea", "--prefer", "tomorrow 10"]
    added = either_desk("clients", "add", *words, "--json").json
    assert added["phones"][0]["e164"] == "+380671112233"
    assert (added["city"], added["source"], added["zone"]) == ("Львів", "site", "Europe/Kyiv")
    assert added["open_task"]["local"].split("T")[1].startswith("10:00")
    shown = either_desk("clients", "show", str(added["id"]))
    assert "\x1b" not in shown.out
    for word in ("Olena", "[Acme] Ltd", "Львів", "Europe/Kyiv", "site", "tea"):
        assert word in shown.out
    assert_refused(either_desk("clients", "show", "99"), 1, "99")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--name", "Olena", "--phone", "12"], "short"),
        (["--name", "Olena", "--phone", "+380671112233", "--zone", "Moon/Crater"], "Moon/Crater"),
        (["--name", "Olena", "--phone", "+380671112233", "--prefer", "t 10"], "t 10"),
        (["--name", "x" * 300, "--phone", "+380671112233"], "300"),
    ],
)
def test_a_client_who_cannot_be_added(either_desk: Run, words: list[str], said: str) -> None:
    assert_refused(either_desk("clients", "add", *words, "--json"), 2, said)
    assert either_desk("clients", "list", "--json").json == []


def test_list_filters_and_limits(desk: Run, table_file: Write) -> None:
    assert desk("clients", "list").code == 0
    desk("clients", "import", table_file(*ROWS), "--owner", "boss")
    desk("clients", "add", "--name", "Яна", "--phone", "+380671112255")
    everybody = desk("clients", "list", "--json").json
    assert len(everybody) == 3
    assert len(desk("clients", "list", "--owner", "boss", "--json").json) == 2
    assert len(desk("clients", "list", "--limit", "1", "--json").json) == 1
    assert desk("clients", "list", "--status", "paid", "--json").json == []
    assert_refused(desk("clients", "list", "--status", "happy"), 2, "happy")
    table = desk("clients", "list").out.splitlines()
    assert table[0].split()[:2] == ["Id", "Name"]
    assert any("Яна" in line and "+380 67 111 2255" in line for line in table)


def test_a_wrong_number_is_told_and_put_right(desk: Run) -> None:
    desk("clients", "add", "--name", "Olena", "--phone", "+380671112233")
    marked = desk("clients", "phone", "1", "067 111 22 33", "--bad")
    assert "(wrong number)" in marked.out
    desk("clients", "dnc", "+380671112233", "--why", "asked")
    shown = desk("clients", "show", "1")
    assert "+380 67 111 2233 (do not call, wrong number)" in shown.out
    phone = desk("clients", "show", "1", "--json").json["phones"][0]
    assert (phone["bad"], phone["dnc"]) == (True, True)
    desk("clients", "dnc", "+380671112233", "--off", "--why", "signed")
    assert_refused(
        desk("clients", "dnc", "+380671112233", "--off", "--why", "again"), 1, "clients phone 1 PHONE --good"
    )
    assert_refused(desk("clients", "reopen", "1"), 2, "salesdesk clients phone 1 PHONE --good")
    assert_refused(desk("clients", "phone", "1", "+380671112233"), 2, "--good or --bad")
    assert (
        "(" not in desk("clients", "phone", "1", "+380671112233", "--good").out.partition("Numbers")[2].split("\n")[0]
    )
    assert desk("clients", "reopen", "1", "--json").json["status"] == "new"
    assert [row["action"] for row in desk("audit", "--json").json].count("clients.phone") == 2
