"""One name means one thing: public classes of the layer, and functions of its contracts, have distinct names."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import quilt_athena

PACKAGE = Path(quilt_athena.__file__).parent
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}
#: Modules that define, parse or build what a contract describes, and the prefix of such functions elsewhere.
CONTRACT_MODULES = ("contracts", "events", "requests", "results")
PARSERS = "parse_"


def classes(tree: ast.Module) -> Iterator[str]:
    """The public classes at the top level of a module."""
    yield from (node.name for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_"))


def contract_functions(module: str, tree: ast.Module) -> Iterator[str]:
    """The public functions at the top level of a module that belong to a contract."""
    of_contract = module.rpartition(".")[2] in CONTRACT_MODULES
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        if of_contract or node.name.startswith(PARSERS):
            yield node.name


def shared(names: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The names that more than one module defines, with those modules."""
    modules = defaultdict(list)
    for name, module in names:
        modules[name].append(module)
    return {name: found for name, found in modules.items() if len(found) > 1}


def test_public_classes_have_distinct_names() -> None:
    found = [(name, module) for module, tree in MODULES.items() for name in classes(tree)]
    assert len(found) > 100, "the layer has more classes"
    assert shared(found) == {}


def test_contract_functions_have_distinct_names() -> None:
    found = [(name, module) for module, tree in MODULES.items() for name in contract_functions(module, tree)]
    assert len(found) > 10, "the contracts have more functions"
    assert shared(found) == {}
