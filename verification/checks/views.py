"""What the stack relies on in how Athena's engine reads tables and views."""

from __future__ import annotations

import base64
import json
from typing import Any

from verification import samples
from verification.aws import Aws, quoted
from verification.check import DecidedBy, check
from verification.checks.catalog import copy_view
from verification.expectations import AtMost, Matching

_MANIFESTS = ".quilt/packages/"


@check(
    "views-read",
    claim="Athena reads the tables and views that were written through Glue's API.",
    expected=[["cells", "91"], ["models", "2"]],
    relied_on="layers/quilt_athena/quilt_athena/catalog/views.py; docs/decisions.md, 1",
    source="https://github.com/trinodb/trino: io.trino.plugin.hive.ViewReaderUtil; read by Trino 435",
    decided_by=DecidedBy.ENGINE,
)
def read(aws: Aws) -> Any:
    """Counts the entries of the latest revisions that quilt3 pushed, in the objects view of their bucket."""
    view = aws.table(aws.cells, "objects_view")
    return aws.rows(f"SELECT name, count(*) FROM {view} WHERE \"timestamp\" = 'latest' GROUP BY name ORDER BY name")


@check(
    "views-all-buckets",
    claim="The views of all buckets return the same rows, and a condition on `bucket` reads only that bucket.",
    expected={"rows": [["cells", "91"], ["models", "2"]], "bytes, relative to the bucket's view": AtMost(1.05)},
    relied_on="layers/quilt_athena/quilt_athena/catalog/declarations.py; docs/decisions.md, 8",
    source="https://docs.aws.amazon.com/athena/latest/ug/partitions.html",
    decided_by=DecidedBy.ENGINE,
)
def all_buckets(aws: Aws) -> Any:
    """Runs the query of views-read on the view of all buckets, and compares the bytes scanned."""
    select = "SELECT name, count(*) FROM {} WHERE {} \"timestamp\" = 'latest' GROUP BY name ORDER BY name"
    own = aws.scanned(select.format(aws.table(aws.cells, "objects_view"), ""))
    shared = select.format("all_buckets_quilt_objects_view", f"bucket = {quoted([aws.cells])} AND")
    return {"rows": aws.rows(shared), "bytes, relative to the bucket's view": round(aws.scanned(shared) / own, 3)}


@check(
    "views-description",
    claim="Athena reads a view with a Glue Description and without the parameter `comment`.",
    expected={"rows": [["4"]]},
    relied_on="docs/decisions.md, 2; CHANGELOG.md",
    source="public Terraform and CloudFormation modules that create such views; Trino doesn't read them",
    decided_by=DecidedBy.ENGINE,
)
def description(aws: Aws) -> Any:
    """Copies a view with a Description and only the parameter `presto_view`, and counts the packages in it."""
    copy_view(aws, "packages_view", "check_description", Description="A view", Parameters={"presto_view": "true"})
    return {"rows": aws.rows("SELECT count(DISTINCT name) FROM check_description")}


@check(
    "views-stale",
    claim="Athena rejects a view whose declared columns differ from its SQL before it reads anything, and says so.",
    expected={"state": "FAILED", "reason": Matching("VIEW_IS_STALE|stale", "VIEW_IS_STALE: line 1:15: View is stale")},
    relied_on="layers/quilt_athena/quilt_athena/catalog/declaration_types.py; docs/decisions.md, 30",
    source="Trino 435, whose message this is",
    decided_by=DecidedBy.ENGINE,
)
def stale(aws: Aws) -> Any:
    """Copies a view, declares a text column as a date, and selects no rows."""
    table = aws.glue_table(aws.table(aws.lines, "packages_view"))
    body = json.loads(base64.b64decode(table["ViewOriginalText"].split(" ")[3]))
    body["columns"] = [{**one, "type": "date"} if one["name"] == "hash" else one for one in body["columns"]]
    columns = table["StorageDescriptor"]["Columns"]
    changed = [{**one, "Type": "date"} if one["Name"] == "hash" else one for one in columns]
    text = f"/* Presto View: {base64.b64encode(json.dumps(body).encode()).decode()} */"
    storage = {**table["StorageDescriptor"], "Columns": changed}
    copy_view(aws, "packages_view", "check_stale", ViewOriginalText=text, StorageDescriptor=storage)
    status = aws.query("SELECT * FROM check_stale LIMIT 0")["Status"]
    return {"state": status["State"], "reason": aws.without_names(status.get("StateChangeReason", ""))}


