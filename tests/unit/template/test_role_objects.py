"""Least privilege in S3: which role reads and writes which objects."""

from __future__ import annotations

import pytest

from tests.unit.template import stacks
from tests.unit.template.cloudformation import Stack, as_list
from tests.unit.template.policies import (
    INDEX_WRITER,
    VIEW_MAKER,
    allowed,
    roles,
    statements,
    without_a_name,
)

INDEX_OBJECTS = {"<IndexBucket.Arn>/manifests/*", "<IndexBucket.Arn>/packages/*"}


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
