"""The statements that write the index. Each writes one batch, in one commit.

What a batch writes is staged in S3 and read through the staging table, so a statement has the same length however much
it writes, and no value is part of its text: only the names of database, tables and buckets and the id of the batch are,
all of which are validated.

The files of a batch are those of ``staging.py``: a copy of each manifest, and the lists of markers, pointers and
replaced or removed manifests.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from quilt_athena.index.tables import ENTRY, HEADER, LINE_COLUMNS, MANIFESTS_INDEX, PACKAGES_INDEX, STAGING, qualified
from quilt_athena.names import sql_identifier, sql_string, validate_bucket_name

#: The names of the lists in a batch. The name of a staged manifest ends with ``<bucket>~<top hash>``: none is a list.
MARKERS, POINTERS, REPLACED, REMOVED = "markers", "pointers", "replaced", "removed"

#: A partition is optimized if it has this many files, of less than so many bytes on average.
_MANY_FILES = 20
_SMALL_BYTES = 16 * 1024**2

_BATCH = re.compile(r"[0-9a-zA-Z-]{1,64}")
_LINES = ", ".join(sql_identifier(column.name) for column in LINE_COLUMNS)
_NO_LINE = ", ".join(
    '"size"' if column.name == "size" else f"CAST(NULL AS {_type}) AS {sql_identifier(column.name)}"
    for column, _type in (
        (
            column,
            {
                "string": "varchar",
                "array<string>": "array(varchar)",
                "struct<type:string,value:string>": 'row("type" varchar, "value" varchar)',
            }[column.type],
        )
        for column in LINE_COLUMNS
    )
)


@dataclass(frozen=True)
class BatchStatements:
    """The statements of the batch ``batch`` over ``buckets``, all of its buckets; it is staged in ``index_bucket``.

    Their conditions on buckets are redundant: they let Athena plan a statement without reading the metadata of other
    buckets' files.
    """

    database: str
    index_bucket: str
    batch: str
    buckets: Collection[str]

    def __post_init__(self) -> None:
        if not _BATCH.fullmatch(self.batch):
            raise ValueError(f"batch id: expected letters, digits and hyphens, got {self.batch!r}")

    def insert(self) -> str:
        """Insert the staged manifests that have no marker, with their markers."""
        return f"""INSERT INTO {self._manifests}
WITH
  new AS (
    SELECT bucket, tophash, "size", etag FROM {self._list(MARKERS)}
    WHERE (bucket || '~' || tophash) NOT IN (
      SELECT bucket || '~' || tophash FROM {self._manifests}
      WHERE {self._in_buckets("bucket")} AND kind = '{HEADER}' AND etag IS NOT NULL
    )
  )
{self._rows("new", with_action=False)}"""

    def verify(self) -> str:
        """The staged manifests that are not in the index exactly once, or were indexed with another ETag.

        One row for each: ``bucket``, ``tophash``, ``copies`` (how many markers it has), ``current`` (how many of them
        have its ETag).
        """
        return f"""SELECT staged.bucket, staged.tophash,
  count(markers.etag) AS copies,
  count_if(markers.etag = staged.etag) AS "current"
FROM {self._list(MARKERS)} AS staged
LEFT JOIN (
  SELECT bucket, tophash, etag FROM {self._manifests}
  WHERE {self._in_buckets("bucket")} AND kind = '{HEADER}' AND etag IS NOT NULL
) AS markers ON markers.bucket = staged.bucket AND markers.tophash = staged.tophash
GROUP BY staged.bucket, staged.tophash
HAVING count(markers.etag) <> 1 OR count_if(markers.etag = staged.etag) <> 1"""

    def check_rows(self) -> str:
        """The staged manifests whose rows in the index are not their lines and a marker: ``bucket`` and ``tophash``."""
        return f"""WITH
  listed AS (SELECT bucket, tophash, "size", etag FROM {self._list(MARKERS)}),
  lines AS (
    SELECT 1 AS side, bucket, tophash, kind, {_LINES} FROM ({self._rows("listed", with_action=False)}) AS staged
    UNION ALL
    SELECT -1 AS side, bucket, tophash, kind, {_LINES} FROM {self._manifests}
    WHERE {self._in_buckets("bucket")}
      AND (bucket || '~' || tophash) IN (SELECT bucket || '~' || tophash FROM listed)
  ),
  checked AS (
    SELECT bucket, tophash, side,
      CAST(from_big_endian_64(substr(md5(to_utf8(json_format(CAST(ROW(kind, {_LINES}) AS JSON)))), 1, 8))
        AS decimal(38, 0)) AS checksum
    FROM lines
  )
