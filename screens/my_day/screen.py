"""My day: what is coming in the next hours and days. To be looked at only; the rules still say who is called next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from rules.zonetime import wall_at
from salesdesk.desk.desk import Desk
from salesdesk.desk.my_day import DAYS, MyDay, my_day
from screens.my_day import texts as day_texts
from screens.shared.bars import BottomBar, TopBar
from screens.shared.keys import CLOSE_DAY, DAY_AFTER, DAY_BEFORE, DAY_KEYS, bindings, hint
from screens.shared.page import Page
from screens.shared.texts import outside

REFRESH_SECONDS = 15.0
_BAR, _WIDE_BAR = 10, 28  # the longest bars in cells; the stylesheet leaves room for them


@dataclass
class PlanRead(Message):
    """The day so many days ahead was read."""

    ahead: int
    plan: MyDay


class DayScreen(Page):
    """The hours of a day with their load on the left, its promises on the right."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(*DAY_KEYS)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual types it so
    AUTO_FOCUS = ""
    CSS_PATH = "day.tcss"
    TITLE = "my day"

    def __init__(self, desk: Desk, zone: str) -> None:
        super().__init__(desk, zone)
        self.ahead = 0
        self._plans: dict[int, MyDay] = {}

    def compose(self) -> ComposeResult:
        """The days to choose from, the hours and the promises."""
        yield TopBar()
        yield Static(id="days")
        with Horizontal(id="plan"):
            with VerticalScroll(id="hours", can_focus=False):
                yield Static(id="load")
            with VerticalScroll(id="promises", can_focus=False):
                yield Static(id="promised")
        yield Static(id="legend")
        yield BottomBar()

    def on_mount(self) -> None:
        """Read at once, then now and then."""
        who = Content.assemble(("My day", "bold"), " · ", outside(self.desk.person.label))
        self.query_one(TopBar).show("who", who)
        self.query_one(BottomBar).say(Content.styled(hint(DAY_BEFORE, DAY_AFTER, CLOSE_DAY), "dim"))
        self.set_interval(REFRESH_SECONDS, self._read)
        self._read()

    def on_resize(self) -> None:
        """The bars are as long as there is room."""
        self._paint()

    def action_turn(self, days: int) -> None:
        """Look at a day after or before the one shown; as it was read last until it is read anew."""
        self.ahead = min(max(self.ahead + days, 0), DAYS - 1)
        self._paint()
        self._read()

    def action_scroll(self, pages: int) -> None:
        """Look at what is below or above."""
        for part in self.query(VerticalScroll):
            part.scroll_relative(y=pages * part.size.height // 2, animate=False)

    def _read(self) -> None:
        desk, ahead = self.desk, self.ahead
        self.start(lambda: PlanRead(ahead, my_day(desk.sitting, ahead)), "day", exclusive=True)

    @on(PlanRead)
    def _planned(self, event: PlanRead) -> None:
        self._plans[event.ahead], self.zone = event.plan, event.plan.zone
        self._paint()

    def _paint(self) -> None:
        today, plan = wall_at(self.desk.clock.now(), self.zone).date(), self._plans.get(self.ahead)
        self.query_one("#days", Static).update(day_texts.days(today, self.ahead))
        for part in self.query("#load, #promised, #legend"):
            part.visible = plan is not None
        if plan is not None:
            bar = _WIDE_BAR if self.has_class("-wide") else _BAR
            self.query_one("#load", Static).update(day_texts.load(plan, bar=bar))
            self.query_one("#promised", Static).update(day_texts.promises(plan))
            self.query_one("#legend", Static).update(day_texts.legend(plan))
