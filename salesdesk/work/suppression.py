"""Numbers that must not be called: remembered as keyed hashes, which outlive the client who had them."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from sqlmodel import Session

from salesdesk.storage.models import Suppression
from salesdesk.work.settings import SUPPRESSION_KEY, setting


def suppress(session: Session, e164: str, *, user_id: int | None, why: str, now: datetime) -> None:
    """Remember that a number must not be called, as a keyed hash that outlives the client."""
    digest = digest_of(session, e164)
    if session.get(Suppression, digest) is None:
        session.add(Suppression(digest=digest, why=why, user_id=user_id, created_at=now))


def digest_of(session: Session, e164: str) -> str:
    """The keyed hash of a number, by which it is found among the suppressed ones."""
    return keyed_hash(session, e164)


def keyed_hash(session: Session, text: str) -> str:
    """The hash of a text that may be a number, by the base's own key: without the key nobody can try numbers out."""
    key = bytes.fromhex(setting(session, SUPPRESSION_KEY))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
