"""quilt3, the client that packages are pushed with: what it pushes is what the views say."""

from __future__ import annotations

import json

import pytest

from tests.deployed_aws import DeployedAws
from tests.local_aws import Entry, LocalAws, Pushed

_BROWSE = """
import json, quilt3, sys
registry = f"s3://{sys.argv[1]}"
package = quilt3.Package.browse("lab/cells", registry=registry)
versions = dict(quilt3.list_package_versions("lab/cells", registry=registry))
print("\\n" + json.dumps([sorted(quilt3.list_packages(registry=registry)), sorted(package.keys()), package.meta,
    package["cell-1.tiff"].get_bytes().decode(), package.top_hash, versions]))
"""


@pytest.mark.main_path
def test_what_is_pushed_is_listed_browsed_and_asked_for(local_aws: LocalAws, packages: str, prefix: str) -> None:
    said = local_aws.run_python(_BROWSE, packages).stdout.splitlines()[-1]
    names, keys, meta, content, top_hash, versions = json.loads(said)
    assert names == ["lab/cells", "lab/notes"]
    assert keys == [f"cell-{number}.tiff" for number in range(4)]
    assert (meta, content) == ({"Algorithm": "1.3.0"}, "cell 1")
    sql = f"""SELECT "timestamp", hash, user_meta FROM {prefix}_quilt_packages_view WHERE "user" = ? AND name = ?"""
    rows = local_aws.run(sql, ["lab", "cells"]).output["Rows"]
    assert {row["timestamp"]: row["hash"] for row in rows} == versions | {"latest": top_hash}
    assert {row["user_meta"] for row in rows} == {'{"algorithm":"1.3.0"}'}


def test_a_new_revision_shows_up_at_once(local_aws: LocalAws) -> None:
    bucket = local_aws.make_bucket()
    local_aws.push(bucket, Pushed("lab/growing", {"a.csv": Entry("1")}))
    view = f"{local_aws.onboard(bucket)}_quilt_objects_view"
    question = f"SELECT logical_key FROM {view} WHERE timestamp = 'latest' ORDER BY logical_key"
    assert local_aws.run(question).output["Rows"] == [{"logical_key": "a.csv"}]
    local_aws.push(bucket, Pushed("lab/growing", {"a.csv": Entry("1"), "b.csv": Entry("2")}))
    assert local_aws.run(question).output["Rows"] == [{"logical_key": "a.csv"}, {"logical_key": "b.csv"}]


def test_the_event_of_a_pushed_package_onboards_its_bucket(local_aws: LocalAws) -> None:
    if isinstance(local_aws, DeployedAws):
        pytest.skip("a stack for verification has a bus of its own, and leaves Quilt's events on the default bus alone")
    bucket = local_aws.make_bucket()
    (top_hash,) = local_aws.push(bucket, Pushed("lab/first", {"a.csv": Entry("1")}))
    detail = {"version": "0.1", "type": "created", "bucket": bucket, "handle": "lab/first", "topHash": top_hash}
    local_aws.send("package-revision", detail, source="com.quiltdata")
    prefix = bucket.replace("-", "_")
    local_aws.until(lambda: local_aws.tables(f"{prefix}_quilt_"), lambda found: len(found) == 4)
    rows = local_aws.run(f"SELECT DISTINCT hash FROM {prefix}_quilt_packages_view").output["Rows"]
    assert rows == [{"hash": top_hash}]
