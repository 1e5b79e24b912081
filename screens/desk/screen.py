"""The desk screen: the client to call, and one key for what happened. It lays out and routes; it decides nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive

from rules.zonetime import to_local
from salesdesk.desk.desk import Desk
from screens.desk import bar_texts, texts
from screens.desk.asks import Acts, Gone, Replied
from screens.desk.attention import Attention, Heard
from screens.desk.card import ClientCard
from screens.desk.gate import KeyGate
from screens.desk.jobs import DeskJobs, Done, crash
from screens.desk.parts.answer import AnswerPart
from screens.desk.phases import Away, Starting
from screens.desk.results import Began, Ended, Left, Opened, Result, WentOn
from screens.desk.routes import ERRANDS, IDLE, PAGES, QUESTIONS
from screens.desk.side import Side
from screens.desk.state import ANSWER, DeskState
from screens.desk.transitions import after
from screens.shared.bars import BottomBar, TopBar
from screens.shared.keys import DESK_KEYS, DIGITS, RESUME_KEYS, bindings
from screens.shared.messages import CardShown, Wanted
from screens.shared.texts import outside
from screens.shared.work import Failed, WorkScreen

POLL_SECONDS = 0.25  # how often the time is compared with what is to come; an idle desk must wake within a second
NARROW = 100  # cells below which the buttons stand under the card
BROAD = 120  # cells from which the clocks of the schedule stand beside its line


class DeskScreen(WorkScreen):
    """Shows one client at a time. While something is being written every button is inert."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(*DIGITS, *DESK_KEYS, *RESUME_KEYS)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide"), (BROAD, "-broad")]  # noqa: RUF012 - Textual types it so
    AUTO_FOCUS = ""  # nothing is typed until something is asked
    CSS_PATH = "desk.tcss"
    TITLE = "desk"

    state: reactive[DeskState] = reactive(DeskState(), init=False, repaint=False)

    def __init__(self, desk: Desk, ticks: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.desk, self.ticks = desk, ticks
        self.set_reactive(DeskScreen.state, DeskState(zone=desk.person.zone or "UTC"))
        self.jobs, self.attention = DeskJobs(self, desk), Attention(self, desk, ticks)
        self.gate = KeyGate(self, lambda: self.state.takes_keys, self._flash, ticks)
        self.shown_at = ticks()

    def compose(self) -> ComposeResult:
        """The bars, the card and the side."""
        yield TopBar()
        with Horizontal(id="body"):
            yield ClientCard(id="card")
            yield Side(self.desk)
        yield BottomBar()

    def on_mount(self) -> None:
        """Ask for the first client at once; nobody has to press anything."""
        self.query_one(TopBar).show("who", Content.assemble(outside(self.desk.person.label, "bold"), " · desk"))
        self.set_interval(1.0, self.tick)
        self.set_interval(POLL_SECONDS, self.poll)
        self.jobs.fetch()

    @property
    def side(self) -> Side:
        """The buttons, or what stands in their place."""
        return self.query_one(Side)

    @property
    def now(self) -> datetime:
        """The present instant (aware UTC)."""
        return self.desk.clock.now()

    @property
    def ready(self) -> bool:
        """Whether a key that is pressed now acts."""
        return self.state.takes_keys and self.gate.is_open

    # What happens, and what follows from it.

    def do(self, result: Result) -> None:
        """Go on to the state that follows."""
        self.state = after(self.state, result, self.side.unsaid())

    @on(Done)
    def _done(self, event: Done) -> None:
        self.do(event.result)

    @on(Failed)
    def _failed(self, event: Failed) -> None:
        self.do(self.jobs.ended_badly(event))

    def crashed(self, text: str, group: str) -> None:
        """A fault of the program is told, and the desk goes on."""
        self.do(crash(text, group))

    def watch_state(self, before: DeskState, now: DeskState) -> None:
        """Paint what has changed, and begin what the new phase asks for."""
        if now.message is not before.message:
            self._say(now)
        if now.figures is not before.figures:
            self._show_figures()
        if now.dealt != before.dealt or (now.shown is not before.shown and now.shown is not None):
            self.query_one(ClientCard).paint(now.shown, self.now)
        self.side.follow(before, now)
        if now.dealt != before.dealt:
            self.attention.card_shown()
        if now.dealt != before.dealt and now.shown is not None:
            self._new_card(another=not (before.handed and now.handed and before.handed.claim == now.handed.claim))
        if isinstance(now.phase, Starting) and not isinstance(before.phase, Starting):
            self.jobs.fetch()
        if isinstance(now.phase, Away) and not isinstance(before.phase, Away):
            self._leave_for(now.phase)

    def _say(self, now: DeskState) -> None:
        bar = self.query_one(BottomBar)
        tell = bar.warn if isinstance(now.message, bar_texts.FAULTS) else bar.say
        tell(bar_texts.said(now.message, now.zone, self.now, bar.room))

    def _show_figures(self) -> None:
        if self.state.figures is not None:
            text = texts.figures(self.state.figures, short=self.size.width < NARROW)
            self.query_one(TopBar).show("figures", text)

    def _new_card(self, *, another: bool) -> None:
        if another:
            self.shown_at = self.ticks()
        self.tick()
        self.gate.dealt()
        self.jobs.count()
        self.call_after_refresh(self.side.make_parts)
        self.post_message(CardShown())

    def _leave_for(self, pause: Away) -> None:
        from screens.desk.break_screen import BreakScreen  # a page that few calls need is not on the way to the first

        def back(_: object) -> None:
            self.do(Ended(int((self.now - pause.since).total_seconds() // 60)))

        self.app.push_screen(BreakScreen(self.desk, self.state.zone, pause.since, pause.reason), back)

    # What is pressed.

    def _flash(self) -> None:
        self.side.answer.flash()

    async def on_key(self, event: events.Key) -> None:
        """A key while nothing is typed: it acts when it is meant for this card."""
        if self.focused is None:
            await self.gate.take(event)

    def action_choose(self, digit: int) -> None:
        """A digit: a button or its reason."""
        if self.state.in_hand and self.state.part == ANSWER:
            self.side.answer.press(str(digit))
            self.step()

    def action_schedule(self) -> None:
        """The call-back button under a letter."""
        if self.state.in_hand:
            self.side.answer.pick_time()
            self.step()

    def action_note(self) -> None:
        """A note that goes with whatever outcome comes."""
        if self.state.in_hand:
            self.side.answer.write_note()

    def action_back(self) -> None:
        """Escape: one step back, or out of the part that is open."""
        if self.state.part not in {ANSWER, *QUESTIONS.values()}:
            self.do(Left())
        elif self.state.in_hand:
            self.side.answer.back()
            self.step()

    def action_open(self, part: str) -> None:
        """Open the part of this name in the place of the buttons."""
        self.do(Opened(part, self.side.answer.path, idle=part in IDLE))

    def action_go_on(self) -> None:
        """Enter: stay with the client from before, or leave the one that was lost."""
        self.do(WentOn())

    def action_errand(self, name: str) -> None:
        """Begin the errand of this name, if it makes sense now."""
        handed, errand = self.state.in_hand, ERRANDS[name](self.state)
        if errand is not None:
            self.do(errand.told)
            errand.begin(self.jobs, handed)

    def action_page(self, name: str) -> None:
        """Open the page of this name over the desk, if there is anything to show."""
        page = PAGES[name](self.desk, self.state)
        if page is not None:
            self.app.push_screen(page)

    def action_kpi(self) -> None:
        """Today's figures."""
        self.post_message(Wanted("kpi"))

    # What the parts say.

    @on(AnswerPart.Stepped)
    def step(self) -> None:
        """Ask for what the answer lacks, or record it when everything is said."""
        handed, answer = self.state.in_hand, self.side.answer
        if handed is None:
            return
        if (said := answer.said) is None:
            self.do(Opened(QUESTIONS.get(answer.asking or "", ANSWER), answer.path))
        else:
            self.do(Began())
            self.jobs.record(handed, said, self.ticks() - self.shown_at)

    @on(Replied)
    def _answered(self, event: Replied) -> None:
        if self.state.in_hand:
            self.side.answer.answer(event.text, anyway=event.anyway)
            self.step()

    @on(Gone)
    def _part_left(self) -> None:
        self.do(Left())

    @on(Acts)
    def _act(self, event: Acts) -> None:
        """The part is done; what it asks for begins, unless something else has begun meanwhile."""
        ready, handed = self.state.takes_keys, self.state.in_hand
        self.do(Left())
        if event.key:
            self.gate.pressed_elsewhere(event.key)
        if ready:
            self.do(Began())
            event.begin(self.jobs, handed)

    # What time does.

    def tick(self) -> None:
        """Every second: the clocks."""
        now = self.now
        self.query_one(TopBar).show("own-clock", Content(f"{to_local(now, self.state.zone):%H:%M:%S}"))
        self.query_one(ClientCard).tick(now)

    def poll(self) -> None:
        """Four times a second: what is due without a key. New rules are dealt before the card is answered, unless a
        line is open in which something is typed.
        """
        handed = self.state.in_hand
        if handed is not None and self.attention.has_news_for(handed) and not self.side.typing:
            self.do(Began())
            self.jobs.deal_anew(handed)
        else:
            self.attention.poll(self.state)

    @on(Heard)
    def _heard(self, event: Heard) -> None:
        self.attention.heard(event.version)
        self.poll()

    def on_screen_resume(self) -> None:
        """Back from another screen the figures may have moved; the first card counts them itself."""
        if self.state.takes_keys:
            self.jobs.count()

    def on_resize(self) -> None:
        """In a narrow terminal the buttons stand below the card, in two columns, and the figures are short."""
        self.side.answer.two_columns = self.size.width < NARROW
        self._show_figures()

    def on_unmount(self) -> None:
        """Let the listening thread end."""
        self.attention.close()
