"""What the index relies on in Athena's Iceberg tables and in Glue."""

from __future__ import annotations

import re
from typing import Any

from quilt_athena.catalog.views import Column
from quilt_athena.index.tables import IndexCatalog, IndexTable
from verification import samples
from verification.aws import Aws
from verification.check import DecidedBy, check
from verification.expectations import AtLeast, Matching

_COLUMNS = (Column("bucket", "string"), Column("kind", "string"), Column("tophash", "string"))


def create_table(aws: Aws, name: str) -> IndexTable:
    """Create a table with the properties and partitions of the index's, with two partitions of a row each."""
    table = IndexTable(f"check_{name}", f"check-{name}", _COLUMNS, ("bucket", "kind"))
    aws.succeed(table.create_statement(aws.outputs["DatabaseName"], aws.lines))
    aws.succeed(f"INSERT INTO {table.name} VALUES ('one', 'entry', 'a'), ('two', 'entry', 'b')")
    return table


def data_files(aws: Aws, table: IndexTable) -> list[str]:
    """The paths of the table's data files, below its location."""
    paths = [str(row[0]) for row in aws.rows(f'SELECT file_path FROM "{table.name}$files"')]
    return [path.removeprefix(table.location(aws.lines)) for path in paths]


def snapshot(aws: Aws, table: IndexTable) -> tuple[str, dict[str, str]]:
    """The operation of the table's newest snapshot, and its summary."""
    ((operation, summary),) = aws.rows(
        "SELECT operation, array_join(map_values(transform_values(summary, (k, v) -> k || '=' || v)), ' ')"
        f' FROM "{table.name}$snapshots" ORDER BY committed_at DESC LIMIT 1'
    )
    return str(operation), dict(re.findall(r"(\S+)=(\S+)", str(summary)))


@check(
    "index-same-rows",
    claim="The views of an indexed bucket have the rows that they had before.",
    expected={"packages_view": "the same rows", "objects_view": "the same rows", "reads the index": True},
    relied_on="layers/quilt_athena/quilt_athena/index/statements.py; docs/index.md",
    source="run by the local engine, whose SQL is compared with that of Trino 435",
)
def same_rows(aws: Aws) -> Any:
    """Indexes a bucket with objects written by hand, and compares the rows of its views before and after."""
    bucket = aws.make_bucket("indexed")
    for key, content in samples.objects():
        aws.client("s3").put_object(Bucket=bucket, Key=key, Body=content)
    aws.register(bucket)
    views = ("packages_view", "objects_view")

    def rows() -> dict[str, list[Any]]:
        return {view: sorted(aws.rows(f"SELECT * FROM {aws.table(bucket, view)}"), key=str) for view in views}

    def definition() -> str:
        return "\n".join(str(row[0]) for row in aws.rows(f"SHOW CREATE VIEW {aws.table(bucket, views[1])}"))

    live = rows()
    aws.send("bucket-registration", {"version": "0.1", "type": "updated", "bucket": bucket, "indexed": True})
    index = aws.quilt_athena.index
    aws.until(lambda: [one.state for one in index.status() if one.bucket == bucket], ["complete"].__eq__, timeout=600)
    indexed = rows()
    same = {view: "the same rows" if indexed[view] == live[view] else "other rows" for view in views}
    return {**same, "reads the index": "manifests_index" in definition()}


@check(
    "index-layout",
    claim="Athena writes the partition into the path of each data file, perhaps after a hash.",
    expected={
        "layout": Matching("^(plain|hashed)$", "hashed"),
        "files of a bucket that match data/*bucket=<bucket>/*": AtLeast(1),
        "files of a bucket elsewhere": 0,
    },
    relied_on="docs/access.md; docs/index.md",
    source="https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html",
    decided_by=DecidedBy.ENGINE,
)
def layout(aws: Aws) -> Any:
    """Inserts rows of two partitions into a table like the index's, and reads the paths of its data files."""
    files = data_files(aws, create_table(aws, "layout"))
    matching = [path for path in files if re.fullmatch(r"data/.*bucket=one/.*", path)]
    others = [path for path in files if not re.fullmatch(r"data/.*bucket=(one|two)/.*", path)]
    plain = all(path.startswith("data/bucket=") for path in files)
    return {
        "layout": "plain" if plain else "hashed",
        "files of a bucket that match data/*bucket=<bucket>/*": len(matching),
        "files of a bucket elsewhere": len(others),
    }


