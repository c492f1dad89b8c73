"""Every permission is needed: without any single one, something that the tests did would be denied.

The tests on the deployed stack run with IAM enforced, and record the calls of each role. `make test-all` runs this
after them. Each role's policies are evaluated as by IAM, without one action on one resource: some call that was allowed
must then be denied.
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from typing import Any

import pytest
from ministack.core import iam_evaluator

from tests.permissions import FOLDER, PERSON, Call, Permission, calls, statements

# What AWS's services do with a role and the local AWS does not: granted because AWS's documentation requires it.
_DOCUMENTED: dict[str, tuple[str, frozenset[str]]] = {
    "https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html": (
        "",
        frozenset({"xray:PutTraceSegments", "xray:PutTelemetryRecords"}),
    ),
    "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html": (
        "StateMachine Requested Scheduled Refresh",
        frozenset({"xray:GetSamplingRules", "xray:GetSamplingTargets"}),
    ),
    "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html": (
        "DeliverLogs",
        frozenset(
            f"logs:{action}"
            for action in (
                "CreateLogDelivery",
                "GetLogDelivery",
                "UpdateLogDelivery",
                "DeleteLogDelivery",
                "ListLogDeliveries",
                "PutResourcePolicy",
                "DescribeResourcePolicies",
                "DescribeLogGroups",
            )
        ),
    ),
    # Multipart uploads of results, and checks of their bucket.
    "https://docs.aws.amazon.com/athena/latest/ug/s3-permissions.html": (
        "ListResults ReadAndWriteResults WriteResults LocateBuckets ListIndex LocateIndex WriteIndex",
        frozenset(
            {
                "s3:GetBucketLocation",
                "s3:ListBucket",
                "s3:ListBucketMultipartUploads",
                "s3:AbortMultipartUpload",
                "s3:ListMultipartUploadParts",
                "s3:GetObject",
            }
        ),
    ),
    # A missing object is "not found" only for those who may list its bucket. The local S3 always answers so.
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html": ("FindResults", frozenset({"s3:ListBucket"})),
    # Partitions, which tables of a bucket do not have, and the database `default`, which does not exist here.
    "https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html": (
        "ReadCatalog ReadDatabase ReadAndCommit ReadStagingTable",
        frozenset({"glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition", "glue:GetDatabases"}),
    ),
    # Tables by name, if there are more than a page of GetTables holds. The local Glue has a single page.
    "https://docs.aws.amazon.com/glue/latest/webapi/API_GetTables.html": (
        "RefreshCatalog",
        frozenset({"glue:GetTable"}),
    ),
    # Every use of a catalog whose metadata is encrypted. The local Glue encrypts nothing.
    "https://docs.aws.amazon.com/athena/latest/ug/access-encrypted-data-glue-data-catalog.html": (
        "UseCatalogKey",
        frozenset({"kms:GenerateDataKey", "kms:Decrypt", "kms:Encrypt"}),
    ),
    # Managed query results are not in a bucket, and are read through Athena. Here all results are in a bucket.
    "https://docs.aws.amazon.com/athena/latest/ug/managed-results.html": (
        "GetQueryResults GetIndexResults",
        frozenset({"athena:GetQueryResults"}),
    ),
    # For narrow patterns. With the default pattern, all buckets, one statement covers the other.
    "docs/access.md": (
        "PushPackageRole",
        frozenset({"s3:GetObject", "s3:GetObjectVersion"}),
    ),
    # What executions of release 0.1 need while they cross the upgrade.
    "tests/integration/upgrade": (
        "Earlier",
        frozenset(
            {
                "athena:StartQueryExecution",
                "athena:GetQueryExecution",
                "athena:StopQueryExecution",
                "athena:GetQueryResults",
                "s3:GetBucketLocation",
                "s3:PutObject",
                "s3:AbortMultipartUpload",
                "s3:ListMultipartUploadParts",
                "s3:GetObject",
            }
        ),
    ),
    # Queries of the index are stopped as those of the query machine are: the definition is the same.
    "statemachines/query.asl.json": ("IndexQueryStateMachineRole", frozenset({"athena:StopQueryExecution"})),
    "https://docs.aws.amazon.com/glue/latest/webapi/API_GetTables.html#index": (
        "ReadAndCommit ReadStagingTable",
        frozenset({"glue:GetTables"}),
    ),
    # Snapshots expire after two days.
    "https://docs.aws.amazon.com/athena/latest/ug/vacuum-statement.html": (
        "WriteIndex",
        frozenset({"s3:DeleteObject"}),
    ),
    # More than ten versions of a table.
    "https://docs.aws.amazon.com/glue/latest/webapi/API_BatchDeleteTableVersion.html": (
        "DeleteOldVersions",
        frozenset({"glue:GetTableVersions", "glue:BatchDeleteTableVersion"}),
    ),
    # A stopped execution stops the one that it waits for. The writer continues in another execution after 500 rounds.
    "https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html": (
        "WaitForStatements ContinueInAnotherExecution FindOtherWriters",
        frozenset({"states:StartExecution", "states:DescribeExecution", "states:StopExecution"}),
    ),
    # The writer repairs the catalog as onboard_bucket does, should it find a bucket's tables changed.
    "layers/quilt_athena/quilt_athena/index/views.py": (
        "WriteIndexRole",
        frozenset(
            {
                "glue:CreateTable",
                "glue:BatchDeleteTable",
                "glue:GetPartition",
                "glue:CreatePartition",
                "glue:BatchUpdatePartition",
                "glue:DeletePartition",
                "s3:ListBucket",
                "events:PutEvents",
            }
        ),
    ),
    # The local Scheduler puts nothing into its dead-letter queue.
    "https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html": (
        "KeepWhatWasNotStarted",
        frozenset({"sqs:SendMessage"}),
    ),
}


def _is_documented(permission: Permission) -> bool:
    return any(
        permission.action in actions
        and (not sids or any(sid in permission.sid or sid in permission.role for sid in sids.split()))
        for sids, actions in _DOCUMENTED.values()
    )


@cache
def _folders() -> tuple[Any, ...]:
    return tuple(folder for folder in FOLDER.glob("*") if (folder / "policies.json").exists())


@pytest.fixture(scope="module")
def granted_and_needed() -> tuple[set[Permission], set[Permission]]:
    """All permissions of the stacks' roles, and those without which a recorded call would be denied."""
    granted: set[Permission] = set()
    needed: set[Permission] = set()
    for folder in _folders():
        policies = json.loads((folder / "policies.json").read_text(encoding="utf-8"))
        by_role: dict[str, list[Call]] = defaultdict(list)
        for call in calls(folder):
            if call.allowed:
                by_role[call.role_name].append(call)
        for name, documents in policies.items():
            # People's roles have the access policy and nothing else (tests/integration/access/conftest.py).
            role = name.split("-")[2] if name.startswith("quilt-athena-") else "AthenaAccessPolicy"
            if documents and (role != "AthenaAccessPolicy" or name.startswith(PERSON)):
                _weigh(role, list(statements(documents)), by_role[name], granted, needed)
    return granted, needed


