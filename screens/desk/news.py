"""What the bar says, as data; :func:`screens.desk.bar_texts.said` has the words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from salesdesk.desk.shown import ClientView, Recorded

if TYPE_CHECKING:
    from salesdesk.clients.set_zone import ZoneSet


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something is wrong, in words that may come from outside."""

    text: str


@dataclass(frozen=True, slots=True)
class Retrying:
    """The storage is away and is tried again."""

    tries: int
    short: str
    title: str


@dataclass(frozen=True, slots=True)
class BackOnline:
    """The storage answers again."""


@dataclass(frozen=True, slots=True)
class Told:
    """An outcome was recorded; ``label`` is its button's."""

    done: Recorded
    label: str


@dataclass(frozen=True, slots=True)
class WereOn:
    """The client was in hand before this desk opened, since then (aware UTC)."""

    since: datetime


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A client was given back."""

    name: str


@dataclass(frozen=True, slots=True)
class WasTaken:
    """A client was taken away; ``chosen`` is what was not recorded of them, where the panel does not say it."""

    name: str
    how: str
    chosen: str


@dataclass(frozen=True, slots=True)
class NewRules:
    """The buttons are those of another version; ``unsaid`` is what was said under the old one and is not recorded."""

    version: int
    unsaid: str


@dataclass(frozen=True, slots=True)
class ZoneSaid:
    """Saying where the client is has changed this."""

    found: ZoneSet
    before: ClientView


@dataclass(frozen=True, slots=True)
class BackFromBreak:
    """The break took so many minutes."""

    minutes: int


News = (
    Silence | Fault | Retrying | BackOnline | Told | WereOn | GivenBack | WasTaken | NewRules | ZoneSaid | BackFromBreak
)
