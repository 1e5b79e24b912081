"""``salesdesk task``: take the next task, say what happened, give it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.frame.options import Request, common, noun
from salesdesk.cli.frame.output import narrate, say, say_json, table
from salesdesk.cli.frame.words import both_clocks, client_clock, home_zone, local_text, named_time, who

if TYPE_CHECKING:
    from datetime import datetime

    from salesdesk.desk.load import HourLoad
    from salesdesk.desk.why import Why
    from salesdesk.team.stuck import Hold
    from salesdesk.work.views import Handed, NothingDue, Recorded

app = noun("Take the next task, say what happened, or give it back.")

Outcome = Annotated[
    str, typer.Argument(metavar="OUTCOME", help="What happened: the id of a button, such as no-answer.")
]
Reason = Annotated[str | None, typer.Option(metavar="R", help="The id of the reason, where the button has some.")]
At = Annotated[
    str | None, typer.Option(metavar="WHEN", help='The client\'s time: 15:30, "tomorrow 10", +2h; "10 me" is yours.')
]
Amount = Annotated[str | None, typer.Option(metavar="A", help="What was paid, such as 1200.50.")]
Note = Annotated[str, typer.Option(metavar="TEXT", help="What to remember of the call.")]
Seconds = Annotated[int | None, typer.Option(metavar="N", help="How long the call took.")]
Anyway = Annotated[bool, typer.Option("--anyway", help="Keep a promise that is outside the client's hours.")]
Manager = Annotated[str | None, typer.Option(metavar="NAME", help="Who holds it, if that is not you (lead, admin).")]
Day = Annotated[str, typer.Option(metavar="DATE", help="The day: today, tomorrow, fri, 25.11, 2026-11-25.")]
Owner = Annotated[
    str | None, typer.Option(metavar="NAME", help="Only what is assigned to this user; another's for lead and admin.")
]
ClientId = Annotated[int, typer.Argument(metavar="CLIENT_ID", help="The number of a client.")]
ClaimId = Annotated[int | None, typer.Option("--claim", metavar="ID", help="The claim meant; makes a repeat harmless.")]


@app.command("next")
@common
def take(request: Request) -> int:
    """Claim the next due task; asked again, the same one."""
    from salesdesk.work.views import NothingDue

    with request.signed_in() as sitting:
        from salesdesk.desk.desk import Desk
        from salesdesk.work.triggers import run_triggers

        desk = Desk(sitting)
        handed = desk.next_task()
        if isinstance(handed, NothingDue) and run_triggers(sitting.database, sitting.clock):
            handed = desk.next_task()
        nothing = isinstance(handed, NothingDue)
        if not isinstance(handed, NothingDue):
            say_handed(request, handed)
        elif request.json:
            say_json(handed.as_json())
        else:
            narrate(_nothing_text(handed))
        return 1 if nothing else 0


def say_handed(request: Request, handed: Handed) -> None:
    """Answer with a claimed task, as an object or in lines."""
    if request.json:
        say_json(handed.as_json())
    else:
        say(_handed_lines(handed))


@app.command("outcome")
@common
def outcome(
    request: Request,
    outcome: Outcome,
    *,
    reason: Reason = None,
    at: At = None,
    amount: Amount = None,
    note: Note = "",
    seconds: Seconds = None,
    anyway: Anyway = False,
    claim: ClaimId = None,
) -> None:
    """Record what happened with the claimed task. Claims nothing next."""
    with request.signed_in() as sitting:
        from salesdesk.desk.answer import Said
        from salesdesk.desk.desk import Desk

        desk = Desk(sitting)
        recorded = desk.record_outcome(Said(outcome, reason, at, amount, note, seconds, anyway), claim)
        if request.json:
            say_json(recorded.as_json())
        else:
            say(_recorded_lines(recorded, home_zone(sitting.database, sitting.person)))


@app.command("release")
@common
def release(request: Request, manager: Manager = None) -> None:
    """Give the claimed task back, so that anybody may take it. A lead may take back what somebody else holds."""
    with request.signed_in() as sitting:
        from rules.reasons import Reason
        from salesdesk.desk.desk import Desk
        from salesdesk.errors import NothingToDo
        from salesdesk.team.stuck import release_claim
        from salesdesk.words.codes import Act
        from salesdesk.work.views import because_json

        mine = manager in (None, sitting.person.name)
        took = Reason(Act.TOOK_BACK, {"by": sitting.person.name, "manager": manager})
        why = Reason(Act.GAVE_BACK, {"by": sitting.person.name}) if mine else took
        handed = Desk(sitting).release() if manager is None or mine else release_claim(sitting, manager)
        if handed is None:
            raise NothingToDo("You hold no claim.", "Take a task first: salesdesk task next")
        done = "Given back" if manager is None or mine else f"Taken back from {manager}"
        if request.json:
            task = {**handed.as_json()["task"], "claimed_until": None}
            say_json({"task": task, "client_id": handed.client.id, **because_json([why])})
        else:
            say([f"{done}: {who(handed.client)}."])


@app.command("held")
@common
def held(request: Request) -> None:
    """Tell who holds which client now, since when, and whether their desk is open."""
    with request.signed_in() as sitting:
        from salesdesk.team.stuck import holds

        found = holds(sitting)
        if request.json:
            say_json([hold.as_json() for hold in found])
        elif found:
            say(_held_lines(found, home_zone(sitting.database, sitting.person)))
        else:
            say(["Nobody holds a client now."])


def _held_lines(found: list[Hold], zone: str) -> list[str]:
    rows = [
        (
            hold.manager,
            f"{hold.client_name} (client {hold.client_id})",
            local_text(hold.since, zone),
            local_text(hold.lease_ends, zone),
            ("desk is open" if hold.at_desk else "no desk seen") if hold.live else "the lease has run out",
        )
        for hold in found
    ]
    return table(("Who", "Holds", f"Since ({zone})", "Lease until", "State"), rows)


@app.command("why")
@common
def explain(request: Request, client_id: ClientId) -> None:
    """Why this client could be handed to you now, or could not: every rule that applies. A manager: the one in hand."""
    with request.signed_in() as sitting:
        from salesdesk.desk.why import why

        found = why(sitting, client_id)
        if request.json:
            say_json(found.as_json())
        else:
            say(_why_lines(found))


@app.command("load")
@common
def load(request: Request, day: Day = "today", owner: Owner = None) -> None:
    """Count the open tasks that fall due in each hour of a day, of all that you may take. Hours are by your clock."""
    with request.signed_in() as sitting:
        from rules.zonetime import wall_at
        from salesdesk.desk.load import day_load
        from salesdesk.words.days import day_typed

        zone = home_zone(sitting.database, sitting.person)
        date = day_typed(day, wall_at(sitting.clock.now(), zone).date())
        found = day_load(sitting, date, owner)
        if request.json:
            say_json([hour.as_json() for hour in found])
        else:
            say([f"{date:%a %d %b %Y}, hours of {zone}", *_load_lines(found)])


def _load_lines(found: tuple[HourLoad, ...]) -> list[str]:
    rows = [(f"{hour.hour:02d}", str(hour.promised), str(hour.other)) for hour in found if hour.total]
    return table(("hour", "promised", "other"), rows) if rows else ["nothing falls due on that day"]


def _why_lines(found: Why) -> list[str]:
    answer = "can be called now" if found.eligible else "is not to be called now"
    rows = (f"{'ok' if check.passes else 'NO'}  {check.text}" for check in found.checks)
    return [f"{found.name} (client {found.client_id}) {answer}", *rows]


def _handed_lines(handed: Handed) -> list[str]:
    client = handed.client
    number = handed.phone.international if handed.phone else "no number that may be called"
    missed = f", {client.misses} missed in a row" if client.misses else ""
    return [
        f"{who(client)}   claim {handed.claim}",
        f"Number   {number}",
        f"Local    {client_clock(client, handed.home_zone)}",
        f"Status   {client.status_label}, call {client.attempts + 1}{missed}",
        f"Why now  {'; '.join(handed.because)}",
    ]


def _recorded_lines(done: Recorded, home: str) -> list[str]:
    missed = f", {done.misses} missed in a row" if done.misses else ""
    again = " (recorded before)" if done.repeated else ""
    return [
        f"Recorded {done.outcome} for {done.client_name} (client {done.client_id}){again}",
        f"Status   {done.status}{missed}",
        f"Next     {_next_text(done.next_kind, done.next_due_at, done.next_zone, home)}",
        f"Because  {'; '.join(done.because)}",
    ]


def _next_text(kind: str | None, due_at: datetime | None, zone: str | None, home: str) -> str:
    if kind is None or due_at is None:
        return "nothing: the client is done with"
    return f"{kind} {both_clocks(due_at, home, zone)}"


def _nothing_text(nothing: NothingDue) -> str:
    soonest = nothing.next_due_at
    first = f"Nothing due. Next at {named_time(soonest, nothing.home_zone, 'yours')}." if soonest else "Nothing due."
    if not nothing.waiting:
        return first
    return f"{first}\n  {nothing.waiting} waiting: {nothing.closed} outside their hours, {nothing.held} with others."
