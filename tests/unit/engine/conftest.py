"""A catalog and an object store in memory, and the engine over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from local.engine import Engine, QueryResult
from tests.unit.engine.lake import Lake

Run = Callable[..., QueryResult]


@pytest.fixture(scope="session")
def empty_engine() -> Engine:
    """An engine without tables, for expressions. It keeps no state between queries."""
    lake = Lake()
    return Engine(lake, lake)


@pytest.fixture
def lake() -> Lake:
    """A catalog with the database ``quilt_query``, and no objects."""
    return Lake()


@pytest.fixture
def engine(lake: Lake) -> Engine:
    """The engine over the lake, which it may write to."""
    return Engine(lake, lake, lake)


@pytest.fixture
def run(engine: Engine) -> Run:
    """Run a statement in the database ``quilt_query``."""

    def run_statement(sql: str, parameters: Sequence[str] = (), **options: Any) -> QueryResult:
        return engine.run(sql, database="quilt_query", parameters=parameters, **options)

    return run_statement
