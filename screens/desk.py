"""The desk screen: the client to call, and one key for what happened."""

from __future__ import annotations

import time
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from rules.zonetime import to_local
from salesdesk.desk import Desk
from salesdesk.errors import BadRequest, NotAllowed, StorageError
from salesdesk.saying import PromiseOutside, Said
from salesdesk.today import today
from salesdesk.views import Handed, NothingDue, Recorded
from screens import texts
from screens.choosing import Choosing
from screens.held import GUARD_SECONDS, REPEAT_SECONDS, HeldKey, Verdict
from screens.keys import DESK_KEYS, DIGITS, bindings, hint
from screens.messages import Came, Counted, Looked, Wanted
from screens.preview import fault_text, preview
from screens.widgets.bars import BottomBar, TopBar
from screens.widgets.card import ClientCard
from screens.widgets.choices import Choices
from screens.work import Failed, Job, WorkScreen

POLL_SECONDS = 0.5  # how often an idle desk looks for work; it must wake within a second
RETRY_SECONDS = 1.0
HEARTBEATS_PER_LEASE = 3
NARROW = 100  # cells below which the buttons stand under the card


class DeskScreen(WorkScreen):
    """Shows one client at a time. While something is being written every button is inert."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(*DIGITS, *DESK_KEYS)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide")]  # noqa: RUF012 - Textual types it so
    AUTO_FOCUS = ""  # nothing is typed until something is asked
    CSS_PATH = "desk.tcss"
    TITLE = "desk"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.handed: Handed | None = None
        self.nothing: NothingDue | None = None
        self.choosing: Choosing | None = None
        self.note = ""
        self._busy = True
        self._looking = False
        self._retries = 0
        self._shown_at = self._beat_at = 0.0
        self._unconfirmed: str | None = None
        self._held = HeldKey()

    def compose(self) -> ComposeResult:
        """The bars, the card and the buttons."""
        yield TopBar()
        with Horizontal(id="body"):
            yield ClientCard(id="card")
            with Vertical(id="side"):
                yield Choices(id="choices")
                yield Static(hint(*DESK_KEYS[:-1]), id="keys")
        yield BottomBar()

    def on_mount(self) -> None:
        """Ask for the first client at once; nobody has to press anything."""
        self.query_one(TopBar).show("who", Content.assemble(texts.outside(self.desk.person.label, "bold"), " · desk"))
        self.set_interval(1.0, self.tick)
        self.set_interval(POLL_SECONDS, self._poll)
        self._fetch()

    def on_screen_resume(self) -> None:
        """Back from another screen the figures may have moved; the first card counts them itself."""
        if not self._busy:
            self._count()

    def on_resize(self) -> None:
        """In a narrow terminal the buttons stand below the card, in two columns."""
        self.query_one(Choices).two_columns = self.size.width < NARROW

    @property
    def now(self) -> datetime:
        """The present instant (aware UTC)."""
        return self.desk.clock.now()

    @property
    def zone(self) -> str:
        """The zone of the person at the desk."""
        shown = self.handed or self.nothing
        return shown.home_zone if shown else self.desk.person.zone or "UTC"

    # What the keys do.

    def action_choose(self, digit: int) -> None:
        """A digit: a button or its reason; not one that is still held down from the last card."""
        key, now = str(digit), time.monotonic()
        verdict = self._held.judge(key, now)
        if self._busy or verdict is Verdict.DROP:
            self.query_one(Choices).flash()
        elif verdict is Verdict.ACT:
            self._press(key)
        else:
            self.set_timer(REPEAT_SECONDS, lambda: self._press_if_meant(key, now))

    def _press_if_meant(self, key: str, pressed_at: float) -> None:
        if self._held.waited(key, pressed_at):
            self._press(key)

    def _press(self, digit: str) -> None:
        if self.choosing is not None and not self._busy:
            self._go_on(self.choosing.press(digit))

    def action_back(self) -> None:
        """Escape: one step back."""
        if self.choosing is None or self._busy:
            return
        choices = self.query_one(Choices)
        self._unconfirmed = None
        loose = choices.question == "loose note"
        self.choosing = self.choosing if loose else self.choosing.back()
        choices.show(self.choosing, self.note)

    def action_schedule(self) -> None:
        """The call-back button under a letter: the first one that asks for a time."""
        if self.choosing is None or not self._awake():
            return
        buttons = [button for button in self.choosing.outcomes if "time" in button.effect.ask]
        if buttons:
            self._go_on(Choosing(self.choosing.outcomes).pick(buttons[0].id))

    def action_note(self) -> None:
        """A note that goes with whatever outcome comes."""
        if self.choosing is not None and self._awake():
            self.query_one(Choices).ask("loose note", title="Note", text=self.note)

    def action_why(self) -> None:
        """Every rule that put this client here."""
        self.query_one(ClientCard).toggle_why(self.now)

    def action_kpi(self) -> None:
        """Today's figures."""
        self.post_message(Wanted("kpi"))

    def _awake(self) -> bool:
        """Whether a key may act: nothing is being written and the card has stood long enough to be meant."""
        if self._ready():
            return True
        self.query_one(Choices).flash()
        return False

    def _ready(self) -> bool:
        return not self._busy and time.monotonic() - self._shown_at >= GUARD_SECONDS

    # From a choice to an outcome.

    @on(Choices.Answered)
    def _answered(self, event: Choices.Answered) -> None:
        if self._busy or self.choosing is None:
            return
        if event.question == "loose note":
            self.note = event.text.strip()
            self.query_one(Choices).show(self.choosing, self.note)
            return
        confirmed = self._unconfirmed is not None and self._unconfirmed == event.text
        self._go_on(self.choosing.answer(event.text), anyway=confirmed)

    @on(Choices.Typing)
    def _typing(self, event: Choices.Typing) -> None:
        self._unconfirmed = None
        if event.question == "time" and event.text.strip() and self.handed:
            shown = preview(self.handed, self.desk.person, event.text, self.now)
            self.query_one(Choices).hint(shown)

    def _go_on(self, choosing: Choosing, *, anyway: bool = False) -> None:
        """Show the next step, or record when everything is said."""
        self.choosing = choosing
        if choosing.complete and self.handed is not None:
            seconds = int(time.monotonic() - self._shown_at)
            self._record(choosing.said(self.note, seconds, anyway=anyway), self.handed.claim)
        else:
            self.query_one(Choices).show(choosing, self.note)

    def _record(self, said: Said, claim: int) -> None:
        desk = self.desk

        def job() -> Message:
            done = desk.record_outcome(said, claim)
            return Came(desk.next_task(), done)

        self._write(job)

    def _fetch(self) -> None:
        desk = self.desk
        self._write(lambda: Came(desk.next_task()))

    def _write(self, job: Job) -> None:
        self._busy = True
        self.query_one(Choices).add_class("inert")
        self.start(job, "write")

    def _release_buttons(self) -> None:
        self._busy = False
        self.query_one(Choices).remove_class("inert")

    # What comes back.

    @on(Came)
    def _came(self, event: Came) -> None:
        if event.done is not None:
            self._tell(event.done)
        elif self._retries:
            self.query_one(BottomBar).say(Content("The database is back."))
        self._retries, self._unconfirmed, self.note = 0, None, ""
        card, choices = self.query_one(ClientCard), self.query_one(Choices)
        if isinstance(event.came, Handed):
            self.handed, self.nothing = event.came, None
            self.choosing = Choosing(event.came.outcomes)
            card.show(event.came, self.now)
        else:
            self.handed, self.nothing, self.choosing = None, event.came, None
            card.show_nothing(event.came, self.now)
        choices.show(self.choosing)
        self.tick()
        self._shown_at = self._beat_at = time.monotonic()
        self._held.new_card(self._shown_at)
        self._release_buttons()
        self._count()

    def _tell(self, done: Recorded) -> None:
        book = self.handed.book if self.handed else None
        outcome = book.rules.outcomes.get(done.outcome) if book else None
        label = outcome.label if outcome else done.outcome
        self.query_one(BottomBar).say(texts.recorded(done, label, self.zone, self.now))

    @on(Failed)
    def _failed(self, event: Failed) -> None:
        """One place for every fault: a lost database is tried again, a wrong answer is asked again."""
        fault = event.fault
        if isinstance(fault, StorageError):
            self._lost(event)
        elif event.group != "write":
            self.query_one(BottomBar).warn(texts.outside(str(fault)))
        elif isinstance(fault, BadRequest) and self.choosing is not None:
            self._ask_again(fault)
        else:
            self.query_one(BottomBar).warn(texts.outside(str(fault)))
            self._release_buttons()
            if not isinstance(fault, NotAllowed):
                self._fetch()

    def _lost(self, event: Failed) -> None:
        self._looking = False
        if event.group != "write":
            self.query_one(BottomBar).warn(texts.outside(event.fault.title))
            return
        self._retries += 1
        said = f"No connection to the database, retrying ({self._retries}): {event.fault.title}"
        self.query_one(BottomBar).warn(texts.outside(said))
        self.set_timer(RETRY_SECONDS, lambda: self.start(event.job, "write"))

    def _ask_again(self, fault: BadRequest) -> None:
        """Nothing was recorded; what was typed stays, to be mended or confirmed."""
        choices, choosing = self.query_one(Choices), self.choosing
        self._release_buttons()
        if choosing is None:
            return
        typed = list(choosing.answers.values())[-1] if choosing.answers else ""
        self.choosing = choosing.unanswer() if choosing.answers else choosing.back()
        choices.show(self.choosing, self.note)
        if self.choosing.asking:
            choices.ask(self.choosing.asking, text=typed)
        self._unconfirmed = typed if isinstance(fault, PromiseOutside) else None
        choices.hint(fault_text(fault), fault=True)

    def crashed(self, group: str) -> None:
        """The card stays and may be answered again: an outcome is recorded once, however often it is said."""
        self._looking = False
        if group == "write" and self.handed is not None:
            self._release_buttons()

    @on(Counted)
    def _counted(self, event: Counted) -> None:
        self.query_one(TopBar).show("figures", texts.figures(event.figures, short=self.size.width < NARROW))

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        self._looking = False
        if event.ask and not self._busy:
            self._fetch()

    def _count(self) -> None:
        desk = self.desk
        self.start(lambda: Counted(today(desk)), "figures", exclusive=True)

    # What time does.

    def tick(self) -> None:
        """Every second: the clocks."""
        now = self.now
        self.query_one(TopBar).show("own-clock", Content(f"{to_local(now, self.zone):%H:%M:%S}"))
        self.query_one(ClientCard).tick(now)

    def _poll(self) -> None:
        """An idle desk looks for work; a busy one keeps its claim alive."""
        if self._busy or self._looking:
            return
        desk, handed = self.desk, self.handed
        if handed is None:
            self._looking = True
            stale = self.nothing is not None and (self.nothing.next_due_at or self.now) < self.now
            self.start(lambda: Looked(desk.look() or stale), "look")
        elif time.monotonic() - self._beat_at > handed.book.rules.feed.claim_minutes * 60 / HEARTBEATS_PER_LEASE:
            self._looking, self._beat_at = True, time.monotonic()
            self.start(lambda: Looked(not desk.renew(handed.claim)), "look")
