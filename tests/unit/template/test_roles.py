"""Least privilege: who may do what, on what, and why where that can't be named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from quilt_athena.catalog.declarations import placeholders
from tests.unit.template import stacks
from tests.unit.template.cloudformation import PSEUDO, Stack, as_list, source, strings, transformed

PRINCIPALS = {
    "AWS::Lambda::Function": "lambda.amazonaws.com",
    "AWS::StepFunctions::StateMachine": "states.amazonaws.com",
}
ARN = "arn:aws-test:{service}:eu-test-1:123456789012:{resource}"
DATABASE = [ARN.format(service="glue", resource=r) for r in ("catalog", "database/quilt_query")]
TABLES = ARN.format(service="glue", resource="table/quilt_query/*_quilt_*")
# Of the database, for those who read: what isn't there is told as such.
ALL_TABLES = ARN.format(service="glue", resource="table/quilt_query/*")
QUERY_ROLES = ("QueryStateMachineRole", "QueryExpressStateMachineRole")
ACCESS = "AthenaAccessPolicy"
GLUE_READS = ("glue:Get", "glue:BatchGet")
EXECUTIONS = ARN.format(service="states", resource="execution:<QueryStateMachine.Name>:*")
VIEW_QUERIES = ARN.format(service="states", resource="execution:<ViewQueryStateMachine.Name>:*")
VIEWS = ARN.format(service="states", resource="execution:<ViewsStateMachine.Name>:*")
INDEX_QUERIES = ARN.format(service="states", resource="execution:<IndexQueryStateMachine.Name>:*")
#: The writer's executions. A reference to the state machine would be circular: it has a name.
INDEX_EXECUTIONS = ARN.format(service="states", resource="execution:a-stack-index:*")
INDEX_MACHINE = ARN.format(service="states", resource="stateMachine:a-stack-index")
INDEX_TABLES = ARN.format(service="glue", resource="table/quilt_query/all_buckets_quilt_*_index*")
STAGING_TABLE = ARN.format(service="glue", resource="table/quilt_query/all_buckets_quilt_index_staging")
#: Runs the statements that write the index.
INDEX_WRITER = "IndexQueryStateMachineRole"
INDEX_OBJECTS = {"<IndexBucket.Arn>/manifests/*", "<IndexBucket.Arn>/packages/*"}
#: Whose executions start a query: of what it may leave running, they are looked at.
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


def without_a_name(resource: str) -> bool:
    """Whether a resource is everything there is of its kind."""
    return resource == "*" or re.search(r":::(\*|company-\*)|:role/.*\*", resource) is not None


def test_every_function_and_state_machine_has_a_role_of_its_own(deployed: Stack) -> None:
    assumed = []
    for resource_type, principal in PRINCIPALS.items():
        for logical_id, properties in deployed.of_type(resource_type).items():
            role = (properties.get("Role") or properties["RoleArn"]).removeprefix("<").removesuffix(".Arn>")
            (trust,) = roles(deployed)[role]["AssumeRolePolicyDocument"]["Statement"]
            assert (trust["Effect"], trust["Principal"]) == ("Allow", {"Service": principal}), logical_id
            assert trust["Action"] == "sts:AssumeRole"
            assumed.append(role)
    for schedule in deployed.of_type("AWS::Scheduler::Schedule").values():
        assumed.append(schedule["Target"]["RoleArn"].removeprefix("<").removesuffix(".Arn>"))
    for rule in deployed.of_type("AWS::Events::Rule").values():
        for target in rule["Targets"]:
            if "RoleArn" in target:
                assumed.append(target["RoleArn"].removeprefix("<").removesuffix(".Arn>"))
    assumed.append("ScheduleRole")  # of the schedules that people put into the stack's group
    assert sorted(assumed) == sorted(roles(deployed))


def test_sam_makes_no_role_besides() -> None:
    declared = {name for name, resource in source()["Resources"].items() if resource["Type"] == "AWS::IAM::Role"}
    made = {name for name, resource in transformed()["Resources"].items() if resource["Type"] == "AWS::IAM::Role"}
    assert made == declared


def test_boundary_and_path_are_on_every_role(defaults: Stack, hardened: Stack) -> None:
    for role in roles(hardened).values():
        assert (role["PermissionsBoundary"], role["Path"]) == (stacks.BOUNDARY, "/service/")
    for role in roles(defaults).values():
        assert "PermissionsBoundary" not in role
        assert role["Path"] == "/"


def test_no_role_has_a_managed_policy_or_a_name(deployed: Stack) -> None:
    for name, role in roles(deployed).items():
        assert not {"ManagedPolicyArns", "RoleName"} & set(role), name


def test_no_action_is_a_pattern(deployed: Stack) -> None:
    for name, role in roles(deployed).items():
        for statement in statements(role):
            for action in as_list(statement["Action"]):
                assert re.fullmatch(r"[a-z0-9-]+:[A-Z][A-Za-z]+", action), (name, action)


def test_a_statement_without_a_named_resource_has_its_reason() -> None:
    unnamed: dict[str, set[str]] = {}
    reasons: dict[str, dict[str, str]] = {}
    for deployed in map(stacks.stack, stacks.NAMES):
        for name, policy in [*roles(deployed).items(), (ACCESS, access_policy(deployed))]:
            reasons[name] = deployed.resources[name].get("Metadata", {}).get("WildcardReasons", {})
            found = {s["Sid"] for s in statements(policy) if any(map(without_a_name, as_list(s["Resource"])))}
            unnamed.setdefault(name, set()).update(found)
    for name, sids in unnamed.items():
        assert sids == set(reasons[name]), f"{name}: WildcardReasons must name exactly the statements that need one"
        assert all(reason.strip().endswith(".") for reason in reasons[name].values())


def test_other_wildcards_only_end_a_path_or_pick_our_tables_and_executions(deployed: Stack) -> None:
    for name, role in roles(deployed).items():
        for statement in statements(role):
            for resource in as_list(statement["Resource"]) if statement["Effect"] == "Allow" else ():
                if "*" in resource and not without_a_name(resource):
                    assert (
                        statement["Sid"] == "WriteLogs"  # test_compute.py
                        or resource
                        in (TABLES, EXECUTIONS, VIEW_QUERIES, VIEWS, INDEX_QUERIES, INDEX_EXECUTIONS, INDEX_TABLES)
                        or (resource == ALL_TABLES and name in (*QUERY_ROLES, VIEW_MAKER))
                        or re.search(r"(:::[^*]+|<(Views|ServiceResults|Index)Bucket.Arn>)/[a-z]+/\*$", resource)
                    ), (name, resource)


def test_statements_are_named_once(deployed: Stack) -> None:
    for name, role in roles(deployed).items():
        sids = [statement["Sid"] for statement in statements(role)]
        assert len(sids) == len(set(sids)), name


#: Which workgroups a role uses. The analysts' workgroup has the queries of executions that began in release 0.1.
STANDARD, EXPRESS, ANALYSTS = "<StandardWorkGroup>", "<ExpressWorkGroup>", "quilt-query"
INDEX = "<IndexWorkGroup>"
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


def test_results_of_executions_are_read_by_the_functions_that_return_them_only(deployed: Stack) -> None:
    readers = {
        name
        for name, role in roles(deployed).items()
        for action, resource in allowed(role, "s3")
        if action == "s3:GetObject" and "ServiceResultsBucket" in resource
    }
    # What the comparison of the index found is read by the function that plans what follows.
    assert readers == {"FetchResultsRole", "PushPackageRole", "WriteIndexRole"}
    for name in ("QueryStateMachineRole", "QueryExpressStateMachineRole", VIEW_MAKER, INDEX_WRITER):
        read = {resource for action, resource in allowed(roles(deployed)[name], "s3") if action == "s3:GetObject"}
        assert not [one for one in read if not one.endswith("/.quilt/*") and "IndexBucket" not in one], name


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


@pytest.mark.parametrize(
    ("name", "results"),
    [("defaults", "<ResultsBucket>/results/*"), ("existing", "notebook-results/athena/*")],
)
def test_objects_are_package_metadata_and_results_only(name: str, results: str) -> None:
    written: set[str] = set()
    read: set[str] = set()
    for role_name, role in roles(stacks.stack(name)).items():
        if role_name in ("PushPackageRole", "PlanViewsRole", INDEX_WRITER, "WriteIndexRole"):
            continue
        for action, resource in allowed(role, "s3"):
            if action in ("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"):
                assert "/" not in resource
            else:
                (read if action == "s3:GetObject" else written).add(resource)
    both = {f"arn:aws-test:s3:::{results}", "<ServiceResultsBucket.Arn>/results/*"}
    assert written == both
    assert read == {*both, *INDEX_OBJECTS, "arn:aws-test:s3:::*/.quilt/*"}


def test_index_is_written_by_athena_and_staging_by_the_function_that_plans(deployed: Stack) -> None:
    writer = {pair for pair in allowed(roles(deployed)[INDEX_WRITER], "s3") if "IndexBucket.Arn>/" in pair[1]}
    actions = {action for action, _ in writer} - {"s3:GetObject"}
    assert {resource for action, resource in writer if action in actions} == INDEX_OBJECTS
    # Without it, VACUUM succeeds and deletes nothing.
    assert "s3:DeleteObject" in actions
    staging, plans = "<IndexBucket.Arn>/staging/*", "<IndexBucket.Arn>/plans/*"
    assert {resource for action, resource in writer if action == "s3:GetObject"} == {*INDEX_OBJECTS, staging}
    planner = {pair for pair in allowed(roles(deployed)["WriteIndexRole"], "s3") if "IndexBucket.Arn>/" in pair[1]}
    assert {resource for _, resource in planner} == {staging, plans}
    # Source buckets are read by the function, never by the statements.
    assert not [resource for _, resource in allowed(roles(deployed)[INDEX_WRITER], "s3") if ".quilt" in resource]


@pytest.mark.parametrize(
    ("pattern", "packages"),
    [
        ({}, "company-*"),
        ({"PackageBucketNamePattern": "made-by-*"}, "made-by-*"),
        ({"PackageBucketNamePattern": "-"}, "-"),
    ],
)
def test_packages_are_written_by_one_role_below_quilt_only(pattern: dict[str, str], packages: str) -> None:
    stack = Stack(stacks.PARAMETERS["hardened"] | pattern)
    results = {pair for pair in allowed(roles(stack)["FetchResultsRole"], "s3") if pair[0] == "s3:GetObject"}
    assert len(results) == 2
    bucket = f"arn:aws-test:s3:::{packages}"
    assert set(allowed(roles(stack)["PushPackageRole"], "s3")) == {
        *results,
        ("s3:ListBucket", bucket),
        ("s3:PutObject", f"{bucket}/.quilt/packages/*"),
        ("s3:PutObject", f"{bucket}/.quilt/named_packages/*"),
        *((action, f"{bucket}/.quilt/*") for action in ("s3:GetObject", "s3:GetObjectVersion")),
        # To hash objects that bring no hash.
        *((action, "arn:aws-test:s3:::company-*/*") for action in ("s3:GetObject", "s3:GetObjectVersion")),
    }
    assert set(allowed(roles(stack)["PreparePackageRole"], "s3")) == {("s3:ListBucket", bucket)}


def test_files_of_views_are_read_and_plans_written_by_one_role(deployed: Stack) -> None:
    bucket = "<ViewsBucket.Arn>"
    assert set(allowed(roles(deployed)["PlanViewsRole"], "s3")) == {
        ("s3:ListBucket", bucket),
        ("s3:ListBucketVersions", bucket),
        ("s3:GetObject", f"{bucket}/views/*"),
        ("s3:GetObject", f"{bucket}/plans/*"),
        ("s3:PutObject", f"{bucket}/plans/*"),
    }
    users = {name for name, role in roles(deployed).items() if "ViewsBucket" in str(list(allowed(role, "s3")))}
    assert users == {"PlanViewsRole"}


def test_query_machines_list_nothing_but_package_metadata(deployed: Stack) -> None:
    for name in ("QueryStateMachineRole", "QueryExpressStateMachineRole"):
        for statement in statements(roles(deployed)[name]):
            if "s3:ListBucket" in as_list(statement["Action"]) and any(map(without_a_name, [statement["Resource"]])):
                assert statement["Condition"] == {"StringLike": {"s3:prefix": ".quilt/*"}}


def test_the_bucket_pattern_narrows_what_can_be_read(hardened: Stack) -> None:
    for role in roles(hardened).values():
        for _, resource in allowed(role, "s3"):
            ours = any(bucket in resource for bucket in ("ResultsBucket", "ViewsBucket", "IndexBucket"))
            assert ours or resource.startswith("arn:aws-test:s3:::company-*"), resource


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


def test_state_machines_are_assumed_for_this_account_only(deployed: Stack) -> None:
    for machine in deployed.of_type("AWS::StepFunctions::StateMachine").values():
        role = roles(deployed)[machine["RoleArn"].removeprefix("<").removesuffix(".Arn>")]
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": PSEUDO["AWS::AccountId"]}}


def test_every_arn_names_the_partition_that_it_is_deployed_to() -> None:
    template = source()
    for text in strings([template["Resources"], template["Outputs"], template["Conditions"]]):
        for arn in re.findall(r"arn:[^\s\"']*", text):
            assert arn.startswith("arn:${AWS::Partition}:"), arn
