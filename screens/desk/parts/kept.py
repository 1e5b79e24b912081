"""What could not be recorded of a client who was taken away, in the place of the buttons, until it is read."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from salesdesk.errors import BadRequest
from screens.desk.phases import Lost
from screens.desk.state import DeskState
from screens.shared.texts import lines, outside


class KeptPart(Static):
    """Shows it. Enter, which the screen hears, leaves it."""

    def open(self, now: DeskState) -> None:
        """Show what was said of the client who is lost now."""
        if isinstance(now.phase, Lost):
            self.update(kept(now.phase))

    def close(self) -> None:
        """It was read."""

    def refuse(self, fault: BadRequest) -> None:
        """Nothing is asked here that could be refused."""

    def unsaid(self) -> str:
        """What stands here is known already."""
        return ""


def kept(lost: Lost) -> Content:
    """The words."""
    return lines(
        Content.styled("This client is no longer yours", "bold"),
        outside(lost.how),
        Content(),
        Content("Not recorded, and kept here for you:"),
        *(Content.assemble("  ", outside(text)) for text in lost.said),
        Content(),
        Content.assemble(("Enter", "bold"), " next client"),
    )
