"""``salesdesk init``: make a desk."""

from __future__ import annotations

from typing import Annotated

import typer

from salesdesk.cli.frame.options import Request
from salesdesk.cli.frame.output import narrate, say, say_json

Preset = Annotated[
    str | None,
    typer.Option(
        metavar="en|uk|ru|workshop|win-back",
        help="The first rules, en when not said: the same in three languages, or a worked set (docs/rule-sets.md).",
    ),
]
Country = Annotated[
    str | None, typer.Option(metavar="UA", help="Where numbers without a country code are; else from the zone.")
]
Zone = Annotated[
    str | None, typer.Option(metavar="Europe/Kyiv", help="The team's time zone; else the country's or the machine's.")
]
Group = Annotated[
    str | None,
    typer.Option(metavar="G", help="Share the file with a group of this machine: all of it can read all of the file."),
]


def init(
    request: Request, preset: Preset = None, country: Country = None, zone: Zone = None, group: Group = None
) -> None:
    """Make the database, its first admin (you) and the first rules. Safe to repeat: what is there stays."""
    from salesdesk.access.os_login import os_login
    from salesdesk.clock import SystemClock
    from salesdesk.founding import init as founding

    place = founding.home(country, zone, founding.machine_zone())
    asked = founding.Asked(country, zone)
    made = founding.init(
        request.location(), SystemClock(), admin=os_login(), preset=preset, place=place, group=group, asked=asked
    )
    made.database.close()
    for difference in made.differs:
        narrate(f"Nothing was changed: {difference}.")
    if any(difference.startswith("preset") for difference in made.differs):
        narrate("  To change the rules that are there: salesdesk rules edit, or rules diff FILE and rules apply FILE")
    where = str(made.database.location)
    if request.json:
        say_json(
            {
                "db": where,
                "created": made.created,
                "preset": made.preset,
                "admin": made.admin,
                "country": made.home.country,
                "zone": made.home.zone,
            }
        )
        return
    say(
        [
            f"{'Made' if made.created else 'Already there, nothing changed'}: {where}",
            f"Home: {made.home.country}, {made.home.zone}. First rules: {made.preset}. Admin: {made.admin}.",
        ]
    )
    if not made.created:
        return
    narrate(
        "Go on with:\n"
        "  salesdesk users add NAME --role manager   add the people who call\n"
        "  salesdesk clients import FILE             bring in the clients\n"
        "  salesdesk                                 open the desk"
    )
