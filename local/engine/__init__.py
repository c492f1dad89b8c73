"""Athena's SQL on this machine: parsed and typed as Trino does, run by DuckDB.

    engine = Engine(catalog, objects)
    result = engine.run("SELECT ... FROM my_table WHERE x = ?", database="quilt_query", parameters=["'a'"])

The engine reads tables and views as a Glue catalog describes them, and objects as S3 stores them. It reaches both
through the protocols of ``interface.py``, and knows neither MiniStack nor quilt-athena. Callers import from here only.

===============  ====================================================================================================
``processes/``   running statements in processes of their own
``syntax``       what can be said of a statement before it runs
``interface``    what the engine needs (catalog, objects, cancellation) and returns (columns, rows)
``statements/``  what kind of statement it is, and running it: queries, statements that write, DDL, SHOW and DESCRIBE
``lowering/``    a typed query in DuckDB's SQL
``analysis/``    what a query means: names found in the catalog, Trino's types, overloads and coercions
``sql/``         Trino's grammar
``iceberg/``     Iceberg tables: files, scans, commits, maintenance; it imports ``tables/`` and PyIceberg
``functions/``   the functions, operators and casts that the engine runs, each with its signature in Trino's notation
``tables/``      Glue tables, partitions and views; objects, read through their SerDe
``types/``       Trino's types and coercions, their values in DuckDB and as text in results
===============  ====================================================================================================

Each imports only from those below it. Only declared functions, casts and syntax run; everything else fails the query
with ``NOT_SUPPORTED: the local engine can't run ...``: EXPLAIN with options, writing bucketed tables and Avro, SerDes
other than OpenX and Hive JSON, delimited text, OpenCSV, Parquet and ORC, ``time`` and timestamps with more than
six digits, dates before the year 1, TABLESAMPLE, MATCH_RECOGNIZE, table functions, subqueries in lambdas and in TRY.
A function that Trino lacks too is reported as not registered. ``tests/conformance/known_failures.txt`` lists the
differences from a real Trino that are known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.engine.errors import BytesLimitExceeded, ConcurrentModification, NoSuchBucket, QueryCancelled, QueryError
from local.engine.interface import (
    CancelToken,
    Catalog,
    CatalogWriter,
    Column,
    GlueTable,
    ObjectInfo,
    ObjectStore,
    QueryResult,
)
from local.engine.processes.pool import EnginePool
from local.engine.syntax import check_syntax, written_by

if TYPE_CHECKING:
    from local.engine.engine import Engine

__all__ = [
    "BytesLimitExceeded",
    "CancelToken",
    "Catalog",
    "CatalogWriter",
    "Column",
    "ConcurrentModification",
    "Engine",
    "EnginePool",
    "GlueTable",
    "NoSuchBucket",
    "ObjectInfo",
    "ObjectStore",
    "QueryCancelled",
    "QueryError",
    "QueryResult",
    "check_syntax",
    "written_by",
]


def __getattr__(name: str) -> Any:
    # A server that runs statements in processes needs neither DuckDB nor Arrow, whose import takes a second.
    if name == "Engine":
        from local.engine.engine import Engine

        return Engine
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
