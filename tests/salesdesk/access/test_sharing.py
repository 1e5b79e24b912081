"""An SQLite file for a group: modes, groups, and directories that will not do."""

from __future__ import annotations

import grp
import os
import stat
from pathlib import Path

from salesdesk.storage.location import locate
from salesdesk.storage.models import Outbox
from salesdesk.storage.schema import open_database
from tests.support.clock import NOON
from tests.support.command_line import assert_refused, run_here

GROUP = grp.getgrgid(os.getgid()).gr_name


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_shared_file_in_a_directory_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "team" / "desk.db"
    assert run_here("--db", str(path), "init", "--group", GROUP).code == 0
    assert (mode(path.parent), mode(path)) == (0o2770, 0o660)
    assert {path.parent.stat().st_gid, path.stat().st_gid} == {os.getgid()}
    before = os.umask(0o077)  # as strict as anybody's
    database = open_database(locate(str(path)))
    try:
        with database.write() as session:
            session.add(Outbox(topic="x", created_at=NOON))
            session.flush()
            beside = [path.with_name(path.name + ending) for ending in ("-wal", "-shm")]
            assert [mode(part) for part in beside] == [0o660, 0o660]
    finally:
        database.close()
        os.umask(before)


def test_a_desk_that_is_there_becomes_shared(tmp_path: Path) -> None:
    path = tmp_path / "team" / "desk.db"
    path.parent.mkdir()
    assert run_here("--db", str(path), "init").code == 0
    assert mode(path) == 0o600
    assert_refused(run_here("--db", str(path), "init", "--group", GROUP), 2, "hands the group", f"chgrp {GROUP}")
    assert mode(path) == 0o600
    path.parent.chmod(0o2770)
    assert run_here("--db", str(path), "init", "--group", GROUP).code == 0
    assert mode(path) == 0o660


def test_a_directory_that_others_may_write_to_will_not_do(tmp_path: Path) -> None:
    tmp_path.chmod(0o2777)
    assert_refused(run_here("--db", str(tmp_path / "desk.db"), "init", "--group", GROUP), 2, "chmod 2770")
    assert not (tmp_path / "desk.db").exists()


def test_a_group_that_is_none_and_a_database_that_is_no_file(tmp_path: Path) -> None:
    assert_refused(run_here("--db", str(tmp_path / "x" / "desk.db"), "init", "--group", "no-such"), 2, "no-such")
    assert not (tmp_path / "x").exists()
    assert_refused(run_here("--db", "postgresql://nobody@nowhere/x", "init", "--group", GROUP), 2, "SQLite file")
