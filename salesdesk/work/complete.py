"""What came in with an import counts only once the import is complete; until then feed and lists leave it out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from salesdesk.storage.models import Client, Import


def complete(import_id: Any) -> ColumnElement[bool]:
    """That a row came with no import or with a finished one; ``import_id`` is the row's column of that name."""
    unfinished = select(Import.id).where(col(Import.finished_at).is_(None))
    return or_(col(import_id).is_(None), col(import_id).not_in(unfinished))


def visible() -> ColumnElement[bool]:
    """That a client does not belong to an unfinished import."""
    return complete(Client.import_id)
