"""What is wrong with the words of a command, in the program's own words: typer's and its validator's stay unsaid.

And the help of a group, which says of each of its commands the whole first sentence.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from typer._click import exceptions as click
from typer.core import TyperGroup

from salesdesk.cli.frame.output import narrate
from salesdesk.errors import BadRequest

if TYPE_CHECKING:
    from typer._click.core import Command, Context
    from typer._click.formatting import HelpFormatter

_UNKNOWN_COMMAND = re.compile(r"No such command '(?P<word>.*?)'\.")
_EXTRA = re.compile(r"Got unexpected extra argument\(s\) \((?P<words>.*)\)", re.DOTALL)


class Group(TyperGroup):
    """A group of commands that says what is wrong with the words as every other fault is said."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the commands and leave; words that cannot be understood end in exit 2, with a mend."""
        try:
            code = super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
            if not standalone_mode:
                return code
        except click.NoArgsIsHelpError as fault:
            fault.show()
            sys.exit(fault.exit_code)
        except click.UsageError as fault:
            narrate(str(in_our_words(fault)))
            sys.exit(fault.exit_code)
        sys.exit(code if isinstance(code, int) else 0)

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """List the commands, each with the whole first sentence of its help: a cut one says half of the truth."""
        rows = [(name, first_sentence(command)) for name, command in self.commands.items() if not command.hidden]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def first_sentence(command: Command) -> str:
    """The first sentence of a command's help, on one line."""
    words = " ".join((command.help or "").split())
    found = re.match(r".*?[.?!](?= [A-Z]|$)", words)
    return found[0] if found else words


def in_our_words(fault: click.UsageError) -> BadRequest:
    """The same fault as every other one is said: what is wrong, and what to do about it."""
    title, mend = _said(fault)
    return BadRequest(title, "\n  ".join([mend, *_where_help_is(fault)]))


def _where_help_is(fault: click.UsageError) -> list[str]:
    if fault.ctx is None:
        return ["See: salesdesk --help"]
    return [f"See: {fault.ctx.command_path} --help", fault.ctx.get_usage()]


def _said(fault: click.UsageError) -> tuple[str, str]:
    match fault:
        case click.NoSuchOption():
            close = difflib.get_close_matches(fault.option_name, fault.possibilities or (), cutoff=0.7)
            return f"There is no option {fault.option_name} here.", _meant(close)
        case click.BadOptionUsage():
            if "requires" in fault.message:
                return f"{fault.option_name} lacks its value.", "Give one behind it."
            return f"{fault.option_name} takes no value.", "Give it alone."
        case click.MissingParameter():
            return f"{_name_of(fault.param)} is missing.", _use_of(fault.param) or "Give it too."
        case click.BadParameter():
            return _bad_value(fault)
    return _wrong_words(fault)


def _wrong_words(fault: click.UsageError) -> tuple[str, str]:
    """A command that there is not, or words too many."""
    if unknown := _UNKNOWN_COMMAND.match(fault.message):
        commands = getattr(fault.cmd, "commands", {})
        close = difflib.get_close_matches(unknown["word"], commands)
        title = f'There is no command "{unknown["word"]}" here.'
        return title, _meant(close) if close else f"Use one of: {', '.join(commands)}."
    if extra := _EXTRA.match(fault.message):
        return f'"{extra["words"]}" is more than this command takes.', "Put what has spaces in it in quotes."
    return fault.format_message(), "Say it otherwise."


def _meant(names: Iterable[str]) -> str:
    known = ", ".join(names)
    return f"Did you mean: {known}?" if known else "Leave it out."


def _name_of(param: Any) -> str:
    """An option by its longest name, anything else by what stands for it in the help."""
    options = [name for name in getattr(param, "opts", ()) if name.startswith("-")]
    return max(options, key=len) if options else str(param.display_name_raw)


def _use_of(param: Any) -> str:
    """What may be given, where that is a few words; else what the help says of it."""
    choices = param.type_descriptor.choices
    return f"Use one of: {', '.join(map(str, choices))}." if choices else str(param.help or "")


def _bad_value(fault: click.BadParameter) -> tuple[str, str]:
    from pydantic import ValidationError

    if not isinstance(fault.__cause__, ValidationError) or fault.param is None:
        return fault.format_message(), "Give another value."
    found, param = fault.__cause__.errors()[0], fault.param
    given = f'{_name_of(param)} "{found["input"]}"'
    if found["type"].startswith("int_"):
        return f"{given} is not a whole number.", "Give one, such as 17."
    if found["type"] in {"greater_than_equal", "less_than_equal"}:
        least, most = getattr(param, "min", None), getattr(param, "max", None)
        return f"{given} is out of reach.", f"Give a whole number from {least} to {most}."
    return f"{given} is not known.", _use_of(param)
