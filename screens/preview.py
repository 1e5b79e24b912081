"""What a time being typed means, on both clocks, before anything is recorded."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from rules.zonetime import to_local
from salesdesk.errors import BadRequest
from salesdesk.people import Person
from salesdesk.saying import PromiseOutside, read_when
from salesdesk.views import Handed
from screens.texts import lines, outside


def preview(handed: Handed, person: Person, text: str, now: datetime) -> Content:
    """The client's and the person's clock at the typed time, and whether the client may be called then."""
    try:
        agreed = read_when(handed.book, person, handed.area, text, now)
    except BadRequest as fault:
        return outside(fault.title, "dim")
    zones = [("Client", handed.client.zone), ("You", handed.home_zone)]
    rows = [Content(f"{name:<7} {to_local(agreed.at, zone):%a %d %b %H:%M}") for name, zone in zones if zone]
    if not handed.book.is_open(handed.area, agreed.at):
        rows.append(Content.styled("! outside the client's calling hours", "bold"))
    return lines(*rows)


def fault_text(fault: BadRequest) -> Content:
    """What is wrong with an answer and the mend; for a promise outside the hours, what a second Enter does."""
    if not isinstance(fault, PromiseOutside):
        return outside(f"{fault.title} {fault.mend}")
    fed = f"it will be fed {fault.fed_at}" if fault.fed_at else "it is fed when a time comes"
    return outside(f"{fault.title} Enter again books it: {fed}.")
