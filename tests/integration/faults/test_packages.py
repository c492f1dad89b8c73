"""Calls of the package state machine that fail: one revision, then or after another execution."""

from __future__ import annotations

import pytest

from tests.faults import Fault, denied, failed, faults, killed, throttled
from tests.integration.faults.test_query import GET, INVOKE, START
from tests.integration.packages.machine import Packager, values

PUSH = "PushPackageRole"
S3_FAILS = {"Error": "InternalError", "Status": 500}


def rows(packager: Packager) -> str:
    """A query whose result is one object of the package's bucket."""
    packager.local_aws.s3.put_object(Bucket=packager.bucket, Key="raw/file.txt", Body=b"abc")
    return values(("file.txt", f"s3://{packager.bucket}/raw/file.txt", "3"))


def test_package_has_one_revision_whatever_fails_for_a_while(packager: Packager) -> None:
    sql = rows(packager)
    case: list[Fault] = [
        {"Action": "states:StartExecution", "Error": "ExecutionLimitExceededException", "Times": 2, "Role": "Package"},
        throttled(START, 2, Role="QueryStateMachine"),
        throttled(GET, 4, Role="QueryStateMachine"),
        {"Action": INVOKE, "Error": "TooManyRequestsException", "Contains": "PushPackage"},
        {**failed("s3:PutObject", 1, Role=PUSH), "Error": "SlowDown", "Status": 503},
        {**failed("s3:PutObject", 1, Role=PUSH, Performed=True, Skip=1), **S3_FAILS},
    ]
    with faults(packager.local_aws.stack.endpoint, *case):
        result = packager.create(sql)
    assert packager.browsed()["top_hash"] == result["TopHash"]
    assert len(packager.pointers()) == 2


@pytest.mark.parametrize("written", [1, 2, 3], ids=["manifest", "revision", "latest"])
def test_function_that_dies_after_a_write_leaves_a_package_that_another_execution_completes(
    packager: Packager, written: int
) -> None:
    sql = rows(packager)
    with faults(packager.local_aws.stack.endpoint, killed("s3:PutObject", Role=PUSH, Skip=written - 1, Performed=True)):
        ended = packager.run(sql)
    assert (ended.status, bool(ended.error)) == ("FAILED", True)
    begun = packager.pointers()
    assert len(begun) == written - 1
    result = packager.create(sql)
    assert packager.browsed()["top_hash"] == result["TopHash"]
    assert result["Created"] is (written < 3)
    # The revision of the first execution is kept, and there is no other.
    assert packager.pointers() == sorted({*begun, result["Revision"], "latest"})
    assert len(packager.pointers()) == 2


def test_denied_write_has_its_documented_error_and_leaves_no_revision(packager: Packager) -> None:
    sql = rows(packager)
    fault = {**denied("s3:PutObject", 100, Role=PUSH), "Error": "AccessDenied", "Status": 403}
    with faults(packager.local_aws.stack.endpoint, fault):
        ended = packager.run(sql)
    assert (ended.status, ended.error) == ("FAILED", "PackageRejected")
    assert packager.pointers() == []
    packager.create(sql)
