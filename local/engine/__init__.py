"""Athena's SQL on a laptop: Trino's dialect, translated by sqlglot and run by DuckDB.

    engine = Engine(catalog, objects)
    result = engine.run("SELECT ... FROM my_table WHERE x = ?", database="quilt_query", parameters=["'a'"])

It reads tables and views as a Glue catalog describes them and objects as S3 holds them, through the protocols of
``protocols.py``, and knows nothing of who implements these. A query takes this way:

    statement.py   what kind of statement it is; its syntax tree, parameters put in
    resolve.py     each table and view in it found in the catalog (views: their SQL takes the same way)
    translate.py   Athena's meaning in DuckDB's SQL: functions.py, casts.py, operators.py, unnest.py; types by probe.py
    scan.py        the objects of each table, read through its SerDe: serde_json.py, serde_text.py
    query.py       rows fetched; render.py spells them as Athena does

What it can't do fails the query with ``NOT_SUPPORTED: the local engine can't run ...``: statements that write data
(INSERT, CTAS, UNLOAD, MERGE, DELETE, UPDATE), EXPLAIN, ALTER, partitioned and Iceberg tables, SerDes other than OpenX
JSON and delimited text, time zones other than UTC, JSON paths beyond keys and indexes, SQL/JSON functions, TABLESAMPLE,
MATCH_RECOGNIZE. A function that it doesn't know is reported as not registered. Known to differ: ``avg`` of decimals is
a double, a CASE or UNION of types that Athena refuses to mix may be coerced, ``varchar(n)`` is reported as ``varchar``,
and the OpenX SerDe's leniency (unquoted or single-quoted strings, comments) is missing: such a line is malformed here.
"""

from local.engine.engine import Engine
from local.engine.errors import BytesLimitExceeded, NoSuchBucket, QueryCancelled, QueryError
from local.engine.protocols import (
    CancelToken,
    Catalog,
    CatalogWriter,
    Column,
    GlueTable,
    ObjectInfo,
    ObjectStore,
    QueryResult,
)

__all__ = [
    "BytesLimitExceeded",
    "CancelToken",
    "Catalog",
    "CatalogWriter",
    "Column",
    "Engine",
    "GlueTable",
    "NoSuchBucket",
    "ObjectInfo",
    "ObjectStore",
    "QueryCancelled",
    "QueryError",
    "QueryResult",
]
