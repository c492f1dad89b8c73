"""The all-buckets views: the packages of every registered bucket; a query for one bucket reads only that bucket."""

from __future__ import annotations

from typing import Any

import pytest

from local.stack.waiting import until
from tests.integration.refresh.test_refresh import refresh
from tests.local_aws import Entry, LocalAws, Pushed

PACKAGES, OBJECTS = "all_buckets_quilt_packages_view", "all_buckets_quilt_objects_view"


@pytest.fixture(scope="module")
def two() -> list[str]:
    """The names of two buckets, created by the first test that needs them."""
    return []


@pytest.fixture
def buckets(local_aws: LocalAws, two: list[str]) -> list[str]:
    """Two registered buckets with a package each, the second's larger."""
    if not two:
        for number in range(2):
            bucket = local_aws.make_bucket()
            files = {f"file-{index}.txt": Entry(meta={"number": index}) for index in range(1 + 20 * number)}
            local_aws.push(bucket, Pushed(f"lab/package-{number}", files))
            local_aws.onboard(bucket)
            two.append(bucket)
    return two


def queried(local_aws: LocalAws, sql: str, *parameters: Any) -> dict[str, Any]:
    """The result of a query that succeeds."""
    ended = local_aws.run(sql, list(parameters) or None)
    assert ended.status == "SUCCEEDED", ended
    answer: dict[str, Any] = ended.output
    return answer


@pytest.mark.main_path
def test_the_packages_of_both_buckets_are_in_one_view(local_aws: LocalAws, buckets: list[str]) -> None:
    sql = f"SELECT bucket, name FROM {PACKAGES} WHERE \"timestamp\" = 'latest' AND bucket IN (?, ?) ORDER BY name"
    rows = queried(local_aws, sql, *buckets)["Rows"]
    assert rows == [{"bucket": bucket, "name": f"package-{number}"} for number, bucket in enumerate(buckets)]
    counted = queried(
        local_aws,
        f"SELECT bucket, count(*) AS entries FROM {OBJECTS} WHERE \"timestamp\" = 'latest' AND bucket IN (?, ?) "
        "GROUP BY bucket ORDER BY entries",
        *buckets,
    )
    assert [row["entries"] for row in counted["Rows"]] == [1, 21]


@pytest.mark.parametrize("view", [PACKAGES, OBJECTS])
def test_a_query_for_one_bucket_scans_only_that_bucket(local_aws: LocalAws, buckets: list[str], view: str) -> None:
    def scanned(sql: str, *parameters: Any) -> int:
        return int(queried(local_aws, sql, *parameters)["Statistics"]["DataScannedInBytes"])

    for bucket in buckets:
        own = f"{bucket.replace('-', '_')}_{view.removeprefix('all_buckets_')}"
        columns = 'name, "timestamp"'
        one = scanned(f"SELECT {columns} FROM {view} WHERE bucket = ?", bucket)
        assert one == scanned(f"SELECT {columns} FROM {own}")
        assert 0 < one < scanned(f"SELECT {columns} FROM {view}")


def test_its_rows_are_those_of_the_views_of_the_bucket(local_aws: LocalAws, buckets: list[str]) -> None:
    for view in (PACKAGES, OBJECTS):
        own = f"{buckets[1].replace('-', '_')}_{view.removeprefix('all_buckets_')}"
        theirs = queried(local_aws, f"SELECT * FROM {own}")
        all_buckets = queried(local_aws, f"SELECT * FROM {view} WHERE bucket = ?", buckets[1])
        assert [column["Name"] for column in all_buckets["Columns"]][1:] == [one["Name"] for one in theirs["Columns"]]
        for row in all_buckets["Rows"]:
            assert row.pop("bucket") == buckets[1]
        assert sorted(map(str, all_buckets["Rows"])) == sorted(map(str, theirs["Rows"]))


def test_a_bucket_named_all_buckets_is_distinguished(local_aws: LocalAws, buckets: list[str]) -> None:
    if "all-buckets" not in {one["Name"] for one in local_aws.s3.list_buckets()["Buckets"]}:
        local_aws.make_bucket("all-buckets")
    local_aws.push("all-buckets", Pushed("lab/strange", {"file.txt": Entry()}))
    local_aws.register("all-buckets")
    sql = f"SELECT name FROM {PACKAGES} WHERE bucket = 'all-buckets' AND \"timestamp\" = 'latest'"
    until(lambda: queried(local_aws, sql)["Rows"] == [{"name": "strange"}])
    assert len(queried(local_aws, f"SELECT 1 FROM {PACKAGES} WHERE bucket = ?", buckets[0])["Rows"]) == 2


def test_a_removed_bucket_has_no_rows(local_aws: LocalAws, buckets: list[str]) -> None:
    bucket = local_aws.make_bucket()
    local_aws.push(bucket, Pushed("lab/short", {"file.txt": Entry()}))
    local_aws.onboard(bucket)
    sql = f"SELECT name FROM {PACKAGES} WHERE bucket = ? AND \"timestamp\" = 'latest'"
    assert queried(local_aws, sql, bucket)["Rows"] == [{"name": "short"}]
    local_aws.register(bucket, "removed")
    until(lambda: queried(local_aws, sql, bucket)["Rows"] == [])
    assert queried(local_aws, sql, buckets[0])["RowCount"] == 1


def test_a_deleted_bucket_fails_queries_only_until_the_next_refresh(local_aws: LocalAws, buckets: list[str]) -> None:
    bucket = local_aws.make_bucket()
    local_aws.onboard(bucket)
    local_aws.s3.delete_bucket(Bucket=bucket)
    count = f"SELECT count(*) AS packages FROM {PACKAGES} WHERE bucket IN ('{bucket}', '{buckets[0]}')"
    assert local_aws.run(count).status == "FAILED"
    assert {"Bucket": bucket, "Removed": False} in refresh(local_aws)["Missing"]["Buckets"]
    assert queried(local_aws, count)["Rows"] == [{"packages": 2}]
    local_aws.register(bucket, "removed")
