"""The schedule: when to call again, on both clocks, beside what is planned for that day already."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from screens.desk.parts.schedule.hours import DayView, figures, hours
from screens.desk.parts.schedule.line import WhenLine

HINT = "up/down day   left/right hour   Enter book   Esc back"


class SchedulePanel(Vertical):
    """Paints what it is given and takes the typed line. It decides nothing."""

    def __init__(self) -> None:
        super().__init__(id="schedule")
        self.line = WhenLine(id="when", select_on_focus=False)  # in which the time is typed

    _day: DayView | None = None
    _figures = ""
    _slot = ""

    def compose(self) -> ComposeResult:
        """The question with its line, both clocks, the hours of a day, and the free slot."""
        with Container(id="ask"):
            with Horizontal(id="line"):
                yield Static(id="question")
                yield self.line
            yield Static(id="clocks")
        yield Static(id="hours")
        yield Static(id="tasks")
        yield Static(id="slot")
        yield Static(Content.styled(HINT, "dim"), id="steps")

    def open(self, question: Content, text: str) -> None:
        """Ask for a time, with ``text`` in the line."""
        self.query_one("#question", Static).update(question)
        line = self.line
        with line.prevent(line.Changed):  # what stands there already was not typed now
            line.value = text
        line.cursor_position = len(text)
        line.focus()

    def say(self, text: Content, *, fault: bool = False, grows: bool = False) -> None:
        """What the typed time means, or what is wrong with it. Only a text that ``grows`` may take more lines."""
        part = self.query_one("#clocks", Static)
        part.set_class(fault, "fault")
        part.set_class(grows, "grows")
        part.update(text, layout=grows)

    def show_day(self, view: DayView) -> None:
        """The hours of a day; painted only when something of it has changed."""
        if view != self._day:
            self._day = view
            self.on_resize()

    def on_resize(self) -> None:
        """As many hours as there is room for. The figures stay while the chosen hour moves among those shown."""
        width = self.content_size.width
        if self._day is None or not width:
            return
        self.query_one("#hours", Static).update(hours(self._day, width), layout=False)
        told = figures(self._day, width)
        if told.plain != self._figures:
            self._figures = told.plain
            self.query_one("#tasks", Static).update(told, layout=False)

    def show_slot(self, text: Content) -> None:
        """The nearest slot that suits both, on its one line; painted only when it has changed."""
        if text.plain != self._slot:
            self._slot = text.plain
            self.query_one("#slot", Static).update(text, layout=False)
