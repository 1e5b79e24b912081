"""The words of my day: hours with their load as bars, promises on both clocks. Pure, like :mod:`screens.desk.texts`."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from textual.content import Content

from rules.zonetime import to_local
from salesdesk.desk.my_day import DAYS, MyDay, PlannedHour, Promise
from salesdesk.words.printable import printable
from screens.shared.texts import BOLD, DIM, lines, outside
from screens.shared.times import time_there

_MINE, _SHARED, _WORKS = "█", "░", "▌"


def days(today: date, ahead: int) -> Content:
    """The days to choose from, the shown one marked."""
    dates = [today + timedelta(days=n) for n in range(DAYS)]
    names = ["today", *(f"{day:%a} {day.day}" for day in dates[1:])]
    cells = [(f"[{name}]", BOLD) if n == ahead else (f" {name} ", DIM) for n, name in enumerate(names)]
    return Content("  ").join(Content.styled(*cell) for cell in cells)


def load(plan: MyDay, *, bar: int) -> Content:
    """The hours of the day that are worked or in which something falls due. ``bar`` is the longest bar in cells."""
    heading = f"{plan.day:%a} {plan.day.day} {plan.day:%b}, your time"
    rows = [Content.assemble((heading, BOLD), (f"   {_working(plan)}", DIM))]
    rows.append(Content.styled("  hour    promised  retries  load", DIM))
    shown = _worth_showing(plan.hours)
    if not shown:
        rows.append(Content.styled("  nothing more is planned", DIM))
    full = max([plan.pace, *(hour.load for hour in shown)])
    return lines(*rows, *(_hour(plan, hour, bar / full) for hour in shown))


def _worth_showing(hours: tuple[PlannedHour, ...]) -> tuple[PlannedHour, ...]:
    """From the first hour that is worked or holds anything to the last."""
    kept = [n for n, hour in enumerate(hours) if hour.works or hour.load]
    return hours[kept[0] : kept[-1] + 1] if kept else ()


def _working(plan: MyDay) -> str:
    spans = [
        f"{to_local(opens, plan.zone):%H:%M}-{to_local(closes, plan.zone):%H:%M}" for opens, closes in plan.working
    ]
    return f"you work {', '.join(spans)}" if spans else "you do not work"


def _hour(plan: MyDay, hour: PlannedHour, scale: float) -> Content:
    beyond = hour.load > plan.pace
    style = "" if hour.works else DIM
    bars = _MINE * _cells(hour.mine, scale) + _SHARED * _cells(hour.share, scale)
    return Content.assemble(
        (_WORKS if hour.works else " ", DIM),
        (f" {to_local(hour.starts_at, plan.zone):%H:%M}", style),
        (f"{_count(hour.promised):>11}{_count(hour.retries):>9}  ", style),
        (bars, "$primary"),
        " " if bars else "",
        (f"{_count(hour.load)}{' !' if beyond else ''}", BOLD if beyond else style),
    )


def _cells(count: int, scale: float) -> int:
    """As long as the count says; what is there at all is seen."""
    return max(1, round(count * scale)) if count else 0


def _count(count: int) -> str:
    return str(count) if count else "·"


def promises(plan: MyDay) -> Content:
    """The promises of the day on both clocks."""
    title = Content.assemble(("Promises", BOLD), (f"   {len(plan.promises)}" if plan.promises else "", DIM))
    if not plan.promises:
        return lines(title, Content.styled("none", DIM))
    return lines(title, *(row for promise in plan.promises for row in _promise(plan, promise)))


def _promise(plan: MyDay, promise: Promise) -> list[Content]:
    late = " ! late" if promise.due_at <= plan.now else ""  # before the name, which may be longer than the line
    rows = [Content.assemble((f"{_mine(plan, promise.due_at)}{late}", BOLD), "  ", outside(promise.name))]
    told = [_there(plan, promise)]
    if promise.agreed_at != promise.due_at:
        told.append(f"agreed for {_mine(plan, promise.agreed_at)} yours")
    below = ", ".join(filter(None, told))
    return [*rows, Content.styled(f"       {below}", DIM)] if below else rows


def _mine(plan: MyDay, instant: datetime) -> str:
    """The time on the person's clock, with its day when that is not the one shown: late promises are older."""
    local = to_local(instant, plan.zone)
    return f"{local:%H:%M}" if local.date() == plan.day else f"{local.day} {local:%b %H:%M}"


def _there(plan: MyDay, promise: Promise) -> str:
    """The client's time where it is not mine, with the place; what is not known is said."""
    if promise.zone is None:
        return "their zone is not sure"
    there = time_there(promise.due_at, plan.zone, promise.zone)
    place = printable(promise.city) or promise.zone.rpartition("/")[2].replace("_", " ")
    return there.replace("there", f"in {place}") if there else ""


def legend(plan: MyDay) -> Content:
    """What the marks mean."""
    shared = "your part of anybody's" if plan.people > 1 else "anybody's"
    return Content(f"{_WORKS} at work  {_MINE} yours  {_SHARED} {shared}  ! beyond your pace, {plan.pace} an hour")
