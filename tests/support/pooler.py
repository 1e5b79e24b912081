"""A pooler in session mode, as far as salesdesk can tell: it speaks PostgreSQL's protocol to both sides.

A client that says good-bye outside a transaction leaves its session to the next one. What a pooler may do that a server
does not: refuse start-up parameters or drop them in silence, and hand a session on as it was left, or reset it first.
The server must let everybody in without a password, as those of the tests do.
"""

from __future__ import annotations

import select
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, urlsplit

_KNOWN = {"user", "database", "application_name", "client_encoding"}  # the start-up parameters that a pooler may know
_ENCRYPTION = {80877103, 80877104}  # SSLRequest, GSSENCRequest
_VERSION = 196608  # protocol 3.0
_LET_IN = b"R" + struct.pack("!ii", 8, 0)

Parameters = Literal["refused", "dropped"]


class _Gone(Exception):
    """The other side has hung up."""


class _Line:
    """A connection, read message by message."""

    def __init__(self, line: socket.socket) -> None:
        self.socket, self._rest = line, b""

    def fileno(self) -> int:
        return self.socket.fileno()

    def messages(self) -> list[tuple[bytes, bytes]]:
        """The kind and the body of what has come in. Raises ``_Gone`` when nothing comes any more."""
        got = self.socket.recv(65536)
        if not got:
            raise _Gone
        self._rest += got
        found = []
        while len(self._rest) >= 5 and len(self._rest) > (size := struct.unpack_from("!i", self._rest, 1)[0]):
            found.append((self._rest[:1], self._rest[5 : size + 1]))
            self._rest = self._rest[size + 1 :]
        return found

    def send(self, kind: bytes, body: bytes) -> None:
        self.socket.sendall(_message(kind, body))


@dataclass
class _Session:
    """A session on the server, and what it has told of itself."""

    line: _Line
    told: dict[bytes, bytes] = field(default_factory=dict)
    key: bytes = b""
    state: bytes = b""

    def answers(self) -> list[tuple[bytes, bytes]]:
        """What the server says; what the next client has to be told is remembered."""
        said = self.line.messages()
        for kind, body in said:
            if kind == b"S":
                name, value, _ = body.split(b"\0")
                self.told[name] = value
            elif kind == b"K":
                self.key = body
            elif kind == b"Z":
                self.state = body
        return said

    def greeting(self) -> bytes:
        """What a server says to somebody whom it has let in."""
        told = b"".join(_message(b"S", name + b"\0" + value + b"\0") for name, value in self.told.items())
        return _LET_IN + told + _message(b"K", self.key) + _message(b"Z", b"I")

    def leave(self, *, reset: bool) -> None:
        """Be ready for the next client. Raises ``_Gone`` for a session that was left in a transaction."""
        if self.state != b"I":
            raise _Gone
        if not reset:
            return
        self.line.send(b"Q", b"DISCARD ALL\0")
        while b"Z" not in [kind for kind, _ in self.answers()]:
            pass


