"""What a base says of itself, on both engines."""

from __future__ import annotations

from collections.abc import Callable

from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location, locate
from salesdesk.storage.schema import CURRENT
from salesdesk.upkeep.health import storage_status


def test_the_status_says_what_the_base_is_and_holds(
    hire: Callable[..., Desk], arrive: Callable[..., int], database: Database
) -> None:
    anna = hire("anna")
    arrive("Refused"), arrive("Waiting")
    anna.next_task()
    anna.record_outcome(Said("refused", "price"))
    status = storage_status(database)
    counts = {key: status[key] for key in ("schema", "clients", "open_tasks", "attempts", "rules_version", "users")}
    assert counts == {"schema": CURRENT, "clients": 2, "open_tasks": 1, "attempts": 1, "rules_version": 1, "users": 2}
    assert status["size_bytes"] > 100_000
    assert status["location"] == str(database.location)
    if database.is_sqlite:
        assert (status["engine"], status["journal_mode"]) == ("sqlite", "wal")
    else:
        assert status["engine"] == "postgresql"
        assert int(status["server_version"].split(".")[0]) >= 14


def test_the_status_hides_the_password(postgres_desk: Location) -> None:
    url = postgres_desk.url
    assert url is not None
    database = Database(locate(url.replace("postgres:@", "postgres:s3cret@", 1)))
    assert "s3cret" not in storage_status(database)["location"]
    database.close()
