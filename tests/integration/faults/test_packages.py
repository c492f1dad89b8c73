"""Calls of the package state machine that fail: one revision, then or after another execution."""

from __future__ import annotations

import pytest

from tests.faults import Fault, denied, failed, faults, killed, throttled
from tests.integration.faults.test_query import GET, INVOKE, START
from tests.integration.packages.machine import Packager, values

PUSH = "PushPackageRole"
S3_FAILS = {"Error": "InternalError", "Status": 500}
SUCCEEDS: dict[str, list[Fault]] = {
    "query throttled": [throttled(START, 2, Role="QueryStateMachine"), throttled(GET, 4, Role="QueryStateMachine")],
    "query machine cannot start": [
        {"Action": "states:StartExecution", "Error": "ExecutionLimitExceededException", "Times": 2, "Role": "Package"}
    ],
    "S3 slows down": [{**failed("s3:PutObject", 2, Role=PUSH), "Error": "SlowDown", "Status": 503}],
    "response to a write is lost": [{**failed("s3:PutObject", 1, Role=PUSH, Performed=True), **S3_FAILS}],
    "function throttled": [{"Action": INVOKE, "Error": "TooManyRequestsException", "Contains": "PushPackage"}],
}


def rows(packager: Packager) -> str:
    """A query whose result is one object of the package's bucket."""
    packager.local_aws.s3.put_object(Bucket=packager.bucket, Key="raw/file.txt", Body=b"abc")
    return values(("file.txt", f"s3://{packager.bucket}/raw/file.txt", "3"))


@pytest.mark.parametrize("case", SUCCEEDS.values(), ids=SUCCEEDS)
def test_package_has_one_revision_whatever_fails_for_a_while(packager: Packager, case: list[Fault]) -> None:
    sql = rows(packager)
    with faults(packager.local_aws.stack.endpoint, *case):
        result = packager.create(sql)
    assert packager.browsed()["top_hash"] == result["TopHash"]
    assert len(packager.pointers()) == 2


@pytest.mark.parametrize("performed", [False, True])
@pytest.mark.parametrize("write", [0, 1, 2])
def test_function_that_dies_at_a_write_leaves_a_package_that_another_execution_completes(
    packager: Packager, write: int, performed: bool
) -> None:
    sql = rows(packager)
    with faults(packager.local_aws.stack.endpoint, killed("s3:PutObject", Role=PUSH, Skip=write, Performed=performed)):
        ended = packager.run(sql)
    assert (ended.status, bool(ended.error)) == ("FAILED", True)
    result = packager.create(sql)
    assert packager.browsed()["top_hash"] == result["TopHash"]
    # If it died between a revision and `latest`, the same revision is in the history twice.
    folder = f"s3://{packager.bucket}/.quilt/named_packages/created/package"
    hashes = [packager.local_aws.read(f"{folder}/{pointer}").decode() for pointer in packager.pointers()]
    assert set(hashes) == {result["TopHash"]}
    assert "latest" in packager.pointers()
    assert len(hashes) in (2, 3)


def test_denied_write_has_its_documented_error_and_leaves_no_revision(packager: Packager) -> None:
    sql = rows(packager)
    fault = {**denied("s3:PutObject", 100, Role=PUSH), "Error": "AccessDenied", "Status": 403}
    with faults(packager.local_aws.stack.endpoint, fault):
        ended = packager.run(sql)
    assert (ended.status, ended.error) == ("FAILED", "PackageRejected")
    assert packager.pointers() == []
    packager.create(sql)
