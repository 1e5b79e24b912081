"""Database work off the screen's thread: every job runs in a thread and ends in exactly one message."""

from __future__ import annotations

from collections.abc import Callable

from textual.message import Message
from textual.screen import Screen
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

    def start(self, job: Job, group: str, *, exclusive: bool = False) -> None:
        """Run a job in a thread and post the message it returns, or :class:`Failed`.

        Reads may be exclusive; writes never are: cancelling does not stop a running thread.
        """

        def run() -> None:
            try:
                message = job()
            except SalesdeskError as fault:
                message = Failed(fault, job, group)
            if not get_current_worker().is_cancelled:  # a newer read was asked for; an older answer must not win
                self.post_message(message)

        self.run_worker(run, thread=True, group=group, exclusive=exclusive, exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A fault of the program itself is shown, never lost."""
        if event.state is WorkerState.ERROR:
            fault = event.worker.error
            said = outside(f"Unexpected fault: {type(fault).__name__}: {fault}")
            self.query_one(BottomBar).warn(said)
            self.crashed(event.worker.group)

    def crashed(self, group: str) -> None:
        """What a screen does after such a fault in a job of this group."""
