"""Custom views on the deployed stack: created for every bucket, replaced, deleted, and rejected one by one."""

from __future__ import annotations

import re
from typing import Any

import pytest

from local.stack import executions
from local.stack.paths import ROOT
from local.stack.waiting import until
from quilt_athena.catalog.views import stored_sql
from tests.integration.custom_views.stack_views import CustomViews
from tests.integration.refresh.test_refresh import refresh
from tests.local_aws import Entry, LocalAws, Pushed

NAMES = "SELECT {bucket} AS bucket, name FROM {packages_view} WHERE \"timestamp\" = 'latest'"


def failures(result: dict[str, Any], *buckets: str) -> dict[tuple[str, str | None], tuple[str, str]]:
    """Error and reason of the failures of these buckets and of whole files, by file and bucket."""
    return {
        (one["File"], one.get("Bucket")): (one["Error"], one["Reason"])
        for one in result["Failed"]["Views"]
        if one.get("Bucket") in (*buckets, "*", None)
    }


@pytest.mark.main_path
def test_file_becomes_a_view_of_every_bucket(local_aws: LocalAws, custom_views: CustomViews) -> None:
    buckets = [local_aws.make_bucket() for _ in range(2)]
    prefixes = [local_aws.onboard(bucket) for bucket in buckets]
    local_aws.push(buckets[0], Pushed("lab/cells", {"a.txt": Entry()}))
    custom_views.put("names", NAMES)
    result = custom_views.run()
    assert failures(result, *buckets) == {}
    assert [custom_views.existing(prefix) for prefix in prefixes] == [{f"{prefix}_quilt_names"} for prefix in prefixes]
    assert local_aws.rows(f"SELECT * FROM {prefixes[0]}_quilt_names") == [[buckets[0], "cells"]]
    again = custom_views.run()
    assert (again["Created"]["Count"], again["Unchanged"]) == (0, result["Created"]["Count"] + result["Unchanged"])
    custom_views.delete("names")
    assert custom_views.run()["Deleted"]["Count"] >= 2
    assert [custom_views.existing(prefix) for prefix in prefixes] == [set(), set()]


def test_registered_bucket_gets_its_views_and_removed_bucket_loses_them(
    local_aws: LocalAws, custom_views: CustomViews
) -> None:
    bucket = local_aws.make_bucket()
    custom_views.put("names", NAMES)
    prefix = local_aws.onboard(bucket)
    until(lambda: custom_views.existing(prefix) == {f"{prefix}_quilt_names"})
    local_aws.register(bucket, "removed")
    until(lambda: local_aws.tables(f"{prefix}_quilt_") == [])


def test_changed_file_has_its_views_replaced_where_its_pattern_matches(
    local_aws: LocalAws, custom_views: CustomViews
) -> None:
    buckets = [local_aws.make_bucket() for _ in range(2)]
    prefixes = [local_aws.onboard(bucket) for bucket in buckets]
    for bucket in buckets:
        custom_views.wait_for_registration(bucket)
    custom_views.put("names", NAMES)
    custom_views.run(*buckets)
    custom_views.put("names", f"-- buckets: {buckets[0]}\n{NAMES.replace('name', 'message AS who', 1)}")
    result = custom_views.run(*buckets)
    assert result["Created"]["Views"] == [
        {"View": f"{prefixes[0]}_quilt_names", "File": "names.sql", "Bucket": buckets[0]}
    ]
    assert result["Deleted"]["Views"] == [f"{prefixes[1]}_quilt_names"]
    (view,) = [table for table in local_aws.tables(prefixes[0]) if table["Name"] == f"{prefixes[0]}_quilt_names"]
    assert [column["Name"] for column in view["StorageDescriptor"]["Columns"]] == ["bucket", "who"]


def test_invalid_file_does_not_affect_others(local_aws: LocalAws, custom_views: CustomViews) -> None:
    bucket = local_aws.make_bucket()
    prefix = local_aws.onboard(bucket)
    custom_views.put("misspelt", "SELECT\n  nam\nFROM {packages_view}")
    custom_views.put("missing", "SELECT * FROM no_such_table")
    custom_views.put("draft", "SELECT 1 AS one; DROP TABLE {packages}")
    custom_views.put("strange", "SELECT * FROM {pakages}")
    custom_views.put("Names", NAMES)
    custom_views.put("names", NAMES)
    result = custom_views.run(bucket)
    assert custom_views.existing(prefix) == {f"{prefix}_quilt_names"}
    failed = failures(result, bucket)
    assert {where: error for where, (error, _) in failed.items()} == {
        ("misspelt.sql", bucket): "QueryFailed",
        ("missing.sql", bucket): "QueryFailed",
        ("draft.sql", None): "InvalidViewFileError",
        ("strange.sql", None): "InvalidViewFileError",
        ("Names.sql", None): "InvalidViewFileError",
    }
    # Athena's own message, with the line of the file.
    assert "line 2:3" in failed["misspelt.sql", bucket][1]
    assert "'nam' cannot be resolved" in failed["misspelt.sql", bucket][1]
    assert failed["draft.sql", None][1] == "line 1: expected one statement, found a semicolon"
    # Existing views are kept until the file is valid again, or deleted.
    custom_views.put("names", NAMES + " AND (")
    assert ("names.sql", None) in failures(custom_views.run(bucket), bucket)
    assert custom_views.existing(prefix) == {f"{prefix}_quilt_names"}


