"""A page that opens over the desk to be read, and closes again; the desk below keeps its client."""

from __future__ import annotations

from textual import on
from textual.content import Content

from rules.zonetime import to_local
from salesdesk.desk.desk import Desk
from screens.shared.bars import BottomBar, TopBar
from screens.shared.texts import outside
from screens.shared.work import Failed, WorkScreen


class Page(WorkScreen):
    """Has the bars above and below, the person's own clock (``zone`` is an IANA name), and a way back.

    Textual calls ``on_mount`` of this class and of the page's own; a page that called this one would mount it twice.
    """

    def __init__(self, desk: Desk, zone: str) -> None:
        super().__init__()
        self.desk, self.zone = desk, zone

    def on_mount(self) -> None:
        """The clock ticks from the first second on."""
        self.set_interval(1.0, self.tick)
        self.tick()

    def tick(self) -> None:
        """Every second: the person's own clock."""
        now = to_local(self.desk.clock.now(), self.zone)
        self.query_one(TopBar).show("own-clock", Content(f"{now:%H:%M:%S}"))

    def action_close(self) -> None:
        """Back to the desk."""
        self.dismiss()

    @on(Failed)
    def _failed(self, event: Failed) -> None:
        self.query_one(BottomBar).warn(outside(f"{event.fault.title} {event.fault.mend}"))
