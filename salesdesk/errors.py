"""Every fault a user can meet: a title in plain words, a mend, and the exit code of the command line's contract."""

from __future__ import annotations


class SalesdeskError(Exception):
    """Base of all faults that are shown to a person.

    ``title`` says what is wrong and where; ``mend`` says what to do about it.
    """

    exit_code = 1

    def __init__(self, title: str, mend: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.title}\n  {self.mend}" if self.mend else self.title


class NothingToDo(SalesdeskError):
    """Nothing to do, or nothing of that name: unknown id, no match, no claim held (exit 1)."""

    exit_code = 1


class BadRequest(SalesdeskError):
    """The request was wrong: usage, a bad file, an unknown outcome, a missing answer (exit 2)."""

    exit_code = 2


class NotAllowed(SalesdeskError):
    """The person may not do that, or is not known here (exit 3)."""

    exit_code = 3


class StorageError(SalesdeskError):
    """The database is missing, unreachable, locked, damaged, out of order or newer than the program (exit 4).

    ``short`` says it in a few words, for the desk's bar.
    """

    exit_code = 4
    short = "No connection to the database"