def test_global_view_reads_several_buckets(local_aws: LocalAws, custom_views: CustomViews) -> None:
    buckets = [local_aws.make_bucket() for _ in range(2)]
    for number, bucket in enumerate(buckets):
        local_aws.onboard(bucket)
        local_aws.push(bucket, Pushed(f"lab/number-{number}", {"a.txt": Entry()}))
    one, other = (f"SELECT name FROM {{packages_view:{bucket}}}" for bucket in buckets)
    custom_views.put("both", f"-- scope: global\n{one} UNION {other}")
    custom_views.put(
        "counts", "-- scope: global\nSELECT bucket, count(*) AS entries FROM {objects_view} GROUP BY bucket"
    )
    assert failures(custom_views.run(), *buckets) == {}
    assert sorted(local_aws.rows("SELECT * FROM all_buckets_quilt_both")) == [["number-0"], ["number-1"]]
    counted = local_aws.run("SELECT * FROM all_buckets_quilt_counts WHERE bucket = ?", [buckets[0]])
    assert counted.output["Rows"] == [{"bucket": buckets[0], "entries": 2}]


def test_unmanaged_view_is_kept_and_reported(local_aws: LocalAws, custom_views: CustomViews) -> None:
    bucket = local_aws.make_bucket()
    prefix = local_aws.onboard(bucket)
    local_aws.rows(f"SELECT 1 FROM {prefix}_quilt_packages")
    assert local_aws.query(f"CREATE VIEW {prefix}_quilt_names AS SELECT 1 AS mine")["Status"]["State"] == "SUCCEEDED"
    custom_views.put("names", NAMES)
    failed = failures(custom_views.run(bucket), bucket)
    assert failed["names.sql", bucket][0] == "UnmanagedTableError"
    assert f"{prefix}_quilt_names already exists and was not created from a file" in failed["names.sql", bucket][1]
    custom_views.delete("names")
    assert f"{prefix}_quilt_names" not in custom_views.run()["Deleted"]["Views"]
    assert local_aws.rows(f"SELECT * FROM {prefix}_quilt_names") == [["1"]]


def test_refresh_recreates_dropped_and_altered_views(local_aws: LocalAws, custom_views: CustomViews) -> None:
    bucket = local_aws.make_bucket()
    prefix = local_aws.onboard(bucket)
    custom_views.put("names", NAMES, bucket)
    custom_views.put("others", NAMES, bucket)
    custom_views.put("titles", NAMES, bucket)
    custom_views.run()
    # A view that is altered before its checksum is added would not be recognised as altered.
    custom_views.wait_for_executions()
    database = local_aws.outputs["DatabaseName"]
    local_aws.glue.delete_table(DatabaseName=database, Name=f"{prefix}_quilt_names")
    titles = stored_sql(local_aws.glue.get_table(DatabaseName=database, Name=f"{prefix}_quilt_titles")["Table"])
    assert titles
    edited = f"CREATE OR REPLACE VIEW {prefix}_quilt_titles AS {titles.replace('latest', 'LATEST')}"
    assert local_aws.query(edited)["Status"]["State"] == "SUCCEEDED"
    custom_views.delete("others")
    custom_views.put("wrong", "SELECT FROM WHERE", bucket)
    result = refresh(local_aws)["CustomViews"]
    assert custom_views.existing(prefix) == {f"{prefix}_quilt_names", f"{prefix}_quilt_titles"}
    repaired = local_aws.glue.get_table(DatabaseName=database, Name=f"{prefix}_quilt_titles")["Table"]
    assert stored_sql(repaired) == titles
    assert f"{prefix}_quilt_others" in result["Deleted"]["Views"]
    assert failures(result, bucket)["wrong.sql", bucket][0] == "QueryFailed"
    alarms = local_aws.stack.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert {one["StateValue"] for one in alarms if one["MetricName"] == "CustomViewsFailed"} == {"ALARM"}