@check(
    "views-replaced",
    claim="CREATE OR REPLACE VIEW drops a managed view's mark, and the refresh repairs the view.",
    expected={"marked after the replacement": False, "repaired": True, "packages": [["4"]]},
    relied_on="docs/decisions.md, 57",
    source="concluded from Trino, which writes all parameters of a view itself",
    decided_by=DecidedBy.ENGINE,
)
def replaced(aws: Aws) -> Any:
    """Replaces a managed view through Athena, refreshes its bucket, and counts the packages in the view."""
    view = aws.table(aws.lines, "packages_view")
    marks = {name for name in aws.glue_table(view)["Parameters"] if name not in ("presto_view", "comment")}
    aws.succeed(f"CREATE OR REPLACE VIEW {view} AS SELECT 1 AS one")
    marked = bool(marks & set(aws.glue_table(view)["Parameters"]))
    ended = aws.execute("RefreshStateMachineArn", {"Buckets": [aws.lines]})
    repaired = json.loads(ended.output or "{}").get("Repaired", {}).get("Buckets", [])
    names = [change["Name"] for bucket in repaired for change in bucket["Changes"]]
    packages = aws.rows(f"SELECT count(DISTINCT name) FROM {view}")
    return {"marked after the replacement": marked, "repaired": view in names, "packages": packages}


@check(
    "views-custom",
    claim="A custom view is recognised by the alias in its SQL, which Athena keeps, so it isn't created a second time.",
    expected={"first": {"created": 1, "failed": 0}, "second": {"created": 0, "failed": 0}, "rows": [["91"]]},
    relied_on="docs/decisions.md, 31, 32 and 33",
    source="Trino stores the SQL of a view as text",
    decided_by=DecidedBy.ENGINE,
)
def custom(aws: Aws) -> Any:
    """Uploads a view file, has it created twice, and queries the view."""
    sql = """SELECT logical_key, try_cast("size" AS bigint) AS bytes FROM {objects_view}
        WHERE "timestamp" = 'latest' AND name = 'cells'"""
    key = "views/check_files.sql"
    aws.client("s3").put_object(Bucket=aws.outputs["ViewsBucketName"], Key=key, Body=sql.encode())
    observed: dict[str, Any] = {}
    for time in ("first", "second"):
        ended = aws.execute("ViewsStateMachineArn", {"Buckets": [aws.cells]})
        result = json.loads(ended.output or "{}")
        observed[time] = {"created": result["Created"]["Count"], "failed": result["Failed"]["Count"]}
    rows = aws.rows(f"SELECT count(*) FROM {aws.table(aws.cells, 'check_files')}")
    aws.client("s3").delete_object(Bucket=aws.outputs["ViewsBucketName"], Key=key)
    return {**observed, "rows": rows}


@check(
    "openx-key-case",
    claim="The OpenX SerDe puts the keys of metadata into lower case, nested ones too.",
    expected=[['{"user_meta":{"cellindex":["5"]}}']],
    relied_on="README.md; docs/views.md; docs/packages.md",
    source="https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html",
    decided_by=DecidedBy.ENGINE,
)
def key_case(aws: Aws) -> Any:
    """Reads the metadata of an entry that has the key `CellIndex`."""
    path = f"s3://{aws.lines}/{_MANIFESTS}{samples.ODD_LINES}"
    table = aws.table(aws.lines, "manifests")
    return aws.rows(f"SELECT meta FROM {table} WHERE \"$path\" = '{path}' AND logical_key = 'file-5.csv'")


