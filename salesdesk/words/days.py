"""Days as people type them, by the grammar of typed time: ``yesterday``, ``26.11``, ``fri``, ``2026-11-25``."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from rules.when.faults import WhenFault
from rules.when.items import Ahead, Date, Doubtful, Item, Week, Weekday, words_of
from rules.when.read import read_items
from salesdesk.errors import BadRequest

MEND = "Write it like 2026-11-25, 25.11, today, {near} or fri."
_BACK = {
    **dict.fromkeys(("yesterday", "вчора", "учора", "вчера"), 1),
    **dict.fromkeys(("day before yesterday", "позавчора", "позавчера"), 2),
}
_AGO = (("ago",), ("тому", "назад"), ("тому",), ("назад",))


def day_typed(text: str, today: date, *, back: bool = False, what: str = "") -> date:
    """The day that a person names, also in Ukrainian and Russian; a weekday or a day without a year is the next such
    day, or the last one where ``back`` is said, today included. ``what`` is the option's name for a refusal.

    Raises :class:`BadRequest` for anything else, for a time of day too, and for days at the end of the calendar.
    """
    named = f'{what} "{text}"'.lstrip()
    mend = MEND.format(near="yesterday" if back else "tomorrow")
    try:
        day = _day(words_of(text), text, today, back=back)
    except (WhenFault, ValueError, OverflowError) as fault:
        raise BadRequest(f"{named} is not a day.", mend) from fault
    if day is None:
        raise BadRequest(f"{named} is not a day.", mend)
    if not date.min.year < day.year < date.max.year:  # its midnights would lie outside the calendar
        raise BadRequest(f"{named} is too far away.", mend)
    return day


def _day(words: list[str], text: str, today: date, *, back: bool) -> date | None:
    if (days := _BACK.get(" ".join(words))) is not None:
        return today - timedelta(days=days)
    for ago in _AGO:
        if tuple(words[-len(ago) :]) == ago:
            found = read_items(["in", *words[: -len(ago)]], text)
            match found:
                case [Ahead(wait)] if not wait.minutes:
                    return today - relativedelta(months=wait.months, days=wait.days)
            return None
    return _meant(read_items(words, text) or [], today, back=back)


def _meant(items: list[Item], today: date, *, back: bool) -> date | None:
    match items:
        case [Doubtful(_, day)] | [Date() as day]:
            return _written(day, today, back=back)
        case [Ahead(wait)] if not wait.minutes:
            return today + relativedelta(months=wait.months, days=wait.days)
        case [Weekday(number)]:
            return (
                today
                - timedelta(days=(today.weekday() - number) % 7)
                + timedelta(days=0 if back or number == today.weekday() else 7)
            )
        case [Week(ahead), Weekday(number)]:
            return today + timedelta(days=number - today.weekday() + 7 * ahead)
        case [Weekday(number), day] | [day, Weekday(number)] if isinstance(day, Date | Doubtful):
            found = _meant([day], today, back=back)
            return found if found and found.weekday() == number else None
    return None


def _written(written: Date, today: date, *, back: bool) -> date | None:
    """The day itself, or the nearest one of its name in the direction that is looked."""
    step = relativedelta(years=1) if written.month else relativedelta(months=1)
    if written.month and written.year:
        return date(written.year, written.month, written.day)
    first = today.replace(day=1)
    for turn in range(9):  # 29 February comes every eighth year at the latest
        at = first + (-turn if back else turn) * step
        year, month = at.year, written.month or at.month
        try:
            found = date(year, month, written.day)
        except ValueError:
            continue
        if (found <= today) if back else (found >= today):
            return found
    return None
