"""Reading a query, before anything of it is looked up."""

from __future__ import annotations

import pytest

from local.engine import QueryError, check_syntax


@pytest.mark.parametrize("opened", ["NOT ", "- ", "(", "cast(", "(SELECT ", "x IN (", "CASE WHEN "])
def test_a_statement_that_is_nested_too_deeply_is_a_syntax_error(opened: str) -> None:
    with pytest.raises(QueryError, match=r"SYNTAX_ERROR.*nested too deeply"):
        # More than Python's limit, which a library raises to 10,000.
        check_syntax("SELECT " + opened * 12_000)
