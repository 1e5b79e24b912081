"""Every command of README.md and docs/ is run here, one after the other, in the order in which they stand."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer

from rules.file.preset import preset_text
from salesdesk.cli.main import app
from tests.support.bases import DeskServer
from tests.support.command_line import Ran, run_here

ROOT = Path(__file__).parents[3]
DOCUMENTS = ("README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))))

ELSEWHERE = {
    "salesdesk demo --keep demo.db": "opens a desk; tests/e2e/test_desk_terminal.py",
    "salesdesk desk --as anna": "opens a desk; tests/e2e/test_desk_terminal.py",
    "salesdesk users password": "asks on a terminal; tests/salesdesk/access/test_passwords.py",
    "salesdesk db upgrade": "needs an older base; tests/salesdesk/upkeep/test_backup_upgrade.py",
    "salesdesk db grant --all": "needs a server; tests/salesdesk/access/test_grants.py",
}
"""What cannot be run here, why, and where it is. That there is such a command is tested."""

EXPECTED = {
    "salesdesk clients import sample_data/messy.csv --country UA": "25 rows read",
    "salesdesk clients move 7 --owner anna": "Owner    anna",
    "salesdesk clients move --from anna --to ivan --to petro": "1 client and 1 open task",
    "salesdesk task release --manager anna": "Taken back from anna",
    "salesdesk clients merge 9 8 --dry-run": "this was a dry run",
    "salesdesk users hours anna": "anna works the hours of the team",
    "salesdesk rules check my-rules.toml": "no faults, 0 warnings",
    "salesdesk rules diff my-rules.toml": "ladder no-answer: rung 2 was 30m, is 45m\n",
    'salesdesk rules apply my-rules.toml --note "a second try after 45 minutes"': "Version 2 is in force.",
    'salesdesk rules rollback 1 --note "the old pace was better"': "Version 3 is in force.",
    "salesdesk rules history": "the old pace was better",
    "salesdesk rules edit": "Version 4 is in force.",
    "salesdesk rules ladder set no-answer 5m 45m 3h 1d archive": "Version 5 is in force.",
    "salesdesk --db win-back.db init --preset win-back": "Made: ",
    "salesdesk clients merge 18 17": "Client   17",
    "salesdesk --db postgresql+psycopg://... db restore all.db": "Restored 18 clients",
}

Way = Callable[[str], Ran]


def lines_of(document: str) -> list[str]:
    """The commands of a document in order: the lines of its shell blocks, and what stands between backquotes."""
    text = (ROOT / document).read_text("utf-8")
    found: list[str] = []
    for block, span in re.findall(r"```\w*\n(.*?)```|`([^`]+)`", text, re.DOTALL):
        if span:
            found.append(" ".join(span.split()))
        elif block:
            found += [line.partition(" #")[0].strip() for line in block.splitlines()]
    return [line for line in found if re.match(r"(?:\.venv/bin/)?salesdesk(?![-\w./])", line)]


def here(line: str) -> Ran:
    """Run a line as a shell would: one command, into a file where it says so."""
    words = shlex.split(line)
    assert words[0] == "salesdesk", line
    into = words[words.index(">") + 1] if ">" in words else None
    ran = run_here(*(words[1 : words.index(">")] if into else words[1:]))
    if into:
        Path(into).write_text(ran.out, encoding="utf-8")
    return ran


@pytest.fixture
def shell(home: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Way:
    """A folder like that of a reader, with an editor; runs a line there, with its words in capitals filled in."""
    shutil.copytree(ROOT / "sample_data", home / "sample_data", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    editor = home / "editor.py"
    editor.write_text("import sys; open(sys.argv[1], 'a').write('# seen\\n')")
    monkeypatch.setenv("VISUAL", shlex.join([sys.executable, str(editor)]))
    changed = preset_text("workshop").replace('"5m"', '"6m"', 1)
    (home / "changed.toml").write_text(changed, encoding="utf-8")

    def run(line: str) -> Ran:
        file = "saved.db" if line.startswith("salesdesk db ") else "changed.toml"
        for word, meant in (("NAME", "nadia"), ("POOL", "sales"), ("FILE", file)):
            line = re.sub(rf"\b{word}\b", meant, line)
        if "postgresql+psycopg://..." in line:
            line = line.replace("postgresql+psycopg://...", server(request))
        return here(line)

    return run


def server(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, the same one each time it is asked for."""
    if not hasattr(request.node, "place"):
        found: DeskServer = request.getfixturevalue("postgres_server")
        request.node.place = found.empty().replace("postgresql://", "postgresql+psycopg://", 1)
    return str(request.node.place)


