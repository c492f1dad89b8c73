"""Cleaning deletes what has the name and the tag of a run, and nothing that lacks one of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from verification import cleanup, resources
from verification.deployment import tag_resources
from verification.resources import ROLE_PATH
from verification.run import TAG, Run, run_of
from verification.target import Target

#: What moto has from the beginning.
DEFAULTS = {"4 default", "3 primary"}
RUN, OTHER = Run("0123abcd"), Run("fedc9876")
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "1" * 12}, "Action": "sts:AssumeRole"}],
    }
)
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})


class Stacks:
    """CloudFormation at the edge to boto3, since moto's needs packages that are not installed. Stacks retain all."""

    def __init__(self) -> None:
        self.stacks: dict[str, dict[str, Any]] = {}
        self.resources: dict[str, list[dict[str, str]]] = {}

    def create(self, name: str, tags: list[dict[str, str]], resources: dict[str, str]) -> None:
        """Create a stack with resources: types by names."""
        self.stacks[name] = {"StackName": name, "StackId": f"id-{name}", "StackStatus": "CREATE_COMPLETE", "Tags": tags}
        self.resources[name] = [
            {"PhysicalResourceId": one, "ResourceType": kind, "ResourceStatus": "CREATE_COMPLETE"}
            for one, kind in resources.items()
        ]

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
        found = [one for one in self.stacks.values() if StackName in (one["StackName"], one["StackId"])]
        if not found:
            message = f"Stack with id {StackName} does not exist"
            raise ClientError({"Error": {"Code": "ValidationError", "Message": message}}, "DescribeStacks")
        return {"Stacks": found}

    def delete_stack(self, StackName: str) -> None:  # noqa: N803 - boto3's name
        del self.stacks[StackName]

    def get_paginator(self, operation: str) -> Any:
        class Pages:
            @staticmethod
            def paginate(**request: str) -> list[dict[str, Any]]:
                if operation == "list_stack_resources":
                    return [{"StackResourceSummaries": self.resources[request["StackName"]]}]
                return [{"Stacks": list(self.stacks.values())}]

        return Pages


@dataclass(frozen=True)
class MotoTarget(Target):
    """moto, with stacks."""

    stacks: Stacks = field(default_factory=Stacks)

    def client(self, service: str, credentials: dict[str, str] | None = None) -> Any:
        """A client of moto's services."""
        return self.stacks if service == "cloudformation" else super().client(service, credentials)


@pytest.fixture
def target() -> Iterator[MotoTarget]:
    with mock_aws():
        yield MotoTarget(None, "us-east-1")


def create(target: Target, name: str, tags: dict[str, str]) -> None:
    """Create a resource of each kind (but stacks), named so, with these tags."""
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    s3 = target.client("s3")
    s3.create_bucket(Bucket=f"{name}-bucket")
    s3.put_bucket_versioning(Bucket=f"{name}-bucket", VersioningConfiguration={"Status": "Enabled"})
    for content in (b"1", b"2"):
        s3.put_object(Bucket=f"{name}-bucket", Key="key", Body=content)
    s3.delete_object(Bucket=f"{name}-bucket", Key="key")
    s3.create_multipart_upload(Bucket=f"{name}-bucket", Key="unfinished")
    if pairs:
        s3.put_bucket_tagging(Bucket=f"{name}-bucket", Tagging={"TagSet": pairs})
    target.client("dynamodb").create_table(
        TableName=f"{name}-table",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "bucket", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "bucket", "KeyType": "HASH"}],
        Tags=pairs,
    )
    glue = target.client("glue")
    glue.create_database(DatabaseInput={"Name": name.replace("-", "_")}, Tags=tags)
    glue.create_table(DatabaseName=name.replace("-", "_"), TableInput={"Name": "a_table"})
    target.client("athena").create_work_group(
        Name=name, Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{name}-bucket/"}}, Tags=pairs
    )
    events = target.client("events")
    events.create_event_bus(Name=name, Tags=pairs)
    events.put_rule(Name="observer", EventBusName=name, EventPattern='{"source": ["x"]}')
    queue = target.client("sqs").create_queue(QueueName=f"{name}-observer", tags=tags)["QueueUrl"]
    arn = target.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    events.put_targets(Rule="observer", EventBusName=name, Targets=[{"Id": "queue", "Arn": arn}])
    iam = target.client("iam")
    iam.create_role(RoleName=f"{name}-reader", Path=ROLE_PATH, AssumeRolePolicyDocument=TRUST, Tags=pairs)
    iam.put_role_policy(RoleName=f"{name}-reader", PolicyName="check", PolicyDocument=POLICY)


