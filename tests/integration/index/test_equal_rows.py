"""A bucket with everything that real buckets have: the views have the same rows live and indexed, for all readers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from pyiceberg.catalog import load_catalog
from pyiceberg.table import Table

from local.stack.stack import LocalStack
from local.stack.waiting import until
from quilt_athena.client import QuiltAthena
from tests.integration.index.oddities import objects
from tests.local_aws import LocalAws

MANIFESTS, PACKAGES = "all_buckets_quilt_manifests_index", "all_buckets_quilt_packages_index"
Rows = Counter[tuple[str | None, ...]]


@dataclass(frozen=True)
class OddBucket:
    """An indexed bucket with a few hundred odd packages; ``live`` are the rows of views before it was indexed."""

    aws: LocalAws
    name: str
    live: dict[str, Rows]


def rows(aws: LocalAws, sql: str) -> Rows:
    """The rows of a query, in any order."""
    return Counter(map(tuple, aws.rows(sql)))


def view_rows(aws: LocalAws, *buckets: str) -> dict[str, Rows]:
    """The rows of the views of the first bucket, and those of all the buckets in the all-buckets views."""
    mine, named = buckets[0].replace("-", "_"), ", ".join(f"'{bucket}'" for bucket in buckets)
    queries = {f"{mine}_quilt_{view}_view": "" for view in ("packages", "objects")}
    queries |= {f"all_buckets_quilt_{view}_view": f"WHERE bucket IN ({named})" for view in ("packages", "objects")}
    return {view: rows(aws, f"SELECT * FROM {view} {condition}") for view, condition in queries.items()}


@pytest.fixture(scope="module")
def odd(stack: LocalStack) -> Iterator[OddBucket]:
    """The bucket, which is indexed, and another one, which is not."""
    aws, client = LocalAws(stack), QuiltAthena(endpoint_url=stack.endpoint)
    name = aws.new_name(None)
    buckets = [aws.make_bucket(f"{name}-{kind}") for kind in ("odd", "plain")]
    with ThreadPoolExecutor(4) as pool:
        for bucket, packages in zip(buckets, (200, 5), strict=True):
            list(
                pool.map(
                    lambda one, to=bucket: aws.s3.put_object(Bucket=to, Key=one[0], Body=one[1]), objects(packages)
                )
            )
            aws.onboard(bucket)
    live = view_rows(aws, *buckets)
    client.index.enable(buckets[:1])
    until(
        lambda: {(one.bucket, one.state) for one in client.index.status()},
        lambda found: (buckets[0], "complete") in found,
    )
    yield OddBucket(aws, buckets[0], live)
    client.index.disable(buckets[:1])


def test_all_four_views_have_the_same_rows_live_and_indexed(odd: OddBucket) -> None:
    aws, other = odd.aws, odd.name.removesuffix("odd") + "plain"
    assert [len(found) > 500 for found in odd.live.values()] == [True] * 4
    for view in odd.live:
        # The bucket is complete just before its views, and then the all-buckets views, are switched.
        until(lambda name=view: odd.name in str(aws.rows(f"SHOW CREATE VIEW {name}")))  # type: ignore[misc]  # the loop's value
    indexed = view_rows(aws, odd.name, other)
    for view, found in odd.live.items():
        assert indexed[view] - found == Counter(), view
        assert found - indexed[view] == Counter(), view
    # The comparison at the end found the manifest to which no pointer refers, and no other difference.
    client = QuiltAthena(endpoint_url=aws.stack.endpoint)
    assert [one.differences for one in client.index.status() if one.bucket == odd.name] == [1]


def pyiceberg_table(stack: LocalStack, database: str, name: str) -> Table:
    """A table as PyIceberg reads it from Glue and S3, by itself."""
    properties = {
        "access-key-id": "test",
        "secret-access-key": "test",
        "region": "us-east-1",
        "endpoint": stack.endpoint,
    }
    options = {f"{service}.{key}": value for service in ("glue", "s3") for key, value in properties.items()}
    return load_catalog("local", type="glue", **options).load_table((database, name))


def text(value: Any) -> str | None:
    """A value of PyIceberg as the queries below return it."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")
    return None if value is None else str(value)


def test_pyiceberg_reads_the_rows_that_athena_reads(odd: OddBucket) -> None:
    database = odd.aws.outputs["DatabaseName"]
    packages = pyiceberg_table(odd.aws.stack, database, PACKAGES).scan(row_filter=f"bucket = '{odd.name}'")
    names = ["bucket", "user", "name", "timestamp", "hash", "etag"]
    found = Counter(tuple(row[name] for name in names) for row in packages.to_arrow().to_pylist())
    assert found.total() > 500
    columns = ", ".join(f'"{name}"' for name in names)
    assert found == rows(odd.aws, f"SELECT {columns} FROM {PACKAGES} WHERE bucket = '{odd.name}'")

    manifests = pyiceberg_table(odd.aws.stack, database, MANIFESTS).scan(row_filter=f"bucket = '{odd.name}'")
    names = ["bucket", "kind", "tophash", "logical_key", "size", "meta", "user_meta", "message", "version"]
    names += ["workflow", "etag", "indexed_at"]
    found = Counter(
        (
            *(text(row[name]) for name in names),
            *(text((row["hash"] or {}).get(part)) for part in ("type", "value")),
            *((row["physical_keys"] or [None])[n] if n < len(row["physical_keys"] or []) else None for n in (0, 1)),
        )
        for row in manifests.to_arrow().to_pylist()
    )
    assert found.total() > 2000
    columns = ", ".join(f'"{name}"' for name in names)
    sql = f"""
        SELECT {columns}, hash.type, hash.value, element_at(physical_keys, 1), element_at(physical_keys, 2)
        FROM {MANIFESTS} WHERE bucket = '{odd.name}'
    """
    assert found == rows(odd.aws, sql)
