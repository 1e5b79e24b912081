"""Working through a database login that ``db grant`` has bounded."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import event, text
from sqlalchemy.orm import ORMExecuteState, defer
from sqlmodel import Session

from salesdesk.storage.models import User


def is_guarded(session: Session) -> bool:
    """Whether this database login sees the client in hand only, so that others must be asked for."""
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return False
    return bool(connection.execute(text("SELECT row_security_active('client')")).scalar_one())


@lru_cache(maxsize=1)
def spare_hashes() -> None:
    """From now on read people without their password hashes, which such a login may not read, unless one is named."""
    event.listen(Session, "do_orm_execute", _without_hash)


def _without_hash(state: ORMExecuteState) -> None:
    described = getattr(state.statement, "column_descriptions", ()) if state.is_select else ()
    if any(column["expr"] is User for column in described) and not state.is_column_load:
        state.statement = state.statement.options(defer(User.password_hash))  # type: ignore[arg-type]
