"""Least privilege in services: which workgroups, executions, tables and keys each role may use."""

from __future__ import annotations

import pytest

from quilt_athena.catalog.declarations import placeholders
from tests.unit.template import stacks
from tests.unit.template.cloudformation import Stack, as_list
from tests.unit.template.policies import (
    ACCESS,
    ALL_TABLES,
    ARN,
    DATABASE,
    EXECUTIONS,
    INDEX_EXECUTIONS,
    INDEX_QUERIES,
    INDEX_TABLES,
    INDEX_WRITER,
    QUERY_ROLES,
    TABLES,
    VIEW_MAKER,
    VIEW_QUERIES,
    VIEWS,
    access_policy,
    allowed,
    roles,
    statements,
    without_a_name,
)

GLUE_READS = ("glue:Get", "glue:BatchGet")
INDEX_MACHINE = ARN.format(service="states", resource="stateMachine:a-stack-index")
STAGING_TABLE = ARN.format(service="glue", resource="table/quilt_query/all_buckets_quilt_index_staging")

STANDARD, EXPRESS, ANALYSTS = "<StandardWorkGroup>", "<ExpressWorkGroup>", "quilt-query"
INDEX = "<IndexWorkGroup>"
#: Which workgroups a role uses. The analysts' workgroup has the queries of executions that began in release 0.1.
WORKGROUPS = {
    "QueryStateMachineRole": {STANDARD, ANALYSTS},
    "QueryExpressStateMachineRole": {EXPRESS, ANALYSTS},
    VIEW_MAKER: {STANDARD, ANALYSTS},
    "PrepareQueryRole": {ANALYSTS},
    "FetchResultsRole": {STANDARD, EXPRESS, ANALYSTS, INDEX},
    INDEX_WRITER: {INDEX},
    "PushPackageRole": {STANDARD, EXPRESS, ANALYSTS},
    "StopOrphanedQueryRole": {STANDARD, ANALYSTS},
    "SweepQueriesRole": {STANDARD, EXPRESS, ANALYSTS},
}


def test_athena_is_the_workgroups_only(deployed: Stack) -> None:
    used: dict[str, set[str]] = {}
    for name, role in roles(deployed).items():
        for action, resource in allowed(role, "athena"):
            if action == "athena:GetDataCatalog":
                assert resource == ARN.format(service="athena", resource="datacatalog/AwsDataCatalog")
            else:
                prefix, _, workgroup = resource.partition("workgroup/")
                assert prefix == ARN.format(service="athena", resource="")
                used.setdefault(name, set()).add(workgroup)
    assert used == WORKGROUPS


def test_nothing_starts_queries_in_express_workgroup_but_its_machine(deployed: Stack) -> None:
    starting = {
        name
        for name, role in roles(deployed).items()
        for action, resource in allowed(role, "athena")
        if action == "athena:StartQueryExecution" and resource.endswith(EXPRESS)
    }
    assert starting == {"QueryExpressStateMachineRole"}


