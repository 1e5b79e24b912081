"""Whose login this program runs under."""

from __future__ import annotations

import os
import pwd


def os_login() -> str:
    """The login name of whoever runs the program, from their user id: environment variables prove nothing.

    An id without a name, as in some containers, gives ``uid1000``.
    """
    uid = os.getuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid{uid}"
