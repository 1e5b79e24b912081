"""What the environment says of where, as whom and with which tools the program runs: nothing else here reads it."""

from __future__ import annotations

import os

DATABASE = "SALESDESK_DB"
USER = "SALESDESK_USER"
REPLICA = "SALESDESK_READ_DB"
ZONE = "TZ"
QUIET = "SALESDESK_QUIET"  # no bell
NO_COLOR = "NO_COLOR"  # https://no-color.org
EDITORS = ("VISUAL", "EDITOR")  # the first that is set


def variable(name: str) -> str | None:
    """What a variable says; ``None`` where it is missing or empty. Read each time: a test or a wrapper may set it."""
    return os.environ.get(name) or None
