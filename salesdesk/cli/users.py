"""``salesdesk users``: the people of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from salesdesk.cli.options import Request, common, noun
from salesdesk.cli.output import say, say_json, table

if TYPE_CHECKING:
    from salesdesk.models import User

app = noun("The people of the desk: who they are and what they may do.")

Name = Annotated[str, typer.Argument(help="The name to sign in and act by.")]
Role = Annotated[Literal["manager", "lead", "admin"], typer.Option(help="What they may do.")]
Label = Annotated[str, typer.Option(metavar="TEXT", help="How the screens call them; else the name.")]
OsUser = Annotated[
    str | None, typer.Option("--os-user", metavar="LOGIN", help="Their login on this machine, or their database role.")
]
Pools = Annotated[list[str] | None, typer.Option("--pool", metavar="NAME", help="A pool that they belong to.")]
Zone = Annotated[str | None, typer.Option(metavar="ZONE", help="Their own time zone, where it is not the team's.")]


@app.command("add")
@common
def add(
    request: Request,
    name: Name,
    *,
    role: Role,
    label: Label = "",
    os_user: OsUser = None,
    pool: Pools = None,
    zone: Zone = None,
) -> None:
    """Add a person."""
    with request.signed_in("admin") as (database, _):
        from salesdesk.clock import SystemClock
        from salesdesk.people import NewUser, add_user

        new = NewUser(name, role, label, os_user or None, zone, tuple(pool or ()))
        with database.write() as session:
            user = add_user(session, new, SystemClock().now())
        _answer(request, [user])


@app.command("list")
@common
def show_all(request: Request) -> None:
    """List everybody."""
    with request.signed_in("lead") as (database, _):
        from salesdesk.people import list_users

        with database.read() as session:
            found = list_users(session)
        _answer(request, found)


def _answer(request: Request, users: list[User]) -> None:
    if request.json:
        say_json([_as_json(user) for user in users])
        return
    rows = [(user.name, user.label, user.role, "yes" if user.active else "no", user.os_login or "") for user in users]
    say(table(("Name", "Label", "Role", "Active", "Login"), rows))


def _as_json(user: User) -> dict[str, Any]:
    return {"name": user.name, "role": user.role, "active": user.active, "label": user.label}
