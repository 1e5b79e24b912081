"""What the command line says of itself: help in whole sentences, and faults of usage in the program's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import typer
from typer.core import TyperGroup

from salesdesk.cli.frame.usage import first_sentence
from salesdesk.cli.main import app
from tests.support.command_line import run_here

FOREIGN = re.compile(r"Value error|Input should|Invalid value|unable to parse|unexpected extra|valid (integer|boolean)")


def commands() -> Iterator[tuple[str, object]]:
    """Every command and group, with its words."""

    def below(command: object, words: tuple[str, ...]) -> Iterator[tuple[str, object]]:
        yield " ".join(words), command
        for name, each in getattr(command, "commands", {}).items():
            yield from below(each, (*words, name))

    yield from below(typer.main.get_command(app), ())


COMMANDS = dict(commands())


@pytest.mark.parametrize("words", COMMANDS)
def test_the_help_of_every_command_is_whole_sentences(words: str) -> None:
    ran = run_here(*words.split(), "--help")
    command = COMMANDS[words]
    assert (ran.code, ran.err) == (0, "")
    about = " ".join((getattr(command, "help", None) or "").split())
    assert re.match(r"[A-Z]", about), "a sentence begins with a capital"
    assert about.endswith("."), "a sentence ends"
    assert about in " ".join(ran.out.split())
    for param in getattr(command, "params", ()):
        said = getattr(param, "help", None)
        assert said or param.name in {"install_completion", "show_completion", "help"}, f"{param.name} is not explained"
        assert not said or said.rstrip().endswith((".", ")", "archive")), f"{param.name}: {said}"


@pytest.mark.parametrize("words", [words for words, command in COMMANDS.items() if isinstance(command, TyperGroup)])
def test_a_group_says_of_each_command_the_whole_first_sentence(words: str) -> None:
    out = run_here(*words.split(), "--help").out
    assert "..." not in out.replace("COMMAND [ARGS]...", "")
    listed = " ".join(out.partition("Commands:")[2].split())
    for command in getattr(COMMANDS[words], "commands", {}).values():
        sentence = first_sentence(command)
        assert sentence in listed
        assert sentence.endswith((".", "!"))


@pytest.mark.parametrize(
    ("words", "title", "mend"),
    [
        ("kpi --by week", '--by "week" is not known.', "Use one of: manager, day"),
        ("users add x --role boss", '--role "boss" is not known.', "Use one of: manager, lead, admin."),
        ("clients import x --on-duplicate no", '--on-duplicate "no" is not known.', "merge, skip, reject"),
        ("clients list --limit x", '--limit "x" is not a whole number.', "Give one, such as 17."),
        ("clients show first", 'ID "first" is not a whole number.', "clients show --help"),
        ("task outcome paid --seconds 1.5", '--seconds "1.5" is not a whole number.', "task outcome --help"),
        ("rules simulate x --days 0", '--days "0" is out of reach.', "Give a whole number from 1 to 3660."),
        ("rules simulate x --days 9999", '--days "9999" is out of reach.', "from 1 to 3660"),
        ("clients show", "ID is missing.", "The client's number here."),
        ("users add x", "--role is missing.", "Use one of: manager, lead, admin."),
        ("task outcome", "OUTCOME is missing.", "What happened"),
        ("clients dnc 1", "--why is missing.", "Who asked for it, and how."),
        ("users list --loud", "There is no option --loud here.", "Leave it out."),
        ("rules simulate x --day 3", "There is no option --day here.", "Did you mean: --days"),
        ("clients list --limit", "--limit lacks its value.", "Give one"),
        ("kpi --json=1", "--json takes no value.", "Give it alone."),
        ("clients show 1 2 3", '"2 3" is more than this command takes.', "in quotes"),
        ("clients lst", 'There is no command "lst" here.', "Did you mean: list?"),
        ("db nonsense", 'There is no command "nonsense" here.', "Use one of: status, check"),
        ("nonsense", 'There is no command "nonsense" here.', "Use one of: desk, demo"),
    ],
)
def test_wrong_words_are_refused_in_our_words(words: str, title: str, mend: str) -> None:
    ran = run_here(*words.split())
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[0] == title
    assert mend in ran.err
    assert "See: salesdesk" in ran.err
    assert not FOREIGN.search(ran.err)