def test_who_asks_and_who_stops_has_no_other_state_machine(deployed: Stack) -> None:
    used = {
        name: {(action, resource) for action, resource in allowed(role, "states")}
        for name, role in roles(deployed).items()
    }
    assert {name: pairs for name, pairs in used.items() if pairs} == {
        "StopOrphanedQueryRole": {
            ("states:GetExecutionHistory", EXECUTIONS),
            ("states:GetExecutionHistory", VIEW_QUERIES),
        },
        "CatalogChangedRole": {("states:StartExecution", "<ViewsStateMachine>")},
        "OnboardBucketRole": {("states:StartExecution", "<IndexStateMachine>")},
        "RecordIndexEventsRole": {("states:StartExecution", "<IndexStateMachine>")},
        "IndexScheduleRole": {("states:StartExecution", "<IndexStateMachine>")},
        "IndexStateMachineRole": {
            ("states:StartExecution", "<IndexQueryStateMachine>"),
            ("states:DescribeExecution", INDEX_QUERIES),
            ("states:StopExecution", INDEX_QUERIES),
            ("states:StartExecution", INDEX_MACHINE),
        },
        "WriteIndexRole": {("states:DescribeExecution", INDEX_EXECUTIONS)},
        "ViewsStateMachineRole": {
            ("states:StartExecution", "<ViewQueryStateMachine>"),
            ("states:DescribeExecution", VIEW_QUERIES),
            ("states:StopExecution", VIEW_QUERIES),
        },
        "StartRequestedQueryRole": {("states:StartExecution", "<RequestedQueryStateMachine>")},
        "RequestedQueryRole": {
            ("states:StartExecution", "<QueryStateMachine>"),
            ("states:DescribeExecution", EXECUTIONS),
            ("states:StopExecution", EXECUTIONS),
        },
        "PublishQueryOutcomeRole": {("states:DescribeExecution", EXECUTIONS)},
        "RefreshScheduleRole": {("states:StartExecution", "<RefreshStateMachine>")},
        "ScheduleRole": {("states:StartExecution", "<ScheduledQueryStateMachine>")},
        "ScheduledQueryRole": {
            ("states:StartExecution", "<QueryStateMachine>"),
            ("states:DescribeExecution", EXECUTIONS),
            ("states:StopExecution", EXECUTIONS),
        },
        "RefreshStateMachineRole": {
            ("states:StartExecution", "<QueryStateMachine>"),
            ("states:DescribeExecution", EXECUTIONS),
            ("states:StopExecution", EXECUTIONS),
            ("states:StartExecution", "<ViewsStateMachine>"),
            ("states:DescribeExecution", VIEWS),
            ("states:StopExecution", VIEWS),
        },
        "PackageStateMachineRole": {
            ("states:StartExecution", "<QueryStateMachine>"),
            ("states:DescribeExecution", EXECUTIONS),
            ("states:StopExecution", EXECUTIONS),
        },
        "SweepQueriesRole": {
            ("states:ListExecutions", "<QueryStateMachine>"),
            ("states:ListExecutions", "<ViewQueryStateMachine>"),
            ("states:DescribeExecution", EXECUTIONS),
            ("states:DescribeExecution", VIEW_QUERIES),
            ("states:GetExecutionHistory", EXECUTIONS),
            ("states:GetExecutionHistory", VIEW_QUERIES),
        },
    }


def test_who_writes_the_catalog(deployed: Stack) -> None:
    writers = {
        name: written
        for name, role in roles(deployed).items()
        if (written := {action for action, _ in allowed(role, "glue") if not action.startswith(GLUE_READS)})
    }
    reconcilers = writers.pop("OnboardBucketRole")
    assert reconcilers == writers.pop("RefreshCatalogRole")
    # It switches views to the index and back, and deletes old versions of the tables that Athena commits to.
    assert writers.pop("WriteIndexRole") == reconcilers | {"glue:BatchDeleteTableVersion"}
    versions = {pair for pair in allowed(roles(deployed)["WriteIndexRole"], "glue") if "TableVersion" in pair[0]}
    assert {resource for _, resource in versions} == {*DATABASE, INDEX_TABLES}
    # Athena creates the index's tables, and commits to them.
    assert writers.pop(INDEX_WRITER) == {"glue:CreateTable", "glue:UpdateTable"}
    tables = {resource for _, resource in allowed(roles(deployed)[INDEX_WRITER], "glue") if ":table/" in resource}
    assert tables == {INDEX_TABLES, STAGING_TABLE}
    updated = {pair for pair in allowed(roles(deployed)[INDEX_WRITER], "glue") if pair[0] == "glue:UpdateTable"}
    assert {resource for _, resource in updated} == {*DATABASE, INDEX_TABLES}
    # Views of users' files: Athena makes them, in a role that reads no data; what removes them makes none.
    assert writers == {
        VIEW_MAKER: {"glue:CreateTable", "glue:UpdateTable"},
        "PlanViewsRole": {"glue:UpdateTable", "glue:BatchDeleteTable"},
    }
    results = {resource for _, resource in allowed(roles(deployed)[VIEW_MAKER], "s3")}
    assert results < {resource for _, resource in allowed(roles(deployed)["QueryStateMachineRole"], "s3")}
    assert not [resource for resource in results if ".quilt" in resource or without_a_name(resource)]


