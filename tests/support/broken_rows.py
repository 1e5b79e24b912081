"""Rows broken by bare SQL on the base of the fixture ``busy``, and the sentences that the check must find for them."""

from __future__ import annotations

ONE_OPEN_TASK = "DROP INDEX uq_task_open_per_client"
ONE_OPEN_DEAL = "DROP INDEX uq_deal_open_per_client"
ONE_CLAIM = "DROP INDEX uq_task_claimed_by"

# Tasks: 1 to 4 the first ones of the four clients, 5 the promise. Claims 1, 2 (outcomes) and 3 (held). Users 2, 3.
BROKEN = {
    "no open task": (
        ["UPDATE task SET closed_at = due_at, closed_by = 'rules' WHERE id = 4"],
        ['client 4: in status "new" it must have one open task, and has 0'],
    ),
    "two open tasks": (
        [ONE_OPEN_TASK, "UPDATE task SET closed_at = NULL, closed_by = NULL WHERE id = 1"],
        [
            'client 1: in status "new" it must have one open task, and has 2',
            "attempt 1: its task 1 is still open",
        ],
    ),
    "an open task in a final status": (
        ["UPDATE task SET closed_at = NULL, closed_by = NULL WHERE id = 2"],
        [
            'client 2: in status "refused" it must have no open task, and has 1',
            "attempt 2: its task 2 is still open",
            "task 2: it is open, but its deal 2 is closed or another client's",
        ],
    ),
    "no deal": (
        ["DELETE FROM task WHERE id = 4", "DELETE FROM deal WHERE id = 4"],
        ['client 4: in status "new" it must have one open task, and has 0', "client 4: it has no deal"],
    ),
    "no open deal": (
        ["UPDATE deal SET closed_at = opened_at WHERE id = 4"],
        [
            'client 4: in status "new" it must have one open deal, and has 0',
            "task 4: it is open, but its deal 4 is closed or another client's",
        ],
    ),
    "two open deals": (
        [
            ONE_OPEN_DEAL,
            "INSERT INTO deal (id, client_id, funnel, status, opened_at) SELECT 99, 4, funnel, status, opened_at "
            "FROM deal WHERE id = 4",
        ],
        ['client 4: in status "new" it must have one open deal, and has 2'],
    ),
    "an open deal in a final status": (
        ["UPDATE deal SET closed_at = NULL WHERE id = 2"],
        [
            'client 2: in status "refused" it must have no open deal, and has 1',
            "attempt 2: it ended deal 2, which is open",
        ],
    ),
    "a deal elsewhere": (
        ["UPDATE deal SET status = 'offer-sent' WHERE id = 4"],
        ['client 4: its status is "new", but that of its deal 4 is "offer-sent"'],
    ),
    "a last deal elsewhere": (
        ["UPDATE deal SET status = 'paid' WHERE id = 2"],
        ['client 2: its status is "refused", but that of its deal 2 is "paid"'],
    ),
    "an unknown status": (
        [
            "UPDATE client SET status = 'lost-in-space' WHERE id = 4",
            "UPDATE deal SET status = 'lost-in-space' WHERE id = 4",
        ],
        ['client 4: the rules have no status "lost-in-space"'],
    ),
    "no number": (
        ["UPDATE phone SET bad = true WHERE client_id = 4"],
        ["client 4: its status is open, but it has no number that may be called"],
    ),
    "another area": (
        [
            "INSERT INTO area (id, country, region, zones) VALUES (9, 'PL', '', 'Europe/Warsaw')",
            "UPDATE task SET area_id = 9 WHERE id = 4",
        ],
        ["task 4: its area is 9, but that of its client is 1"],
    ),
    "a deal of another client": (
        ["UPDATE task SET deal_id = 3 WHERE id = 4"],
        ["task 4: it is open, but its deal 3 is closed or another client's"],
    ),
    "closed and claimed": (
        ["UPDATE task SET claimed_by = 2, claimed_until = due_at, claim_id = 1 WHERE id = 1"],
        ["task 1: it is closed, but still claimed"],
    ),
    "held without a claim": (
        ["UPDATE task SET claim_id = NULL WHERE id = 3"],
        ["task 3: it is held without a claim"],
    ),
    "no such claim": (["UPDATE task SET claim_id = 77 WHERE id = 3"], ["task 3: its claim 77 is not there"]),
    "another task's claim": (
        ["UPDATE claim SET task_id = 4 WHERE id = 3"],
        ["task 3: its claim 3 is another task's or person's"],
    ),
    "two holds": (
        [
            ONE_CLAIM,
            "INSERT INTO claim (id, task_id, user_id, taken_at) SELECT 9, 4, 3, taken_at FROM claim WHERE id = 3",
            "UPDATE task SET claimed_by = 3, claimed_until = due_at, claim_id = 9 WHERE id = 4",
        ],
        ["user_account 3: it holds 2 tasks at once"],
    ),
    "an attempt on another task": (
        ["UPDATE attempt SET task_id = 4 WHERE id = 2"],
        [
            "attempt 2: it is on task 4, but its claim 2 is on task 2",
            "attempt 2: its task 4 is another client's",
            "attempt 2: its task 4 is still open",
            "task 2: an outcome closed it, but there is no attempt",
        ],
    ),
    "no rule version": (
        ["UPDATE attempt SET rules_version = 55 WHERE id = 2"],
        ["attempt 2: its rules_version 55 is not there"],
    ),
    "no client": (
        ["UPDATE phone SET client_id = 55 WHERE id = 2"],
        ["phone 2: its client_id 55 is not there"],
    ),
    "a bad number": (
        ["UPDATE phone SET e164 = '0671231002' WHERE id = 3"],
        ["phone 3: it is not a number in E.164 form"],
    ),
    "half a promise": (
        ["UPDATE task SET agreed_zone = NULL WHERE id = 5"],
        ["task 5: of its agreed time and zone one is missing"],
    ),
    "a promise nowhere": (
        ["UPDATE task SET agreed_zone = 'Europe/Atlantis' WHERE id = 5"],
        ['task 5: its agreed zone "Europe/Atlantis" is not known'],
    ),
    "a promise at another time": (
        ["UPDATE task SET agreed_wall = '2026-11-24T11:00' WHERE id = 5"],
        ['task 5: it is not wanted at the agreed time "2026-11-24T11:00" of Europe/Kyiv'],
    ),
    "unknown zones": (
        [
            "UPDATE area SET zones = 'Europe/Kyiv,Mars/Base' WHERE id = 1",
            "UPDATE client SET zone = 'Mars/Base' WHERE id = 4",
            "UPDATE user_account SET zone = 'Mars/Base' WHERE id = 3",
        ],
        [
            'area 1: its zone "Mars/Base" is not known',
            'client 4: its zone "Mars/Base" is not known',
            *(f"client {n}: its zone is Europe/Kyiv, but its area 1 is another one" for n in (1, 2, 3)),
            "client 4: its zone is Mars/Base, but its area 1 is another one",
            'user_account 3: its zone "Mars/Base" is not known',
        ],
    ),
    "rules that do not load": (
        ["UPDATE rule_version SET toml = 'schema = 1\nnonsense = 2' WHERE id = 1"],
        ["rule version 1: line 2: nonsense: "],
    ),
    "no rules": (
        ["DELETE FROM attempt", "DELETE FROM rule_version"],
        [
            "rule version: there is none; make one with salesdesk init",
            *(f"task {n}: an outcome closed it, but there is no attempt" for n in (1, 2)),
        ],
    ),
}

