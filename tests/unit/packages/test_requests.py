"""Package requests: which are valid, and which are rejected before a query is run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.errors import InvalidRequest
from quilt_athena.packages.requests import MAX_NAME_BYTES, check_package_bucket, parse_package_request, query_of
from tests.unit.packages.bucket import Bucket

QUERY = {"QueryString": "SELECT 1"}
PACKAGE = {"Bucket": "my-bucket", "Name": "lab/images"}


def rejection(data: Any) -> str:
    with pytest.raises(InvalidRequest) as error:
        parse_package_request(data)
    return str(error.value)


def test_parse_package_request_accepts_a_minimal_request() -> None:
    request = parse_package_request({"Query": QUERY, "Package": PACKAGE})
    assert (request.on_invalid_row, request.package.message, request.package.names_workflow) == ("fail", None, False)


def test_parse_package_request_accepts_the_sample(samples: Path) -> None:
    request = parse_package_request(json.loads((samples / "package-request.json").read_text()))
    assert request.package.name == "imaging/tiffs"
    assert request.package.metadata == {"Kind": "TIFF images"}


@pytest.mark.parametrize("text", ["\ud7ff", "\ue000"])
def test_parse_package_request_accepts_what_only_looks_like_half_of_a_surrogate_pair(text: str) -> None:
    package = {**PACKAGE, "Message": text, "Metadata": {text: [text]}, "Workflow": "w", "added-later": 1}
    request = parse_package_request({"Query": QUERY, "Package": package, "OnInvalidRow": "skip", "added-later": 1})
    assert (request.package.message, request.on_invalid_row) == (text, "skip")


def test_parse_package_request_distinguishes_null_from_a_missing_workflow() -> None:
    request = parse_package_request({"Query": QUERY, "Package": {**PACKAGE, "Workflow": None}})
    assert (request.package.workflow, request.package.names_workflow) == (None, True)


def test_query_of_keeps_all_fields_and_requests_no_rows() -> None:
    query = {**QUERY, "Parameters": [1, "x"], "MaxRows": 7, "TimeoutSeconds": 60, "added-later": True}
    data = {"Query": query, "Package": PACKAGE}
    assert query_of(data) == {**query, "MaxRows": 0}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"Query": None}, "Query: "),
        ({"Query": {}}, "Query.QueryString: expected either QueryString or NamedQuery, got neither"),
        ({"Query": {**QUERY, "Parameters": [[1]]}}, "Query.Parameters[0]: expected a string"),
        ({"Query": {**QUERY, "TimeoutSeconds": 14401}}, "Query.TimeoutSeconds: expected at most 14400"),
        ({"Query": {**QUERY, "Parameters": [1], "ExecutionParameters": ["1"]}}, "Query.ExecutionParameters: expected"),
        ({"Package": {}}, "Package.Bucket: Field required; Package.Name: Field required"),
        ({"Package": {**PACKAGE, "Bucket": "a bucket"}}, "Package.Bucket: "),
        ({"Package": {**PACKAGE, "Name": "images"}}, "Package.Name: expected user/name"),
        ({"Package": {**PACKAGE, "Name": "lab/images\n"}}, "Package.Name: expected user/name"),
        ({"Package": {**PACKAGE, "Name": "lab/../images"}}, "Package.Name: expected user/name"),
        ({"Package": {**PACKAGE, "Metadata": [1]}}, "Package.Metadata: Input should be a valid dictionary"),
        (
            {"Package": {**PACKAGE, "Metadata": {"a": [{"b": 2**53}]}}},
            "Package.Metadata.a[0].b: expected a whole number",
        ),
        ({"Package": {**PACKAGE, "Metadata": {"a": float("inf")}}}, "Package.Metadata.a: expected a finite number"),
        ({"Package": {**PACKAGE, "Metadata": {"a": [float("nan")]}}}, "a[0]: expected a finite number, got nan"),
        ({"Package": {**PACKAGE, "Name": "\u65e5" * 200 + "/" + "\u672c" * 200}}, "Package.Name: expected at most 991"),
        ({"Package": {**PACKAGE, "Message": "\ud800"}}, "Package.Message: "),
        ({"Package": {**PACKAGE, "Metadata": {"a": ["\ud800"]}}}, "surrogate"),
        ({"Package": {**PACKAGE, "Metadata": {"a": "\udfff"}}}, "surrogate"),
        ({"Package": {**PACKAGE, "Metadata": {"\udfff": 1}}}, "surrogate"),
        ({"Package": {**PACKAGE, "Workflow": ""}}, "Package.Workflow: "),
        ({"OnInvalidRow": "ignore"}, "OnInvalidRow: Input should be 'fail' or 'skip'"),
        ({"Package": {**PACKAGE, "Metadata": {"a": "x" * 200_000}}}, "request: expected at most 196,608 bytes"),
    ],
)
def test_parse_package_request_names_the_invalid_field(change: dict[str, Any], problem: str) -> None:
    assert problem in rejection({"Query": QUERY, "Package": PACKAGE, **change})


@given(data=st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner)))
def test_parse_package_request_rejects_any_other_json(data: Any) -> None:
    assert rejection(data)


def test_check_package_bucket_rejects_a_missing_bucket(bucket: Bucket) -> None:
    check_package_bucket(bucket.s3, "packages")
    with pytest.raises(InvalidRequest, match=r"Package.Bucket: bucket no-such does not exist \(404\)"):
        check_package_bucket(bucket.s3, "no-such")


def test_check_package_bucket_rejects_every_bucket_of_the_stack(bucket: Bucket) -> None:
    for stack_buckets in (["packages", "views"], ["results", "packages"]):
        with pytest.raises(InvalidRequest, match=r"Package.Bucket: bucket packages belongs to this stack"):
            check_package_bucket(bucket.s3, "packages", stack_buckets)
    check_package_bucket(bucket.s3, "packages", ["results", "views"])


def test_longest_package_name_fits_an_s3_key() -> None:
    name = "\u65e5" * 329 + "/" + "nnn"
    assert len(name.encode()) == MAX_NAME_BYTES
    request = parse_package_request({"Query": QUERY, "Package": {**PACKAGE, "Name": name}})
    assert len(f".quilt/named_packages/{request.package.name}/9999999999".encode()) == 1024


def test_check_package_bucket_names_the_parameter_if_access_is_denied() -> None:
    from botocore.exceptions import ClientError

    class S3:
        def head_bucket(self, **_: Any) -> Any:
            raise ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, "HeadBucket")

    with pytest.raises(InvalidRequest, match="PackageBucketNamePattern"):
        check_package_bucket(S3(), "packages")  # type: ignore[arg-type]  # the one member that is used
