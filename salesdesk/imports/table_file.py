"""Reads a CSV or TSV file of clients row by row, whatever its encoding and delimiter, with flat memory."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from salesdesk.errors import BadRequest
from salesdesk.imports.csv_records import Broken, Record, find_delimiter, is_blank, read_records
from salesdesk.imports.encoding import find_encoding
from salesdesk.words.counted import counted

MAX_CELL = 10_000  # characters; the longest field, a note, has 4,000
MAX_COLUMNS = 500
MAX_HEADER = 200  # characters
_SAMPLE = 1 << 16  # characters looked at to find the delimiter
_DECLARED = re.compile(r"sep=([,;\t|:])\r?\n")  # Excel's own first line that names the delimiter


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table. ``number`` is 1 for the first row after the header, blank rows counted.

    ``cells`` are as many as the headers unless ``fault`` says, in words, why the row cannot be used.
    """

    number: int
    cells: tuple[str, ...]
    fault: str | None = None


class Table:
    """An opened table: its headers and how it is written; :meth:`rows` reads it from the top each time."""

    def __init__(self, path: Path, encoding: str, delimiter: str, declared: bool) -> None:
        """Read the header. Raises :class:`BadRequest` when there is none."""
        self.path = path
        self.encoding = encoding
        self.delimiter = delimiter
        self.size_bytes = path.stat().st_size
        self._position = 0
        self._before_header = 1 if declared else 0
        self.headers = self._read_headers()

    def rows(self) -> Iterator[Row]:
        """The rows that hold anything, in order. Raises :class:`BadRequest` where the file cannot be read further."""
        with (
            _faults_named(self.path),
            self.path.open("rb") as binary,
            io.TextIOWrapper(binary, self.encoding, newline="") as text,
        ):
            records = self._after_header(read_records(text, self.delimiter, self.path))
            next(records)
            for number, record in enumerate(records, 1):
                self._position = binary.tell()
                if isinstance(record, Broken):
                    yield Row(number, (record.text,), record.reason)
                elif not is_blank(record):
                    yield self._row(number, record)
            self._position = self.size_bytes

    def position(self) -> int:
        """How many bytes of ``size_bytes`` have been read so far."""
        return self._position

    def _row(self, number: int, record: list[str]) -> Row:
        width = len(self.headers)
        while len(record) > width and not record[-1].strip():
            record.pop()
        if len(record) > width:
            return Row(number, tuple(record), f"{counted(len(record), 'cell')} where the header has {width}")
        record += [""] * (width - len(record))
        for header, cell in zip(self.headers, record, strict=True):
            if len(cell) > MAX_CELL:
                fault = f'{len(cell):,} characters in "{header}", the limit is {MAX_CELL:,}'
                return Row(number, tuple(record), fault)
        return Row(number, tuple(record))

    def _read_headers(self) -> tuple[str, ...]:
        with _faults_named(self.path), self.path.open(encoding=self.encoding, newline="") as text:
            header = next(self._after_header(read_records(text, self.delimiter, self.path)), None)
        if isinstance(header, Broken):
            raise BadRequest(f"{self.path}: the header line has {header.reason}", "Put its quotes right.")
        names = _named(header or ())
        if not names:
            raise BadRequest(f"{self.path}: the file is empty", "Give a file with a header line and one client a line.")
        if len(names) > MAX_COLUMNS or max(map(len, names)) > MAX_HEADER:
            raise BadRequest(
                f"{self.path}: the first line is not a header: {len(names):,} columns, the longest name has "
                f"{max(map(len, names)):,} characters",
                f"Give a table of at most {MAX_COLUMNS} columns with names of at most {MAX_HEADER} characters.",
            )
        return names

    def _after_header(self, records: Iterator[Record]) -> Iterator[Record]:
        """The records from the header on: the first one that holds anything."""
        started = itertools.islice(records, self._before_header, None)
        return itertools.dropwhile(lambda record: not isinstance(record, Broken) and is_blank(record), started)


def open_table(path: Path, encoding: str | None = None) -> Table:
    """Open a CSV or TSV file, finding its delimiter and, unless given, its encoding.

    Raises :class:`BadRequest` when it is missing, unreadable, empty, no text, or not in the encoding given.
    """
    if not path.is_file():
        what = "not a file" if path.exists() else "no such file"
        raise BadRequest(f"{path}: {what}", "Give the path of a CSV file.")
    with _faults_named(path):
        found = find_encoding(path, encoding)
        with path.open(encoding=found, newline="") as text:
            sample = text.read(_SAMPLE)
    declared = _DECLARED.match(sample)
    delimiter = declared.group(1) if declared else find_delimiter(sample, whole=len(sample) < _SAMPLE)
    return Table(path, found, delimiter, declared is not None)


def _named(cells: Sequence[str]) -> tuple[str, ...]:
    """Headers that are all different and never blank: ``Phone``, ``Phone (2)``, ``column 3``."""
    plain = ["".join(c for c in " ".join(cell.split()) if c.isprintable()).strip() for cell in cells]
    while plain and not plain[-1]:
        plain.pop()
    names: list[str] = []
    for number, name in enumerate(plain, 1):
        wanted = name or f"column {number}"
        again = (f"{wanted} ({n})" for n in itertools.count(2))
        names.append(next(n for n in itertools.chain([wanted], again) if n not in names))
    return tuple(names)


@contextmanager
def _faults_named(path: Path) -> Iterator[None]:
    """Turn what the system or a codec raises into a fault that names the file."""
    try:
        yield
    except OSError as fault:
        raise BadRequest(f"{path}: {fault.strerror or fault}", "Check the path and your permissions.") from fault
    except UnicodeError as fault:
        raise BadRequest(f"{path}: changed while it was read", "Try again when nothing writes to it.") from fault
