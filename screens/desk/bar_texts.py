"""The words of the bar for each piece of news. Pure: the same input paints the same text."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from screens.desk import news
from screens.desk.texts import recorded
from screens.shared.texts import outside
from screens.shared.times import day_and_time

FAULTS = (news.Fault, news.Retrying, news.WasTaken, news.NewRules)  # what the bar warns of


def said(message: news.News, zone: str, now: datetime, room: int) -> Content:  # noqa: PLR0911 - a row for each
    """What the bar of so many cells says; ``zone`` is the person's own, ``now`` aware UTC."""
    match message:
        case news.Told(done, label):
            return recorded(done, label, zone, now, room)
        case news.WereOn(since):
            return _were_on(since, zone, now)
        case news.WasTaken(name, how, chosen):
            unsaid = Content.assemble(" · not recorded: ", outside(chosen)) if chosen else Content()
            return Content.assemble(outside(name), " was taken from you: ", outside(how), unsaid)
        case news.NewRules(version, unsaid):
            lost = Content.assemble(" · not recorded: ", outside(unsaid)) if unsaid else Content()
            return Content.assemble(f"The rules have changed (version {version}): these are the new buttons", lost)
        case news.ZoneSaid(found, before):
            from screens.desk.clock_texts import zone_set

            return zone_set(found, before, zone, now)
        case news.GivenBack(name):
            return Content.assemble(outside(name), " is given back.")
        case news.Retrying(tries, short, title):
            return outside(f"{short}, retrying ({tries}): {title}")
        case news.Fault(text):
            return outside(text)
        case news.BackOnline():
            return Content("The database is back.")
        case news.BackFromBreak(minutes):
            return Content(f"Back after {minutes} min.")
        case news.Silence():
            return Content()


def _were_on(since: datetime, zone: str, now: datetime) -> Content:
    when = day_and_time(since, zone, now).removeprefix("today ")
    return Content.assemble(
        f"You were on this client (since {when} yours): ", ("Enter", "bold"), " go on, ", ("x", "bold"), " release"
    )