def furnished(shell: Way) -> None:
    """A desk as a page takes it for granted that begins with none: a team, and eighteen clients who are Anna's."""
    assert shell("salesdesk init --preset en --country UA --zone Europe/Kyiv").code == 0
    for name in ("anna", "ivan", "petro"):
        shell(f"salesdesk users add {name} --role manager")
    for number in range(18):
        shell(f"salesdesk clients add --name 'Client {number}' --phone +3806712300{number:02d} --owner anna")


def change_the_copy(_: Way) -> None:
    """What the reader does with the rules that were taken out."""
    file = Path("my-rules.toml")
    file.write_text(file.read_text("utf-8").replace('"5m", "30m"', '"5m", "45m"'), encoding="utf-8")


def hold(shell: Way) -> None:
    """Nadia takes a client who is nobody's, so that she can be freed of them."""
    shell("salesdesk clients add --name Late --phone +380671239999")
    assert shell("salesdesk task next --as nadia").code == 0


def begin(document: str, shell: Way) -> None:
    if document in {"docs/team.md", "docs/scaling.md"}:
        furnished(shell)
    elif document == "docs/architecture.md":
        furnished(shell)
        Path("changed.toml").write_text("name,phone\nOlena,+380671112233\n", encoding="utf-8")


BEFORE: dict[str, Callable[[Way], None]] = {
    "salesdesk rules check my-rules.toml": change_the_copy,
    "salesdesk task release --manager NAME": hold,
}


def command_of(line: str) -> tuple[object, list[str]]:
    """The command that a line names, and the words behind it; fails where there is none of these words."""
    command, words = typer.main.get_command(app), shlex.split(line)[1:]
    while words and (below := getattr(command, "commands", None)):
        command, words = below[words[0]], words[1:]
    return command, words


def is_named_only(line: str) -> bool:
    """Whether a sentence names a command, without the words that it would need to be run: ``salesdesk rules apply``."""
    if line in {"salesdesk", ".venv/bin/salesdesk"}:
        return True
    if "--" in line.partition(" ")[2][:2]:
        return False
    command, words = command_of(line)
    return not words and any(param.required for param in command.params)  # type: ignore[attr-defined]


@pytest.mark.parametrize("document", [document for document in DOCUMENTS if lines_of(document)])
def test_the_commands_work_one_after_the_other(document: str, shell: Way) -> None:
    begin(document, shell)
    for line in lines_of(document):
        if line in ELSEWHERE:
            assert command_of(line), line
            continue
        if is_named_only(line):
            continue
        if line in BEFORE:
            BEFORE[line](shell)
        ran = shell(line)
        assert ran.code == 0, (line, ran)
        assert EXPECTED.get(line, "") in ran.out + ran.err, (line, ran)
    assert run_here("db", "check", "--json").json["ok"]


def test_nothing_is_left_out_that_stands_nowhere() -> None:
    every = {line for document in DOCUMENTS for line in lines_of(document)}
    assert set(ELSEWHERE) | set(EXPECTED) | set(BEFORE) <= every


def installs() -> Iterator[str]:
    """What the documents install, each a path with its extras."""
    for document in (*DOCUMENTS, "CONTRIBUTING.md"):
        for found in re.findall(r"pip install ([^`&\n]+)", (ROOT / document).read_text("utf-8")):
            yield next(word for word in shlex.split(found) if not word.startswith("-"))


def test_what_the_documents_install_is_this_folder_with_extras_that_there_are() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    found = list(installs())
    assert {".", ".[postgres]", ".[test]"} <= set(found)
    for what in found:
        folder, _, named = what.partition("[")
        assert folder == ".", f"{what} is on no index"
        assert set(filter(None, named.rstrip("]").split(","))) <= set(extras), what