@check(
    "index-delete",
    claim="DELETE of a whole partition drops its files: it writes no delete files, and reads no data.",
    expected={"operation": "delete", "delete files": "0", "files left": ["two"], "bytes scanned": 0},
    relied_on="layers/quilt_athena/quilt_athena/index/statements.py; docs/index.md",
    source="Trino's Iceberg connector deletes metadata if a condition is on partition columns alone",
    decided_by=DecidedBy.ENGINE,
)
def delete(aws: Aws) -> Any:
    """Deletes the rows of one of two partitions of a table like the index's, and reads its snapshots and files."""
    table = create_table(aws, "delete")
    scanned = aws.scanned(f"DELETE FROM {table.name} WHERE bucket = 'one'")
    operation, summary = snapshot(aws, table)
    left = [found[1] for path in data_files(aws, table) if (found := re.search(r"bucket=([^/]+)/", path))]
    return {
        "operation": operation,
        "delete files": summary.get("added-delete-files", "0"),
        "files left": left,
        "bytes scanned": scanned,
    }


@check(
    "index-lost-file",
    claim="A query that needs a deleted data file fails and names it; DELETE of its partition repairs the table.",
    expected={"the reason names": "the deleted file", "rows after the DELETE": [["two"]]},
    relied_on="layers/quilt_athena/quilt_athena/index/lost_files.py; docs/index.md",
    source="https://www.ryft.io/blog/iceberg-table-corruption-and-data-loss-in-the-wild-part-2",
    decided_by=DecidedBy.ENGINE,
)
def lost_file(aws: Aws) -> Any:
    """Deletes a data file of a table like the index's, reads the table, and deletes the rows of that partition."""
    table = create_table(aws, "lost_file")
    (lost,) = [path for path in data_files(aws, table) if "bucket=one/" in path]
    prefix = table.location(aws.lines).removeprefix(f"s3://{aws.lines}/")
    aws.client("s3").delete_object(Bucket=aws.lines, Key=prefix + lost)
    failed = aws.query(f"SELECT tophash FROM {table.name} WHERE bucket = 'one'")
    reason = failed["Status"].get("StateChangeReason", failed["Status"]["State"])
    aws.succeed(f"DELETE FROM {table.name} WHERE bucket = 'one'")
    return {
        "the reason names": "the deleted file" if lost in reason else reason,
        "rows after the DELETE": aws.rows(f"SELECT bucket FROM {table.name}"),
    }


@check(
    "index-glue-parameters",
    claim="A commit keeps the Glue parameter and the location by which an index table is recognised.",
    expected={
        "table_type": "ICEBERG",
        "location": "kept",
        "metadata_location": "changed",
        "a parameter that somebody added": Matching("^(kept|lost)$", "lost"),
    },
    relied_on="layers/quilt_athena/quilt_athena/index/tables.py; docs/decisions.md, 69",
    source="https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-managing-tables.html",
)
def glue_parameters(aws: Aws) -> Any:
    """Adds a parameter to a table like the index's through Glue, inserts a row, and reads the table from Glue."""
    table = create_table(aws, "parameters")
    glue, found = aws.client("glue"), aws.glue_table(table.name)
    kept = ("Name", "Description", "Owner", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")
    changed: Any = {key: found[key] for key in kept if key in found}
    changed["Parameters"] = {**found["Parameters"], "check": "added"}
    glue.update_table(DatabaseName=aws.outputs["DatabaseName"], TableInput=changed)
    aws.succeed(f"INSERT INTO {table.name} VALUES ('one', 'entry', 'c')")
    after = aws.glue_table(table.name)
    before, now = found["Parameters"], after["Parameters"]
    locations = {one["StorageDescriptor"]["Location"].rstrip("/") for one in (found, after)}
    return {
        "table_type": now.get("table_type", "").upper(),
        "location": "kept" if locations == {table.location(aws.lines).rstrip("/")} else "changed",
        "metadata_location": "changed" if now["metadata_location"] != before["metadata_location"] else "the same",
        "a parameter that somebody added": "kept" if now.get("check") == "added" else "lost",
    }


@check(
    "index-table-versions",
    claim="A commit archives at most one version of the table in Glue, and old versions can be deleted.",
    expected={
        "added by a commit": Matching("^[01]$", "1"),
        "left when all but one were deleted": 1,
        "rows afterwards": [["3"]],
    },
    relied_on="layers/quilt_athena/quilt_athena/index/tables.py",
    source="https://docs.aws.amazon.com/glue/latest/webapi/API_BatchDeleteTableVersion.html",
)
def table_versions(aws: Aws) -> Any:
    """Inserts a row into a table like the index's, counts its versions in Glue, and deletes the old ones."""
    table = create_table(aws, "versions")
    database = aws.outputs["DatabaseName"]

    def count() -> int:
        pages = aws.client("glue").get_paginator("get_table_versions")
        found = pages.paginate(DatabaseName=database, TableName=table.name)
        return sum(len(page["TableVersions"]) for page in found)

    before = count()
    aws.succeed(f"INSERT INTO {table.name} VALUES ('one', 'entry', 'c')")
    added = count() - before
    IndexCatalog(aws.client("glue"), database, aws.lines).delete_old_versions(table.name, kept=1)
    return {
        "added by a commit": str(added),
        "left when all but one were deleted": count(),
        "rows afterwards": aws.rows(f"SELECT count(*) FROM {table.name}"),
    }
