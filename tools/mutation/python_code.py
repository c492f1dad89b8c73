"""The mutants of a Python file, made by Cosmic Ray's operators."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

from tools.mutation.mutants import Mutant

#: Of Cosmic Ray's 213 operators those that resemble mistakes. The others replace an operator by each of the others,
#: which mostly fails at once, or variables by random numbers, so that no two runs would be alike.
OPERATORS = tuple(
    f"core/{name}"
    for name in (
        "AddNot",
        "ExceptionReplacer",
        "NumberReplacer",
        "RemoveDecorator",
        "ReplaceAndWithOr",
        "ReplaceOrWithAnd",
        "ReplaceBreakWithContinue",
        "ReplaceContinueWithBreak",
        "ReplaceFalseWithTrue",
        "ReplaceTrueWithFalse",
        "ReplaceBinaryOperator_Add_Sub",
        "ReplaceBinaryOperator_Sub_Add",
        "ReplaceBinaryOperator_Mul_Div",
        "ReplaceBinaryOperator_Div_Mul",
        "ReplaceBinaryOperator_FloorDiv_Mul",
        "ReplaceBinaryOperator_Mod_Mul",
        "ReplaceBinaryOperator_Pow_Mul",
        "ReplaceBinaryOperator_BitOr_BitAnd",
        "ReplaceBinaryOperator_BitAnd_BitOr",
        "ReplaceComparisonOperator_Eq_NotEq",
        "ReplaceComparisonOperator_NotEq_Eq",
        "ReplaceComparisonOperator_Lt_LtE",
        "ReplaceComparisonOperator_Lt_GtE",
        "ReplaceComparisonOperator_LtE_Lt",
        "ReplaceComparisonOperator_LtE_Gt",
        "ReplaceComparisonOperator_Gt_GtE",
        "ReplaceComparisonOperator_Gt_LtE",
        "ReplaceComparisonOperator_GtE_Gt",
        "ReplaceComparisonOperator_GtE_Lt",
        "ReplaceComparisonOperator_Is_IsNot",
        "ReplaceComparisonOperator_IsNot_Is",
        "ReplaceUnaryOperator_Delete_Not",
        "ReplaceUnaryOperator_USub_UAdd",
        "ZeroIterationForLoop",
    )
)


def mutants_of_python(path: Path, source: str) -> Iterator[Mutant]:
    """The mutants of a file with this text, without those that cannot differ when the code runs."""
    seen = {ast.dump(ast.parse(source))}
    for name in OPERATORS:
        operator = get_operator(name)()
        positions = ((node, spot) for node in ast_nodes(get_ast(source)) for spot in operator.mutation_positions(node))
        for occurrence, (node, (start, end)) in enumerate(positions):
            if _is_only_for_type_checkers(node, name) or _only_rejects_mistakes(node):
                continue
            try:
                text = mutate_code(source, operator, occurrence)
                tree = ast.dump(ast.parse(text))
            except (SyntaxError, AttributeError):
                continue  # AddNot before an assignment expression; ExceptionReplacer of a name with a dot
            if tree not in seen:
                seen.add(tree)
                before, after = _difference(source.splitlines(), text.splitlines())
                yield Mutant(path, _place(node), before, after, text, range(start[0], end[0] + 1))


def _is_only_for_type_checkers(node: Any, operator: str) -> bool:
    """Conditions on TYPE_CHECKING, and `|` in annotations, which are not evaluated (PEP 563)."""
    if node.type == "if_stmt" and node.children[1].get_code().strip() == "TYPE_CHECKING":
        return True
    return "BinaryOperator" in operator and any(
        parent.type in ("annassign", "tfpdef", "param") or (parent.type == "funcdef" and node.start_pos < _body(parent))
        for parent in _parents(node)
    )


def _only_rejects_mistakes(node: Any) -> bool:
    """`frozen=True` of data classes and `strict=True` of zip, which make an error of what the code never does."""
    argument = node.parent
    if node.type != "keyword" or argument is None or argument.type != "argument":
        return False
    call = next(parent for parent in _parents(argument) if parent.type in ("decorator", "trailer"))
    called = call.children[1] if call.type == "decorator" else call.get_previous_sibling()
    code = called.get_code().strip() if called is not None else ""
    return (code, argument.children[0].get_code().strip()) in (("dataclass", "frozen"), ("zip", "strict"))


def _body(function: Any) -> tuple[int, int]:
    start: tuple[int, int] = function.children[-1].start_pos
    return start


def _parents(node: Any) -> Iterator[Any]:
    while node.parent is not None:
        node = node.parent
        yield node


def _place(node: Any) -> str:
    names = [parent.name.value for parent in (node, *_parents(node)) if parent.type in ("funcdef", "classdef")]
    return ".".join(reversed(names)) or "module"


def _difference(old: list[str], new: list[str]) -> tuple[str, str]:
    """The lines that differ, as one line each."""
    start = next(n for n, (a, b) in enumerate(zip([*old, None], [*new, None], strict=False)) if a != b)
    same = 0
    while same < min(len(old), len(new)) - start and old[-1 - same] == new[-1 - same]:
        same += 1
    return _joined(old[start : len(old) - same]), _joined(new[start : len(new) - same])


def _joined(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())
