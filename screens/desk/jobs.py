"""The database work of the desk: each job does one act of the use-cases and ends in one result.

An act is one transaction; after an outcome or a zone the job asks for the client in a second one. Every write may be
repeated without harm (a claim names the outcome and what is passed on, a moment names the break), so each is tried
again for as long as the storage is away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from textual.message import Message

from salesdesk.desk.answer import LONGEST_CALL, Said
from salesdesk.desk.answer import RulesChanged as Outdated
from salesdesk.desk.desk import Desk
from salesdesk.desk.shown import Handed
from salesdesk.desk.today import today
from salesdesk.errors import StorageError
from screens.desk.results import (
    Act,
    Came,
    Counted,
    Crashed,
    Offline,
    OnBreak,
    Refused,
    Result,
    RulesChanged,
    Work,
    Zoned,
)
from screens.shared.work import Failed, Job, WorkScreen

RETRY_SECONDS = 1.0
WATCH = "watch"  # the group of the jobs that come round by themselves


@dataclass
class Done(Message):
    """A job has ended."""

    result: Result


class DeskJobs:
    """Starts the jobs of one desk; their results come to the screen as :class:`Done`."""

    def __init__(self, screen: WorkScreen, desk: Desk) -> None:
        self._screen, self._desk = screen, desk

    def fetch(self) -> None:
        """Ask for the next client; the same one while they are held."""
        desk = self._desk
        self._write(Act.FETCH, lambda: Came(desk.next_task()))

    def pass_on(self, handed: Handed) -> None:
        """Give this client back and ask for another."""
        desk = self._desk
        self._write(Act.FETCH, lambda: Came(desk.pass_on(handed.claim)))

    def record(self, handed: Handed, said: Said, seconds: float) -> None:
        """Record what was said of the client on the card, which stood for so many seconds, and ask for the next.

        The seconds are the screen's own measure, so they are cut where a call would be too long, and never refused.
        """
        desk, timed = self._desk, replace(said, seconds=min(max(int(seconds), 0), LONGEST_CALL))

        def job() -> Result:
            try:
                done = desk.record_outcome(timed, handed.claim, version=handed.book.version)
            except Outdated:
                return _anew(desk, handed)
            return Came(desk.next_task(), done)

        self._write(Act.ANSWER, job)

    def deal_anew(self, handed: Handed) -> None:
        """Have the client on the card under the rules that are in force now."""
        desk = self._desk
        self._write(Act.FETCH, lambda: _anew(desk, handed))

    def set_zone(self, handed: Handed, text: str) -> None:
        """Say where the client is; the claim stays."""
        desk = self._desk

        def job() -> Result:
            from salesdesk.clients.set_zone import set_zone  # the places are not on the way to the first card

            found = set_zone(desk.sitting, handed.client.id, text)
            return Zoned(found, desk.next_task())

        self._write(Act.ZONE, job)

    def take_break(self, reason: str) -> None:
        """Give the client back and go on a break."""
        desk, since = self._desk, self._desk.clock.now()
        self._write(Act.BREAK, lambda: OnBreak(desk.take_break(reason, since), reason))

    def run(self, act: Act, job: Callable[[Desk], Result]) -> None:
        """Run a write of a part's own: one transaction, which may be repeated without harm."""
        desk = self._desk
        self._write(act, lambda: job(desk))

    def count(self) -> None:
        """Read the figures of the top line."""
        desk = self._desk
        self._screen.start(lambda: Done(Counted(today(desk))), "figures", exclusive=True)

    def ended_badly(self, event: Failed) -> Result:
        """The result of a job that failed; a write for which the storage was away is tried again in a moment."""
        work = work_of(event.group)
        if not isinstance(event.fault, StorageError):
            return Refused(event.fault, Act(event.group) if work is Work.WRITE else None)
        if work is Work.WRITE:
            self._screen.set_timer(RETRY_SECONDS, lambda: self._screen.start(event.job, event.group))
        return Offline(event.fault, work)

    def _write(self, act: Act, job: Callable[[], Result]) -> None:
        start: Job = lambda: Done(job())  # noqa: E731
        self._screen.start(start, act.value)


def crash(text: str, group: str) -> Crashed:
    """The result of a job that met a fault of the program itself."""
    return Crashed(text, work_of(group))


def work_of(group: str) -> Work:
    """What the jobs of a group of workers are for."""
    if group == WATCH:
        return Work.WATCH
    return Work.WRITE if group in {act.value for act in Act} else Work.READ


def _anew(desk: Desk, handed: Handed) -> Result:
    """The client in hand as they are now; somebody else, if they were lost meanwhile."""
    came = desk.next_task()
    same = isinstance(came, Handed) and came.claim == handed.claim
    return RulesChanged(came) if same and isinstance(came, Handed) else Came(came)
