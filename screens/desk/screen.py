"""The desk screen: the client to call, and one key for what happened."""

from __future__ import annotations

import time
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from rules.zonetime import to_local
from salesdesk.views import Handed, Recorded
from screens.desk import texts
from screens.desk.breaking import Breaking
from screens.desk.card import ClientCard
from screens.desk.choices import Choosing
from screens.desk.deskwork import RETRY_SECONDS
from screens.desk.parts.answer import Choices
from screens.desk.resuming import beat
from screens.shared.bars import BottomBar, TopBar
from screens.shared.keys import DESK_KEYS, DIGITS, RESUME_KEYS, bindings, hint
from screens.shared.messages import Came, Counted, Looked, Stirred, Wanted
from screens.shared.texts import outside

POLL_SECONDS = 0.25  # how often the time is compared with what is to come; an idle desk must wake within a second
LOOK_SECONDS = 15.0  # how often an idle desk looks for work of which nothing told it: a hold that has run out
CLOCK_SECONDS = 30.0  # how often the machine's clock is doubted
LOOK_GAP = 0.3  # the least time between two looks, however much is heard on a busy floor
HEARTBEATS_PER_LEASE = 3
NARROW = 100  # cells below which the buttons stand under the card
BROAD = 120  # cells from which the clocks of the schedule stand beside its line


class DeskScreen(Breaking):
    """Shows one client at a time. While something is being written every button is inert."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(*DIGITS, *DESK_KEYS, *RESUME_KEYS)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide"), (BROAD, "-broad")]  # noqa: RUF012 - Textual types it so
    AUTO_FOCUS = ""  # nothing is typed until something is asked
    CSS_PATH = "desk.tcss"
    TITLE = "desk"

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
        self.query_one(TopBar).show("who", Content.assemble(outside(self.desk.person.label, "bold"), " · desk"))
        self.set_interval(1.0, self.tick)
        self.set_interval(POLL_SECONDS, self._poll)
        self.set_interval(CLOCK_SECONDS, self._check_clock)
        self._fetch()

    def on_screen_resume(self) -> None:
        """Back from another screen the figures may have moved; the first card counts them itself."""
        if not self._busy:
            self._count()

    def on_resize(self) -> None:
        """In a narrow terminal the buttons stand below the card, in two columns."""
        self.query_one(Choices).two_columns = self.size.width < NARROW

    # What the letters do, beside those of Answering.

    def action_why(self) -> None:
        """Every rule that put this client here."""
        if self.handed is not None:
            from screens.desk.why import WhyScreen  # a page that few calls need is not on the way to the first card

            self.app.push_screen(WhyScreen(self.desk, self.handed))

    def action_day(self) -> None:
        """The coming hours and days."""
        from screens.my_day.screen import DayScreen

        self.app.push_screen(DayScreen(self.desk, self.zone))

    def action_kpi(self) -> None:
        """Today's figures."""
        self.post_message(Wanted("kpi"))

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
        self._shown_at = self._beat_at = self._looked_at = time.monotonic()
        self._held.new_card(self._shown_at)
        self._release_buttons()
        self._count()
        self._listen()

    def _tell(self, done: Recorded) -> None:
        book = self.handed.book if self.handed else None
        outcome = book.rules.outcomes.get(done.outcome) if book else None
        label = outcome.label if outcome else done.outcome
        bar = self.query_one(BottomBar)
        bar.say(texts.recorded(done, label, self.zone, self.now, bar.room))

    @on(Counted)
    def _counted(self, event: Counted) -> None:
        self.query_one(TopBar).show("figures", texts.figures(event.figures, short=self.size.width < NARROW))

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        self._looking = False
        if self._retries:
            self._retries = 0
            self.query_one(BottomBar).say(Content("The database is back."))
        if event.ask and not self._busy:
            self._fetch()

    # What time does.

    def tick(self) -> None:
        """Every second: the clocks."""
        now = self.now
        self.query_one(TopBar).show("own-clock", Content(f"{to_local(now, self.zone):%H:%M:%S}"))
        self.query_one(ClientCard).tick(now)

    @on(Stirred)
    def _heard(self) -> None:
        """Something has changed: an idle desk looks at once."""
        self._stirred = True
        self._poll()

    def _poll(self) -> None:
        """An idle desk looks for work when its time has come; a busy one keeps its claim alive."""
        if self._busy or self._looking:
            return
        now = time.monotonic()
        if self.handed is None:
            self._look_if_due(now - self._looked_at)
        elif now - self._beat_at > self.handed.book.rules.feed.claim_minutes * 60 / HEARTBEATS_PER_LEASE:
            self._looking, self._beat_at = True, now
            desk, claim = self.desk, self.handed.claim
            self.start(lambda: beat(desk, claim), "look")

    def _look_if_due(self, since: float) -> None:
        """Look for work if something was heard or falls due, and now and then without a reason."""
        next_due_at = self.nothing.next_due_at if self.nothing else None
        falls_due = next_due_at is not None and next_due_at <= self.now
        wait = LOOK_GAP if falls_due or self._stirred else RETRY_SECONDS if self._retries else LOOK_SECONDS
        if since > wait:
            self._looking, self._stirred, self._looked_at = True, False, time.monotonic()
            desk = self.desk
            self.start(lambda: Looked(desk.look() or falls_due), "look")
