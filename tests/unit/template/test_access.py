"""The access policy, and who may attach it: no wider than somebody needs who queries by himself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ministack.core import iam_evaluator

from tests.unit.template import stacks
from tests.unit.template.cloudformation import Stack, as_list
from tests.unit.template.policies import ALL_TABLES, ARN, DATABASE, TABLES, access_policy, allowed, roles, statements

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, without white space.
MAX_CHARACTERS = 6144
# What the notebook's policy allows and no user needs.
REFUSED = {
    "athena:CreateWorkGroup",
    "athena:CreateNamedQuery",
    "athena:CreateDataCatalog",
    "s3:CreateBucket",
    "s3:PutBucketPublicAccessBlock",
    "s3:DeleteObject",
    "glue:CreateDatabase",
    "glue:DeleteDatabase",
}
WRITES = {"glue:CreateTable", "glue:UpdateTable", "glue:DeleteTable"}


def test_it_fits_into_a_managed_policy(deployed: Stack) -> None:
    document = json.dumps(access_policy(deployed)["PolicyDocument"], separators=(",", ":"))
    # References are shorter here than the ARNs that they become.
    assert len(document) < MAX_CHARACTERS * 0.8


def test_it_stays_what_it_is_for_the_stacks_that_name_it(deployed: Stack) -> None:
    policy = access_policy(deployed)
    assert policy["Description"] == "Query Quilt package metadata with Athena", "a change of it replaces the policy"
    assert not {"ManagedPolicyName", "Path"} & set(policy)


def test_actions_are_named_and_none_is_what_nobody_needs(deployed: Stack) -> None:
    actions = {action for one in statements(access_policy(deployed)) for action in as_list(one["Action"])}
    assert not [action for action in actions if "*" in action]
    assert not actions & REFUSED
    assert {"athena:StopQueryExecution", "athena:ListNamedQueries", "athena:ListDataCatalogs"} <= actions


def test_queries_are_the_workgroup_s(deployed: Stack) -> None:
    places = {
        ARN.format(service="athena", resource="workgroup/quilt-query"),
        ARN.format(service="athena", resource="datacatalog/AwsDataCatalog"),
    }
    everywhere = {action for action, resource in allowed(access_policy(deployed), "athena") if resource not in places}
    assert everywhere == {"athena:ListWorkGroups", "athena:ListDataCatalogs"}


def test_tables_are_the_database_s_and_written_only_by_our_names(deployed: Stack) -> None:
    databases = ARN.format(service="glue", resource="database/*")
    for action, resource in allowed(access_policy(deployed), "glue"):
        if action in ("glue:GetDatabase", "glue:GetDatabases"):
            assert resource in (DATABASE[0], databases)
        else:
            assert resource in (*DATABASE, TABLES if action in WRITES else ALL_TABLES), action


@pytest.mark.parametrize("name", stacks.NAMES)
def test_it_has_what_the_query_machine_has_for_data_and_other_results(name: str) -> None:
    deployed = stacks.stack(name)
    machine, people = roles(deployed)["QueryStateMachineRole"], access_policy(deployed)
    assert set(allowed(people, "kms")) == set(allowed(machine, "kms"))
    results = "notebook-results" if name == "existing" else "<ResultsBucket>"
    data = {pair for pair in allowed(machine, "s3") if "Results" not in pair[1] and results not in pair[1]}
    assert data == {pair for pair in allowed(people, "s3") if results not in pair[1]}
    assert not [pair for pair in allowed(people, "s3") if "ServiceResultsBucket" in pair[1]]


def test_attaching_is_of_this_policy_and_to_the_roles_of_the_parameters(deployed: Stack) -> None:
    attaching = [s for s in statements(roles(deployed)["AttachAccessPolicyRole"]) if "RolePolicy" in str(s["Action"])]
    assert all(s["Condition"] == {"ArnEquals": {"iam:PolicyARN": "<AthenaAccessPolicy>"}} for s in attaching)
    resources = {r for s in attaching if s["Action"] == "iam:AttachRolePolicy" for r in as_list(s["Resource"])}
    hardened = deployed is stacks.stack("hardened")
    assert resources == ({*stacks.ROLES, stacks.ROLE_PATTERN} if hardened else set())


def test_attaching_is_off_by_default(defaults: Stack) -> None:
    properties: dict[str, Any] = defaults.of_type("Custom::AccessPolicyAttachments")["AccessPolicyAttachments"]
    assert properties["RoleArns"] == [""]
    actions = {a for s in statements(roles(defaults)["AttachAccessPolicyRole"]) for a in as_list(s["Action"])}
    assert not actions & {"iam:AttachRolePolicy", "iam:ListRoles"}


def registering(principal: str, detail_type: str = "bucket-registration") -> iam_evaluator.EvalContext:
    """A request to put an event on the bus."""
    return iam_evaluator.EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole",
        principal_account="123456789012",
        action="events:PutEvents",
        resource_arn=ARN.format(service="events", resource="event-bus/own-bus"),
        region="eu-test-1",
        service_context={"events:detail-type": detail_type},
        principal_keys={"aws:principalarn": principal},
    )


@pytest.mark.parametrize(
    ("principal", "detail_type", "denied"),
    [
        ("arn:aws-test:iam::123456789012:role/registrar-of-lab", "bucket-registration", False),
        ("arn:aws-test:iam::123456789012:role/somebody", "bucket-registration", True),
        ("arn:aws-test:iam::123456789012:role/not-registrar-", "bucket-registration", True),
        ("arn:aws-test:iam::123456789012:role/somebody", "package-revision", True),
        ("arn:aws-test:iam::123456789012:role/somebody", "query-requested", False),
    ],
)
def test_only_registrars_register(hardened: Stack, principal: str, detail_type: str, denied: bool) -> None:
    policy = hardened.of_type("AWS::Events::EventBus")["EventBus"]["Policy"]
    parsed = iam_evaluator.parse_policy_document(policy)
    found = iam_evaluator.evaluate(registering(principal, detail_type), [parsed])
    assert (found.decision == "Deny") is denied


def test_a_bus_is_made_only_where_the_parameter_says_so(defaults: Stack, hardened: Stack) -> None:
    assert not defaults.of_type("AWS::Events::EventBus")
    rules = hardened.of_type("AWS::Events::Rule")
    assert {rule.get("EventBusName") for rule in rules.values()} == {"<EventBus>", None}
    made = hardened.resources["EventBus"]
    assert (made["DeletionPolicy"], made["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_guardrails_hold_by_default(defaults: Stack) -> None:
    settings = defaults.of_type("AWS::Athena::WorkGroup")["WorkGroup"]["WorkGroupConfiguration"]
    assert settings["EnforceWorkGroupConfiguration"] is True
    assert int(settings["BytesScannedCutoffPerQuery"]) >= 10_000_000
    results = settings["ResultConfiguration"]
    assert results["ExpectedBucketOwner"] == "123456789012"
    assert results["EncryptionConfiguration"]["EncryptionOption"] == "SSE_S3"
    buckets = defaults.of_type("AWS::S3::Bucket")
    assert buckets["ResultsBucket"]["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 30
    assert all(all(bucket["PublicAccessBlockConfiguration"].values()) for bucket in buckets.values())


def test_a_customers_key_encrypts_whatever_keeps_anything(hardened: Stack) -> None:
    found = {
        resource_type: [str(properties) for properties in hardened.of_type(resource_type).values()]
        for resource_type in (
            "AWS::SQS::Queue",
            "AWS::Logs::LogGroup",
            "AWS::DynamoDB::Table",
            "AWS::S3::Bucket",
            "AWS::Athena::WorkGroup",
            "AWS::Events::EventBus",
        )
    }
    assert all(found.values())
    for resource_type, all_properties in found.items():
        assert all(stacks.KEY in properties for properties in all_properties), resource_type


def test_nothing_is_in_a_network_of_ours(hardened: Stack) -> None:
    assert not any("VpcConfig" in function for function in hardened.of_type("AWS::Lambda::Function").values())
