"""What the desk does without a key: keeps its claim alive, looks for work, hears of changes, doubts the clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from textual.message import Message
from textual.worker import get_current_worker

from salesdesk.desk.desk import Desk
from salesdesk.desk.senses import Live, doubt, listening
from salesdesk.desk.shown import Handed
from screens.desk.jobs import RETRY_SECONDS, WATCH, Done
from screens.desk.phases import Idle, Ready
from screens.desk.results import Beat, Doubted, Looked, Lost, Result
from screens.desk.state import DeskState
from screens.shared.work import WorkScreen

LOOK_SECONDS = 15.0  # how often an idle desk looks for work of which nothing told it: a hold that has run out
CLOCK_SECONDS = 30.0  # how often the machine's clock is doubted
LOOK_GAP = 0.3  # the least time between two looks, however much is heard on a busy floor
LISTEN_SECONDS = 5.0  # how long the listening thread waits at a stretch
HEARTBEATS_PER_LEASE = 3


@dataclass
class Heard(Message):
    """Something in the database may have changed; ``version`` is that of the rules in force."""

    version: int


class Attention:
    """The watches of one desk: one at a time, whatever becomes of it. All times are seconds of one monotonic clock."""

    def __init__(self, screen: WorkScreen, desk: Desk, ticks: Callable[[], float] = time.monotonic) -> None:
        self._screen, self._desk, self._ticks = screen, desk, ticks
        self._turn = threading.Lock()
        self._live: Live | None = None
        self._stirred = False
        self.rules_version = 0
        self.beat_at = self.looked_at = self.doubted_at = ticks()

    def card_shown(self) -> None:
        """A new card: its claim is fresh, and somebody has just looked."""
        self.beat_at = self.looked_at = self._ticks()
        if self._live is None:
            self._listen()

    def heard(self, version: int) -> None:
        """Something has changed: an idle desk looks at once."""
        self._stirred, self.rules_version = True, max(self.rules_version, version)

    def has_news_for(self, handed: Handed) -> bool:
        """Whether other rules than those of this client's card were heard of."""
        return self.rules_version > handed.book.version

    def poll(self, state: DeskState) -> None:
        """Begin what is due."""
        now = self._ticks()
        if now - self.doubted_at > CLOCK_SECONDS:
            self.doubted_at = now
            self._doubt()
        if isinstance(state.phase, Ready) and state.handed is not None:
            self._beat_if_due(state.phase, state.handed, now)
        elif isinstance(state.phase, Idle):
            self._look_if_due(state.phase, now)

    def close(self) -> None:
        """Let the listening thread end."""
        if self._live is not None:
            self._live.close()

    def _beat_if_due(self, phase: Ready, handed: Handed, now: float) -> None:
        lease = handed.book.rules.feed.claim_minutes * 60
        wait = RETRY_SECONDS if phase.tries else lease / HEARTBEATS_PER_LEASE
        if now - self.beat_at > wait and self._watch(lambda: _beat(self._desk, handed.claim)):
            self.beat_at = now

    def _look_if_due(self, phase: Idle, now: float) -> None:
        """Look for work if something was heard or falls due, and now and then without a reason."""
        desk = self._desk
        falls_due = phase.next_due is not None and phase.next_due <= desk.clock.now()
        wait = LOOK_GAP if falls_due or self._stirred else RETRY_SECONDS if phase.tries else LOOK_SECONDS
        if now - self.looked_at > wait and self._watch(lambda: Looked(desk.look() or falls_due)):
            self._stirred, self.looked_at = False, now

    def _watch(self, job: Callable[[], Result]) -> bool:
        """Run a watch in a thread, unless one is running; whether it was begun. However it ends, the next may begin."""
        if not self._turn.acquire(blocking=False):
            return False

        def watched() -> Message:
            with _released(self._turn):
                return Done(job())

        self._screen.start(watched, WATCH)
        return True

    def _doubt(self) -> None:
        """See that the machine's clock can be believed: due times go by it."""
        desk = self._desk
        self._screen.start(lambda: Done(Doubted(doubt(desk.sitting))), "clock", exclusive=True)

    def _listen(self) -> None:
        """Hear of changes in a thread of its own, from the first card until the desk closes."""
        live = self._live = listening(self._desk.sitting)

        def hear() -> None:
            worker = get_current_worker()
            while not (live.closed or worker.is_cancelled):
                if live.wait(LISTEN_SECONDS):
                    self._screen.post_message(Heard(live.rules_version))
            live.end()

        self._screen.run_worker(hear, thread=True, group="live", exit_on_error=False)


@contextmanager
def _released(turn: threading.Lock) -> Iterator[None]:
    """Give the turn back at the end, from whatever thread."""
    try:
        yield
    finally:
        turn.release()


def _beat(desk: Desk, claim: int) -> Result:
    """One heartbeat of a claim."""
    return Beat() if desk.renew(claim) else Lost(claim, desk.how_lost(claim))
