"""``rules edit`` with an editor that is a small program: what it writes is checked, marked, applied or kept."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rules.file.faults import Fault
from salesdesk.rule_changes.editor import with_marks, without_marks
from tests.support.command_line import Ran, assert_refused, run_here, run_program

Run = Callable[..., Ran]

# An editor that keeps what it was shown, then does the next of its lines: [old, new], a whole text, null to leave the
# file as it is, or a number to fail with.
EDITOR = """
import json, pathlib, sys
plan, file = map(pathlib.Path, sys.argv[1:])
steps = json.loads(plan.read_text())
seen = plan.with_suffix(f".{len(steps)}.seen")
seen.write_bytes(file.read_bytes())
step = steps.pop(0) if steps else None
plan.write_text(json.dumps(steps))
if isinstance(step, int):
    file.write_text(file.read_text() + "# written before the editor failed\\n")
    sys.exit(step)
if isinstance(step, list):
    file.write_bytes(file.read_bytes().decode().replace(*step).encode())
elif step is not None:
    file.write_bytes(step.encode("latin-1"))
"""

CALMER = ['"5m", "30m"', '"5m", "45m"']
FAULTY = ['ladder = "busy"', 'ladder = "bussy"']


@pytest.fixture
def edit(path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Runs ``rules edit`` with an editor that takes these steps; ``program`` has it run as a program of its own."""

    def run(*steps: object, words: tuple[str, ...] = (), program: bool = False, **settings: str) -> Ran:
        editor, plan = home / "editor.py", home / "plan"
        editor.write_text(EDITOR)
        plan.write_text(json.dumps(steps))
        command = f"{shlex.quote(sys.executable)} {editor} {plan}"
        for name, value in {"EDITOR": command, "VISUAL": "", **settings}.items():
            monkeypatch.setenv(name, value)
        return (run_program if program else run_here)("--db", str(path), "--as", "boss", "rules", "edit", *words)

    return run


def kept(ran: Ran) -> Path:
    """The file in which a text was kept."""
    found = re.search(r"Your text is kept in (.+)", ran.err)
    assert found is not None, ran.err
    return Path(found[1])


def drafts(home: Path) -> list[Path]:
    return list(home.rglob("edit-*.toml"))


def version(desk: Run) -> int:
    return int(desk("rules", "show", "--json").json["version"])


@pytest.mark.real_clock
def test_a_good_edit_is_a_version_and_leaves_no_file(edit: Run, desk: Run, home: Path) -> None:
    ran = edit(CALMER, words=("--note", "calmer", "--json"), program=True)
    assert (ran.code, ran.json["version"], ran.json["note"]) == (0, 2, "calmer")
    assert "45m" in desk("rules", "show").out
    assert drafts(home) == []


def test_visual_goes_before_editor(edit: Run, desk: Run) -> None:
    assert edit(None, VISUAL="false").code == 2
    assert edit(CALMER, EDITOR="false", VISUAL=shlex.join([sys.executable, "-c", "pass"])).code == 1


def test_faults_are_shown_beside_their_lines_until_they_are_mended(edit: Run, desk: Run, home: Path) -> None:
    ran = edit(FAULTY, ["schema = 1", "schema = 1\nodd = 2"], [FAULTY[1], FAULTY[0]], ["odd = 2\n", "# a remark\n"])
    assert ran.code == 0, ran
    first, second = (home / "plan.3.seen").read_text(), (home / "plan.2.seen").read_text()
    at = first.splitlines().index('  ladder = "bussy"')
    assert first.splitlines()[at + 1].startswith("# ^ FAULT: outcome.no-answer.reason.busy.ladder: ")
    assert first.count("# ^ FAULT") == 2
    top = first.splitlines()[0]
    assert top.startswith(f"# ^ FAULT: 1 fault, the first at line {at + 1}: outcome.no-answer.reason.busy.ladder: ")
    assert second.count("# ^ FAULT") == 3
    assert second.splitlines()[0].startswith("# ^ FAULT: 2 faults, the first at line ")
    shown = desk("rules", "show").out
    assert "FAULT" not in shown
    assert version(desk) == 2
    assert drafts(home) == []