SELECT bucket, tophash FROM checked
GROUP BY bucket, tophash
HAVING sum(side) <> 0 OR sum(IF(side = 1, checksum, -checksum)) <> 0"""

    def replace(self) -> str:
        """Delete all rows of the manifests in the list ``REPLACED``, and insert what is staged, in one commit."""
        return self._delete_and_insert(REPLACED, with_rows=True)

    def remove(self) -> str:
        """Delete all rows of the manifests in the list ``REMOVED``."""
        return self._delete_and_insert(REMOVED, with_rows=False)

    def merge_pointers(self) -> str:
        """Replace the pointers in the list ``POINTERS``, in one commit; one without ``tophash`` is deleted.

        Not an UPDATE: of a pointer that somebody else inserted again, it would leave two rows.
        """
        return f"""MERGE INTO {qualified(self.database, PACKAGES_INDEX)} AS indexed
USING (
  SELECT action, bucket, "user", name, "timestamp", tophash, etag
  FROM {self._list(POINTERS)} CROSS JOIN (VALUES 'delete', 'insert') AS actions (action)
) AS staged
ON {self._in_buckets("indexed.bucket")}
  AND indexed.bucket = staged.bucket
  AND indexed."user" = staged."user"
  AND indexed.name = staged.name
  AND indexed."timestamp" = staged."timestamp"
  AND staged.action = 'delete'
WHEN MATCHED THEN DELETE
WHEN NOT MATCHED AND staged.action = 'insert' AND staged.tophash IS NOT NULL THEN
  INSERT (bucket, "user", name, "timestamp", hash, etag)
  VALUES (staged.bucket, staged."user", staged.name, staged."timestamp", staged.tophash, staged.etag)"""

    def _delete_and_insert(self, listed: str, *, with_rows: bool) -> str:
        target_columns = ("bucket", "kind", "tophash", *(column.name for column in LINE_COLUMNS), "etag", "indexed_at")
        names = ", ".join(map(sql_identifier, target_columns))
        values = ", ".join(f"staged.{sql_identifier(name)}" for name in target_columns)
        rows = f"\n  UNION ALL\n{self._rows('listed', with_action=True)}" if with_rows else ""
        insert = f"\nWHEN NOT MATCHED AND staged.action = 'insert' THEN INSERT ({names}) VALUES ({values})"
        return f"""MERGE INTO {self._manifests} AS indexed
USING (
  WITH listed AS (SELECT bucket, tophash, "size", etag FROM {self._list(listed)})
  SELECT 'delete' AS action, bucket, CAST(NULL AS varchar) AS kind, tophash, {_NO_LINE}, etag,
    CAST(NULL AS timestamp(6)) AS indexed_at
  FROM listed{rows}
) AS staged
ON {self._in_buckets("indexed.bucket")}
  AND indexed.bucket = staged.bucket
  AND indexed.tophash = staged.tophash
  AND staged.action = 'delete'
WHEN MATCHED THEN DELETE{insert if with_rows else ""}"""

    def _rows(self, chosen: str, *, with_action: bool) -> str:
        """The lines of the staged manifests in the relation ``chosen``, and their markers.

        All lines: a malformed one, all of whose columns are null, counts as a header, as in the live views.
        """
        action = "'insert' AS action, " if with_action else ""
        lines = ", ".join(f"lines.{sql_identifier(column.name)}" for column in LINE_COLUMNS)
        kind = f"IF(lines.logical_key IS NULL, '{HEADER}', '{ENTRY}')"
        return f"""SELECT {action}lines.bucket, {kind} AS kind, lines.tophash, {lines},
  CAST(NULL AS varchar) AS etag, CAST(NULL AS timestamp(6)) AS indexed_at
