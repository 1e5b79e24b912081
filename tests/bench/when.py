"""How long one typed time takes to read: the schedule panel reads it again at every keystroke.

``python tests/bench/when.py`` prints microseconds over every phrase of the tests, typed letter by letter. To stay
under 200 at the slow end (p99).
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rules.model import Span, Window
from rules.when.parse import WhenFault, parse_when
from rules.windows import Timetable
from tests.support.when_phrases import UNDERSTOOD
from tests.support.when_refusals import REFUSED

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
HOURS = Window((((Span(9 * 3600, 18 * 3600),),) * 5) + ((), ()))
TABLE = Timetable(HOURS, ("Europe/Kyiv",))


def typed() -> list[str]:
    """Every beginning of every phrase: what the panel reads while it is typed."""
    phrases = {
        phrase.strip()
        for table in (UNDERSTOOD, REFUSED)
        for languages in table.values()
        for row in languages.values()
        for phrase in row.split("|")
    }
    return [phrase[:end] for phrase in sorted(phrases) for end in range(1, len(phrase) + 1)]


def read(text: str) -> float:
    """Microseconds that one reading takes."""
    start = perf_counter()
    try:
        parse_when(text, now=NOW, client_zone="Europe/Kyiv", my_zone="Europe/London", table=TABLE)
    except WhenFault:
        return 1e6 * (perf_counter() - start)
    return 1e6 * (perf_counter() - start)


def main() -> None:
    """Print the middle, the slow end and the slowest."""
    texts = typed()
    for text in texts:
        read(text)
    times = sorted((min(read(text) for _ in range(5)), text) for text in texts)
    cuts = quantiles([time for time, _ in times], n=100)
    slowest, text = times[-1]
    print(f"{len(texts)} texts: p50 {cuts[49]:.0f} us, p99 {cuts[98]:.0f} us, slowest {slowest:.0f} us {text!r}")


if __name__ == "__main__":
    main()
