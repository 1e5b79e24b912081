"""Where the database is: a path or a URL that a person gave, or the platform's data directory."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from salesdesk.errors import BadRequest

_SCHEME = re.compile(r"^([a-z][a-z0-9+]*):")
_HOSTS = re.compile(r"(?P<before>[^/]+//(?:[^@/]*@)?)(?P<hosts>[^/?]*)(?P<path>/?[^?]*)(?P<query>\?.*)?$")
_HOST = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<bare>[^:\[\]]*))(?::(?P<port>\d*))?")


@dataclass(frozen=True, slots=True)
class Location:
    """A database: an SQLite ``path`` or a PostgreSQL ``url``; exactly one of them is set."""

    path: Path | None = None
    url: str | None = None
    read_only: bool = False

    def __str__(self) -> str:
        if self.path is not None:
            return str(self.path)
        hidden = re.sub(r"://([^:@/]+):[^@]*@", r"://\1:***@", self.url or "")
        return re.sub(r"([?&]password=)[^&]*", r"\1***", hidden)


def default_path() -> Path:
    """The database file in the platform's data directory."""
    import platformdirs

    return Path(platformdirs.user_data_dir("salesdesk", appauthor=False)) / "salesdesk.db"


def locate(given: str | None) -> Location:
    """The database that ``--db`` or ``SALESDESK_DB`` names: a path, ``sqlite:///PATH`` or ``postgresql+psycopg://...``.

    ``sqlite:///PATH?mode=ro`` opens a file for reading only. A server with standbys is named by all its hosts, in
    either of libpq's forms: ``//u@a:1,b:2/base?target_session_attrs=read-write`` or ``//u@/base?host=a,b&port=1,2``.
    Raises :class:`BadRequest` for anything else.
    """
    if not given:
        return Location(path=default_path())
    scheme = _SCHEME.match(given)
    if scheme is None or len(scheme.group(1)) == 1:  # one letter is a drive, not a scheme
        return Location(path=Path(given).expanduser().absolute())
    if scheme.group(1) == "sqlite":
        return _sqlite(given)
    if scheme.group(1) in {"postgresql", "postgresql+psycopg", "postgres"}:
        return Location(url=_several_hosts(re.sub(r"^postgres(ql)?(\+psycopg)?:", "postgresql+psycopg:", given)))
    raise BadRequest(
        f'--db "{given}": "{scheme.group(1)}" is not a database that salesdesk can use.',
        "Give the path of a file, sqlite:///PATH, or postgresql+psycopg://user@host/name.",
    )


def _sqlite(given: str) -> Location:
    name, _, query = given.removeprefix("sqlite://").removeprefix("/").partition("?")
    if not name or query not in {"", "mode=ro"}:
        raise BadRequest(
            f'--db "{given}": an SQLite URL names a file.', "For example sqlite:////home/anna/salesdesk.db"
        )
    return Location(path=Path(name).expanduser().absolute(), read_only=bool(query))


def _several_hosts(url: str) -> str:
    """Move a list of hosts into the query, where SQLAlchemy leaves it to libpq: before the path it knows one only."""
    found = _HOSTS.match(url)
    if found is None or "," not in found["hosts"]:
        return url
    parts = [_HOST.fullmatch(host) for host in found["hosts"].split(",")]
    named = [(part["bare"] or part["six"], part["port"] or "5432") for part in parts if part]
    if len(named) < len(parts) or not all(host for host, _ in named):
        raise BadRequest(f'"{found["hosts"]}" is no list of hosts.', "For example db1:5432,db2:5432.")
    hosts, ports = (",".join(words) for words in zip(*named, strict=True))
    query = f"{found['query']}&" if found["query"] else "?"
    return f"{found['before']}{found['path']}{query}host={hosts}&port={ports}"
