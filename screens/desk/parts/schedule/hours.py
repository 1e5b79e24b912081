"""The hours of a day in the schedule panel: both clocks above one another, bars and counts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from textual.content import Content

from rules.zonetime import offset_at, to_instant, to_local, wall_at
from salesdesk.desk.load import HourLoad
from screens.shared.texts import lines

_BARS = " ▁▂▃▄▅▆▇█"
_LABEL = 8  # cells before the first hour
_CELL = 4  # cells of an hour: brackets around two digits
_WIDE_CELL = 7  # the same where the client's clock shows minutes


@dataclass(frozen=True, slots=True)
class DayView:
    """A day of the manager's with its load (``None`` while it is read) and the hour that is chosen."""

    day: date
    today: date
    zone: str
    client_zone: str | None
    load: Sequence[HourLoad] | None
    chosen: int | None
    first: int
    pace: int


def hours(view: DayView, width: int) -> Content:
    """The day, and its hours on both clocks with the chosen one in brackets."""
    year = "" if view.day.year == view.today.year else f" {view.day.year}"
    title = Content.assemble(
        (f"{view.day:%a %d %b}{year}", "bold"),
        (f"   tasks in each hour of your day; yours is full at {view.pace}", "dim"),
    )
    row = _Rows.of(view, width)
    return lines(title, row.clients(), row.yours())


def figures(view: DayView, width: int) -> Content:
    """Under the hours the manager's tasks as bars and in figures, and the team's; the same whichever hour is chosen."""
    if view.load is None:
        return Content.styled("reading ...", "dim")
    row = _Rows.of(view, width)
    mine, team = [hour.mine for hour in view.load], [hour.total for hour in view.load]
    return lines(row.bars(mine), row.counts("", mine), row.counts("team", team))


@lru_cache(maxsize=8)
def _starts(day: date, zone: str) -> tuple[datetime | None, ...]:
    """The instants at which the hours of a day begin; ``None`` for one that a clock change skips."""
    walls = [datetime.combine(day, time(hour)) for hour in range(24)]
    instants = [to_instant(wall, zone) for wall in walls]
    return tuple(at if wall_at(at, zone) == wall else None for at, wall in zip(instants, walls, strict=True))


def _minutes_apart(view: DayView, at: datetime) -> bool:
    """Whether the client's clock does not show a whole hour when the manager's does."""
    if view.client_zone is None:
        return False
    return (offset_at(at, view.client_zone) - offset_at(at, view.zone)) % timedelta(hours=1) != timedelta()


def _hours_shown(view: DayView, room: int) -> range:
    """As many hours as there is room for, from the first of work on, the chosen one always among them."""
    room = max(1, min(24, room))
    first = view.first if view.chosen is None else min(max(view.first, view.chosen - room + 1), view.chosen)
    first = min(first, 24 - room)
    return range(first, first + room)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Paints rows whose columns stand under one another: the last digits of hours, bars and counts are in line."""

    view: DayView
    cell: int
    shown: range

    @classmethod
    def of(cls, view: DayView, width: int) -> _Rows:
        """The rows of a day that so many cells have room for."""
        apart = any(_minutes_apart(view, at) for at in _starts(view.day, view.zone) if at)
        cell = _WIDE_CELL if apart else _CELL
        return cls(view, cell, _hours_shown(view, (width - _LABEL) // cell))

    def clients(self) -> Content:
        zone, starts = self.view.client_zone, _starts(self.view.day, self.view.zone)
        if zone is None:
            return Content.styled(f"{'client':<{_LABEL}}zone not sure", "dim")
        pattern = "%H" if self.cell == _CELL else "%H:%M"
        texts = {hour: f"{to_local(at, zone):{pattern}}" if (at := starts[hour]) else "--" for hour in self.shown}
        return self._hours("client", texts)

    def yours(self) -> Content:
        return self._hours("you", {hour: f"{hour:02d}" for hour in self.shown})

    def bars(self, counts: Sequence[int]) -> Content:
        """Bars as high as a full hour for the pace, or the fullest hour there is."""
        most = max(self.view.pace, *counts)
        return self._figures("yours", {hour: _BARS[-(-counts[hour] * 8 // most)] for hour in self.shown})

    def counts(self, label: str, counts: Sequence[int]) -> Content:
        return self._figures(label, {hour: _short(counts[hour]) for hour in self.shown}, "dim" if label else "")

    def _hours(self, label: str, texts: dict[int, str]) -> Content:
        """A row of hours in four pieces, the chosen one of them: it is painted at every keystroke."""
        cells = {hour: f"[{text}]" if hour == self.view.chosen else f" {text} " for hour, text in texts.items()}
        left = (self.cell - min(map(len, cells.values()))) // 2
        placed = {hour: (" " * left + cell).ljust(self.cell) for hour, cell in cells.items()}
        chosen = self.view.chosen if self.view.chosen is not None else 24
        before = "".join(text for hour, text in placed.items() if hour < chosen)
        after = "".join(text for hour, text in placed.items() if hour > chosen)
        return Content.assemble((f"{label:<{_LABEL}}", "dim"), before, (placed.get(chosen, ""), "bold"), after)

    def _figures(self, label: str, texts: dict[int, str], style: str = "") -> Content:
        last = (self.cell - _CELL) // 2 + 3
        row = "".join(text.rjust(last).ljust(self.cell) for text in texts.values())
        return Content.assemble((f"{label:<{_LABEL}}", "dim"), (row, style))


def _short(count: int) -> str:
    """A count in three cells."""
    return str(count) if count < 1000 else f"{min(count // 1000, 99)}k"
