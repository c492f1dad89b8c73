"""What the stack relies on in IAM, tried with a role that may write query results, but not read them."""

from __future__ import annotations

import json
import secrets
from typing import Any

from botocore.exceptions import ClientError

from verification.aws import Aws, error_code
from verification.check import DecidedBy, NotVerifiableHereError, check
from verification.resources import ROLE_PATH, arn

_RETRYABLE = ("AccessDenied", "AccessDeniedException")


@check(
    "results-write-only",
    claim="Starting a query needs no s3:GetObject on results; reading rows does. A query to reuse is run again.",
    expected={"query": "SUCCEEDED", "reuse": "SUCCEEDED", "rows": "denied"},
    relied_on="template.yaml, QueryStateMachineRole; docs/access.md",
    source="assumed: AWS documents that reading rows through Athena needs it, not what else does",
    decided_by=DecidedBy.ENGINE,
)
def write_only(aws: Aws) -> Any:
    """Runs a query as that role, again with permission to reuse the result, and reads its rows."""
    athena = _reader(aws, "athena")
    sql = f"SELECT count(*) AS entries FROM {aws.table(aws.cells, 'packages_view')}"
    reuse = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 60}}
    # IAM takes a few seconds to apply a new policy everywhere.
    first, _ = aws.until(lambda: _start(aws, sql, athena), _started)
    status = aws.ended(first)["Status"]
    second = aws.ended(aws.start(sql, athena=athena, ResultReuseConfiguration=reuse))["Status"]
    rows = error_code(lambda: athena.get_query_results(QueryExecutionId=first))
    return {
        "query": _outcome(aws, status),
        "reuse": _outcome(aws, second),
        "rows": "denied" if rows in ("AccessDeniedException", "InvalidRequestException") else rows,
    }


@check(
    "token-of-another-role",
    claim="A start with the token and arguments of another principal's query returns that query.",
    expected={"query": "the same"},
    relied_on="layers/quilt_athena/quilt_athena/query/orphans.py; docs/decisions.md, 18",
    source="assumed: AWS documents tokens without mentioning principals",
)
def token(aws: Aws) -> Any:
    """Starts a query as the caller, and again as the role, with the same token."""
    athena, mark = _reader(aws, "athena"), secrets.token_hex(32)
    mine = aws.start("SELECT 1 AS one", ClientRequestToken=mark)
    other, _ = aws.until(lambda: _start(aws, "SELECT 1 AS one", athena, ClientRequestToken=mark), _started)
    return {"query": "the same" if mine == other else "another one"}


@check(
    "s3-missing-object",
    claim="For a missing object S3 responds 403, not 404, unless the caller may list the bucket without a condition.",
    expected={"with a condition": "AccessDenied", "without": "NoSuchKey"},
    relied_on="template.yaml, PushPackageRole; docs/decisions.md, 41",
    source="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
    decided_by=DecidedBy.AWS_ONLY,
)
def missing_object(aws: Aws) -> Any:
    """Reads an object that doesn't exist as the role, which may list a prefix only, and as the caller."""
    missing = {"Bucket": aws.cells, "Key": ".quilt/named_packages/nobody/nothing/latest"}
    s3 = _reader(aws, "s3")
    # A role that can't do anything yet is denied as well: wait until it can read.
    readable = f".quilt/packages/{'1' * 64}"
    aws.until(lambda: error_code(lambda: s3.get_object(Bucket=aws.lines, Key=readable)) == "none")
    return {
        "with a condition": error_code(lambda: s3.get_object(**missing)),
        "without": error_code(lambda: aws.client("s3").get_object(**missing)),
    }


def _outcome(aws: Aws, status: dict[str, Any]) -> str:
    return aws.without_names(status.get("StateChangeReason", "")) or str(status["State"])


def _start(aws: Aws, sql: str, athena: Any, **request: Any) -> tuple[str, str]:
    """Start a query; returns its ID, or "" and the reason while IAM denies it."""
    try:
        return aws.start(sql, athena=athena, **request), ""
    except ClientError as error:
        if error.response["Error"]["Code"] not in _RETRYABLE:
            raise
        return "", str(error)


def _started(found: tuple[str, str]) -> bool:
    return bool(found[0])


def _reader(aws: Aws, service: str) -> Any:
    """A client of the role, which is created by the first call."""
    iam, name = aws.client("iam"), f"{aws.run.name}-reader"
    account = aws.target.caller["Account"]
    if aws.target.caller["Arn"].endswith(":root") and not aws.target.is_local:
        raise NotVerifiableHereError("the account's root user can't assume roles: use a role or an IAM user")
    trust = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    try:
        role = iam.get_role(RoleName=name)["Role"]
    except ClientError:
        role = iam.create_role(RoleName=name, Path=ROLE_PATH, AssumeRolePolicyDocument=document, Tags=aws.run.tag_list)[
            "Role"
        ]
        policy = json.dumps({"Version": "2012-10-17", "Statement": list(_statements(aws))})
        iam.put_role_policy(RoleName=name, PolicyName="check", PolicyDocument=policy)

    def assume() -> tuple[dict[str, str], str]:
        try:
            found = aws.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="check")
        except ClientError as error:
            if error.response["Error"]["Code"] not in _RETRYABLE:
                raise
            return {}, str(error)
        return dict(found["Credentials"]), ""

    try:
        credentials, _ = aws.until(assume, lambda found: bool(found[0]))
    except TimeoutError as error:
        raise NotVerifiableHereError(f"the caller can't assume a role of the account: {error}") from error
    return aws.target.client(service, credentials)


def _statements(aws: Aws) -> list[dict[str, Any]]:
    """What a role needs to run queries, without s3:GetObject on results."""
    partition, database = aws.target.caller["Arn"].split(":")[1], aws.outputs["DatabaseName"]
    results, data = (f"arn:{partition}:s3:::{name}" for name in (aws.outputs["ResultsBucketName"], aws.run.bucket("*")))

    def allow(actions: list[str], resources: list[str], **condition: Any) -> dict[str, Any]:
        return {"Effect": "Allow", "Action": actions, "Resource": resources, **condition}

    return [
        allow(
            ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults", "athena:GetWorkGroup"],
            [arn(aws.target, "athena", f"workgroup/{aws.outputs['WorkGroupName']}")],
        ),
        allow(["athena:GetDataCatalog"], [arn(aws.target, "athena", "datacatalog/AwsDataCatalog")]),
        allow(
            ["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:GetPartition", "glue:GetPartitions"],
            [
                arn(aws.target, "glue", path)
                for path in ("catalog", "database/default", f"database/{database}", f"table/{database}/*")
            ],
        ),
        allow(["s3:GetObject"], [f"{data}/.quilt/*"]),
        allow(
            ["s3:ListBucket"],
            [data],
            Condition={"StringLike": {"s3:prefix": [".quilt/packages/*", ".quilt/named_packages/*"]}},
        ),
        allow(["s3:GetBucketLocation"], [data, results]),
        allow(["s3:ListBucket", "s3:ListBucketMultipartUploads"], [results]),
        allow(["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], [f"{results}/*"]),
    ]