FROM (
  SELECT
    regexp_extract("$path", '([^/~]+)~[0-9a-f]{{64}}$', 1) AS bucket,
    regexp_extract("$path", '[0-9a-f]{{64}}$') AS tophash,
    {_LINES}
  FROM {qualified(self.database, STAGING)}
  WHERE batch = '{self.batch}' AND regexp_like("$path", '~[0-9a-f]{{64}}$')
) AS lines
JOIN {chosen} AS chosen ON chosen.bucket = lines.bucket AND chosen.tophash = lines.tophash
UNION ALL
SELECT {action}bucket, '{HEADER}' AS kind, tophash,
  {_NO_LINE},
  etag, CAST(current_timestamp AS timestamp(6)) AS indexed_at
FROM {chosen}"""

    @property
    def _manifests(self) -> str:
        return qualified(self.database, MANIFESTS_INDEX)

    def _list(self, name: str) -> str:
        """One of the batch's lists, as a relation without duplicates. Athena reads no other file for it."""
        path = f"s3://{validate_bucket_name(self.index_bucket)}/staging/{self.batch}/{name}"
        return (
            f'(SELECT bucket, tophash, "size", etag, "user", name, "timestamp" FROM {qualified(self.database, STAGING)}'
            f" WHERE batch = '{self.batch}' AND \"$path\" = '{path}')"
        )

    def _in_buckets(self, column: str) -> str:
        return f"{column} IN ({', '.join(sql_string(validate_bucket_name(bucket)) for bucket in sorted(self.buckets))})"


def erase_bucket(database: str, table: str, bucket: str) -> str:
    """Delete all rows of a bucket: whole partitions, so that Athena drops files without reading them."""
    return f"DELETE FROM {qualified(database, table)} WHERE bucket = {sql_string(validate_bucket_name(bucket))}"


def list_markers(database: str, bucket: str) -> str:
    """The manifests of a bucket that are in the index, in the order in which S3 lists them.

    ``copies`` is the number of markers: 0 if somebody else wrote the rows, or deleted the marker.
    """
    rows = f"FROM {qualified(database, MANIFESTS_INDEX)} WHERE bucket = {sql_string(validate_bucket_name(bucket))}"
    return f"""SELECT tophash, max(etag) AS etag, max("size") AS "size", sum(copies) AS copies,
  max(indexed_at) AS indexed_at
FROM (
  SELECT tophash, etag, "size", 1 AS copies, indexed_at {rows} AND kind = '{HEADER}' AND etag IS NOT NULL
  UNION ALL
  SELECT DISTINCT tophash, NULL, NULL, 0, NULL {rows} AND etag IS NULL
)
GROUP BY tophash
ORDER BY tophash"""


def list_pointers(database: str, bucket: str) -> str:
    """The pointers of a bucket that are in the index, in the order in which S3 lists them."""
    return (
        """SELECT "user" || '/' || name || '/' || "timestamp" AS pointer, hash, etag"""
        f" FROM {qualified(database, PACKAGES_INDEX)}"
        f" WHERE bucket = {sql_string(validate_bucket_name(bucket))} ORDER BY 1"
    )


def measure(database: str, table: str) -> str:
    """The partitions of an index table that have many small files: ``bucket``, and ``kind`` where there is one."""
    kind = "partition.kind" if table == MANIFESTS_INDEX else "CAST(NULL AS varchar)"
    return (
        f"SELECT partition.bucket AS bucket, {kind} AS kind, file_count, total_size"
        f" FROM {qualified(database, f'{table}$partitions')}"
        f" WHERE file_count >= {_MANY_FILES} AND total_size < file_count * {_SMALL_BYTES}"
        " ORDER BY file_count DESC, 1, 2"
    )


def optimize(database: str, table: str, bucket: str, kind: str | None) -> str:
    """Merge the small files of a partition."""
    condition = f"bucket = {sql_string(validate_bucket_name(bucket))}"
    if kind is not None:
        condition += f" AND kind = '{HEADER if kind == HEADER else ENTRY}'"
    return f"OPTIMIZE {qualified(database, table)} REWRITE DATA USING BIN_PACK WHERE {condition}"


def vacuum(database: str, table: str) -> str:
    """Delete old snapshots, and the files that no snapshot needs."""
    return f"VACUUM {qualified(database, table)}"
