"""What the desk screen knows, its database work, and the one place where every fault of that work ends."""

from __future__ import annotations

import time
from datetime import datetime

from textual import on
from textual.content import Content
from textual.message import Message
from textual.worker import get_current_worker

from salesdesk.desk import Desk
from salesdesk.errors import BadRequest, NotAllowed, NothingToDo, StorageError
from salesdesk.live import Live
from salesdesk.saying import PromiseOutside, Said
from salesdesk.today import today
from salesdesk.upkeep.clock_doubt import clock_doubt
from salesdesk.views import Handed, NothingDue
from screens.desk.choices import Choosing
from screens.desk.parts.answer import Choices
from screens.desk.parts.schedule.words import refusal
from screens.shared.bars import BottomBar
from screens.shared.held import GUARD_SECONDS
from screens.shared.messages import Came, Counted, Doubted, Stirred
from screens.shared.texts import outside
from screens.shared.work import Failed, Job, WorkScreen

RETRY_SECONDS = 1.0
LISTEN_SECONDS = 5.0  # how long the listening thread waits at a stretch


class DeskWork(WorkScreen):
    """One write at a time: while something is being written every button is inert."""

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
        self._shown_at = self._beat_at = self._looked_at = 0.0
        self._stirred = False
        self._live: Live | None = None
        self._unconfirmed: str | None = None

    @property
    def now(self) -> datetime:
        """The present instant (aware UTC)."""
        return self.desk.clock.now()

    @property
    def zone(self) -> str:
        """The zone of the person at the desk."""
        shown = self.handed or self.nothing
        return shown.home_zone if shown else self.desk.person.zone or "UTC"

    def _ready(self) -> bool:
        """Whether nothing is being written and the card has stood long enough for a key to be meant for it."""
        return not self._busy and time.monotonic() - self._shown_at >= GUARD_SECONDS

    def _awake(self) -> bool:
        """The same, with a flash for the key that is dropped."""
        if self._ready():
            return True
        self.query_one(Choices).flash()
        return False

    def _record(self, said: Said, claim: int) -> None:
        desk = self.desk

        def job() -> Message:
            done = desk.record_outcome(said, claim)
            return Came(desk.next_task(), done)

        self._write(job)

    def _fetch(self) -> None:
        desk = self.desk
        self._write(lambda: Came(desk.next_task()))

    def _count(self) -> None:
        desk = self.desk
        self.start(lambda: Counted(today(desk)), "figures", exclusive=True)

    def _listen(self) -> None:
        """Hear of changes in a thread of its own, from the first card until the desk closes."""
        if self._live is not None:
            return
        live = self._live = Live(self.desk.database)

        def hear() -> None:
            worker = get_current_worker()
            while not (live.closed or worker.is_cancelled):
                if live.wait(LISTEN_SECONDS):
                    self.post_message(Stirred())
            live.end()

        self.run_worker(hear, thread=True, group="live", exit_on_error=False)

    def _check_clock(self) -> None:
        """See that the machine's clock can be believed: due times go by it."""
        desk = self.desk
        self.start(lambda: Doubted(clock_doubt(desk.database, desk.clock)), "clock", exclusive=True)

    @on(Doubted)
    def _doubted(self, event: Doubted) -> None:
        if event.doubt is not None:
            self.query_one(BottomBar).warn(Content(event.doubt))

    def on_unmount(self) -> None:
        """Let the listening thread end."""
        if self._live is not None:
            self._live.close()

    def _write(self, job: Job) -> None:
        self._busy = True
        self.query_one(Choices).add_class("inert")
        self.start(job, "write")

    def _release_buttons(self) -> None:
        self._busy = False
        self.query_one(Choices).remove_class("inert")

    @on(Failed)
    def _failed(self, event: Failed) -> None:
        """One place for every fault: a lost database is tried again, a wrong answer is asked again."""
        fault = event.fault
        if isinstance(fault, StorageError):
            self._lost(event, fault)
        elif event.group != "write":
            self.query_one(BottomBar).warn(outside(str(fault)))
        elif isinstance(fault, BadRequest) and self.choosing is not None:
            self._ask_again(fault)
        else:
            self.query_one(BottomBar).warn(outside(str(fault)))
            self._release_buttons()
            if isinstance(fault, NothingToDo) and self.handed is not None:
                self.refused(fault)
            elif not isinstance(fault, NotAllowed):
                self._fetch()

    def refused(self, fault: NothingToDo) -> None:
        """An outcome came too late: the claim was lost."""
        self._fetch()

    def _lost(self, event: Failed, fault: StorageError) -> None:
        self._looking = False
        if event.group not in ("write", "look"):
            self.query_one(BottomBar).warn(outside(fault.title))
            return
        self._retries += 1
        said = f"{fault.short}, retrying ({self._retries}): {fault.title}"
        self.query_one(BottomBar).warn(outside(said))
        if event.group == "write":  # a look comes round by itself
            self.set_timer(RETRY_SECONDS, lambda: self.start(event.job, "write"))

    def _ask_again(self, fault: BadRequest) -> None:
        """Nothing was recorded; what was typed stays, to be mended or confirmed."""
        choices, choosing = self.query_one(Choices), self.choosing
        self._release_buttons()
        if choosing is None:
            return
        typed = list(choosing.answers.values())[-1] if choosing.answers else ""
        self.choosing = choosing.unanswer() if choosing.answers else choosing.back()
        if self.choosing.asking:
            choices.ask(self.choosing.asking, text=typed)
        else:
            choices.show(self.choosing, self.note)
        self._unconfirmed = typed if isinstance(fault, PromiseOutside) else None
        choices.hint(refusal(fault), fault=True)

    def crashed(self, group: str) -> None:
        """The card stays and may be answered again: an outcome is recorded once, however often it is said."""
        self._looking = False
        if group == "write" and self.handed is not None:
            self._release_buttons()
