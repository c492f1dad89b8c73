"""The access policy on the roles of the parameters, at deployment, refresh, update and deletion."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from local.stack import executions
from local.stack.clients import client
from local.stack.stack import LocalStack
from local.stack.waiting import until
from tests import permissions
from tests.integration.access.conftest import Person, make_role

#: Roles whose names begin so, with or without a path.
BY_PREFIX = tuple(f"arn:aws:iam::000000000000:role/{path}ReadWriteQuiltV2*" for path in ("", "*/"))
RECORD = permissions.FOLDER / uuid.uuid4().hex / "calls.jsonl"


@pytest.fixture(scope="module")
def attaching() -> Iterator[LocalStack]:
    """A stack of its own, because the tests deploy it with other parameters."""
    with LocalStack(enforce_iam=True, record=RECORD) as deployed:
        yield deployed


def roles_with_policy(stack: LocalStack) -> set[str]:
    """The names of the roles that have the access policy."""
    found = client("iam", stack.endpoint).list_entities_for_policy(
        PolicyArn=stack.outputs["AthenaAccessPolicyArn"], EntityFilter="Role"
    )
    return {role["RoleName"] for role in found["PolicyRoles"]}


def deploy(stack: LocalStack, *arns: str, **others: str) -> None:
    """Deploy the same template with other parameters."""
    changed = {"AccessPolicyRoleArns": ",".join(arns), **others}
    cloudformation = stack.client("cloudformation")
    described = cloudformation.describe_stacks(StackName=stack.stack_name)["Stacks"][0]
    before = {one["ParameterKey"]: one["ParameterValue"] for one in described["Parameters"]}
    cloudformation.update_stack(
        StackName=stack.stack_name,
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in (before | changed).items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )

    def state() -> str:
        return str(cloudformation.describe_stacks(StackName=stack.stack_name)["Stacks"][0]["StackStatus"])

    assert until(state, lambda found: not found.endswith("IN_PROGRESS")) == "UPDATE_COMPLETE"


def refresh(stack: LocalStack) -> dict[str, Any]:
    """Run a refresh to its end. Returns its result for the access policy."""
    machines = client("stepfunctions", stack.endpoint)
    started = machines.start_execution(stateMachineArn=stack.outputs["RefreshStateMachineArn"], input="{}")
    *_, ended = executions.watch(machines, started["executionArn"])
    assert isinstance(ended, executions.Ended)
    assert ended.status == "SUCCEEDED", ended
    found: dict[str, Any] = ended.output["AccessPolicy"]
    return found


def test_parameters_attach_and_detach_the_policy(attaching: LocalStack) -> None:
    arns = [make_role(attaching, name) for name in ("analyst", "ReadWriteQuiltV2-a", "bystander")]
    assert roles_with_policy(attaching) == set()
    refresh(attaching)
    assert roles_with_policy(attaching) == set(), "off by default"

    # With the key of an encrypted catalog, so that its statements are recorded with the others.
    deploy(attaching, arns[0], *BY_PREFIX, CatalogKmsKeyArn="arn:aws:kms:us-east-1:000000000000:key/catalog")
    assert roles_with_policy(attaching) == {"analyst", "ReadWriteQuiltV2-a"}
    permissions.keep_policies(attaching.endpoint, RECORD.parent / "policies.json")
    Person.with_role(attaching, arns[1]).client("athena").get_work_group(WorkGroup="quilt-query")

    make_role(attaching, "ReadWriteQuiltV2-new", path="/team/")
    result = refresh(attaching)
    assert result["Attached"] == {"Count": 1, "Roles": ["ReadWriteQuiltV2-new"]}
    assert roles_with_policy(attaching) == {"analyst", "ReadWriteQuiltV2-a", "ReadWriteQuiltV2-new"}
    assert refresh(attaching)["Attached"]["Count"] == 0

    deploy(attaching, arns[2])
    assert roles_with_policy(attaching) == {"bystander"}
    deploy(attaching)
    assert roles_with_policy(attaching) == set()


def test_missing_role_is_reported_and_others_get_the_policy(attaching: LocalStack) -> None:
    arn = make_role(attaching, "chemist")
    nobody = arn.replace("chemist", "nobody")
    deploy(attaching, nobody, arn)
    assert roles_with_policy(attaching) == {"chemist"}
    failed = refresh(attaching)["Failed"]
    assert failed["Count"] == 1
    assert failed["Roles"][0]["Role"] == "nobody"
    assert "the role does not exist" in failed["Roles"][0]["Reason"]
    deploy(attaching)


def test_function_cannot_attach_another_policy(attaching: LocalStack) -> None:
    deploy(attaching, *BY_PREFIX)
    iam = client("iam", attaching.endpoint)
    [role] = [r for r in iam.list_roles()["Roles"] if "AttachAccessPolicyRole" in r["RoleName"]]
    make_role(attaching, "ReadWriteQuiltV2-b")
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    all_powers = iam.create_policy(PolicyName="all", PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    trust = role["AssumeRolePolicyDocument"]
    trust["Statement"].append({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"})
    iam.update_assume_role_policy(RoleName=role["RoleName"], PolicyDocument=json.dumps(trust))
    thief = Person.with_role(attaching, role["Arn"]).client("iam")
    policy = attaching.outputs["AthenaAccessPolicyArn"]
    with pytest.raises(thief.exceptions.ClientError, match="AccessDenied"):
        thief.attach_role_policy(RoleName="ReadWriteQuiltV2-b", PolicyArn=all_powers)
    with pytest.raises(thief.exceptions.ClientError, match="AccessDenied"):
        thief.attach_role_policy(RoleName=role["RoleName"], PolicyArn=policy)
    thief.attach_role_policy(RoleName="ReadWriteQuiltV2-b", PolicyArn=policy)
    deploy(attaching)


def test_own_bus_receives_registrations(attaching: LocalStack) -> None:
    deploy(attaching, EventBusName="quilt-bus", CreateEventBus="true", RegistrarArns="arn:aws:iam::000000000000:role/*")
    client("s3", attaching.endpoint).create_bucket(Bucket="by-own-bus")
    detail = json.dumps({"version": "0.1", "type": "added", "bucket": "by-own-bus"})
    entry = {
        "EventBusName": "quilt-bus",
        "Source": "quilt-athena",
        "DetailType": "bucket-registration",
        "Resources": ["arn:aws:s3:::by-own-bus"],
        "Detail": detail,
    }
    client("events", attaching.endpoint).put_events(Entries=[entry])
    glue = client("glue", attaching.endpoint)

    def tables() -> int:
        found = glue.get_tables(DatabaseName="quilt_query")["TableList"]
        return sum(table["Name"].startswith("by_own_bus_quilt_") for table in found)

    assert until(tables, lambda count: count == 4) == 4


def test_stack_deletion_detaches_and_deletes_the_policy(attaching: LocalStack) -> None:
    make_role(attaching, "ReadWriteQuiltV2-last")
    deploy(attaching, *BY_PREFIX)
    assert "ReadWriteQuiltV2-last" in roles_with_policy(attaching)
    cloudformation = client("cloudformation", attaching.endpoint)
    stack_id = cloudformation.describe_stacks(StackName=attaching.stack_name)["Stacks"][0]["StackId"]
    cloudformation.delete_stack(StackName=attaching.stack_name)

    def state() -> str:
        return str(cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"])

    assert until(state, lambda found: not found.endswith("IN_PROGRESS")) == "DELETE_COMPLETE"
    iam = client("iam", attaching.endpoint)
    assert iam.list_attached_role_policies(RoleName="ReadWriteQuiltV2-last")["AttachedPolicies"] == []
    assert "AthenaAccessPolicy" not in str(iam.list_policies(Scope="Local")["Policies"])
    # The database, which may contain users' tables, is retained.
    assert client("glue", attaching.endpoint).get_database(Name="quilt_query")
