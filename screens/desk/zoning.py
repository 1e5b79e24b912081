"""The zone key: says during the call where the client is, and shows what that changed. The claim stays."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.message import Message

from salesdesk.views import Handed, NothingDue
from screens.desk import clock_texts
from screens.desk.answering import Answering
from screens.desk.card import ClientCard
from screens.desk.parts.answer import Choices
from screens.desk.parts.zone import ZonePanel
from screens.shared.bars import BottomBar
from screens.shared.messages import Came

if TYPE_CHECKING:
    from salesdesk.clients.placing import ZoneSet


@dataclass
class Zoned(Message):
    """The client's zone was set; ``came`` is what is in hand after it: the same client, seen anew."""

    found: ZoneSet
    came: Handed | NothingDue


class Zoning(Answering):
    """Opens the zone panel in the place of the buttons, and sets what is chosen there."""

    def action_zone(self) -> None:
        """Say where the client is."""
        if self.handed is None or not self._awake() or self.query(ZonePanel):
            return
        side = self.query_one("#side")
        side.add_class("placing")
        side.mount(ZonePanel(self.desk.clock, self.handed.home_zone, self.handed.client.country), before=0)

    @on(ZonePanel.Left)
    @on(Came)
    def close_zone(self) -> None:
        """Take the panel away: nothing was said, or the client is gone."""
        if panels := self.query(ZonePanel):
            panels.remove()
            self.set_focus(None)
        self.query_one("#side").remove_class("placing")

    @on(ZonePanel.Chosen)
    def _chosen(self, event: ZonePanel.Chosen) -> None:
        handed, desk, text = self.handed, self.desk, event.choice.text
        self.close_zone()
        if handed is None or self._busy:
            return
        if event.key != "enter":  # a digit held down too long must not press a button next
            now = time.monotonic()
            self._held.judge(event.key, now)
            self._held.new_card(now)

        def job() -> Message:
            from salesdesk.clients.placing import set_zone

            found = set_zone(desk.database, desk.clock, desk.person, handed.client.id, text)
            return Zoned(found, desk.next_task())

        self._write(job)

    @on(Zoned)
    def _zoned(self, event: Zoned) -> None:
        """The card stands as it did, by the other clock."""
        came, handed, self._retries = event.came, self.handed, 0
        if handed is not None:
            self.query_one(BottomBar).say(clock_texts.zone_set(event.found, handed.client, handed.home_zone, self.now))
        if handed is None or not isinstance(came, Handed) or came.claim != handed.claim:
            self.post_message(Came(came))
            return
        self.handed = came
        self.query_one(ClientCard).show(came, self.now)
        self.query_one(Choices).show(self.choosing, self.note)
        self._release_buttons()
