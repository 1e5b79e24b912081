"""What happened: buttons under digits, reasons in their place, and a one-line prompt for what a button asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from rules.model import Outcome, Reason
from salesdesk.desk.answer import Said
from salesdesk.desk.shown import Handed
from salesdesk.errors import BadRequest
from screens.desk.choices import Answering, Choosing, Refusal
from screens.desk.state import DeskState, Unsaid
from screens.shared.line import Line
from screens.shared.texts import lines, outside

_NARROW = 40  # cells below which the options stand in one column whatever the height
_FLASH = 0.15
_NOTE = "loose note"
_PROMPTS = {
    "amount": ("What amount?", "1200 or 1200.50"),
    "note": ("What did they say?", "Enter to finish"),
    _NOTE: ("Note", "Enter to keep, Esc to leave"),
}


class AnswerPart(Vertical):
    """Keeps how far one has come in saying what happened, and paints that. The screen tells it which keys are meant,
    and looks at :attr:`asking` and :attr:`said` after each step.
    """

    class Stepped(Message):
        """A line was typed here, and with it a step was made."""

    two_columns = False
    now = Answering()
    _anyway = False

    def __init__(self) -> None:
        super().__init__(id="choices")

    def compose(self) -> ComposeResult:
        """The title, the options, and the prompt that takes their place."""
        yield Static("What happened?", id="title")
        yield Static(id="options")
        yield Line(id="answer", select_on_focus=False)
        yield Static(id="hint")

    def on_mount(self) -> None:
        """Nothing is asked at first."""
        self._prompt.display = False

    # What the screen asks and says.

    @property
    def asking(self) -> str | None:
        """The question that the choice asks, wherever it is answered."""
        return self.now.asking

    @property
    def said(self) -> Said | None:
        """What to record, once everything is said."""
        choosing = self.now.choosing
        if choosing is None or not choosing.complete:
            return None
        return choosing.said(self.now.note, anyway=self._anyway)

    @property
    def path(self) -> str:
        """The button and reason chosen so far."""
        return self.now.choosing.path if self.now.choosing else ""

    def deal(self, handed: Handed | None, note: str = "") -> None:
        """Another client, or none: nothing is said of them but the note."""
        self._go(Answering(Choosing(handed.outcomes) if handed else None, note))

    def press(self, digit: str) -> None:
        """A digit: a button, or its reason."""
        if self.now.choosing is not None and self._question is None:
            chosen = self.now.choosing.press(digit)
            if chosen is not self.now.choosing:
                self._go(self.now.choose(chosen))

    def pick_time(self) -> None:
        """The call-back button under a letter: the first one that asks for a time."""
        outcomes = self.now.choosing.outcomes if self.now.choosing else ()
        buttons = [button for button in outcomes if "time" in button.effect.ask]
        if buttons:
            self._go(self.now.choose(Choosing(outcomes).pick(buttons[0].id)))

    def write_note(self) -> None:
        """Open the line for a note that goes with whatever outcome comes."""
        if self.now.choosing is not None:
            self._go(Answering(self.now.choosing, self.now.note, noting=True), self.now.note)

    def answer(self, text: str, *, anyway: bool = False) -> None:
        """The answer to what is asked; ``anyway`` confirms one that was refused."""
        if self.now.choosing is not None:
            self._go(self.now.choose(self.now.choosing.answer(text)), anyway=anyway)

    def back(self) -> None:
        """One step back."""
        self._go(self.now.back())

    def again(self, fault: BadRequest | None) -> None:
        """Nothing was recorded: the last step is asked again with what was typed, and why it was refused."""
        before = self.now
        after = before.again(fault)
        if after is not before:
            answers = list(before.choosing.answers.values()) if before.choosing else []
            self._go(after, answers[-1] if answers else "")

    def unsaid(self) -> Unsaid:
        """What was chosen and typed here and is not recorded."""
        answers = dict(self.now.choosing.answers) if self.now.choosing else {}
        note = " · ".join(filter(None, ("" if self.now.noting else self.now.note, answers.pop("note", "").strip())))
        typed = [*answers.values(), self._prompt.value if self._question else ""]
        return Unsaid(self.path, tuple(dict.fromkeys(text.strip() for text in typed if text.strip())), note)

    def flash(self) -> None:
        """Show that a key was dropped."""
        self.add_class("flash")
        self.set_timer(_FLASH, lambda: self.remove_class("flash"))

    # As a part of the side.

    def open(self, now: DeskState) -> None:
        """The buttons stand again; a line that is being typed is gone on with."""
        if self._question is not None:
            self._prompt.focus()

    def close(self) -> None:
        """Another part takes the place."""

    # What is typed here.

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: the note is kept, or the question answered."""
        event.stop()
        if self.now.noting:
            self._go(self.now.noted(event.value))
        elif self._question is not None:
            refusal = self.now.refusal
            self.answer(event.value, anyway=refusal is not None and refusal.confirmed_by(event.value))
            self.post_message(self.Stepped())

    def on_input_changed(self, event: Input.Changed) -> None:
        """A keystroke: what was refused is being mended, so that it is not confirmed any more."""
        event.stop()
        if self.now.refusal is not None:
            self.now = replace(self.now, refusal=Refusal(self.now.refusal.fault))

    def on_resize(self) -> None:
        """Options stand in two columns where the panel is wide and low."""
        self._paint_options()

    # How it is painted: always from ``now``, so no repaint can lose a word of it.

    @property
    def _prompt(self) -> Input:
        return self.query_one("#answer", Input)

    @property
    def _question(self) -> str | None:
        """The question that is asked here; one that has a part of its own is none."""
        question = _NOTE if self.now.noting else self.now.asking
        return question if question in _PROMPTS else None

    def _go(self, now: Answering, text: str = "", *, anyway: bool = False) -> None:
        """Stand there, with ``text`` in the line if one opens; where all is said the last step stays in sight."""
        self.now, self._anyway = now, anyway
        if self.said is not None:
            return
        prompt, asked = self._prompt, self._question is not None
        if prompt.display and not asked:
            self.screen.set_focus(None)
        prompt.display = asked
        self.query_one("#options", Static).display = not asked
        if asked:
            with prompt.prevent(Input.Changed):  # what stands there already was not typed now
                prompt.value = text
            prompt.cursor_position = len(text)
            prompt.focus()
        self._paint_options()

    def _paint_options(self) -> None:
        if self.said is not None:
            return
        options = self.now.choosing.options if self.now.choosing else ()
        self.query_one("#title", Static).update(self._title())
        self.query_one("#options", Static).update(self._options(options))
        self._paint_hint()

    def _title(self) -> Content:
        if self.now.choosing is None:
            return Content()
        path = Content.assemble(outside(self.path, "bold"), "  ") if self.path else Content()
        if self._question is not None:
            return Content.assemble(path, _PROMPTS[self._question][0])
        return Content.assemble(path, "Why?") if self.path else Content("What happened?")

    def _paint_hint(self) -> None:
        hint = self.query_one("#hint", Static)
        hint.set_class(self.now.refusal is not None, "fault")
        hint.update(self._hint())

    def _hint(self) -> Content:
        if self.now.refusal is not None:
            from screens.desk.refusals import refusal  # its words are not on the way to the first card

            return refusal(self.now.refusal.fault)
        if self._question is not None:
            return Content.styled(_PROMPTS[self._question][1], "dim")
        if self.path:
            return Content.styled("Esc back", "dim")
        return Content.assemble(("note  ", "dim"), outside(self.now.note)) if self.now.note else Content()

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
