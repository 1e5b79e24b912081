"""``salesdesk clients zone``: its answer, its exit codes, and who may."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.command_line import Ran, assert_refused

Run = Callable[..., Ran]


def add(desk: Run, phone: str = "+79161234567", *more: str) -> int:
    number: int = desk("clients", "add", "--name", "Olena", "--phone", phone, *more, "--json").json["id"]
    return number


def test_a_city_sets_the_zone(either_desk: Run) -> None:
    client = str(add(either_desk))
    found = either_desk("clients", "zone", client, "Красноярск", "--json").json
    assert (found["zone"], found["zone_source"], found["zone_sure"]) == ("Asia/Krasnoyarsk", "given", True)
    assert (found["city"], found["zone_rival"], found["zone_candidates"]) == ("Krasnoyarsk", None, ["Asia/Krasnoyarsk"])
    assert either_desk("clients", "show", client, "--json").json["zone"] == "Asia/Krasnoyarsk"


def test_what_changed_is_told(desk: Run) -> None:
    client = str(add(desk, "+13035550123"))
    told = desk("clients", "zone", client, "Europe/Kyiv")
    assert "zone Europe/Kyiv, was America/Denver (from the phone)" in told.err
    assert "Olena" in told.out
    assert desk("clients", "show", client, "--json").json["zone_rival"] == {
        "source": "phone",
        "zone": "America/Denver",
    }


def test_exit_codes(desk: Run) -> None:
    client = str(add(desk))
    assert_refused(desk("clients", "zone", "99", "Europe/Kyiv"), 1, "no client 99")
    assert_refused(desk("clients", "zone", client, "Nowhereville"), 2, "Nowhereville")
    assert_refused(desk("clients", "zone", client, "Springfield"), 2, "Springfield, Illinois, US")
    assert desk("clients", "zone", client).code == 2


def test_a_manager_needs_the_client_in_hand(desk: Run, awake: str) -> None:
    desk("users", "add", "anna", "--role", "manager")
    client = str(add(desk, "+79161234567", "--zone", awake))
    assert_refused(desk("clients", "zone", client, "Omsk", "--as", "anna"), 3, "in hand")
    assert desk("task", "next", "--as", "anna", "--json").json["client"]["id"] == int(client)
    assert desk("clients", "zone", client, "Omsk", "--as", "anna", "--json").json["zone"] == "Asia/Omsk"


def test_a_preferred_time_needs_a_zone_and_the_mend_says_how_to_give_one(desk: Run) -> None:
    words = ("clients", "add", "--name", "Olena", "--phone", "+79161234567", "--prefer", "завтра 15")
    assert_refused(desk(*words), 2, "--city or --zone")
    assert desk(*words, "--city", "Красноярск").code == 0


def test_a_preferred_time_outside_the_hours_is_kept_and_said_to_come_later(either_desk: Run) -> None:
    words = ("clients", "add", "--name", "Olena", "--phone", "+380671234567", "--prefer")
    told = either_desk(*words, "tomorrow 23:00", "--json")
    assert "23:00 Europe/Kyiv (theirs), is kept, but the call is fed at" in told.err
    assert "09:00 Europe/Kyiv (theirs): call window" in told.err
    assert told.json["open_task"]["feed"] == "callback"
    plain = either_desk("clients", "add", "--name", "Petro", "--phone", "+380671234568", "--prefer", "tomorrow 15:00")
    assert plain.err == ""
