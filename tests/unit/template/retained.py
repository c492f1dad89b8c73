"""The identity of resources: what CloudFormation would replace them for, and what others know them by."""

from __future__ import annotations

from typing import Any

#: Properties that identify a resource of each type that holds data, or to which users' schedules, policies, stacks,
#: queries or programs refer. Changing one replaces the resource or gives it another name; none: AWS generates the name.
KINDS: dict[str, tuple[str, ...]] = {
    "AWS::Athena::NamedQuery": ("Name", "Database", "WorkGroup"),
    "AWS::Athena::WorkGroup": ("Name",),
    "AWS::DynamoDB::Table": ("TableName", "KeySchema"),
    "AWS::Events::EventBus": ("Name",),
    "AWS::Glue::Database": ("CatalogId", "DatabaseInput.Name"),
    "AWS::IAM::ManagedPolicy": ("ManagedPolicyName", "Path", "Description"),
    "AWS::IAM::Role": ("RoleName", "Path"),
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::S3::BucketPolicy": ("Bucket",),
    "AWS::SQS::Queue": ("QueueName", "FifoQueue"),
    "AWS::SQS::QueuePolicy": ("Queues",),
    "AWS::SSM::Parameter": ("Name", "Type", "Value"),
    "AWS::Scheduler::ScheduleGroup": ("Name",),
    "AWS::StepFunctions::StateMachine": ("StateMachineName", "StateMachineType"),
    "Custom::AccessPolicyAttachments": ("ServiceToken", "PolicyArn"),
}


def identity(resource: dict[str, Any]) -> dict[str, Any]:
    """What must stay as it is of a resource of these types."""
    properties = resource.get("Properties", {})
    kept = {name: _value(properties, name) for name in KINDS[resource["Type"]]}
    return {
        "Type": resource["Type"],
        **{name: resource[name] for name in ("DeletionPolicy", "UpdateReplacePolicy") if name in resource},
        "Properties": {name: value for name, value in kept.items() if value is not None},
    }


def _value(properties: dict[str, Any], path: str) -> Any:
    value: Any = properties
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