@check(
    "openx-malformed",
    claim="A line that isn't JSON is a row of nulls, and so is one with keys that differ only in case.",
    expected={"rows of nulls": [["2"]], "entries": [["41"]], "entries with clashing keys": [["0"]]},
    relied_on="layers/quilt_athena/quilt_athena/catalog/sql; docs/packages.md",
    source="https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html",
    decided_by=DecidedBy.ENGINE,
)
def malformed(aws: Aws) -> Any:
    """Counts the rows of a manifest with a line that is cut off and a line with the keys `Cell` and `cell`."""
    path = f"s3://{aws.lines}/{_MANIFESTS}{samples.ODD_LINES}"
    select = f"SELECT count(*) FROM {aws.table(aws.lines, 'manifests')} WHERE \"$path\" = '{path}' AND "
    return {
        "rows of nulls": aws.rows(f"{select} logical_key IS NULL AND version IS NULL"),
        "entries": aws.rows(f"{select} logical_key IS NOT NULL"),
        "entries with clashing keys": aws.rows(f"{select} logical_key = 'clash'"),
    }


@check(
    "views-odd-objects",
    claim="Objects that aren't manifests and malformed lines give the views no rows.",
    expected={"packages": [["4"]], "revisions": [["8"]]},
    relied_on="layers/quilt_athena/quilt_athena/catalog/sql; docs/decisions.md, 4",
    source="concluded from the two facts above",
    decided_by=DecidedBy.ENGINE,
)
def odd_objects(aws: Aws) -> Any:
    """Counts packages and pointers in a bucket that also has a Parquet file among its manifests."""
    view = aws.table(aws.lines, "packages_view")
    return {
        "packages": aws.rows(f"SELECT count(DISTINCT name) FROM {view}"),
        "revisions": aws.rows(f"SELECT count(*) FROM {view}"),
    }


@check(
    "path-prunes",
    claim='A condition on `"$path"`, with = or IN, keeps Athena from reading other files.',
    expected={"one of four files": AtMost(0.26), "two of four files": AtMost(0.51)},
    relied_on="local/engine; docs/local.md",
    source="tried with Trino 435",
    decided_by=DecidedBy.ENGINE,
)
def path_prunes(aws: Aws) -> Any:
    """Compares the bytes scanned with those of the same query without the condition; all files have the same size."""
    table = aws.table(aws.lines, "manifests")
    paths = [f"s3://{aws.lines}/{_MANIFESTS}{top_hash}" for top_hash in samples.PACKAGES]
    select = f"SELECT count(logical_key) FROM {table}"
    everything = aws.scanned(f'{select} WHERE "$path" IN ({quoted(paths)})')
    one = aws.scanned(f'{select} WHERE "$path" = {quoted(paths[:1])}')
    two = aws.scanned(f'{select} WHERE "$path" IN ({quoted(paths[:2])})')
    return {"one of four files": round(one / everything, 3), "two of four files": round(two / everything, 3)}


@check(
    "double-literal",
    claim="A literal such as 1.234 is a double in Athena, and parameters with a fraction are written as doubles.",
    expected=[["double", "double", "decimal(4,3)"]],
    relied_on="layers/quilt_athena/quilt_athena/query/literals.py",
    source="https://docs.aws.amazon.com/athena/latest/ug/data-types.html; Trino reads a decimal",
    decided_by=DecidedBy.ENGINE,
)
def double_literal(aws: Aws) -> Any:
    """Asks for the types of 1.234, 1.234E0 and DECIMAL '1.234'."""
    return aws.rows("SELECT typeof(1.234), typeof(1.234E0), typeof(DECIMAL '1.234')")
