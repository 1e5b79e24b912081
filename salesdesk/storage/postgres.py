"""PostgreSQL's engine: every connection settles its session first, and none waits for ever.

What a session insists on is in :mod:`salesdesk.storage.session_settings`. A network that swallows packets is noticed by
the kernel; a server or a proxy that keeps the line open and says nothing is noticed here, because libpq itself would
wait for ever.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError

from salesdesk.errors import BadRequest, StorageError
from salesdesk.storage.session_settings import KEEPALIVE, settle_session

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy.engine import ExceptionContext

T = TypeVar("T")

_READ_ONLY = "25006"  # read_only_sql_transaction
ANSWER_SECONDS = 20.0  # the longest silence that is no fault: above lock_timeout and any statement of a desk

# Noticed by the kernel on our side; the server's side of it is set in the session.
_NETWORK = {"connect_timeout": 5, "tcp_user_timeout": 15_000} | {f"keepalives_{k}": v for k, v in KEEPALIVE.items()}


@dataclass(slots=True)
class Patience:
    """How long an answer may take, in seconds; ``None`` as long as it likes."""

    seconds: float | None = ANSWER_SECONDS


def postgres_engine(url: str, patience: Patience) -> Engine:
    """An engine whose connections never wait longer than ``patience`` says. Raises :class:`StorageError`
    without a driver and :class:`BadRequest` for a URL that cannot be read.
    """
    try:
        # A driver's message must not carry a client's name into a log: parameters stay hidden.
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
    except ModuleNotFoundError as fault:
        raise StorageError(
            "PostgreSQL needs a driver that is not installed.", 'Install it: pip install "salesdesk[postgres]"'
        ) from fault
    except (ArgumentError, ValueError) as fault:
        raise BadRequest(
            "--db is no URL of a PostgreSQL database.", "For example postgresql+psycopg://anna@db.example.org:5432/desk"
        ) from fault

    def connect(_: Dialect, __: Any, words: list[Any], settings: dict[str, Any]) -> Any:
        connection = _connection_class().connect(*words, **{**_NETWORK, **settings})
        connection.patience = patience
        settle_session(connection)
        return connection

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "handle_error", _leave_standby)
    return engine


def _leave_standby(context: ExceptionContext) -> None:
    """A server that takes no writes any more is a primary of before: the next try looks for the present one."""
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
        context.is_disconnect = True


@functools.cache
def _connection_class() -> Any:
    """psycopg's connection with an end to its waiting; made late because the driver is an extra and slow to import."""
    import psycopg

    class AnsweredConnection(psycopg.Connection[Any]):
        """A connection that is closed when the server says nothing for too long."""

        patience = Patience()

        def wait(self, gen: Generator[Any, Any, T], *args: Any, **options: Any) -> T:
            """Run one exchange with the server to its end. Raises ``OperationalError`` when that does not come."""
            if self.patience.seconds is None:
                return super().wait(gen, *args, **options)
            return super().wait(_limited(gen, self, self.patience.seconds), *args, **options)

    return AnsweredConnection


def _limited(
    gen: Generator[Any, Any, T], connection: psycopg.Connection[Any], seconds: float
) -> Generator[Any, Any, T]:
    """The same exchange, given up after so many seconds of silence. The driver looks in every tenth of a second."""
    from psycopg import OperationalError

    deadline = time.monotonic() + seconds
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if ready:
                deadline = time.monotonic() + seconds
            elif time.monotonic() > deadline:
                connection.pgconn.finish()
                raise OperationalError(f"the server has not answered for {seconds:g} s")
            wanted = gen.send(ready)
    except StopIteration as end:
        result: T = end.value
        return result
