"""What is printed: safe for a terminal, whole for a script."""

from __future__ import annotations

import io
import json
import sys

import pytest

from salesdesk.cli.frame.output import narrate, say, say_file, say_json, table
from tests.support.command_line import run_program

NASTY = "Olena\x1b[2J\x07\x9b31m\u202eevil\u2028next\x7f\r\nforged"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_words_carry_no_control_sequences_and_no_second_line(capsys: pytest.CaptureFixture[str]) -> None:
    say([f"Client {NASTY}"])
    narrate(f"Fault {NASTY.replace(chr(10), ' ')}")
    streams = capsys.readouterr()
    for text in (streams.out, streams.err):
        assert text.count("\n") == 1
        assert text.removesuffix("\n").isprintable()
        assert "Olena" in text


def test_json_keeps_every_letter_and_emits_no_control(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"name": NASTY + "\udcff", "company": "ТОВ «Вікна Плюс»"}
    say_json(value)
    printed = capsys.readouterr().out
    assert json.loads(printed) == value
    assert "ТОВ «Вікна Плюс»" in printed
    assert printed.replace("\n", "").isprintable()


@pytest.mark.real_clock
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "koi8-u"])
def test_json_survives_a_terminal_without_the_letters(encoding: str, path: object) -> None:
    run_program("--db", str(path), "--as", "boss", "users", "add", "olha", "--role", "lead", "--label", "Ольга «О» ґ")
    ran = run_program(
        "--db", str(path), "--as", "boss", "users", "list", "--json", PYTHONIOENCODING=f"{encoding}:strict"
    )
    assert "Ольга «О» ґ" in [user["label"] for user in ran.json]
    told = run_program("--db", str(path), "--as", "boss", "users", "list", PYTHONIOENCODING=f"{encoding}:strict")
    assert (told.code, told.err) == (0, "")


def test_a_file_is_printed_as_it_is_into_a_pipe_and_safely_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'label = "a"\t# \u202ehidden\r\n'
    for stream, printed in ((io.StringIO(newline=""), text), (Terminal(), 'label = "a"     # hidden\n')):
        monkeypatch.setattr(sys, "stdout", stream)
        say_file(text)
        assert stream.getvalue() == printed


def test_a_table_lines_up_whatever_the_letters() -> None:
    assert table(("Id", "Name"), [("1", "你好"), ("22", "Яна\x1b[0m"), ("3", "")]) == [
        "Id  Name",
        "1   你好",
        "22  Яна[0m",
        "3",
    ]


def test_closed_streams_are_no_fault(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    narrate("nobody hears")
    assert capsys.readouterr().out == ""