def names(target: Target) -> set[str]:
    """Everything that exists of the kinds above."""
    buckets = [bucket["Name"] for bucket in target.client("s3").list_buckets()["Buckets"]]
    tables = target.client("dynamodb").list_tables()["TableNames"]
    databases = [one["Name"] for one in target.client("glue").get_databases()["DatabaseList"]]
    workgroups = [one["Name"] for one in target.client("athena").list_work_groups()["WorkGroups"]]
    buses = [one["Name"] for one in target.client("events").list_event_buses()["EventBuses"]]
    queues = [url.rpartition("/")[2] for url in target.client("sqs").list_queues().get("QueueUrls", [])]
    roles = [one["RoleName"] for one in target.client("iam").list_roles()["Roles"]]
    groups = [one["logGroupName"] for one in target.client("logs").describe_log_groups()["logGroups"]]
    found: list[list[Any]] = [buckets, tables, databases, workgroups, buses, queues, roles, groups]
    return {f"{kind} {name}" for kind, some in enumerate(found) for name in some}


@pytest.mark.exhaustive
def test_everything_of_the_run_is_deleted_and_nothing_else(target: Target) -> None:
    create(target, "quilt-athena", {TAG: RUN.id})  # the tag without the name
    create(target, OTHER.name, OTHER.tags)
    target.client("logs").create_log_group(logGroupName=f"/aws/lambda/{OTHER.name}")
    target.client("logs").create_log_group(logGroupName=f"/aws/lambda/x-{RUN.name}")
    target.client("logs").create_log_group(logGroupName=f"/aws/lambda/{RUN.name}0")
    before = names(target)
    create(target, RUN.name, RUN.tags)
    for group in (f"/aws/lambda/{RUN.name}", f"/aws/vendedlogs/states/{RUN.name}-query"):
        target.client("logs").create_log_group(logGroupName=group)
    assert len(names(target) - before) == 9
    assert cleanup.runs(target) == [RUN.id, OTHER.id]

    deleted: list[str] = []
    assert cleanup.clean(target, RUN, deleted.append) == []
    assert names(target) == before
    assert len(deleted) == 9
    assert cleanup.leftovers(target, RUN) == []
    assert cleanup.runs(target) == [OTHER.id]


@pytest.mark.parametrize("tags", [{}, {TAG: OTHER.id}, {"Owner": RUN.id}, {TAG: f"{RUN.id}0"}])
def test_name_of_the_run_without_its_tag_is_left_alone(target: Target, tags: dict[str, str]) -> None:
    create(target, RUN.name, tags)
    before = names(target)
    assert cleanup.clean(target, RUN, print) == []
    assert names(target) == before


def test_roles_and_queues_of_stacks_are_left_to_their_stack(target: Target) -> None:
    iam = target.client("iam")
    iam.create_role(RoleName=f"{RUN.name}-OnboardBucketRole", AssumeRolePolicyDocument=TRUST, Tags=RUN.tag_list)
    target.client("sqs").create_queue(QueueName=f"{RUN.name}-BucketEventsQueue", tags=RUN.tags)
    assert cleanup.leftovers(target, RUN) == []


def retained(target: MotoTarget, tags: list[dict[str, str]]) -> None:
    """A stack with a resource of each kind that it retains, none of which CloudFormation has tagged."""
    create(target, RUN.name, {})
    resources = {
        f"{RUN.name}-bucket": "AWS::S3::Bucket",
        f"{RUN.name}-table": "AWS::DynamoDB::Table",
        RUN.database: "AWS::Glue::Database",
        RUN.name: "AWS::Athena::WorkGroup",
        f"{RUN.name}-never-created": "AWS::S3::Bucket",
    }
    target.stacks.create(RUN.name, tags, resources)


