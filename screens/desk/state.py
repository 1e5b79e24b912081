"""What the desk knows. Pure: no screen, no database, no clock; :mod:`screens.desk.transitions` alone changes it."""

from __future__ import annotations

from dataclasses import dataclass

from salesdesk.desk.shown import Handed, NothingDue
from salesdesk.desk.today import Today
from screens.desk import news
from screens.desk.phases import Idle, Phase, Ready, Starting

ANSWER, KEPT = "answer", "kept"  # the parts that the phases themselves ask for


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What stands on the panel and is not recorded: what was chosen, what was typed, and the note."""

    chosen: str = ""
    typed: tuple[str, ...] = ()
    note: str = ""

    @property
    def all(self) -> tuple[str, ...]:
        """Everything that was typed, each once."""
        return tuple(dict.fromkeys(text for text in (*self.typed, self.note) if text))


NOTHING_UNSAID = Unsaid()
_STARTING, _SILENCE = Starting(), news.Silence()


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A note on a client who was lost or given back before it could be recorded; it returns with them."""

    client_id: int
    note: str


@dataclass(frozen=True, slots=True)
class DeskState:
    """The desk at one moment. ``part`` is what stands in the place of the buttons, ``title`` what is said over it.

    ``note`` was written of the client on the card before it was ``dealt``, which counts the cards; ``zone`` is the IANA
    zone of the person. ``resumable`` says that the client was in hand before this desk opened.
    """

    phase: Phase = _STARTING
    shown: Handed | NothingDue | None = None
    part: str = ANSWER
    title: str = ""
    note: str = ""
    dealt: int = 0
    message: news.News = _SILENCE
    figures: Today | None = None
    zone: str = "UTC"
    begun: bool = False
    resumable: bool = False
    unsaved: Unsaved | None = None

    @property
    def handed(self) -> Handed | None:
        """The client on the card."""
        return self.shown if isinstance(self.shown, Handed) else None

    @property
    def takes_keys(self) -> bool:
        """Whether anything may be begun: nothing is being written, asked for or waited for."""
        return isinstance(self.phase, Ready | Idle)

    @property
    def in_hand(self) -> Handed | None:
        """The client who may be answered for now."""
        return self.handed if isinstance(self.phase, Ready) else None
