"""``salesdesk db grant``: what people's own database logins may see."""

from __future__ import annotations

from typing import Annotated

import typer

from salesdesk.cli.frame.options import Request
from salesdesk.cli.frame.output import say, say_json, table
from salesdesk.errors import BadRequest

Names = Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Whose logins.")]
Everybody = Annotated[bool, typer.Option("--all", help="Everybody's logins.")]


def grant(request: Request, names: Names = None, everybody: Everybody = False) -> None:
    """Bound people's database logins to what their role may see (PostgreSQL). Do it again after every upgrade."""
    with request.signed_in() as sitting:
        from salesdesk.access.grants import grant

        if bool(names) == everybody:
            raise BadRequest("Say whose logins: names, or --all.", "For example: salesdesk db grant anna ivan")
        done = grant(sitting, names or ())
    if request.json:
        say_json([one.as_json() for one in done])
    else:
        say(table(("Name", "Login", "Role", "State"), [(one.name, one.login, one.role, one.state) for one in done]))
