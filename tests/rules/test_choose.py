"""Answers that the rules do not allow, each with its mend."""

from dataclasses import replace

import pytest

from rules.decide import decide
from rules.situation import Answer, AnswerMissing, RuleError
from rules.situation import UnknownChoice as Unknown
from tests.support.rule_cases import local, preset, situation, why

NOON = local("2026-11-23 12:00", "Europe/Kyiv")  # a Monday


@pytest.mark.parametrize(
    ("answer", "fault", "text", "mend"),
    [
        (Answer("sold"), Unknown, 'no outcome "sold"', "Use one of: no-answer, call-back, interested, "),
        (Answer("no-answer", "tired"), Unknown, 'no reason "tired"', "Use one of: not-answering, not-available, busy."),
        (Answer("interested", "tired"), Unknown, 'no reason "tired"', '"interested" has no reasons; leave it out.'),
        (Answer("no-answer"), AnswerMissing, "needs a reason", "Give --reason, one of: not-answering, "),
        (Answer("refused"), AnswerMissing, "needs a reason", "Give --reason, one of: price, "),
        (Answer("call-back"), AnswerMissing, "asks for a time", "Give --at, for example --at +2h"),
        (Answer("paid"), AnswerMissing, "asks for an amount", "Give --amount, "),
        (Answer("refused", "other"), AnswerMissing, "asks for a note", "Give --note."),
    ],
)
def test_an_answer_that_does_not_fit_names_its_mend(
    answer: Answer, fault: type[RuleError], text: str, mend: str
) -> None:
    with pytest.raises(fault, match=text) as found:
        decide(preset(), situation(), answer, NOON)
    assert found.value.mend.startswith(mend)


def test_what_is_missing_has_a_name() -> None:
    missing = []
    for answer in (Answer("no-answer"), Answer("call-back"), Answer("paid"), Answer("refused", "other")):
        with pytest.raises(AnswerMissing) as found:
            decide(preset(), situation(), answer, NOON)
        missing.append(found.value.what)
    assert missing == ["reason", "time", "amount", "note"]


def test_a_button_for_other_kinds_of_task_is_refused() -> None:
    outcome = replace(preset().outcomes["interested"], show_for=("callback", "repeat-sale"))
    rules = replace(preset(), outcomes={"interested": outcome})
    with pytest.raises(Unknown, match='does not fit a task of kind "call"') as found:
        decide(rules, situation(), Answer("interested"), NOON)
    assert found.value.mend == "It is only for: callback, repeat-sale."
    assert decide(rules, situation(task_kind="callback"), Answer("interested"), NOON).status == "in-work"


def test_an_outcome_with_optional_reasons_can_be_recorded_without_one() -> None:
    refused = replace(preset().outcomes["refused"], reasons_required=False)
    decision = decide(replace(preset(), outcomes={"refused": refused}), situation(), Answer("refused"), NOON)
    assert (decision.status, decision.reason, why(decision)[0]) == ("refused", None, "Refused")
