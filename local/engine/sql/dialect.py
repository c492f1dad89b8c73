"""The two dialects of sqlglot between which the engine translates.

Reading keeps every function call as it was written (name and arguments), because sqlglot's own idea of what a Presto
function is in DuckDB is close, but not exact; ``functions.py`` says what each becomes.
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
    """Athena's query language as it is written."""

    # Arrays begin at 1 in both: nothing to shift.
    INDEX_OFFSET = 0

    class Parser(TrinoParser):
        """Trino's parser, which leaves function calls alone and remembers where a ``?`` stood."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        PLACEHOLDER_PARSERS: ClassVar = {
            **TrinoParser.PLACEHOLDER_PARSERS,
            TokenType.PLACEHOLDER: lambda self: self.expression(exp.Placeholder(this=str(self._prev.start))),
        }


class EngineSql(DuckDB):
    """DuckDB's SQL as the engine writes it."""

    INDEX_OFFSET = 0

    class Generator(DuckDBGenerator):
        """DuckDB's generator, which writes IGNORE NULLS where DuckDB wants it: inside the brackets."""

        def ignorenulls_sql(self, expression: exp.IgnoreNulls) -> str:
            """``lag(x) IGNORE NULLS`` -> ``lag(x IGNORE NULLS)``."""
            text: str = self.sql(expression, "this")
            return f"{text[:-1]} IGNORE NULLS)" if text.endswith(")") else text

        def respectnulls_sql(self, expression: exp.RespectNulls) -> str:
            """``lag(x) RESPECT NULLS`` -> ``lag(x)``: it is the default."""
            text: str = self.sql(expression, "this")
            return text


def position(node: exp.Expr) -> tuple[int, int]:
    """The line and column (from 1) where a node of the statement begins; (1, 1) if that isn't known."""
    parts = node.parts if isinstance(node, exp.Table | exp.Column) else []
    for one in [*parts, *node.walk(bfs=False)]:
        meta = one.meta
        if "line" in meta:
            return int(meta["line"]), max(1, int(meta["col"]) - (int(meta["end"]) - int(meta["start"])))
    return 1, 1