class Pooler:
    """Lends the sessions of one server. ``refused`` are the parameters for which somebody was turned away,
    ``lent_again`` is how often a session went from one client to another.
    """

    def __init__(self, server: str, parameters: Parameters, *, resets: bool) -> None:
        """``server`` is the URL of a base."""
        parts = urlsplit(server)
        folder = parse_qs(parts.query).get("host", [""])[0]
        self._server = f"{folder}/.s.PGSQL.5432" if folder else (parts.hostname or "", parts.port or 5432)
        self._parameters, self._resets = parameters, resets
        self._idle: dict[tuple[str, str], list[_Session]] = {}
        self._lock, self._closed = threading.Condition(), False
        self._door = socket.create_server(("127.0.0.1", 0))
        self.refused: list[str] = []
        self.lent_again = 0
        self.url = f"postgresql://postgres@127.0.0.1:{self._door.getsockname()[1]}/{parts.path.strip('/')}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Let nobody in any more, and end the sessions that nobody has."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._closed = True
        self._end_idle()

    def wait_for_idle(self) -> None:
        """Wait until a client has left a session in order."""
        with self._lock:
            assert self._lock.wait_for(lambda: any(self._idle.values()), 30)

    def _accept(self) -> None:
        with suppress(OSError):  # the door is closed
            while True:
                client, _ = self._door.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(_Gone, OSError):
            said = _start_up(client)
            unknown = sorted(said.keys() - _KNOWN)
            if unknown and self._parameters == "refused":
                self.refused.append(unknown[0])
                client.sendall(_turned_away(f"unsupported startup parameter: {unknown[0]}"))
                return
            self._lend(client, {name: value for name, value in said.items() if name in _KNOWN})

    def _lend(self, client: socket.socket, said: dict[str, str]) -> None:
        """Let a client have a session until it leaves; one that was left in order is kept for the next."""
        whose = (said["user"], said["database"])
        with self._lock:
            idle = self._idle.setdefault(whose, [])
            while idle and select.select([idle[-1].line], [], [], 0)[0]:  # the server has ended it
                idle.pop().line.socket.close()
            session = idle.pop() if idle else None
        if session is None:
            session = self._connect(said)
        else:
            self.lent_again += 1
            client.sendall(session.greeting())
        try:
            _pass_on(_Line(client), session)
            session.leave(reset=self._resets)
        except BaseException:
            session.line.socket.close()
            raise
        with self._lock:
            self._idle.setdefault(whose, []).append(session)
            self._lock.notify_all()
        if self._closed:
            self._end_idle()

    def _end_idle(self) -> None:
        with self._lock:
            for session in [session for idle in self._idle.values() for session in idle]:
                session.line.socket.close()
            self._idle.clear()

    def _connect(self, said: dict[str, str]) -> _Session:
        line = socket.socket(socket.AF_UNIX if isinstance(self._server, str) else socket.AF_INET)
        line.connect(self._server)
        words = b"".join(f"{name}\0{value}\0".encode() for name, value in said.items())
        line.sendall(struct.pack("!ii", len(words) + 9, _VERSION) + words + b"\0")
        return _Session(_Line(line))


def _start_up(client: socket.socket) -> dict[str, str]:
    """The start-up parameters of a client, who is told that nothing is encrypted here."""
    while True:
        size, code = struct.unpack("!ii", _exactly(client, 8))
        body = _exactly(client, size - 8)
        if code not in _ENCRYPTION:
            break
        client.sendall(b"N")
    if code != _VERSION:
        raise _Gone  # it wants to cancel something
    words = [word.decode() for word in body.split(b"\0")]
    return {name: value for name, value in zip(words[::2], words[1::2], strict=False) if name}


def _exactly(line: socket.socket, size: int) -> bytes:
    got = line.recv(size, socket.MSG_WAITALL) if size else b""
    if len(got) < size:
        raise _Gone
    return got


def _pass_on(client: _Line, session: _Session) -> None:
    """Carry what both sides say until the client says good-bye. Raises ``_Gone`` when somebody hangs up."""
    while True:
        ready, _, _ = select.select([client, session.line], [], [])
        if session.line in ready:
            client.socket.sendall(b"".join(_message(*said) for said in session.answers()))
        elif client in ready:
            said = client.messages()
            session.line.socket.sendall(b"".join(_message(*one) for one in said if one[0] != b"X"))
            if any(kind == b"X" for kind, _ in said):
                return


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


def _turned_away(why: str) -> bytes:
    return _message(b"E", f"SFATAL\0VFATAL\0C08P01\0M{why}\0\0".encode())


@contextmanager
def pooler(server: str, parameters: Parameters = "refused", *, resets: bool = True) -> Iterator[Pooler]:
    """A pooler before a server, for as long as the block lasts."""
    lends = Pooler(server, parameters, resets=resets)
    try:
        yield lends
    finally:
        lends.close()
