"""Every key of the program in one registry: it feeds the bindings, the hints, the help and the README.

A letter also answers to the letter that stands on the same key in the Ukrainian and Russian layouts, because people
who write notes in Cyrillic do not switch layouts to press ``k``.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding, BindingType

_LATIN = "qwertyuiopasdfghjklzxcvbnm"
_UKRAINIAN = "йцукенгшщзфівапролдячсмить"
_RUSSIAN = "йцукенгшщзфывапролдячсмить"
_CYRILLIC = {latin: tuple(dict.fromkeys(pair)) for latin, *pair in zip(_LATIN, _UKRAINIAN, _RUSSIAN, strict=True)}


@dataclass(frozen=True, slots=True)
class Key:
    """One thing a key does: its id, the key as written on screen, the action, a word for it and what it is for."""

    id: str
    key: str
    action: str
    label: str
    purpose: str
    more: tuple[str, ...] = ()

    @property
    def presses(self) -> tuple[str, ...]:
        """Every key that does it, by Textual's names, whatever the keyboard layout."""
        return (self.key, *_CYRILLIC.get(self.key, ()), *self.more)

    @property
    def shown(self) -> str:
        """The key as people write it: ``F1``, ``Esc``, ``ctrl+q``."""
        return {"escape": "Esc"}.get(self.key, self.key.upper() if self.key[1:].isdigit() else self.key)

    def binding(self, *, show: bool = False) -> Binding:
        """The key as a Textual binding."""
        return Binding(
            ",".join(self.presses), self.action, self.label, id=self.id, tooltip=self.purpose, show=show,
            key_display=self.shown,
        )  # fmt: skip


CALL_BACK = Key("desk.schedule", "c", "schedule", "call back", "Agree on a time with the client")
NOTE = Key("desk.note", "n", "note", "note", "Write a note that goes with the outcome")
WHY = Key("desk.why", "w", "why", "why", "Show every rule that put this client here")
KPI = Key("desk.kpi", "k", "kpi", "KPI", "Show today's figures")
DESK = Key("kpi.desk", "k", "desk", "desk", "Go to the desk and take the next client", ("escape",))
REFRESH = Key("kpi.refresh", "r", "refresh", "refresh", "Read the figures again now")
BACK = Key("desk.back", "escape", "back", "back", "Go back one step")
HELP = Key("app.help", "f1", "help", "help", "Show every key and what it does", ("question_mark",))
CLOSE_HELP = Key("help.close", "escape", "close", "close", "Close this page", ("f1", "question_mark", "q"))
QUIT = Key("app.quit", "ctrl+q", "leave", "quit", "Leave the desk; the client is free at once")

DIGITS = tuple(
    Key(f"desk.choose-{digit}", str(digit), f"choose({digit})", "choose", "Choose what happened, or its reason")
    for digit in range(1, 10)
)
DESK_KEYS = (CALL_BACK, NOTE, WHY, KPI, BACK)
KPI_KEYS = (DESK, REFRESH)
APP_KEYS = (HELP, QUIT)


def bindings(*keys: Key) -> list[BindingType]:
    """The keys as Textual bindings."""
    return [key.binding() for key in keys]


def hint(*keys: Key) -> str:
    """The keys in one short line: ``n note  c call back``."""
    return "  ".join(f"{key.shown} {key.label}" for key in keys)