def test_stack_is_deleted_with_what_it_retains(target: MotoTarget) -> None:
    retained(target, RUN.tag_list)
    target.stacks.create(f"{RUN.name}-untagged", [], {})
    assert cleanup.clean(target, RUN, print) == []
    assert list(target.stacks.stacks) == [f"{RUN.name}-untagged"]
    # What the stack didn't create and nobody has tagged.
    left = {f"4 {RUN.name}", f"5 {RUN.name}-observer", f"6 {RUN.name}-reader", *DEFAULTS}
    assert names(target) == left


def test_stack_without_the_tag_is_left_alone_with_its_resources(target: MotoTarget) -> None:
    retained(target, OTHER.tag_list)
    before = names(target)
    assert cleanup.clean(target, RUN, print) == []
    assert names(target) == before
    assert list(target.stacks.stacks) == [RUN.name]


def test_stack_without_resources_needs_no_tag(target: MotoTarget) -> None:
    for name in (RUN.name, f"{RUN.name}-other"):
        target.stacks.create(name, [], {})
        target.stacks.stacks[name]["StackStatus"] = "REVIEW_IN_PROGRESS"
    assert cleanup.clean(target, RUN, print) == []
    assert list(target.stacks.stacks) == [f"{RUN.name}-other"]


def test_tags_of_a_bucket_are_kept(target: MotoTarget) -> None:
    s3 = target.client("s3")
    s3.create_bucket(Bucket=f"{RUN.name}-bucket")
    s3.put_bucket_tagging(Bucket=f"{RUN.name}-bucket", Tagging={"TagSet": [{"Key": "aws", "Value": "x"}]})
    target.stacks.create(RUN.name, RUN.tag_list, {f"{RUN.name}-bucket": "AWS::S3::Bucket"})
    tag_resources(target, RUN)
    tag_resources(target, RUN)
    tags = s3.get_bucket_tagging(Bucket=f"{RUN.name}-bucket")["TagSet"]
    assert tags == [{"Key": "aws", "Value": "x"}, *RUN.tag_list]


@pytest.mark.exhaustive
def test_failure_is_reported_and_does_not_keep_the_rest(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    create(target, RUN.name, RUN.tags)

    def denied(_: Target, name: str) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": f"no {name}"}}, "DeleteTable")

    calls: list[str] = []

    def denied_once(where: Target, name: str) -> None:
        calls.append(name)
        if len(calls) == 1:
            denied(where, name)
        resources.delete_queue(where, name)

    kinds = [cleanup.Kind("queue", kind.find, denied_once) if kind.name == "queue" else kind for kind in cleanup.KINDS]
    kinds = [kind if kind.name != "table" else cleanup.Kind("table", kind.find, denied) for kind in kinds]
    monkeypatch.setattr(cleanup, "KINDS", tuple(kinds))
    (left,) = cleanup.clean(target, RUN, print)
    assert left.startswith(f"table {RUN.name}-table: ")
    assert "AccessDenied" in left
    assert names(target) == {*DEFAULTS, f"1 {RUN.name}-table"}


def test_cleaning_twice_is_harmless(target: Target) -> None:
    create(target, RUN.name, RUN.tags)
    assert cleanup.clean(target, RUN, print) == []
    assert cleanup.clean(target, RUN, print) == []


@pytest.mark.parametrize("text", ["", "*", "0123abc", "0123abcde", "0123ABCD", "quilt-ve"])
def test_other_texts_are_no_runs(text: str) -> None:
    with pytest.raises(ValueError, match="is not the id of a run"):
        Run(text)
    assert run_of({TAG: text}) is None


def test_names_of_a_run_are_legal_and_its_own() -> None:
    run = Run.new()
    assert run.owns(run.name)
    assert run.owns(run.database)
    assert run.owns(run.bucket("cells"))
    assert not run.owns(Run.new().name)
    assert len(run.bucket("acceptance-bucket")) <= 63
    assert run.parameters["BucketNamePattern"] == f"{run.name}-data-*"


def test_parameters_of_a_run_are_those_of_the_template() -> None:
    from local.stack.paths import ROOT

    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    assert all(f"\n  {name}:\n" in template for name in RUN.parameters)
