"""Hours of the week as text: ``{ mon-fri = "09:00-13:00, 14:00-18:00", sat = "10:00-15:00" }``."""

from __future__ import annotations

import re

from rules.file.reader import Table, shown
from rules.model import WEEKDAYS, Span, Window

_SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2}) *[-–] *([0-9]{1,2}):([0-9]{2})")
_MEND = "write it like 09:00-20:00, several with commas between them"
_DAYS = {
    (f"{first}-{last}" if stop > start else first): range(start, stop + 1)
    for start, first in enumerate(WEEKDAYS)
    for stop, last in enumerate(WEEKDAYS)
    if stop >= start
}


def parse_spans(text: str) -> tuple[Span, ...]:
    """The spans of one day, in order, touching ones joined; none for a blank text. 24:00 may end a span.

    Raises ``ValueError`` with what is wrong and how to mend it.
    """
    if not text.strip():
        return ()
    spans: list[Span] = []
    for span in sorted((_span(part.strip()) for part in text.split(",")), key=lambda span: span.start):
        if spans and span.start < spans[-1].end:
            raise ValueError(f"the spans of {shown(text)} overlap; join them")
        if spans and span.start == spans[-1].end:
            spans[-1] = Span(spans[-1].start, span.end)
        else:
            spans.append(span)
    return tuple(spans)


def read_window(table: Table) -> Window:
    """A week's hours. A day on its own overrides the range that it is in; days not named are closed."""
    if not table.keys():
        table.findings.fault(table.path, 'names no day; write { mon-fri = "09:00-18:00" }, or "" for a closed day')
    days: list[tuple[Span, ...]] = [()] * 7
    ranged: dict[int, str] = {}
    for key in sorted(table.keys(), key=lambda key: "-" not in key):
        spans = _read_spans(table, key)
        for day in _DAYS.get(key, ()):
            days[day] = spans
            if "-" in key and ranged.setdefault(day, key) != key:
                table.fault(key, f'{WEEKDAYS[day]} is in "{ranged[day]}" too; name a day in one range only')
                break
    return Window(tuple(days))


def _read_spans(table: Table, key: str) -> tuple[Span, ...]:
    value = table.raw(key)
    if key not in _DAYS:
        table.fault(key, "is not a day or a range of days; write mon, mon-fri or sat-sun")
        return ()
    text = ",".join(table.words(key)) if isinstance(value, list) else table.text(key)
    try:
        return parse_spans(text or "")
    except ValueError as fault:
        table.fault(key, str(fault))
        return ()


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if not found:
        raise ValueError(f"{shown(text)} is not a span of hours; {_MEND}")
    start_hour, start_minute, end_hour, end_minute = map(int, found.groups())
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if max(start_minute, end_minute) > 59 or end > 24 * 60:
        raise ValueError(f"{shown(text)} holds a time that does not exist; the last one is 24:00")
    if start == end:
        raise ValueError(f'{shown(text)} is empty; write "" for a closed day, 00:00-24:00 for an open one')
    if start > end:
        raise ValueError(f"{shown(text)} ends before it starts; write {text[:5]}-24:00 and the rest on the next day")
    return Span(start * 60, end * 60)
