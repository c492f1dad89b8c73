"""The layer's packages depend on each other as docs/architecture.md shows, and stay few."""

from __future__ import annotations

from graphlib import CycleError

import pytest

from tools.dependency_graph import PAGE, Imports, levels, read_imports, section, updated, without_implied

SAMPLE: Imports = {"cli": {"client", "errors"}, "client": {"query", "errors"}, "query": {"errors"}, "errors": set()}


@pytest.fixture(scope="module")
def imports() -> Imports:
    return read_imports()


def test_architecture_page_shows_the_imports_of_the_code(imports: Imports) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == updated(page, imports), "run `make dependency-graph`"


def test_layer_has_few_packages_levels_and_imports_between_them(imports: Imports) -> None:
    assert {"errors", "catalog", "query", "cli"} <= set(imports)
    assert len(imports) <= 15
    assert len(levels(imports)) <= 8
    assert 30 < sum(len(others) for others in imports.values()) <= 65


def test_levels_put_each_package_above_all_that_it_imports() -> None:
    assert levels(SAMPLE) == [["cli"], ["client"], ["query"], ["errors"]]
    assert levels({**SAMPLE, "cli": {"errors"}}) == [["client"], ["cli", "query"], ["errors"]]


def test_levels_reject_a_cycle() -> None:
    with pytest.raises(CycleError):
        levels({**SAMPLE, "errors": {"cli"}})


def test_graph_leaves_out_imports_that_a_longer_path_implies() -> None:
    assert without_implied(SAMPLE) == {"cli": {"client"}, "client": {"query"}, "query": {"errors"}, "errors": set()}
    assert "    cli --> client\n    client --> query\n" in section(SAMPLE)


def test_page_without_the_section_is_rejected() -> None:
    with pytest.raises(ValueError, match=r"docs/architecture\.md has no section"):
        updated("# Architecture\n", SAMPLE)
