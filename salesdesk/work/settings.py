"""The base's own settings: few, each under its name, written when the base is made."""

from __future__ import annotations

from sqlmodel import Session

from salesdesk.storage.models import Setting

SUPPRESSION_KEY = "suppression_key"
"""The key of the suppressed numbers' hashes."""
HOME_COUNTRY = "home_country"
"""The country of numbers that are written without a country code."""
PRESET = "preset"
"""The preset that the first rules were made from."""


def setting(session: Session, name: str) -> str:
    """The value of a setting. Raises ``NoResultFound`` for one that was never written."""
    return session.get_one(Setting, name).value


def home_country(session: Session) -> str:
    """The country (ISO 3166) of numbers that are written without a country code."""
    return setting(session, HOME_COUNTRY)
