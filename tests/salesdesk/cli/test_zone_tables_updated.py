"""What the command line says of zone tables that were updated under a base, on both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from salesdesk.clock import SystemClock
from salesdesk.storage.location import Location
from salesdesk.storage.schema import open_database
from salesdesk.upkeep.backup import back_up
from tests.support.clock import StillClock
from tests.support.command_line import Ran, run_here
from tests.support.people import sitting
from tests.support.zone_tables import NEW, OLD, Use, zone_tables

Run = Callable[..., Ran]
NOW = datetime(2026, 10, 31, 17, tzinfo=UTC)  # 10:00 in Vancouver, the day before the clocks part


@pytest.fixture
def use(either_desk: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Use]:
    """A desk with a promise for Monday 10:00 in Vancouver by the old tables."""
    monkeypatch.setattr(SystemClock, "now", lambda _: NOW)
    with zone_tables() as use:
        use(OLD)
        client = ("--name", "Olena", "--phone", "+380671112233", "--zone", "America/Vancouver")
        assert either_desk("clients", "add", *client, "--prefer", "2.11.2026 10:00").code == 0
        yield use


def due(desk: Run) -> str:
    return str(desk("clients", "show", "1", "--json").json["open_task"]["due_at"])


def test_the_check_names_what_differs_and_what_mends_it(either_desk: Run, use: Use) -> None:
    assert either_desk("db", "check").code == 0
    use(NEW)
    checked = either_desk("db", "check")
    assert checked.code == 4
    assert checked.err == (
        '1 fault:\ntask 1: it is not wanted at the agreed time "2026-11-02T10:00" of America/Vancouver, by the zone'
        f" tables of {NEW}; those of {OLD} gave it, and it moves by: salesdesk db upgrade\n"
    )
    mended = either_desk("db", "upgrade")
    assert (mended.code, mended.out) == (0, "Planned by the zone tables of this program now.\n")
    assert "1 call planned anew" in mended.err
    assert either_desk("db", "check").code == 0
    assert either_desk("db", "upgrade").code == 1
    assert due(either_desk) == "2026-11-02T17:00:00Z"


def test_the_first_who_signs_in_moves_it(either_desk: Run, use: Use) -> None:
    assert either_desk("users", "add", "anna", "--role", "manager").code == 0
    use(NEW)
    listed = either_desk("--as", "anna", "task", "next")
    assert listed.err.startswith("The zone tables were updated: 1 call planned anew.\n")
    assert due(either_desk) == "2026-11-02T17:00:00Z"
    assert either_desk("db", "check").code == 0
    assert [row["action"] for row in either_desk("audit", "--json").json].count("db.zone-tables") == 1


def test_older_tables_are_told_on_standard_error(either_desk: Run, use: Use) -> None:
    use(NEW)
    assert due(either_desk) == "2026-11-02T17:00:00Z"
    use(OLD)
    shown = either_desk("clients", "show", "1", "--json")
    assert shown.json["open_task"]["due_at"] == "2026-11-02T17:00:00Z"
    assert shown.err == (
        f"This program's zone tables ({OLD}) are older than those of others here ({NEW}): run pip install --upgrade"
        " pytz, and start it again.\n"
    )


def test_a_backup_of_before_is_followed_when_it_was_restored(
    either_desk: Run, use: Use, desk_location: Location, tmp_path: Path
) -> None:
    database = open_database(desk_location)
    back_up(sitting(database, StillClock(NOW)), tmp_path / "kept.db")
    database.close()
    use(NEW)
    assert due(either_desk) == "2026-11-02T17:00:00Z"
    assert either_desk("db", "restore", str(tmp_path / "kept.db"), "--yes").code == 0
    assert either_desk("db", "check").code == 4
    assert due(either_desk) == "2026-11-02T17:00:00Z"
    assert either_desk("db", "check").code == 0


def test_a_file_that_is_only_read_is_left_as_it_is(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SystemClock, "now", lambda _: NOW)
    with zone_tables() as use:
        use(OLD)
        client = ("--name", "Olena", "--phone", "+380671112233", "--zone", "America/Vancouver")
        writing = ("--db", str(path), "--as", "boss")
        assert run_here(*writing, "clients", "add", *client, "--prefer", "2.11.2026 10:00").code == 0
        use(NEW)
        shown = run_here("--db", f"sqlite:///{path}?mode=ro", "--as", "boss", "clients", "show", "1", "--json")
        assert (shown.code, shown.err) == (0, "")
        assert shown.json["open_task"]["due_at"] == "2026-11-02T18:00:00Z"
