"""What the environment says of where and as whom the program runs. Nothing else of it reads the environment."""

from __future__ import annotations

import os

DATABASE = "SALESDESK_DB"
USER = "SALESDESK_USER"
REPLICA = "SALESDESK_READ_DB"
ZONE = "TZ"


def variable(name: str) -> str | None:
    """What a variable says; ``None`` where it is missing or empty. Read each time: a test or a wrapper may set it."""
    return os.environ.get(name) or None
