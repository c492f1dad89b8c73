"""Athena's SQL on a laptop: Trino's dialect, translated by sqlglot and run by DuckDB.

    engine = Engine(catalog, objects)
    result = engine.run("SELECT ... FROM my_table WHERE x = ?", database="quilt_query", parameters=["'a'"])

It reads tables and views as a Glue catalog describes them and objects as S3 holds them, through the protocols of
``protocols.py``, and knows nothing of who implements these.
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
