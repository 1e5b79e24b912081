"""The side of the desk: the buttons, or the part that has taken their place."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input, Static

from salesdesk.desk.desk import Desk
from screens.desk.parts.answer import AnswerPart
from screens.desk.phases import Ready
from screens.desk.routes import PARTS, as_part
from screens.desk.state import ANSWER, DeskState, Unsaid
from screens.shared.keys import DESK_KEYS, hint


class Side(Vertical):
    """Shows one part at a time, and hands on to it what the state says."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(id="side")
        self._desk = desk
        self._made: dict[str, Widget] = {}
        self.front = ANSWER

    def compose(self) -> ComposeResult:
        """The buttons, and the keys beside them; the other parts come after the first card."""
        yield AnswerPart()
        yield Static(hint(*DESK_KEYS[:-1]), id="keys")

    @property
    def answer(self) -> AnswerPart:
        """The buttons."""
        return self.query_one(AnswerPart)

    @property
    def typing(self) -> bool:
        """Whether a line is open in which something is typed."""
        return isinstance(self.screen.focused, Input)

    def make_parts(self) -> None:
        """Make every part that is not made yet, out of sight."""
        for name in PARTS:
            self._part(name)

    def unsaid(self) -> Unsaid:
        """What was chosen and typed, wherever, and is not recorded."""
        said = self.answer.unsaid()
        elsewhere = "" if self.front == ANSWER else as_part(self._part(self.front)).unsaid()
        typed = dict.fromkeys(text for text in (*said.typed, elsewhere) if text)
        return Unsaid(said.chosen, tuple(typed), said.note)

    def follow(self, before: DeskState, now: DeskState) -> None:
        """Show what the state says."""
        self.answer.set_class(not now.takes_keys, "inert")
        if now.dealt != before.dealt:
            self.answer.deal(now.handed, now.note)
        elif isinstance(now.phase, Ready) and not isinstance(before.phase, Ready):
            self.answer.again(now.phase.refused)
            if now.phase.refused is not None and now.part != ANSWER:
                as_part(self._part(now.part)).refuse(now.phase.refused)
        if now.part != self.front:
            self._bring(now)

    def _bring(self, now: DeskState) -> None:
        """Put another part in the place of the one in front."""
        leaving, coming = self._part(self.front), self._part(now.part)
        leaving.display, coming.display, self.front = False, True, now.part
        as_part(leaving).close()
        self.screen.set_focus(None)
        if coming.is_mounted:
            as_part(coming).open(now)
        else:
            coming.call_later(as_part(coming).open, now)
        for name in (ANSWER, *PARTS):
            self.screen.set_class(name == now.part, f"-at-{name}")
        self.screen.refresh(layout=True)  # at once: else a new card is painted above the old part first

    def _part(self, name: str) -> Widget:
        if name == ANSWER:
            return self.answer
        part = self._made.get(name)
        if part is None:
            part = self._made[name] = PARTS[name](self._desk)
            part.display = False
            self.mount(part, before=self.query_one("#keys"))
        return part
