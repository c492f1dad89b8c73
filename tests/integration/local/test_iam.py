"""Enforced IAM: a role may do what its policy allows, with queries of the workgroup in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.stack.clients import client, session
from local.stack.server import Server

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}
DENY_INSECURE = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::results", "arn:aws:s3:::results/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


@pytest.fixture(scope="module")
def enforcing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that enforces IAM, with the workgroups `ours` and `theirs` and a result in each."""
    folder: Path = tmp_path_factory.mktemp("enforcing")
    with Server(folder / "aws", enforce_iam=True) as server:
        client("s3", server.endpoint).create_bucket(Bucket="results")
        policy = json.dumps({"Version": "2012-10-17", "Statement": [DENY_INSECURE]})
        client("s3", server.endpoint).put_bucket_policy(Bucket="results", Policy=policy)
        settings = {"ResultConfiguration": {"OutputLocation": "s3://results/"}}
        for name in ("ours", "theirs"):
            client("athena", server.endpoint).create_work_group(Name=name, Configuration=settings)
        yield server


@pytest.fixture
def athena(enforcing: Server, name: str) -> Any:
    """Athena for a role that may run queries in `ours`."""
    iam, sts = client("iam", enforcing.endpoint), client("sts", enforcing.endpoint)
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    allowed = [
        {"Effect": "Allow", "Action": "athena:*", "Resource": "arn:aws:athena:*:*:workgroup/ours"},
        {"Effect": "Allow", "Action": "athena:GetDataCatalog", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:GetBucketLocation", "Resource": "arn:aws:s3:::results"},
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": allowed})
    iam.put_role_policy(RoleName=name, PolicyName="queries", PolicyDocument=document)
    credentials = sts.assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return session().client(
        "athena",
        endpoint_url=enforcing.endpoint,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


@pytest.mark.parametrize("operation", ["get_query_execution", "stop_query_execution"])
def test_query_is_checked_against_its_workgroup(enforcing: Server, athena: Any, operation: str) -> None:
    own = athena.start_query_execution(QueryString="SELECT 1", WorkGroup="ours")["QueryExecutionId"]
    getattr(athena, operation)(QueryExecutionId=own)
    with pytest.raises(ClientError, match="AccessDenied"):
        athena.start_query_execution(QueryString="SELECT 1", WorkGroup="theirs")
    everybody = client("athena", enforcing.endpoint)
    other = everybody.start_query_execution(QueryString="SELECT 1", WorkGroup="theirs")["QueryExecutionId"]
    with pytest.raises(ClientError, match="AccessDenied"):
        getattr(athena, operation)(QueryExecutionId=other)


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("athena", "list_work_groups", "UnrecognizedClientException"),
        ("lambda", "list_functions", "UnrecognizedClientException"),
        ("s3", "list_buckets", "InvalidAccessKeyId"),
    ],
)
def test_unknown_key_gets_an_error_that_names_the_key_to_use(
    enforcing: Server, service: str, operation: str, code: str
) -> None:
    unknown = session().client(
        service,
        endpoint_url=enforcing.endpoint,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="of-somebody's-account",
    )
    with pytest.raises(ClientError) as caught:
        getattr(unknown, operation)()
    assert caught.value.response["Error"]["Code"] == code
    assert "AWS_ACCESS_KEY_ID=test and AWS_SECRET_ACCESS_KEY=test" in caught.value.response["Error"]["Message"]


def test_server_without_iam_accepts_every_key_and_role(tmp_path: Path) -> None:
    with Server(tmp_path / "aws", enforce_iam=False) as server:
        anybody = session().client(
            "lambda", endpoint_url=server.endpoint, aws_access_key_id="anything", aws_secret_access_key="anything"
        )
        assert anybody.list_functions()["Functions"] == []


def test_loopback_counts_as_tls(enforcing: Server) -> None:
    client("s3", enforcing.endpoint).put_object(Bucket="results", Key="key", Body=b"")
