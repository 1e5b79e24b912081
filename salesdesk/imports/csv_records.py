"""The records of a CSV text and the delimiter between their cells."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from salesdesk.errors import BadRequest

DELIMITERS = (",", ";", "\t", "|")
MAX_LINE = 1_000_000  # characters; keeps memory flat whatever the file
_SAMPLE_ROWS = 50


@dataclass(frozen=True, slots=True)
class Broken:
    """A record whose quotes make no sense, with its text as it stands in the file."""

    text: str
    reason: str = "quotes that do not pair up"


Record = list[str] | Broken


def find_delimiter(sample: str, *, whole: bool) -> str:
    """The delimiter that gives the most rows as wide as the header, then the wider header.

    One column gets a delimiter that stands nowhere in the sample, so that its cells stay whole.
    """

    def score(delimiter: str) -> tuple[float, int]:
        widths = _widths(sample, delimiter, whole=whole)
        width = widths[0] if widths else 1
        if width < 2:
            return (0.0, 0)
        return (sum(w == width for w in widths) / len(widths), width)

    best = max(DELIMITERS, key=score)
    return best if score(best)[1] else next((d for d in DELIMITERS if d not in sample), ",")


def _widths(sample: str, delimiter: str, *, whole: bool) -> list[int]:
    records = read_records(io.StringIO(sample, newline=""), delimiter, None)
    held = (record for record in records if isinstance(record, Broken) or not is_blank(record))
    rows = itertools.islice(held, _SAMPLE_ROWS + 1)
    # Quotes that do not pair up speak against a delimiter.
    widths = [0 if isinstance(row, Broken) else len(row) for row in rows]
    # The last row of a sample may be cut in the middle.
    return widths if whole or len(widths) < 2 else widths[:-1]


def read_records(text: TextIO, delimiter: str, path: Path | None) -> Iterator[Record]:
    """The records of a file; one with broken quotes is handed on as such and reading goes on at the next line.

    With a ``path`` raises :class:`BadRequest` for a quote that is never closed, because it hides all that follows.
    """
    taken: list[str] = []
    reader = csv.reader(_noted(text, taken, path), delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        taken.clear()
        first = reader.line_num + 1
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            if "unexpected end" in str(fault) or "limit" in str(fault):
                if path is None:
                    return
                raise BadRequest(
                    f"{path}:{first}: a quote is never closed, or a cell is longer than {csv.field_size_limit():,}",
                    "Close or double the quote in that line.",
                ) from fault
            yield Broken("".join(taken).rstrip("\r\n"))


def _noted(text: TextIO, taken: list[str], path: Path | None) -> Iterator[str]:
    """The lines of a file, each also put into ``taken``."""
    for number, line in enumerate(iter(lambda: text.readline(MAX_LINE), ""), 1):
        if len(line) >= MAX_LINE:
            raise BadRequest(f"{path}:{number}: a line of over {MAX_LINE:,} characters", "Is this a table?")
        taken.append(line)
        yield line


def is_blank(record: Sequence[str]) -> bool:
    """Whether no cell of a record holds anything."""
    return not any(cell.strip() for cell in record)
