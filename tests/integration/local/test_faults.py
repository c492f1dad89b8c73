"""Faults that calls to the local AWS meet on request."""

from __future__ import annotations

import time
import urllib.error
from collections.abc import Callable
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.stack.server import Server
from tests.faults import denied, failed, faults, late, lost, throttled

Aws = Callable[[str], Any]
#: Errors reach the test, without boto3's retries.
ONCE = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})


@pytest.fixture
def once(server: Server) -> Aws:
    """Creates clients that don't retry."""
    from boto3 import Session

    session: Any = Session("test", "test", region_name="us-east-1")
    return lambda service: session.client(service, endpoint_url=server.endpoint, config=ONCE)


@pytest.mark.parametrize(
    ("service", "action", "call"),
    [
        ("s3", "s3:ListBucket", lambda s3, name: s3.list_objects_v2(Bucket=name)),
        ("dynamodb", "dynamodb:GetItem", lambda db, name: db.get_item(TableName=name, Key={"key": {"S": "x"}})),
        ("glue", "glue:GetTables", lambda glue, name: glue.get_tables(DatabaseName=name)),
        ("sqs", "sqs:ListQueues", lambda sqs, _: sqs.list_queues()),
        ("iam", "iam:ListRoles", lambda iam, _: iam.list_roles()),
        ("lambda", "lambda:ListFunctions", lambda functions, _: functions.list_functions()),
    ],
)
def test_call_fails_as_often_as_requested(
    server: Server, once: Aws, name: str, service: str, action: str, call: Callable[[Any, str], Any]
) -> None:
    client = once(service)
    with faults(server.endpoint, throttled(action, 2, Skip=1)):
        codes = []
        for _ in range(4):
            try:
                call(client, name)
                codes.append("")
            except ClientError as error:
                codes.append(error.response["Error"]["Code"])
        assert [code == "ThrottlingException" for code in codes] == [False, True, True, False]


def test_object_is_read_again_after_an_error_of_s3(server: Server, once: Aws, name: str) -> None:
    s3 = once("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="key", Body=b"abc")
    with (
        faults(server.endpoint, failed("s3:GetObject", Contains=f"/{name}/key")),
        pytest.raises(ClientError, match="InternalServerException"),
    ):
        s3.get_object(Bucket=name, Key="key")
    assert s3.get_object(Bucket=name, Key="key")["Body"].read() == b"abc"


def test_call_whose_response_is_lost_took_effect(server: Server, once: Aws, name: str) -> None:
    s3 = once("s3")
    with faults(server.endpoint, lost("s3:CreateBucket")), pytest.raises(ClientError):
        s3.create_bucket(Bucket=name)
    assert name in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}


def test_late_response_is_complete(server: Server, once: Aws) -> None:
    with faults(server.endpoint, late("iam:ListRoles", 0.5)):
        before = time.monotonic()
        assert "Roles" in once("iam").list_roles()
        assert time.monotonic() - before >= 0.5


def test_fault_of_a_role_spares_other_callers(server: Server, once: Aws) -> None:
    fault = denied("iam:ListRoles", Role="other")
    with pytest.raises(AssertionError, match="'Met': 0"), faults(server.endpoint, fault):
        once("iam").list_roles()


@pytest.mark.parametrize("wrong", [{"Acton": "iam:ListRoles"}, {"Error": "X"}, {"Action": "iam:ListRoles", "Met": 1}])
def test_invalid_fault_is_rejected(server: Server, wrong: dict[str, Any]) -> None:
    with pytest.raises(urllib.error.HTTPError, match="400"), faults(server.endpoint, wrong):
        pass
