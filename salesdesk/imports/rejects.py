"""The file of rejected rows: where one works, with each row's number and the reason, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from salesdesk.errors import BadRequest
from salesdesk.imports.table_file import Row

ADDED = ("row", "reason")
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet run a cell (OWASP, CSV injection)


class Rejects:
    """Collects rejected rows in a hidden file; :meth:`keep` gives it its name, and without that it is dropped.

    The name is ``<stem>.rejects.csv``, in the folder that is named or, where nothing can be written there, beside the
    input; UTF-8 with its mark, so that Excel reads it, and commas. An
    older file of that name is replaced. Its owner alone can read it. Everything here raises :class:`BadRequest` when
    the disk refuses.
    """

    def __init__(self, source: Path, headers: Sequence[str], delimiter: str, folder: Path | None = None) -> None:
        """Make the hidden file. Raises :class:`BadRequest` when it cannot be made, or its name is the input's own."""
        name = f"{source.stem}.rejects.csv"
        usable = folder is not None and os.access(folder, os.W_OK) and not _taken(folder / name, source)
        self.path = folder / name if folder is not None and usable else source.with_name(name)
        self.count = 0
        self._headers = own_headers(headers)
        self._delimiter = delimiter
        with self._refusals():
            if _taken(self.path, source):
                raise FileExistsError("the name is taken")
            handle, part = tempfile.mkstemp(prefix=".rejects-", suffix=".part", dir=self.path.parent)
        self._part = Path(part)
        self._file = os.fdopen(handle, "w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(map(_harmless, (*self._headers, *ADDED)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        with suppress(OSError):  # what a full disk refuses to take is dropped anyway
            self._file.close()
        self._part.unlink(missing_ok=True)

    def add(self, row: Row, reason: str) -> None:
        """Write one row. Cells past the last column are joined to its text as they stood in the input."""
        width = len(self._headers)
        cells = list(row.cells[:width]) + [""] * (width - len(row.cells))
        if row.fault and len(row.cells) > width:
            cells[-1] = self._delimiter.join(row.cells[width - 1 :])
        with self._refusals():
            self._writer.writerow([*map(_harmless, cells), row.number, _harmless(reason)])
        self.count += 1

    def complete(self) -> None:
        """Have all rows in the file."""
        with self._refusals():
            self._file.close()

    def keep(self) -> Path | None:
        """Give the completed file its name; ``None`` and no file when nothing was rejected."""
        if not self.count:
            return None
        with self._refusals():
            return self._part.replace(self.path)

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            raise BadRequest(
                f"{self.path}: rejected rows cannot be written there ({fault.strerror or fault})",
                "Copy the file to import to a directory of yours, under another name.",
            ) from fault


def _taken(path: Path, source: Path) -> bool:
    """Whether a name is a directory's, or that of the file which is read."""
    return path.is_dir() or (path.exists() and path.samefile(source))


def own_headers(headers: Sequence[str]) -> tuple[str, ...]:
    """The headers without the two at the end that an earlier import added: a mended file of rejects comes in again."""
    return tuple(headers[: -len(ADDED)] if tuple(headers[-len(ADDED) :]) == ADDED else headers)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_STARTS_FORMULA) else cell
