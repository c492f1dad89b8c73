"""Every role is for one purpose, and its statements name actions and resources, or the reason why not."""

from __future__ import annotations

import re

from tests.unit.template import stacks
from tests.unit.template.cloudformation import PSEUDO, Stack, as_list, source, strings, transformed
from tests.unit.template.policies import (
    ACCESS,
    ALL_TABLES,
    EXECUTIONS,
    INDEX_EXECUTIONS,
    INDEX_QUERIES,
    INDEX_TABLES,
    QUERY_ROLES,
    TABLES,
    VIEW_MAKER,
    VIEW_QUERIES,
    VIEWS,
    access_policy,
    roles,
    statements,
    without_a_name,
)

PRINCIPALS = {
    "AWS::Lambda::Function": "lambda.amazonaws.com",
    "AWS::StepFunctions::StateMachine": "states.amazonaws.com",
}


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


def test_state_machines_are_assumed_for_this_account_only(deployed: Stack) -> None:
    for machine in deployed.of_type("AWS::StepFunctions::StateMachine").values():
        role = roles(deployed)[machine["RoleArn"].removeprefix("<").removesuffix(".Arn>")]
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": PSEUDO["AWS::AccountId"]}}


def test_statements_are_named_once(deployed: Stack) -> None:
    for name, role in roles(deployed).items():
        sids = [statement["Sid"] for statement in statements(role)]
        assert len(sids) == len(set(sids)), name


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


def test_every_arn_names_the_partition_that_it_is_deployed_to() -> None:
    template = source()
    for text in strings([template["Resources"], template["Outputs"], template["Conditions"]]):
        for arn in re.findall(r"arn:[^\s\"']*", text):
            assert arn.startswith("arn:${AWS::Partition}:"), arn
