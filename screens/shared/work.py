"""Database work off the screen's thread: every job runs in a thread and ends in one message.

A read after which a newer one was asked for ends in none, and a fault of the program is handed to ``crashed``.
"""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker, WorkerState, get_current_worker

from salesdesk.errors import SalesdeskError
from screens.shared.bars import BottomBar
from screens.shared.texts import outside

Job = Callable[[], Message]


class Failed(Message):
    """A job met a fault that a person can understand; ``job`` may be tried again."""

    def __init__(self, fault: SalesdeskError, job: Job, group: str) -> None:
        super().__init__()
        self.fault, self.job, self.group = fault, job, group


class WorkScreen(Screen[None]):
    """A screen whose database calls run in threads, and the one handler for whatever goes wrong in any of them."""

    def start(self, job: Job, group: str, *, exclusive: bool = False, to: Widget | None = None) -> None:
        """Run a job in a thread and post the message it returns, to the screen or a part of it; or :class:`Failed`.

        Reads may be exclusive; writes never are: cancelling does not stop a running thread.
        """

        def run() -> None:
            to_whom: Widget = to or self
            try:
                message = job()
            except SalesdeskError as fault:
                message, to_whom = Failed(fault, job, group), self
            if not get_current_worker().is_cancelled:  # a newer read was asked for; an older answer must not win
                to_whom.post_message(message)

        self.run_worker(run, thread=True, group=group, exclusive=exclusive, exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A fault of the program itself is shown, never lost."""
        if event.state is WorkerState.ERROR:
            fault = event.worker.error
            self.crashed(f"Unexpected fault: {type(fault).__name__}: {fault}", event.worker.group)

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted while no line is open goes nowhere, and that is said."""
        event.stop()
        self.query_one(BottomBar).warn(Content("What was pasted is not kept: no line was open for it."))

    def crashed(self, text: str, group: str) -> None:
        """Say that a job of this group met such a fault; ``text`` may come from outside."""
        self.query_one(BottomBar).warn(outside(text))


def run_for(part: Widget, job: Job, group: str) -> None:
    """Run a job for a part of a :class:`WorkScreen`; what it returns is posted to the part, a fault to the screen."""
    screen = part.screen
    if not isinstance(screen, WorkScreen):
        raise TypeError(f"{type(screen).__name__} runs no jobs")
    screen.start(job, group, to=part)
