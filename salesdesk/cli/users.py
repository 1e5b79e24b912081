"""``salesdesk users``: the people of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from salesdesk.cli.frame.asking import new_password
from salesdesk.cli.frame.options import Request, common, noun
from salesdesk.cli.frame.output import say, say_json, table
from salesdesk.errors import BadRequest

if TYPE_CHECKING:
    from salesdesk.team.roster import Member

app = noun("Say who works here, when, and what they may do.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name to sign in and act by.")]
Role = Annotated[Literal["manager", "lead", "admin"], typer.Option(help="What they may do.")]
Label = Annotated[str, typer.Option(metavar="TEXT", help="How the screens call them; else the name.")]
OsUser = Annotated[
    str | None, typer.Option("--os-user", metavar="LOGIN", help="Their login on this machine, or their database role.")
]
Pools = Annotated[list[str] | None, typer.Option("--pool", metavar="NAME", help="A pool that they belong to.")]
Zone = Annotated[str | None, typer.Option(metavar="ZONE", help="Their own time zone, where it is not the team's.")]
Hours = Annotated[
    str | None, typer.Option(metavar="HOURS", help='Their working hours: "mon-fri 09:00-18:00"; else the team\'s.')
]
OwnHours = Annotated[str | None, typer.Argument(metavar="HOURS", help='"mon-fri 09:00-18:00; sat 10:00-14:00".')]
Team = Annotated[bool, typer.Option("--team", help="They work the team's hours again.")]
Join = Annotated[list[str] | None, typer.Option("--add", metavar="POOL", help="A pool that they join.")]
Leave = Annotated[list[str] | None, typer.Option("--remove", metavar="POOL", help="A pool that they leave.")]
Known = Annotated[str, typer.Argument(metavar="NAME", help="Their name here.")]
Whose = Annotated[str | None, typer.Argument(metavar="NAME", help="Whose, for an admin; else your own.")]


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
    hours: Hours = None,
) -> None:
    """Add a person."""
    with request.signed_in() as sitting:
        from salesdesk.access.people import NewUser
        from salesdesk.team.roster import roster
        from salesdesk.team.rota import hours_from
        from salesdesk.team.staff import take_on

        own = hours_from(hours) if hours else None
        new = NewUser(name, role, label, os_user or None, zone, tuple(pool or ()), own)
        take_on(sitting, new)
        _answer(request, roster(sitting, [name]))


@app.command("list")
@common
def show_all(request: Request) -> None:
    """List everybody, with their pools and their hours."""
    with request.signed_in() as sitting:
        from salesdesk.team.roster import roster

        _answer(request, roster(sitting))


@app.command("disable")
@common
def disable(request: Request, name: Known) -> None:
    """Let somebody in no more. What they did stays theirs; the client in their hands is free at once."""
    with request.signed_in() as sitting:
        from salesdesk.team.roster import roster
        from salesdesk.team.staff import disable

        disable(sitting, name)
        _answer(request, roster(sitting, [name]))


@app.command("enable")
@common
def enable(request: Request, name: Known) -> None:
    """Let a disabled person in again."""
    with request.signed_in() as sitting:
        from salesdesk.team.roster import roster
        from salesdesk.team.staff import enable

        enable(sitting, name)
        _answer(request, roster(sitting, [name]))


@app.command("password")
@common
def password(request: Request, name: Whose = None) -> None:
    """Set your password, or as an admin somebody's. It is typed twice, or read with --password-stdin."""
    with request.signed_in() as sitting:
        from salesdesk.access.passwords import may_set, set_password

        may_set(sitting.database, sitting.person, name)
        said = new_password(stdin=request.password_stdin)
        whose = set_password(sitting, said, name)
    if request.json:
        say_json({"name": whose})
    else:
        say([f"{whose} has a new password."])


@app.command("hours")
@common
def hours(request: Request, name: Known, hours: OwnHours = None, *, team: Team = False) -> None:
    """Say when somebody works, by their own clock: outside of it no incoming client is given to them.

    Without hours it tells which they are now.
    """
    with request.signed_in() as sitting:
        from salesdesk.team.roster import roster
        from salesdesk.team.rota import set_hours

        if hours is not None and team:
            raise BadRequest(
                "Give working hours or --team, not both.", 'For example "mon-fri 09:00-13:00, 14:00-18:00".'
            )
        if hours is not None or team:
            set_hours(sitting, name, hours)
        member = roster(sitting, [name])[0]
    if request.json:
        say_json([member.as_json()])
    else:
        whose = "" if member.own else "the hours of the team: "
        say([f"{name} works {whose}{member.hours} ({member.zone})."])


@app.command("pool")
@common
def pool(request: Request, name: Known, *, add: Join = None, remove: Leave = None) -> None:
    """Have somebody join pools or leave them; without either, say which they are in."""
    with request.signed_in() as sitting:
        from salesdesk.team.roster import roster
        from salesdesk.team.rota import Change, change_pools

        user, pools = change_pools(sitting, name, Change(tuple(add or ()), tuple(remove or ())))
        changed = roster(sitting, [name])
    if request.json:
        say_json([member.as_json() for member in changed])
    else:
        say([f"{user.name} is in: {', '.join(pools) or 'no pool but the one of everybody'}."])


def _answer(request: Request, found: list[Member]) -> None:
    if request.json:
        say_json([member.as_json() for member in found])
        return
    rows = [
        (
            member.user.name,
            member.user.label,
            member.user.role,
            "yes" if member.user.active else "no",
            member.user.os_login or "",
            ", ".join(member.pools) or "-",
            member.hours if member.own else "the team's",
        )
        for member in found
    ]
    say(table(("Name", "Label", "Role", "Active", "Login", "Pools", "Hours"), rows))