def test_what_makes_users_views_may_not_touch_the_stacks_own(deployed: Stack) -> None:
    denying = {
        name: statement
        for name, role in roles(deployed).items()
        for statement in statements(role)
        if statement["Effect"] != "Allow"
    }
    assert set(denying) == {VIEW_MAKER, "PlanViewsRole"}
    for name, statement in denying.items():
        assert statement["Effect"] == "Deny"
        own = {TABLES.replace("quilt_*", f"quilt_{placeholder}") for placeholder in placeholders()}
        assert set(statement["Resource"]) == {*own, INDEX_TABLES}
        writes = {action for action, _ in allowed(roles(deployed)[name], "glue") if "Get" not in action}
        assert set(statement["Action"]) >= writes


def test_glue_is_catalog_database_and_quilt_tables(deployed: Stack) -> None:
    default_database = ARN.format(service="glue", resource="database/default")
    for name, role in roles(deployed).items():
        for action, resource in allowed(role, "glue"):
            if resource == default_database:
                assert action in ("glue:GetDatabase", "glue:GetDatabases"), name
            else:
                reads = name in (*QUERY_ROLES, VIEW_MAKER) and action.startswith(GLUE_READS)
                index = (INDEX_TABLES, STAGING_TABLE) if name in (INDEX_WRITER, "WriteIndexRole") else ()
                assert resource in (*DATABASE, ALL_TABLES if reads else TABLES, *index), name


def test_keys_are_used_only_where_there_are_any(defaults: Stack, hardened: Stack) -> None:
    assert [pair for role in roles(defaults).values() for pair in allowed(role, "kms")] == []
    used = {name: {resource for _, resource in allowed(role, "kms")} for name, role in roles(hardened).items()}
    assert used == {
        "OnboardBucketRole": {stacks.KEY, stacks.CATALOG_KEY},
        "QueryStateMachineRole": {stacks.KEY, stacks.CATALOG_KEY, *stacks.DATA_KEYS},
        "QueryExpressStateMachineRole": {stacks.KEY, stacks.CATALOG_KEY, *stacks.DATA_KEYS},
        "PrepareQueryRole": set(),
        "AttachAccessPolicyRole": set(),
        "FetchResultsRole": {stacks.KEY},
        "StopOrphanedQueryRole": {stacks.KEY},
        "StartRequestedQueryRole": {stacks.KEY},
        "RequestedQueryRole": set(),
        "PublishQueryOutcomeRole": set(),
        "RefreshScheduleRole": {stacks.KEY},
        "ScheduleRole": {stacks.KEY},
        "ScheduledQueryRole": set(),
        "RefreshStateMachineRole": set(),
        "RefreshCatalogRole": {stacks.KEY, stacks.CATALOG_KEY},
        "SweepQueriesRole": set(),
        "ReportRefreshRole": {stacks.KEY},
        "PackageStateMachineRole": set(),
        "CatalogChangedRole": set(),
        "ViewsStateMachineRole": set(),
        "ViewQueryStateMachineRole": {stacks.KEY, stacks.CATALOG_KEY},
        "PlanViewsRole": {stacks.KEY, stacks.CATALOG_KEY},
        "PreparePackageRole": set(),
        "PushPackageRole": {stacks.KEY, *stacks.DATA_KEYS},
        "RecordIndexEventsRole": {stacks.KEY},
        "IndexScheduleRole": {stacks.KEY},
        "IndexStateMachineRole": set(),
        "IndexQueryStateMachineRole": {stacks.KEY, stacks.CATALOG_KEY},
        "WriteIndexRole": {stacks.KEY, stacks.CATALOG_KEY, *stacks.DATA_KEYS},
    }


@pytest.mark.parametrize("name", stacks.NAMES)
def test_whoever_uses_the_catalog_may_use_its_key(name: str) -> None:
    deployed = stacks.stack(name)
    policies = {**roles(deployed), ACCESS: access_policy(deployed)}
    users = {logical_id for logical_id, policy in policies.items() if any(allowed(policy, "glue"))}
    needed = {("kms:GenerateDataKey", "kms:Decrypt", "kms:Encrypt")} if name == "hardened" else set()
    for logical_id, policy in policies.items():
        granted = {tuple(as_list(s["Action"])) for s in statements(policy) if s["Resource"] == stacks.CATALOG_KEY}
        assert granted == (needed if logical_id in users else set()), logical_id
    assert len(users) == 9
