"""The words on the card, from what the desk handed out. Pure: the same input paints the same text.

Everything that came from outside goes through ``outside``: literal, on one line, without control sequences.
"""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from salesdesk.desk.shown import Handed, NothingDue, PastCall, Recorded
from salesdesk.desk.today import Today
from salesdesk.words.counted import counted
from salesdesk.words.printable import printable
from screens.shared.texts import BOLD, DIM, lines, outside
from screens.shared.times import both_clocks, day_and_time, same_time, time_there, waiting_time

_SHORTEST_NAME = 12


def head(handed: Handed) -> Content:
    """Who is to be called: name and company, the number, and what kind of number it is."""
    client, phone = handed.client, handed.phone
    who = outside(client.name, BOLD)
    if client.company and client.company != client.name:
        who = Content.assemble(who, "   ", outside(client.company))
    if phone is None:
        return lines(who, Content.styled("no number that may be called", BOLD))
    return lines(who, Content.assemble((phone.international, BOLD), (f"   {phone.kind}", DIM)))


def facts(handed: Handed) -> list[tuple[str, Content]]:
    """The labelled facts of the card."""
    client = handed.client
    stage = f"  (stage {handed.stage[0]} of {handed.stage[1]})" if handed.stage else ""
    missed = f"  {client.misses} missed in a row" if client.misses else ""
    return [
        ("Status", Content.assemble(outside(client.status_label), (stage, DIM))),
        ("Call", Content.assemble(str(client.attempts + 1), (missed, DIM))),
        ("Owner", outside(client.owner or "-")),
        ("Source", outside(client.source or "-")),
    ]


def why_now(handed: Handed, now: datetime) -> Content:
    """The feed, when the call fell due (a time that stays true while the card is open), and what planned it."""
    task = handed.task
    due = day_and_time(task.due_at, handed.home_zone, now).removeprefix("today ")
    reasons = [because for because in task.because if because]
    return Content.assemble(
        ("Why now  ", DIM), outside(" · ".join((f"feed {task.feed}, due {due} yours", *reasons[-1:])))
    )


def history(handed: Handed, now: datetime) -> Content:
    """The calls before, newest first, in the manager's time with the client's beside it where the two differ."""
    title = Content.styled("History", BOLD)
    if not handed.history:
        return lines(title, Content.styled(" no calls yet", DIM))
    title = Content.assemble(title, (f"  {_whose(handed, now)}", DIM))
    return lines(title, *(_past(call, handed, now) for call in handed.history))


def _whose(handed: Handed, now: datetime) -> str:
    theirs = handed.client.zone
    if theirs is None:
        return "your time"
    return "your time and theirs" if same_time(now, theirs, handed.home_zone) else "your time (theirs)"


def _past(call: PastCall, handed: Handed, now: datetime) -> Content:
    reason = f" · {printable(call.reason)}" if call.reason else ""
    note = Content.assemble(" · ", outside(f'"{call.note}"')) if call.note else Content()
    there = time_there(call.at, handed.home_zone, handed.client.zone)
    return Content.assemble(
        (f" {day_and_time(call.at, handed.home_zone, now)}{f' ({there})' if there else ''}  ", DIM),
        outside(call.outcome), outside(reason, DIM), note, outside(f" · {call.manager}", DIM),
    )  # fmt: skip


def recorded(done: Recorded, label: str, zone: str, now: datetime, room: int) -> Content:
    """What the last outcome did, for the bar of so many cells, with the next time on both clocks.

    A long name is cut, so that it does not push the time out.
    """
    then = f"next {both_clocks(done.next_due_at, zone, done.next_zone, now)}" if done.next_due_at else None
    before, after = Content.assemble(outside(label), " for "), outside(f", {then or f'now {done.status}'}")
    left = max(_SHORTEST_NAME, room - before.cell_length - after.cell_length)
    return Content.assemble(before, outside(done.client_name, BOLD).truncate(left, ellipsis=True), after)


def figures(seen: Today, *, short: bool) -> Content:
    """The day so far and what waits, for the top line."""
    day = f"{counted(seen.calls, 'call')} · {seen.reached} reached · {seen.won} won"
    if short:
        return Content(f"{day}   waiting {seen.waiting} · due {seen.due_now}")
    return Content(f"today {day}      waiting {seen.waiting} · due now {seen.due_now}")


def nothing_due(nothing: NothingDue, now: datetime) -> Content:
    """Why there is no client on screen, and when there will be one (in the manager's zone)."""
    rows = [Content.styled("Nothing due", BOLD), Content()]
    if nothing.next_due_at is None:
        rows.append(Content("No task is planned for you."))
        rows.append(Content.styled("A lead brings in clients: salesdesk clients import FILE", DIM))
    else:
        name = f": {printable(nothing.next_name)}" if nothing.next_name else ""
        wait = waiting_time(nothing.next_due_at - now)
        rows.append(
            Content(f"next {day_and_time(nothing.next_due_at, nothing.home_zone, now)} your time, {wait}{name}")
        )
    others = [(nothing.closed, "outside their calling hours"), (nothing.held, "held by others")]
    told = [f"{count} {why}" for count, why in others if count]
    rows.append(Content.styled(f"{nothing.waiting} waiting" + "".join(f" · {text}" for text in told), DIM))
    return lines(*rows, Content(), Content.styled("This wakes by itself.", DIM))
