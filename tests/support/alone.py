"""One part of a screen, alone in an app of ten lines, with all that it says."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.message import Message
from textual.widget import Widget

from screens.shared.bars import BottomBar
from screens.shared.work import WorkScreen


class AloneScreen(WorkScreen):
    """Holds the part and remembers its messages."""

    CSS_PATH = "../../screens/desk/desk.tcss"
    AUTO_FOCUS = ""

    def __init__(self, part: Widget) -> None:
        super().__init__()
        self.part = part
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.part
        yield BottomBar()

    def hear(self, event: Message) -> None:
        """Remember what the part says."""
        self.heard.append(event)

    on_replied = on_acts = on_gone = on_answer_part_stepped = hear


class Alone(App[int]):
    """Shows one part."""

    def __init__(self, part: Widget) -> None:
        super().__init__()
        self.part_screen = AloneScreen(part)

    def on_mount(self) -> None:
        self.push_screen(self.part_screen)

    @property
    def heard(self) -> list[Message]:
        """What the part has said so far."""
        return self.part_screen.heard
