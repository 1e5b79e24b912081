"""What the source says of reasons: every code is given somewhere, with the values that its words take, and no line of
code tests a reason by its text.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from rules.reasons import Code
from salesdesk.words.codes import Act, Asked
from salesdesk.words.reasons import values_of

ROOT = Path(__file__).parents[3]
ENUMS = {"Code": Code, "Act": Act, "Asked": Asked}
SENTENCES = {"because", "moves"}  # what holds them
SAY = {"said", "sentences", "cause_of"}  # what makes them
TEXT_TESTS = {
    *("startswith", "endswith", "removeprefix", "removesuffix", "partition", "rpartition", "split", "rsplit"),
    *("find", "index", "match", "fullmatch", "search", "findall", "finditer", "replace"),
}


@cache
def sources() -> tuple[tuple[str, ast.Module], ...]:
    """The modules that have to do with reasons at all."""
    paths = (path for folder in ("rules", "salesdesk", "screens") for path in sorted((ROOT / folder).rglob("*.py")))
    texts = ((path, path.read_text("utf-8")) for path in paths)
    words = (*SENTENCES, *(f"{name}(" for name in SAY), "Reason(")
    return tuple(
        (str(path.relative_to(ROOT)), ast.parse(text)) for path, text in texts if any(word in text for word in words)
    )


# --- the codes, and their values ----------------------------------------------------------------------------------


def given(tree: ast.Module) -> Iterator[tuple[set[str], set[str]]]:
    """The codes and the names of the values of every reason that a module gives."""
    for function in _functions(tree):
        for call in _own(function):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Reason":
                codes = {code for arg in call.args[:1] for code in _codes(arg, function)}
                if codes:
                    yield codes, _names(call.args[1], function, tree) if len(call.args) > 1 else set()


def _functions(tree: ast.Module) -> Iterator[ast.AST]:
    yield tree
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """What is inside a function or module and in no function of its own."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef):
            yield child
            yield from _own(child)


def _codes(node: ast.expr, function: ast.AST) -> set[str]:
    """The codes that an expression may be: an enum's, or a name that was given one."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ENUMS:
        return {str(ENUMS[node.value.id][node.attr])}
    if isinstance(node, ast.IfExp):
        return _codes(node.body, function) | _codes(node.orelse, function)
    if isinstance(node, ast.Name):
        return {code for value in _assigned(node.id, function) for code in _codes(value, function)}
    return set()


def _names(node: ast.expr, function: ast.AST, tree: ast.Module) -> set[str]:
    """The names of the values in a dictionary, in what it takes in, and in what a function of the module gives."""
    if isinstance(node, ast.Dict):
        plain = {key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
        inner = [value for key, value in zip(node.keys, node.values, strict=True) if key is None]
        return plain.union(*(_names(value, function, tree) for value in inner))
    if isinstance(node, ast.IfExp):
        return _names(node.body, function, tree) | _names(node.orelse, function, tree)
    if isinstance(node, ast.Name):
        found = _assigned(node.id, function)
        assert found, f"no values under {node.id}"
        return set[str]().union(*(_names(value, function, tree) for value in found))
    assert isinstance(node, ast.Call), ast.dump(node)
    called = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
    makers = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name == called]
    returned = [one.value for maker in makers for one in ast.walk(maker) if isinstance(one, ast.Return) and one.value]
    assert returned, f"no values from {called}"
    return set[str]().union(*(_names(value, makers[0], tree) for value in returned))


def _assigned(name: str, function: ast.AST) -> list[ast.expr]:
    """What a name is given within a function."""
    found: list[ast.expr] = []
    for node in ast.walk(function):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value is not None:
            found += [node.value for target in targets if isinstance(target, ast.Name) and target.id == name]
    return found


def test_every_code_is_given_somewhere_with_the_values_of_its_words() -> None:
    seen: set[str] = set()
    for path, tree in sources():
        for codes, names in given(tree):
            for code in codes:
                assert names == values_of(code), f"{path}: {code}"
            seen |= codes
    assert seen == {*Code, *Act, *Asked}


# --- no sentence is read back -------------------------------------------------------------------------------------


def text_tests(tree: ast.Module) -> Iterator[int]:
    """The lines on which something that holds or makes sentences is tested by its text."""
    held = _holders(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TEXT_TESTS:
            if any(_mentions(part, held) for part in (node.func.value, *node.args)):
                yield node.lineno
        elif isinstance(node, ast.Compare):
            sides = (node.left, *node.comparators)
            if any(_is_text(side) for side in sides) and any(_mentions(side, held) for side in sides):
                yield node.lineno


def _holders(tree: ast.Module) -> set[str]:
    """The names of sentences, and of what loops over them take out one by one."""
    held = set(SENTENCES)
    for node in ast.walk(tree):
        if isinstance(node, ast.comprehension | ast.For) and _mentions(node.iter, held):
            held |= {name.id for name in ast.walk(node.target) if isinstance(name, ast.Name)}
        if isinstance(node, ast.Call) and any(_mentions(arg, held) for arg in node.args):
            lambdas = [arg for arg in node.args if isinstance(arg, ast.Lambda)]
            held |= {arg.arg for one in lambdas for arg in one.args.args}
    return held


def _mentions(node: ast.AST, held: set[str]) -> bool:
    """Whether an expression takes in sentences: a reason's code and values are no sentence."""
    if isinstance(node, ast.Attribute) and node.attr in {"code", "values", "id"}:
        return False
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAY:
        return True
    if isinstance(node, ast.Name | ast.Attribute) and (node.id if isinstance(node, ast.Name) else node.attr) in held:
        return True
    return any(_mentions(child, held) for child in ast.iter_child_nodes(node))


def _is_text(node: ast.AST) -> bool:
    """A text, a constant (by its capitals), or several of them."""
    if isinstance(node, ast.Name):
        return node.id.isupper()
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(_is_text(one) for one in node.elts)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def test_no_line_of_code_tests_a_reason_by_its_text() -> None:
    assert [f"{path}:{line}" for path, tree in sources() for line in text_tests(tree)] == []


@pytest.mark.parametrize(
    "line",
    [
        'held = moves[-1].startswith("held")',
        'why = moves[-1].partition(": ")[2]',
        "said = takewhile(lambda reason: not reason.startswith(_MARK), task.because)",
        "said = takewhile(lambda reason: reason not in (PLACE_KNOWN, ZONE_SET), task.because)",
        "task.because = [_CALLED, *(why for why in task.because if why != _CALLED)]",
        "found = (_BY_CAP.match(reason) for reason in because)",
        'why = task.because[-1].partition(": ")[2]',
        'stuck = any("held" in text for text in sentences(task.reasons))',
        'asked = said(reason) == "imported"',
    ],
)
def test_the_ways_in_which_it_was_done_are_found(line: str) -> None:
    assert list(text_tests(ast.parse(line))) == [1]


@pytest.mark.parametrize(
    "line",
    [
        "before = takewhile(lambda reason: reason.code != Act.PLANNED_ANEW, from_json(task.because))",
        "others = (reason for reason in from_json(task.because) if reason.code != _CALLED.code)",
        "shown = '; '.join(sentences(task.reasons))",
    ],
)
def test_a_code_may_be_asked_for(line: str) -> None:
    assert list(text_tests(ast.parse(line))) == []
