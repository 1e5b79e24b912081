"""What happened: buttons under digits, reasons in their place, and a one-line prompt for what a button asks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from rules.model import Outcome, Reason
from screens.desk.choices import Choosing
from screens.desk.parts.schedule.panel import SchedulePanel
from screens.shared.texts import lines, outside

_NARROW = 40  # cells below which the options stand in one column whatever the height
_FLASH = 0.15

QUESTIONS = {
    "amount": ("What amount?", "1200 or 1200.50"),
    "note": ("What did they say?", "Enter to finish"),
}


class Choices(Vertical):
    """Paints a :class:`Choosing` and takes typed answers. It decides nothing."""

    class Answered(Message):
        """A line was typed and Enter pressed. ``question`` is what it answers; ``draft`` is the loose note."""

        def __init__(self, question: str, text: str) -> None:
            super().__init__()
            self.question, self.text = question, text

    class Typing(Message):
        """The line being typed has changed."""

        def __init__(self, question: str, text: str) -> None:
            super().__init__()
            self.question, self.text = question, text

    question: str | None = None
    two_columns = False
    _choosing: Choosing | None = None
    _note = ""

    def compose(self) -> ComposeResult:
        """The title, the options, and the prompt that takes their place."""
        yield Static("What happened?", id="title")
        yield Static(id="options")
        yield Input(id="answer", select_on_focus=False)
        yield Static(id="hint")
        yield SchedulePanel(id="schedule")

    def on_mount(self) -> None:
        """Nothing is asked at first."""
        self._prompt.display = self.schedule.display = False

    @property
    def schedule(self) -> SchedulePanel:
        """The panel that asks for a time."""
        return self.query_one(SchedulePanel)

    @property
    def _prompt(self) -> Input:
        return self.query_one("#answer", Input)

    def show(self, choosing: Choosing | None, note: str = "") -> None:
        """Paint where the choice stands; ``None`` when there is no client."""
        self._choosing, self._note = choosing, note
        asking = choosing.asking if choosing else None
        if asking:
            self.ask(asking)
        else:
            self._close_prompt()
            self._paint_options()

    def ask(self, question: str, *, title: str = "", text: str = "") -> None:
        """Open the prompt for a question; for a time the schedule."""
        self._close_prompt()
        self.question = question
        if question == "time":
            self._ask_time(text)
            return
        words, hint = QUESTIONS.get(question, (title, "Enter to keep, Esc to leave"))
        self._title(Content.assemble(self._path(), title or words))
        self.query_one("#options", Static).display = False
        prompt = self._prompt
        prompt.display = True
        with prompt.prevent(Input.Changed):  # what stands there already was not typed now
            prompt.value = text
        prompt.cursor_position = len(text)
        prompt.focus()
        self.hint(Content.styled(hint, "dim"))

    def _ask_time(self, text: str) -> None:
        self._arrange(scheduling=True)
        self.schedule.open(Content.assemble(self._path(), ("When?", "bold")), text)

    def _arrange(self, *, scheduling: bool) -> None:
        """Show the schedule in place of everything else here, or the other way round; the screen makes room for it."""
        self.schedule.display = scheduling
        for part in ("#title", "#options", "#hint"):
            self.query_one(part).display = not scheduling
        if self.screen.has_class("scheduling") != scheduling:
            self.screen.set_class(scheduling, "scheduling")
            self.screen.refresh(layout=True)  # at once: else a new card is painted above the old panel first

    def hint(self, text: Content, *, fault: bool = False) -> None:
        """Say something about what is being typed."""
        if self.question == "time":
            self.schedule.say(text, fault=fault, grows=True)
            return
        line = self.query_one("#hint", Static)
        line.set_class(fault, "fault")
        line.update(text)

    def flash(self) -> None:
        """Show that a key was dropped."""
        self.add_class("flash")
        self.set_timer(_FLASH, lambda: self.remove_class("flash"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: hand the line on."""
        event.stop()
        if self.question:
            self.post_message(self.Answered(self.question, event.value))

    def on_input_changed(self, event: Input.Changed) -> None:
        """A keystroke: let the screen say what it means."""
        event.stop()
        if self.question:
            self.post_message(self.Typing(self.question, event.value))

    def on_resize(self) -> None:
        """Options stand in two columns where the panel is wide and low."""
        if self._choosing and not self.question:
            self._paint_options()

    def _close_prompt(self) -> None:
        self.question = None
        if self._prompt.display or self.schedule.display:
            self._prompt.display = False
            self.screen.set_focus(None)
        self._arrange(scheduling=False)

    def _title(self, text: Content) -> None:
        self.query_one("#title", Static).update(text)

    def _path(self) -> Content:
        """The button and reason chosen so far."""
        choosing = self._choosing
        if choosing is None or choosing.outcome is None:
            return Content()
        chosen = [choosing.outcome.label, *([choosing.reason.label] if choosing.reason else [])]
        return Content.assemble(outside(" · ".join(chosen), "bold"), "  ")

    def _paint_options(self) -> None:
        choosing = self._choosing
        options = choosing.options if choosing else ()
        self._title(self._question(choosing))
        self.query_one("#options", Static).update(self._options(options))
        kept = Content.assemble(("note  ", "dim"), outside(self._note)) if self._note else Content()
        self.hint(Content.styled("Esc back", "dim") if choosing and choosing.outcome else kept)

    def _question(self, choosing: Choosing | None) -> Content:
        if choosing is None:
            return Content()
        return Content.assemble(self._path(), "Why?") if choosing.outcome else Content("What happened?")

    def _options(self, options: Sequence[Outcome | Reason]) -> Content:
        rows = [_option(option) for option in options]
        if not self.two_columns or self.size.width < _NARROW:
            return lines(*rows)
        half = (len(rows) + 1) // 2
        room = self.size.width // 2
        pairs = zip_longest(rows[:half], rows[half:], fillvalue=Content())
        return lines(*(Content.assemble(a, " " * max(2, room - cell_len(a.plain)), b) for a, b in pairs))


def _option(option: Outcome | Reason) -> Content:
    """One button or reason under its digit; ``>`` says that more follows."""
    more = "  >" if isinstance(option, Outcome) and option.reasons else ""
    return Content.assemble((f" {option.key}  ", "bold"), outside(option.label), (more, "dim"))
