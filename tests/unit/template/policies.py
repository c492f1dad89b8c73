"""The roles of a deployment, what their statements allow, and the resources that these name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.unit.template.cloudformation import Stack, as_list

ARN = "arn:aws-test:{service}:eu-test-1:123456789012:{resource}"
DATABASE = [ARN.format(service="glue", resource=r) for r in ("catalog", "database/quilt_query")]
TABLES = ARN.format(service="glue", resource="table/quilt_query/*_quilt_*")
#: For roles that read: without it, Athena reports a missing table as denied.
ALL_TABLES = ARN.format(service="glue", resource="table/quilt_query/*")
QUERY_ROLES = ("QueryStateMachineRole", "QueryExpressStateMachineRole")
ACCESS = "AthenaAccessPolicy"
EXECUTIONS = ARN.format(service="states", resource="execution:<QueryStateMachine.Name>:*")
VIEW_QUERIES = ARN.format(service="states", resource="execution:<ViewQueryStateMachine.Name>:*")
VIEWS = ARN.format(service="states", resource="execution:<ViewsStateMachine.Name>:*")
INDEX_QUERIES = ARN.format(service="states", resource="execution:<IndexQueryStateMachine.Name>:*")
#: The writer's executions. A reference to the state machine would be circular: it has a name.
INDEX_EXECUTIONS = ARN.format(service="states", resource="execution:a-stack-index:*")
INDEX_TABLES = ARN.format(service="glue", resource="table/quilt_query/all_buckets_quilt_*_index*")
#: Runs the statements that write the index.
INDEX_WRITER = "IndexQueryStateMachineRole"
#: Creates custom views, with queries.
VIEW_MAKER = "ViewQueryStateMachineRole"


def roles(stack: Stack) -> dict[str, Any]:
    return stack.of_type("AWS::IAM::Role")


def statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    policies = role.get("Policies") or [role]  # a managed policy is one
    return [s for policy in policies for s in policy["PolicyDocument"]["Statement"]]


def access_policy(stack: Stack) -> dict[str, Any]:
    """The policy of those who query by themselves."""
    found: dict[str, Any] = stack.of_type("AWS::IAM::ManagedPolicy")[ACCESS]
    return found


def allowed(role: dict[str, Any], service: str) -> Iterator[tuple[str, str]]:
    """Each (action, resource) pair of a service that a role is allowed."""
    for statement in statements(role):
        for action in as_list(statement["Action"]):
            for resource in as_list(statement["Resource"]):
                if action.startswith(f"{service}:") and statement["Effect"] == "Allow":
                    yield action, resource


def without_a_name(resource: str) -> bool:
    """Whether a resource is everything there is of its kind."""
    return resource == "*" or re.search(r":::(\*|company-\*)|:role/.*\*", resource) is not None
