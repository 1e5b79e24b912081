"""Four desks at work on servers that are not as one expects them: odd defaults, and poolers in session mode.

``python tests/bench/odd_servers.py [--minutes 5] [--only NAME]``. Each case is a base of its own, on which four
managers work without a pause through the same use-cases as the desk; then the base is held against what each of them
was told. The exit code is 1 when anything was lost, doubled or broken. PgBouncer is played where it is installed
(Debian: ``apt-get install pgbouncer``), else that case is said to be left out.
"""

from __future__ import annotations

import argparse
import getpass
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from salesdesk.storage.location import locate
from tests.bench.floor import Result, compare, fill, server, work
from tests.support.bases import DeskServer
from tests.support.pooler import Parameters, pooler
from tests.support.servers import RUNS_AS, free_port

MANAGERS, MINUTES = 4, 5.0
Way = Callable[[str], AbstractContextManager[str]]


@contextmanager
def directly(url: str) -> Iterator[str]:
    """No pooler."""
    yield url


def behind(parameters: Parameters, *, resets: bool) -> Way:
    """Behind the pooler of the tests."""

    @contextmanager
    def way(url: str) -> Iterator[str]:
        with pooler(url, parameters, resets=resets) as lends:
            yield lends.url

    return way


@contextmanager
def behind_pgbouncer(url: str) -> Iterator[str]:
    """Behind PgBouncer as Debian has it, in session mode and otherwise as it comes: it refuses start-up parameters."""
    parts = urlsplit(url)
    folder, port = Path(tempfile.mkdtemp(prefix="pgbouncer-")), free_port()
    host = parse_qs(parts.query)["host"][0]
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host={host} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
        "unix_socket_dir =\nauth_type = any\npool_mode = session\ndefault_pool_size = 40\n"
    )
    folder.chmod(0o755)
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin")
    assert program is not None
    running = subprocess.Popen([program, "-q", *_user(), str(folder / "pgbouncer.ini")], stderr=subprocess.DEVNULL)
    try:
        through = f"postgresql://postgres@127.0.0.1:{port}{parts.path}"
        _wait_for(through, running)
        yield through
    finally:
        running.terminate()
        running.wait()
        shutil.rmtree(folder)


def _user() -> list[str]:
    return ["-u", RUNS_AS] if RUNS_AS and getpass.getuser() == "root" else []


def _wait_for(url: str, program: subprocess.Popen[bytes]) -> None:
    """Until somebody is let in."""
    while program.poll() is None:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"pgbouncer ended with {program.returncode}")


@dataclass(frozen=True, slots=True)
class Case:
    """What is set for every session of the base, and how desks come to it."""

    settings: tuple[str, ...] = ()
    way: Way = directly


ALL_AT_ONCE = (
    "default_transaction_isolation = 'serializable'",
    "DateStyle = 'German'",
    "statement_timeout = '2s'",
    "idle_session_timeout = '2s'",
    "synchronous_commit = off",
)
CASES = {
    "repeatable read": Case(("default_transaction_isolation = 'repeatable read'",)),
    "serializable": Case(("default_transaction_isolation = 'serializable'",)),
    "DateStyle German": Case(("DateStyle = 'German'",)),
    "statement_timeout 2 s": Case(("statement_timeout = '2s'",)),
    "all at once": Case(ALL_AT_ONCE),
    "pooler that refuses": Case(way=behind("refused", resets=True)),
    "pooler that drops": Case(ALL_AT_ONCE, behind("dropped", resets=False)),
    "PgBouncer": Case(("default_transaction_isolation = 'serializable'",), behind_pgbouncer),
}


def play(case: Case, desks: DeskServer, seconds: float) -> Result:
    """Four desks at work for so long on a new base."""
    url = desks.empty()
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in case.settings:
            connection.execute(f'ALTER DATABASE "{connection.info.dbname}" SET {setting}'.encode())
    folder = Path(tempfile.mkdtemp(prefix="odd-"))
    try:
        with case.way(url) as through:
            fill(locate(through), MANAGERS, clients=500 + round(70 * seconds))  # more than they can call
            calls, faults = work(locate(through), MANAGERS, seconds, folder)
            double, lost, unheard, check = compare(locate(through), calls)
    finally:
        shutil.rmtree(folder)
    return Result("PostgreSQL", MANAGERS, seconds, tuple(calls), tuple(faults), double, lost, unheard, check)


def main() -> int:
    """Every case, one after the other; 1 when anything was lost, doubled or broken."""
    options = argparse.ArgumentParser(description="Four desks at work on servers that are not as one expects them.")
    options.add_argument("--minutes", type=float, default=MINUTES)
    options.add_argument("--only", choices=CASES, action="append")
    said = options.parse_args()
    sound = True
    with server(100) as url:
        desks = DeskServer(url)
        for name in said.only or CASES:
            if name == "PgBouncer" and shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin") is None:
                print(f"{name}: left out, it is not installed", flush=True)
                continue
            result = play(CASES[name], desks, said.minutes * 60)
            sound = sound and result.sound and bool(result.calls)
            print(
                f"{name}: {len(result.calls):,} outcomes in {said.minutes:g} min, lost {result.lost}, double"
                f" {result.double}, unheard {result.unheard}, faults {len(result.faults)},"
                f" db check {'ok' if not result.check else result.check[:3]}",
                *(f"  fault: {fault}" for fault in result.faults[:5]),
                sep="\n",
                flush=True,
            )
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
