"""Deploying the throwaway stack of a run, so that everything of it carries the run's tag."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.stack.dependencies import build_settings
from local.stack.paths import ROOT
from local.stack.sam import Sam
from verification.resources import arn as resource_arn
from verification.run import TAG, Run
from verification.target import Target

TEMPLATE = ROOT / "template.yaml"


def deploy(target: Target, run: Run, work: Path) -> dict[str, str]:
    """Build and deploy the stack with SAM; returns its outputs. Raises LocalAwsError with the end of SAM's log.

    SAM uploads to a bucket of the run, since the bucket that it would create itself would remain.
    """
    sam = Sam(TEMPLATE, work, target.environment(work / "home"))
    # For AWS, the layers are built for Lambda's processor; for the local AWS, for this machine's.
    sam.build(build_settings() if target.is_local else {})
    artifacts = create_bucket(target, run, f"{run.name}-artifacts")
    sam.deploy(run.name, run.parameters, lambda: None, tags=run.tags, bucket=artifacts)
    tag_resources(target, run)
    stack = target.client("cloudformation").describe_stacks(StackName=run.name)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def create_bucket(target: Target, run: Run, name: str) -> str:
    """Create a bucket that carries the run's tag; returns its name."""
    s3 = target.client("s3")
    if target.region == "us-east-1":  # the one region that S3 doesn't accept as a location
        s3.create_bucket(Bucket=name)
    else:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": target.region})
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": run.tag_list})
    return name


def tag_resources(target: Target, run: Run) -> None:
    """Tag those of the stack's resources that outlive it, if CloudFormation hasn't: it tags no Glue databases.

    Does nothing if there is no stack of the run. Safe to repeat.
    """
    cloudformation = target.client("cloudformation")
    try:
        stack = cloudformation.describe_stacks(StackName=run.name)["Stacks"][0]
    except ClientError:
        return
    if {"Key": TAG, "Value": run.id} not in stack.get("Tags", []):
        return
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=run.name)
    for page in pages:
        for resource in page["StackResourceSummaries"]:
            name = resource.get("PhysicalResourceId")
            if name and not resource["ResourceStatus"].startswith("DELETE"):
                _tag(target, run, resource["ResourceType"], name)


def _tag(target: Target, run: Run, kind: str, name: str) -> None:
    try:
        if kind == "AWS::S3::Bucket":
            _tag_bucket(target.client("s3"), run, name)
        elif kind == "AWS::DynamoDB::Table":
            arn = resource_arn(target, "dynamodb", f"table/{name}")
            target.client("dynamodb").tag_resource(ResourceArn=arn, Tags=run.tag_list)
        elif kind == "AWS::Glue::Database":
            arn = resource_arn(target, "glue", f"database/{name}")
            target.client("glue").tag_resource(ResourceArn=arn, TagsToAdd=run.tags)
        elif kind == "AWS::Athena::WorkGroup":
            arn = resource_arn(target, "athena", f"workgroup/{name}")
            target.client("athena").tag_resource(ResourceARN=arn, Tags=run.tag_list)
        elif kind == "AWS::Events::EventBus":
            arn = resource_arn(target, "events", f"event-bus/{name}")
            target.client("events").tag_resource(ResourceARN=arn, Tags=run.tag_list)
        elif kind == "AWS::Logs::LogGroup":
            arn = resource_arn(target, "logs", f"log-group:{name}")
            target.client("logs").tag_resource(resourceArn=arn, tags=run.tags)
    except ClientError as error:
        # A stack that is being created or deleted lists resources that don't exist yet, or no longer.
        if "NotFound" not in str(error) and "NoSuch" not in str(error):
            raise


def _tag_bucket(s3: Any, run: Run, name: str) -> None:
    """S3 replaces all tags at once, and lets nobody remove those of CloudFormation."""
    try:
        tags = s3.get_bucket_tagging(Bucket=name)["TagSet"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchTagSet":
            raise
        tags = []
    if run.tag_list[0] not in tags:
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [*tags, *run.tag_list]})
