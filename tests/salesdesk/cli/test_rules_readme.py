"""What the README says about changing the rules is run here, line by line, by a shell."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import program_environment

README = Path(__file__).parents[3] / "README.md"


def commands() -> list[str]:
    """The lines of the section's code blocks."""
    section = README.read_text("utf-8").partition("\n## Change the rules\n")[2].partition("\n## ")[0]
    return [line for block in re.findall(r"```sh\n(.*?)```", section, re.DOTALL) for line in block.splitlines()]


def run(line: str, folder: Path, desk: Path) -> str:
    """Run a line as a person would, with ``salesdesk`` on the path; it must succeed."""
    program = folder / "bin" / "salesdesk"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from salesdesk.cli.main import main; main()" "$@"\n')
    program.chmod(0o755)
    environment = program_environment(SALESDESK_DB=str(desk), SALESDESK_USER="boss")
    environment["PATH"] = f"{program.parent}:{environment['PATH']}"
    done = subprocess.run(
        ["/bin/sh", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, (line, done)
    return done.stdout + done.stderr


@pytest.mark.real_clock
def test_the_commands_of_the_readme_do_what_it_says(path: Path, tmp_path: Path) -> None:
    show, check, diff, apply, rollback, *edits = commands()
    run(show, tmp_path, path)
    file = tmp_path / "my-rules.toml"
    file.write_text(file.read_text("utf-8").replace('"5m", "30m"', '"5m", "45m"'), encoding="utf-8")
    assert "no faults" in run(check, tmp_path, path)
    assert run(diff, tmp_path, path) == "ladder no-answer: rung 2 was 30m, is 45m\n"
    assert "Version 2 is in force." in run(apply, tmp_path, path)
    assert "Version 3 is in force." in run(rollback, tmp_path, path)
    assert [line.split()[2] for line in edits] == ["ladder", "reason", "status"]
    for number, line in enumerate(edits, 4):
        assert f"Version {number} is in force." in run(line, tmp_path, path)
    history = run("salesdesk rules history", tmp_path, path)
    assert "the old pace was better" in history
    assert len(history.splitlines()) == 7
