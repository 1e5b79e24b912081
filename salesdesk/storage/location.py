"""Where the database is: a path or a URL that a person gave, or the platform's data directory."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from salesdesk.errors import BadRequest

_SCHEME = re.compile(r"([a-z][a-z0-9+]*):|([A-Za-z][A-Za-z0-9+.-]*)://")
_SECRETS = (
    re.compile(r"//[^:]*:(?P<secret>.*)@"),  # to the last @: of what is shown too little does no harm
    re.compile(r"[?&](?:ssl)?password=(?P<secret>(?:(?!&\w+=).)*)"),
)
_QUERY = r"\?\w+=[^&]*(?:&\w+=[^&]*)*"
_FORMS = (
    re.compile(rf"(?P<user>[^/]+//(?:[^:/?#]*@)?)(?P<place>(?:[^:@/?]|:\d+(?=[,/?]))*(?:/[^@?]*)?)(?P<query>{_QUERY})"),
    re.compile(  # the password ends at the first @ behind which nothing but hosts, a base and a query can stand
        rf"(?P<user>[^/]+//[^:/?#]*:)(?P<password>.*?)(?P<place>@[^@/?]*(?:/[^@?]*)?)(?P<query>{_QUERY}|\??)"
    ),
)
_MISREAD = str.maketrans({"@": "%40", "/": "%2F", "?": "%3F", "#": "%23"})  # in a password that is not escaped
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
        return hidden(self.url or "")


def hidden(url: str) -> str:
    """A URL for people to read: without its password, whatever letters that has and wherever it stands."""
    shown, done = "", 0
    for start, end in sorted(found.span("secret") for secret in _SECRETS for found in secret.finditer(url)):
        if start > done:
            shown += f"{url[done:start]}***"
        done = max(done, end)
    return shown + url[done:]


def files_of(path: Path) -> tuple[Path, ...]:
    """Every file that an SQLite base at ``path`` may consist of, the base itself first and the writers' queue last.

    Between them stand what SQLite keeps beside it: the write-ahead log, its index, and the journal of a rollback.
    """
    return tuple(path.with_name(f"{path.name}{ending}") for ending in ("", "-wal", "-shm", "-journal", "-turn"))


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
    name = (scheme[1] or scheme[2]) if scheme else ""
    if len(name) < 2:  # one letter is a drive, not a scheme
        return Location(path=Path(given).expanduser().absolute())
    if name == "sqlite":
        return _sqlite(given)
    if name in {"postgresql", "postgresql+psycopg", "postgres"}:
        return Location(url=_several_hosts(_escaped(f"postgresql+psycopg:{given.partition(':')[2]}")))
    raise BadRequest(
        f'--db "{hidden(given)}": "{name}" is not a database that salesdesk can use.',
        "Give the path of a file, sqlite:///PATH, or postgresql+psycopg://user@host/name.",
    )


def _sqlite(given: str) -> Location:
    name, _, query = given.removeprefix("sqlite://").removeprefix("/").partition("?")
    if not name or query not in {"", "mode=ro"}:
        raise BadRequest(
            f'--db "{given}": an SQLite URL names a file.', "For example sqlite:////home/anna/salesdesk.db"
        )
    return Location(path=Path(name).expanduser().absolute(), read_only=bool(query))


def _escaped(url: str) -> str:
    """Escape what would be taken for the end of a password, and what follows it for the name of a host."""
    found = next((form for form in (form.fullmatch(url) for form in _FORMS) if form), None)
    if found is None:
        return url
    said = found.groupdict("")
    password, query = said.get("password", "").translate(_MISREAD), said["query"].replace("@", "%40")
    return said["user"] + password + said["place"] + query


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
