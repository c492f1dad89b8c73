"""Keep the log groups of a deployed stack when an upgrade no longer declares them.

When a resource is missing in a new template, CloudFormation looks for its DeletionPolicy in the deployed template, so a
policy cannot come with the upgrade that removes the resource. This deploys the stack's current template once more, with
`DeletionPolicy: Retain` on all log groups, and changes nothing else. CloudFormation does not take a DeletionPolicy
alone for a change, so the groups get metadata, too.

    python -m tools.retain_log_groups --stack-name quilt-athena [--bucket BUCKET]
"""

from __future__ import annotations

import argparse
import json
import sys
import uuid
from collections.abc import Mapping
from typing import Any

import boto3

#: The stack in which `sam deploy --resolve-s3` keeps its bucket.
_SAM_STACK = "aws-sam-cli-managed-default"
_LOG_GROUP = "AWS::Logs::LogGroup"


def with_retained_log_groups(template: Mapping[str, Any]) -> dict[str, Any]:
    """A template whose log groups outlive their removal from it."""
    resources = {
        name: resource
        if resource["Type"] != _LOG_GROUP
        else {
            **resource,
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Metadata": {**resource.get("Metadata", {}), "Retained": "Kept by an upgrade that shares log groups"},
        }
        for name, resource in template["Resources"].items()
    }
    return {**template, "Resources": resources}


def retain_log_groups(session: Any, stack_name: str, bucket: str) -> list[str]:
    """Deploy the stack's template again with its log groups retained; their names.

    Args:
        session: a boto3 session.
        stack_name: the stack.
        bucket: a bucket through which CloudFormation gets the template, which is too long for a request.

    Raises:
        ClientError: there is no such stack, or the caller may not update it.
        WaiterError: the update failed.
    """
    cloudformation, s3 = session.client("cloudformation"), session.client("s3")
    found = cloudformation.get_template(StackName=stack_name, TemplateStage="Processed")["TemplateBody"]
    template = with_retained_log_groups(json.loads(found) if isinstance(found, str) else found)
    key = f"{stack_name}/retain-log-groups-{uuid.uuid4().hex}.json"
    s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(template).encode())
    cloudformation.update_stack(
        StackName=stack_name,
        TemplateURL=s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}).partition("?")[0],
        Parameters=[{"ParameterKey": name, "UsePreviousValue": True} for name in template.get("Parameters", {})],
        Capabilities=["CAPABILITY_IAM"],
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName=stack_name, WaiterConfig={"Delay": 5})
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_name)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return sorted(one["PhysicalResourceId"] for one in resources if one["ResourceType"] == _LOG_GROUP)


def _sam_bucket(session: Any) -> str:
    (stack,) = session.client("cloudformation").describe_stacks(StackName=_SAM_STACK)["Stacks"]
    return str({output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}["SourceBucket"])


def main() -> None:
    """Retain the log groups of the stack that the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stack-name", default="quilt-athena", help="the deployed stack (default quilt-athena)")
    parser.add_argument("--bucket", help="a bucket for the template (default: the SAM CLI's)")
    arguments = parser.parse_args()
    session = boto3.Session()
    names = retain_log_groups(session, arguments.stack_name, arguments.bucket or _sam_bucket(session))
    sys.stdout.write("\n  ".join([f"{len(names)} log groups are retained:", *names]) + "\n")


if __name__ == "__main__":
    main()
