"""What is asked on a terminal: whether to go on, and passwords.

Passwords come from a prompt or from standard input, never from an argument: everybody on a machine sees those.
"""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

from salesdesk.cli.frame.output import ask, narrate
from salesdesk.errors import BadRequest, NothingToDo

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
_YES, _NO = frozenset(("y", "yes", "так", "да")), frozenset(("", "n", "no", "ні", "нет"))


def can_ask(stdin: bool) -> bool:
    """Whether a password can be had: standard input was named for it, or somebody sits at a terminal."""
    return stdin or at_terminal()


def at_terminal() -> bool:
    """Whether somebody sits at a terminal and can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def will_ask(yes: bool) -> bool:
    """Whether :func:`agree` asks: somebody sits at a terminal and has not said so already."""
    return not yes and at_terminal()


def agree(question: str, *, yes: bool) -> None:
    """Ask whether to go on, where somebody can be asked and has not said so already (``yes``); else go on.

    Raises :class:`NothingToDo` for a no. Enter alone, and the end of the input, are a no.
    """
    if will_ask(yes) and not _agreed(question):
        raise NothingToDo("Nothing was changed.")


def _agreed(question: str) -> bool:
    while True:
        ask(f"{question} [y/N] ")
        typed = sys.stdin.readline()
        if not typed:  # Ctrl-D leaves the cursor behind the question
            narrate("")
        answer = typed.strip().casefold()
        if answer in _YES | _NO:
            return answer in _YES
        narrate("Answer y or n.")


def password(prompt: str, *, stdin: bool) -> str:
    """The password that is typed, or the next line of standard input. Raises :class:`BadRequest` when there is none."""
    if not stdin:
        return _typed(prompt)
    line = sys.stdin.readline() if sys.stdin is not None else ""
    if not line.rstrip("\r\n"):
        raise BadRequest("There is no password on standard input.", "Give each password on a line of its own.")
    return line.rstrip("\r\n")


def new_password(*, stdin: bool) -> str:
    """A new password, typed twice on a terminal. Raises :class:`BadRequest` when the two differ, or there is none."""
    if not can_ask(stdin):
        raise BadRequest(
            "There is no terminal to ask for a password on.", "Give it on standard input: --password-stdin"
        )
    first = password("New password: ", stdin=stdin)
    if not stdin and first != password("Once more: ", stdin=False):
        raise BadRequest("The two passwords differ.", "Nothing was changed. Type the same one twice.")
    return first


def _typed(prompt: str) -> str:
    try:
        return getpass.getpass(prompt)
    except EOFError:
        raise BadRequest("No password was typed.", "Type it, then press Enter.") from None
