"""The text of a statement as tokens, into which the server divides it before it queues the statement."""

from __future__ import annotations

import pytest

from local.engine.statements.tokens import tokenize


@pytest.mark.parametrize("opened", ["/* ", "'\\", '"\\'], ids=["comment", "string", "quoted name"])
def test_hostile_text_is_read_once(opened: str) -> None:
    # Were it read again for each that is opened, this would take hours.
    assert len(tokenize("SELECT " + opened * 300_001)) == 3


@pytest.mark.parametrize(("text", "mark"), [("/* b", "/*"), ("'b", "'"), ('"b', '"'), ("`b", "`")])
def test_what_is_not_closed_is_one_symbol_with_all_that_follows(text: str, mark: str) -> None:
    name, unclosed, end = tokenize(f"a {text}; c")
    assert (name.text, unclosed.kind, unclosed.text, unclosed.end) == ("a", "symbol", mark, end.start)
