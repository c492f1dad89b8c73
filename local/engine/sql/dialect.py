"""The two sqlglot dialects between which the engine translates.

Parsing keeps every function call as it was written (name and arguments), because sqlglot's translations of Presto's
functions are close, but not exact. The package ``functions`` translates them instead.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.trino import Trino
from sqlglot.generators.duckdb import DuckDBGenerator
from sqlglot.parsers.trino import TrinoParser
from sqlglot.tokenizer_core import TokenType


class AthenaSql(Trino):
    """Athena's query language, for parsing."""

    # Arrays start at 1 in both dialects, so indexes stay the same.
    INDEX_OFFSET = 0

    class Parser(TrinoParser):
        """Trino's parser, which keeps function calls and the position of each ``?``."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        PLACEHOLDER_PARSERS: ClassVar = {
            **TrinoParser.PLACEHOLDER_PARSERS,
            TokenType.PLACEHOLDER: lambda self: self.expression(exp.Placeholder(this=str(self._prev.start))),
        }


class EngineSql(DuckDB):
    """DuckDB's SQL, for generating."""

    INDEX_OFFSET = 0

    class Generator(DuckDBGenerator):
        """DuckDB's generator, which puts IGNORE NULLS inside the brackets, as DuckDB requires."""

        def ignorenulls_sql(self, expression: exp.IgnoreNulls) -> str:
            """``lag(x) IGNORE NULLS`` -> ``lag(x IGNORE NULLS)``."""
            text: str = self.sql(expression, "this")
            return f"{text[:-1]} IGNORE NULLS)" if text.endswith(")") else text

        def respectnulls_sql(self, expression: exp.RespectNulls) -> str:
            """``lag(x) RESPECT NULLS`` -> ``lag(x)``, because it is the default."""
            text: str = self.sql(expression, "this")
            return text


def position(node: exp.Expr) -> tuple[int, int]:
    """The line and column (from 1) where a node of the statement begins; (1, 1) if unknown."""
    parts = node.parts if isinstance(node, exp.Table | exp.Column) else []
    for one in [*parts, *node.walk(bfs=False)]:
        meta = one.meta
        if "line" in meta:
            return int(meta["line"]), max(1, int(meta["col"]) - (int(meta["end"]) - int(meta["start"])))
    return 1, 1
