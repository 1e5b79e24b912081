"""Holds that outlive a desk, and desks that outlive a hold: go on or give back, and nothing typed is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from textual import on
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from salesdesk.desk import Desk
from salesdesk.errors import NothingToDo
from salesdesk.team.holding import ClaimLost
from salesdesk.views import Handed
from screens.desk.parts.answer import Choices
from screens.desk.zoning import Zoning
from screens.shared.bars import BottomBar
from screens.shared.messages import Came, Looked
from screens.shared.texts import lines, outside
from screens.shared.times import day_and_time


@dataclass
class Lost(Message):
    """The heartbeat found that a claim is no longer held; ``how`` says why, in words."""

    claim: int
    how: str


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A note on a client who was lost or given back before it could be recorded; it returns with them."""

    client_id: int
    note: str


def beat(desk: Desk, claim: int) -> Message:
    """One heartbeat of a claim."""
    return Looked(False) if desk.renew(claim) else Lost(claim, desk.how_lost(claim))


class Resuming(Zoning):
    """Offers the client that was in hand before this desk opened, and tells when one in hand is lost."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._begun = False
        self._resumable = False
        self._unsaved: Unsaved | None = None

    @on(Came)
    def _offer(self, event: Came) -> None:
        """Only the first client of this desk can be one from before it."""
        first, self._begun, self._resumable = not self._begun, True, False
        came, kept = event.came, self._unsaved
        if not isinstance(came, Handed):
            return
        if first and came.held_since is not None:
            self._resumable = True
            self.query_one(BottomBar).say(_were_on(came.held_since, self.zone, self.now))
        if kept is not None and kept.client_id == came.client.id:
            self.note = kept.note
            self.query_one(Choices).show(self.choosing, self.note)
            self._unsaved = None

    def action_go_on(self) -> None:
        """Enter: stay with the client that was in hand; or leave the one that was lost."""
        if self.query(Kept):
            self.query(Kept).remove()
            self.query_one("#side").remove_class("lost")
            self.query_one(BottomBar).say(Content())
            self._fetch()
        elif self._resumable:
            self._resumable = False
            self.query_one(BottomBar).say(Content())

    def action_pass_on(self) -> None:
        """Give the client from before this desk back, and take the next."""
        handed, desk = self.handed, self.desk
        if not self._resumable or handed is None or not self._awake():
            return
        self._resumable = False
        self.query_one(BottomBar).say(Content.assemble(outside(handed.client.name), " is given back."))
        self._write(lambda: Came(desk.pass_on(handed.claim)))

    @on(Lost)
    def _lost_claim(self, event: Lost) -> None:
        self._looking = False
        if not self._busy and self.handed is not None and self.handed.claim == event.claim:
            self.claim_lost(event.how)

    def claim_lost(self, how: str) -> None:
        """Say so; the next client comes at once, unless something was typed: that stays to be read until Enter."""
        handed = self.handed
        if handed is None:
            return
        self.close_zone()  # a half-typed city is nothing to keep
        chosen, typed = self._said()
        told = Content.assemble(outside(handed.client.name), " was taken from you: ", outside(how))
        if not typed:
            unsaved = Content.assemble(" · not recorded: ", outside(chosen)) if chosen else Content()
            self.query_one(BottomBar).warn(Content.assemble(told, unsaved))
            self._fetch()
            return
        self.query_one(BottomBar).warn(told)
        said = (chosen, *typed) if chosen else typed
        self._unsaved = Unsaved(handed.client.id, self.note)
        self._busy = True  # the buttons are inert, and nothing is looked for
        self.choosing = None
        self.query_one(Choices).show(None)
        side = self.query_one("#side")
        side.add_class("lost")
        side.mount(Kept(_kept(how, said)), before=0)

    def keep_note(self) -> None:
        """Have the note ready for when the client on the card, who is given back, comes to this desk again."""
        if self.handed is not None and self.note:
            self._unsaved = Unsaved(self.handed.client.id, self.note)
        self.note = ""

    def refused(self, fault: NothingToDo) -> None:
        """An outcome came too late."""
        self.claim_lost(fault.how if isinstance(fault, ClaimLost) else fault.title)

    def _said(self) -> tuple[str, tuple[str, ...]]:
        """What was chosen for the client on the card, and what was typed."""
        choosing, choices = self.choosing, self.query_one(Choices)
        chosen = [choosing.outcome, choosing.reason] if choosing else []
        buttons = " · ".join(option.label for option in chosen if option is not None)
        answers = list(choosing.answers.values()) if choosing else []
        typed = self.focused.value if isinstance(self.focused, Input) else ""
        note = "" if choices.question == "loose note" else self.note
        texts = [text.strip() for text in (*answers, typed, note)]
        return buttons, tuple(text for text in dict.fromkeys(texts) if text)


class Kept(Static):
    """What could not be recorded, in the place of the buttons."""


def _kept(how: str, said: tuple[str, ...]) -> Content:
    return lines(
        Content.styled("This client is no longer yours", "bold"),
        outside(how),
        Content(),
        Content("Not recorded, and kept here for you:"),
        *(Content.assemble("  ", outside(text)) for text in said),
        Content(),
        Content.assemble(("Enter", "bold"), " next client"),
    )


def _were_on(since: datetime, zone: str, now: datetime) -> Content:
    when = day_and_time(since, zone, now).removeprefix("today ")
    return Content.assemble(
        f"You were on this client (since {when} yours): ", ("Enter", "bold"), " go on, ", ("x", "bold"), " release"
    )