def _weigh(
    role: str,
    all_statements: list[dict[str, Any]],
    role_calls: list[Call],
    granted: set[Permission],
    needed: set[Permission],
) -> None:
    for statement in all_statements:
        if statement["Effect"] == "Deny":
            continue
        for action in statement["Action"]:
            relevant = [call for call in role_calls if call.action.lower() == action.lower()]
            for number, _ in enumerate(statement["Resource"]):
                permission = Permission(role, statement["Sid"], action, number)
                granted.add(permission)
                if permission not in needed:
                    rest = _without(all_statements, statement, action, number)
                    if any(_allowed(call, all_statements) and not _allowed(call, rest) for call in relevant):
                        needed.add(permission)


def _without(
    all_statements: list[dict[str, Any]], taken_from: dict[str, Any], action: str, number: int
) -> list[dict[str, Any]]:
    """The statements without one action on one resource of one of them."""
    rest = [statement for statement in all_statements if statement is not taken_from]
    others = [one for one in taken_from["Action"] if one != action]
    resources = [one for index, one in enumerate(taken_from["Resource"]) if index != number]
    if others:
        rest.append({**taken_from, "Action": others})
    if resources:
        rest.append({**taken_from, "Action": [action], "Resource": resources})
    return rest


def _allowed(call: Call, all_statements: list[dict[str, Any]]) -> bool:
    context = iam_evaluator.EvalContext(
        principal_arn=call.principal,
        principal_type="AssumedRole",
        principal_account=call.principal.split(":")[4],
        action=call.action,
        resource_arn=call.resource,
        region="us-east-1",
        service_context=dict(call.context),
    )
    parsed = iam_evaluator.parse_policy_document({"Version": "2012-10-17", "Statement": all_statements})
    return bool(iam_evaluator.evaluate(context, [parsed]).decision == "Allow")


def test_calls_are_recorded() -> None:
    assert _folders(), "nothing is recorded: run `make integration` first"


def test_every_permission_is_needed(
    granted_and_needed: tuple[set[Permission], set[Permission]],
) -> None:
    granted, needed = granted_and_needed
    assert len(granted) > 100
    spare = {permission for permission in granted - needed if not _is_documented(permission)}
    assert not spare, "granted, but not needed by anything that the tests do:\n" + "\n".join(sorted(map(str, spare)))


def test_documented_permissions_are_granted(
    granted_and_needed: tuple[set[Permission], set[Permission]],
) -> None:
    granted, _ = granted_and_needed
    actions = {permission.action for permission in granted}
    assert {action for _, documented in _DOCUMENTED.values() for action in documented} <= actions


def test_no_call_of_the_stack_was_denied_unexpectedly() -> None:
    denied = {
        (call.role_name.split("-")[2], call.action)
        for folder in _folders()
        for call in calls(folder)
        if not call.allowed and call.role_name.startswith("quilt-athena-")
    }
    # Tests in which state machines access what they must not.
    assert denied <= {
        # A saved query of another workgroup.
        ("PrepareQueryRole", "athena:BatchGetNamedQuery"),
        # The start of a query is repeated with its token to learn its id; a query that never ran cannot start so.
        ("StopOrphanedQueryRole", "glue:GetDatabase"),
        ("QueryStateMachineRole", "athena:GetQueryExecution"),
        ("QueryStateMachineRole", "athena:StopQueryExecution"),
        ("QueryStateMachineRole", "lambda:InvokeFunction"),
        ("QueryStateMachineRole", "glue:CreateTable"),
        ("QueryStateMachineRole", "glue:DeleteTable"),
        ("QueryStateMachineRole", "s3:ListBucket"),
        # Through tables over results, and to reuse a result.
        ("QueryStateMachineRole", "s3:GetObject"),
        ("QueryExpressStateMachineRole", "s3:GetObject"),
        ("QueryExpressStateMachineRole", "s3:ListBucket"),
        # These calls succeed: Glue leaves out databases and tables without permission.
        ("QueryStateMachineRole", "glue:GetDatabases"),
        ("QueryExpressStateMachineRole", "glue:GetDatabases"),
        ("RefreshCatalogRole", "glue:GetTables"),
        ("PlanViewsRole", "glue:GetTables"),
        ("AttachAccessPolicyRole", "iam:AttachRolePolicy"),
    }
