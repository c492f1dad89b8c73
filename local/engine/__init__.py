"""Athena's SQL on this machine: Trino's dialect, translated by sqlglot and run by DuckDB.

    engine = Engine(catalog, objects)
    result = engine.run("SELECT ... FROM my_table WHERE x = ?", database="quilt_query", parameters=["'a'"])

The engine reads tables and views as a Glue catalog describes them, and objects as S3 stores them. It reaches both
through the protocols of ``interface.py``, and knows neither MiniStack nor quilt-athena. Callers import from here only.

===============  ====================================================================================================
``processes/``   running statements in processes of their own
``interface``    what the engine needs (catalog, objects, cancellation) and returns (columns, rows)
``statements/``  what kind of statement it is, and running it: queries, DDL, SHOW and DESCRIBE
``sql/``         a query: names found in the catalog, then Athena's meaning in DuckDB's SQL
``functions/``   Athena's functions in DuckDB: other names, macros, Python
``tables/``      Glue tables, partitions and views; objects, read through their SerDe
``results/``     Trino's types, and values as text in Athena's results
===============  ====================================================================================================

Each imports only from those below it. What the engine can't do fails the query with ``NOT_SUPPORTED: the local engine
can't run ...``: EXPLAIN with options, writing bucketed tables and Avro, SerDes other than OpenX and Hive JSON,
delimited text, OpenCSV, Parquet and ORC, time zones other than UTC, JSON paths beyond keys and indexes, SQL/JSON
functions, TABLESAMPLE, MATCH_RECOGNIZE. An unknown function is reported as not registered. Known differences: ``avg``
of decimals is a double, a CASE or UNION of types that Athena doesn't mix may be coerced, and ``varchar(n)`` is
reported as ``varchar``.
"""

from local.engine.engine import Engine, check_syntax, written_by
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