# Attempts 1 (the promise) and 2 (the refusal), undo rows none, audit none, suppressed numbers none.
_STAMP = "'2026-11-20 10:00:00.000000'"
_UNDO = f"INSERT INTO undo (id, attempt_id, user_id, at, note) VALUES (1, 1, 2, {_STAMP}, '')"
_BREAK = "INSERT INTO break_time (id, user_id, started_at, reason) VALUES ({}, 3, " + f"{_STAMP}, '')"

BROKEN |= {
    "an attempt of somebody else": (
        ["UPDATE attempt SET user_id = 3 WHERE id = 2"],
        ["attempt 2: it is by user 3, but its claim 2 is user 2's"],
    ),
    "an attempt of another client": (
        ["UPDATE attempt SET client_id = 4 WHERE id = 1"],
        [
            "attempt 1: its task 1 is another client's",
            "attempt 1: its next task 5 is another client's",
            "attempt 1: its deal 1 is another client's",
        ],
    ),
    "a closed task of another client's deal": (
        ["UPDATE task SET deal_id = 3 WHERE id = 1"],
        ["task 1: its deal 3 is another client's"],
    ),
    "misses that do not add up": (
        ["UPDATE attempt SET misses_after = 2 WHERE id = 1"],
        ["attempt 1: its misses went from 0 to 2"],
    ),
    "misses of a call that was reached": (
        ["UPDATE attempt SET misses_after = 1 WHERE id = 1"],
        ["attempt 1: its misses went from 0 to 1"],
    ),
    "misses without calls": (
        ["UPDATE client SET misses = 3 WHERE id = 1"],
        ["client 1: it has 3 misses in a row, but only 0 missed calls"],
    ),
    "two attempts on one task": (
        ["UPDATE attempt SET task_id = 1 WHERE id = 2", "UPDATE claim SET task_id = 1 WHERE id = 2"],
        [
            "attempt 2: its task 1 is another client's",
            "task 1: 2 attempts closed it",
            "task 2: an outcome closed it, but there is no attempt",
        ],
    ),
    "an outcome without an attempt": (
        ["DELETE FROM attempt WHERE id = 2"],
        ["task 2: an outcome closed it, but there is no attempt"],
    ),
    "no next task": (
        ["UPDATE attempt SET next_task_id = NULL WHERE id = 1"],
        ["attempt 1: it left the client open without a next task"],
    ),
    "its own next task": (
        ["UPDATE attempt SET next_task_id = 1 WHERE id = 1"],
        ["attempt 1: its next task is the one that it closed"],
    ),
    "an undo that left its task": (
        [_UNDO],
        ["undo 1: attempt 1 was taken back, but the task 5 that it opened is open"],
    ),
    "a zone of another area": (
        ["UPDATE client SET zone = 'Europe/London' WHERE id = 4"],
        ["client 4: its zone is Europe/London, but its area 1 is another one"],
    ),
    "a kind without buttons": (
        ["UPDATE task SET kind = 'juggling' WHERE id = 4"],
        ['task 4: the rules have no task "juggling"'],
    ),
    "a promise of nothing": (
        ["UPDATE task SET feed = 'callback' WHERE id = 4"],
        ["task 4: it is a promise, but of no agreed time"],
    ),
    "an agreed time that is no promise": (
        ["UPDATE task SET feed = 'planned' WHERE id = 5"],
        ["task 5: it has an agreed time, but is no promise"],
    ),
    "a time allowed and never agreed": (
        ["UPDATE task SET allowed_by = 2 WHERE id = 4"],
        ["task 4: its time was allowed by somebody, but never agreed"],
    ),
    "due before it is wanted": (
        ["UPDATE task SET wanted_at = '2027-01-01 10:00:00.000000' WHERE id = 4"],
        ["task 4: it is due before it is wanted"],
    ),
    "a row put into the audit": (
        [
            "INSERT INTO audit (id, at, actor_id, os_login, action, object, detail, previous, digest)"
            f" VALUES (900, {_STAMP}, 1, 'root', 'rules.apply', 'version 9', '{{}}', '', 'abc')"
        ],
        ["audit 900: it was changed or put in, or the row before it is gone"],
    ),
    "an import that left clients": (
        [
            "INSERT INTO import (id, file_name, user_id, started_at, finished_at, counts)"
            f" VALUES (1, 'a.csv', 1, {_STAMP}, {_STAMP}, '{{\"aborted\": true}}')",
            "UPDATE client SET import_id = 1 WHERE id = 4",
        ],
        ["import 1: it was taken back, but 1 client of it is left"],
    ),
    "no key of suppressed numbers": (
        ["DELETE FROM setting WHERE name = 'suppression_key'"],
        ["setting suppression_key: it is missing, so suppressed numbers cannot be known again"],
    ),
    "two breaks at once": (
        ["DROP INDEX uq_break_time_open", _BREAK.format(1), _BREAK.format(2)],
        ["user_account 3: it has 2 open breaks"],
    ),
    "hours that cannot be read": (
        ["UPDATE user_account SET hours = 'nine to five' WHERE id = 3"],
        ["user_account 3: its working hours cannot be read"],
    ),
    "a forgotten client with a number": (
        [f"UPDATE client SET forgotten_at = {_STAMP} WHERE id = 2"],
        ["client 2: it was forgotten, but something personal is left"],
    ),
}