def test_concurrent_and_aborted_executions_do_not_interfere(local_aws: LocalAws, custom_views: CustomViews) -> None:
    buckets = [local_aws.make_bucket() for _ in range(3)]
    prefixes = [local_aws.onboard(bucket) for bucket in buckets]
    for name in ("names", "others", "thirds"):
        custom_views.put(name, NAMES, *buckets)
    machine = local_aws.outputs["ViewsStateMachineArn"]
    aborted, *both = (
        local_aws.stepfunctions.start_execution(stateMachineArn=machine, input="{}")["executionArn"] for _ in range(3)
    )
    until(lambda: any(map(custom_views.existing, prefixes)))
    local_aws.stepfunctions.stop_execution(executionArn=aborted)
    for execution in both:
        *_, ended = executions.watch(local_aws.stepfunctions, execution)
        assert isinstance(ended, executions.Ended)
        assert ended.status == "SUCCEEDED", ended
        assert failures(ended.output, *buckets) == {}
    expected = [{f"{prefix}_quilt_{name}" for name in ("names", "others", "thirds")} for prefix in prefixes]
    assert [custom_views.existing(prefix) for prefix in prefixes] == expected
    assert custom_views.run()["Created"]["Count"] == 0


def test_invalid_request_is_rejected(local_aws: LocalAws) -> None:
    ended = executions.run(
        local_aws.stepfunctions, local_aws.outputs["ViewsStateMachineArn"], {"Buckets": ["no such..name"]}
    )
    assert (ended.status, ended.error) == ("FAILED", "InvalidRequest")
    assert ended.cause["Message"].startswith("Buckets.0: 'no such..name' is not a legal S3 bucket name")


@pytest.fixture
def shared(local_aws: LocalAws) -> tuple[str, str]:
    """Two buckets: a package in the first, and one in the second that refers to the same object."""
    first, second = (local_aws.make_bucket() for _ in range(2))
    local_aws.push(
        first,
        Pushed("lab/cells", {"raw/Image.TIFF": Entry(content="pixels"), "notes.txt": Entry()}),
        Pushed(
            "lab/cells",
            {
                "raw/Image.TIFF": Entry(content="pixels"),
                "README": Entry(content="x"),
                "raw/.gitignore": Entry(content="y"),
            },
        ),
    )
    # A pointer whose name is not a time in seconds.
    pointers = ".quilt/named_packages/lab/cells/"
    local_aws.s3.copy_object(Bucket=first, Key=f"{pointers}20231101120000", CopySource=f"{first}/{pointers}latest")
    for bucket in (first, second):
        local_aws.onboard(bucket)
    local_aws.run_python(
        "import sys, quilt3\n"
        "package = quilt3.Package()\n"
        "cells = quilt3.Package.browse('lab/cells', registry=f's3://{sys.argv[1]}')\n"
        "package.set('copied.tiff', cells['raw/Image.TIFF'])\n"
        "package.push('team/reuse', registry=f's3://{sys.argv[2]}', force=True, selector_fn=lambda *_: False)\n",
        first,
        second,
    )
    return first, second


def test_examples_return_what_they_document(
    local_aws: LocalAws, custom_views: CustomViews, shared: tuple[str, str]
) -> None:
    for path in (ROOT / "views").glob("*.sql"):
        custom_views.put(path.stem, path.read_text(), *shared)
    page = (ROOT / "docs" / "views.md").read_text()
    (documented,) = re.findall(r"^```sql views-file\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    custom_views.put("large_files", documented.replace("lab-*", shared[0]))
    first, second = shared
    assert failures(custom_views.run(), first, second) == {}
    prefix = first.replace("-", "_")

    latest = local_aws.run(f"SELECT * FROM {prefix}_quilt_latest_revisions").output["Rows"]
    assert [(row["user"], row["name"], row["times_pushed"]) for row in latest] == [("lab", "cells", 2)]
    assert latest[0]["modified"].startswith("20")

    sql = f"SELECT logical_key, file_name, extension, bytes, package, object_bucket FROM {prefix}_quilt_typed_objects"
    objects = local_aws.run(f"{sql} ORDER BY logical_key").output["Rows"]
    assert [tuple(row.values()) for row in objects] == [
        ("README", "README", None, 1, "lab/cells", first),
        ("raw/.gitignore", ".gitignore", None, 1, "lab/cells", first),
        ("raw/Image.TIFF", "Image.TIFF", "tiff", 6, "lab/cells", first),
    ]

    large = local_aws.run(f"SELECT logical_key, bytes, bucket FROM {prefix}_quilt_large_files").output["Rows"]
    assert [tuple(row.values()) for row in large] == [("raw/Image.TIFF", 6, first)]

    sql = "SELECT * FROM all_buckets_quilt_shared_objects WHERE physical_key LIKE ? ORDER BY step"
    lineage = local_aws.run(sql, [f"s3://{first}/%Image.TIFF%"]).output["Rows"]
    assert [(row["step"], row["bucket"], row["package"], row["bytes"]) for row in lineage] == [
        (1, first, "lab/cells", 6),
        (2, second, "team/reuse", 6),
    ]
    assert {row["first_package"] for row in lineage} == {f"{first}/lab/cells"}