def test_faults_saved_again_are_refused_and_the_text_is_kept(edit: Run, desk: Run) -> None:
    ran = edit(FAULTY, None)
    assert_refused(ran, 2, "outcome.no-answer.reason.busy.ladder", "Nothing was changed")
    text = kept(ran).read_text("utf-8")
    assert text == desk("rules", "show").out.replace(FAULTY[0], FAULTY[1])
    assert kept(ran).stat().st_mode & 0o777 == 0o600
    assert version(desk) == 1


@pytest.mark.parametrize("step", [None, "", " \n"])
def test_nothing_changed_is_nothing_to_do(edit: Run, desk: Run, home: Path, step: str | None) -> None:
    ran = edit(step)
    assert (ran.code, ran.out) == (1, "")
    assert "left as they are" in ran.err
    assert drafts(home) == []
    assert version(desk) == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"EDITOR": ""}, "No editor is set"),
        ({"EDITOR": "no-such-editor -w"}, '"no-such-editor" cannot be run'),
        ({"EDITOR": "'"}, "cannot be understood"),
        ({"EDITOR": "false"}, "ended with code 1"),
    ],
)
def test_an_editor_that_is_missing_or_fails(edit: Run, home: Path, settings: dict[str, str], said: str) -> None:
    assert_refused(edit(None, **settings), 2, said)
    assert drafts(home) == []


def test_what_was_written_before_the_editor_failed_is_kept(edit: Run, desk: Run) -> None:
    ran = edit(3)
    assert_refused(ran, 2, "ended with code 3")
    assert kept(ran).read_text("utf-8").endswith("# written before the editor failed\n")
    assert version(desk) == 1


def test_a_text_that_is_not_utf8_is_kept_as_it_is(edit: Run) -> None:
    ran = edit("schema = 1\n# \xff\n")
    assert_refused(ran, 2, ":2: not UTF-8")
    assert kept(ran).read_bytes() == b"schema = 1\n# \xff\n"


@pytest.mark.real_clock
def test_a_version_made_meanwhile_is_not_overwritten(edit: Run, desk: Run, path: Path, home: Path) -> None:
    other = home / "other.py"
    program = "from salesdesk.cli.main import main; main()"
    rename = ["--db", str(path), "--as", "boss", "rules", "status", "rename", "new", "--label", "Fresh"]
    other.write_text(
        "import pathlib, subprocess, sys\n"
        f"subprocess.run([sys.executable, '-c', {program!r}, *{rename!r}], check=True)\n"
        f"file = pathlib.Path(sys.argv[1])\nfile.write_text(file.read_text().replace(*{CALMER!r}))\n"
    )
    ran = edit(EDITOR=f"{shlex.quote(sys.executable)} {other}")
    assert ran.code == 2
    assert "Version 2 was made meanwhile; yours was written on version 1" in ran.err
    assert "45m" in kept(ran).read_text("utf-8")
    assert version(desk) == 2


def test_clients_who_would_be_stranded_keep_the_text_too(edit: Run, desk: Run) -> None:
    desk("clients", "add", "--name", "Olena", "--phone", "+380671112233")
    status = '[[status]]\nid = "new"\nlabel = "New"\nkind = "open"\n'
    text = desk("rules", "show").out.replace(status, "").replace('"new", ', "")
    ran = edit(text)
    assert_refused(ran, 2, '1 in status "new"')
    applied = desk("rules", "apply", str(kept(ran)), "--note", "fewer", "--move-to", "in-work")
    assert (applied.code, applied.out) == (0, "Version 2 is in force.\n")


def test_marks_come_and_go() -> None:
    text = 'a = 1\n  b = [\n  2,\n]\nc = "last"'
    faults = (Fault(None, "", "all wrong"), Fault(1, "a", "one\nline"), Fault(3, "b", "two"), Fault(5, "c", "three"))
    marked = with_marks(text, faults)
    assert marked.splitlines() == [
        "# ^ FAULT: 4 faults, the first: all wrong",
        "# ^ FAULT: all wrong",
        "a = 1",
        "# ^ FAULT: a: one line",
        "  b = [",
        "  2,",
        "# ^ FAULT: b: two",
        "]",
        'c = "last"',
        "# ^ FAULT: c: three",
    ]
    assert without_marks(marked) == f"{text}\n"
