"""The zone tables of another release in the place of the installed ones, from a fixture (``make_zone_tables.py``)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import _lru_cache_wrapper, cache
from pathlib import Path
from typing import Any

import pytest
import pytz
from pytz.tzinfo import BaseTzInfo, DstTzInfo

_FIXTURE = json.loads(Path(__file__).with_name("zone_changes.json").read_text("utf-8"))
OLD, NEW = str(_FIXTURE["old"]), str(_FIXTURE["new"])
ZONES: tuple[str, ...] = tuple(_FIXTURE["zones"])
_ROOMS = ("rules.", "salesdesk.", "screens.")

Use = Callable[[str], None]


def changes_of(zone: str, release: str) -> list[tuple[datetime, timedelta]]:
    """When the zone's offset changes (naive UTC) and to what, by a release; the fixture's first one."""
    return [
        (datetime.fromisoformat(at), timedelta(seconds=offset)) for at, offset, _ in _FIXTURE["zones"][zone][release]
    ]


@cache
def _zone(name: str, release: str) -> BaseTzInfo:
    """A zone as pytz would build it of those tables."""
    rows = _FIXTURE["zones"][name][release]
    infos = [(timedelta(seconds=offset), timedelta(0), called) for _, offset, called in rows]
    made = {
        "zone": name,
        "_utc_transition_times": [datetime(1, 1, 1), *(at for at, _ in changes_of(name, release)[1:])],  # noqa: DTZ001
        "_transition_info": infos,
    }
    zone: BaseTzInfo = type(name, (DstTzInfo,), made)()
    return zone


@contextmanager
def zone_tables() -> Iterator[Use]:
    """Gives a function that puts the tables of a release in the place of the installed ones, until the end."""
    installed = pytz.timezone

    with pytest.MonkeyPatch.context() as patch:

        def use(release: str) -> None:
            def timezone(name: str) -> Any:
                return _zone(name, release) if name in _FIXTURE["zones"] else installed(name)

            patch.setattr(pytz, "timezone", timezone)
            patch.setattr(pytz, "OLSON_VERSION", release)
            _forget()

        yield use
    _forget()


def _forget() -> None:
    """Empty every cache of the program: a program with other tables is another process, which has none."""
    for name, module in list(sys.modules.items()):
        if name.startswith(_ROOMS):
            for known in vars(module).values():
                if isinstance(known, _lru_cache_wrapper):
                    known.cache_clear()
