"""Each kind of resource that a run creates: finding those with a name prefix, with their tags, and deleting one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from local.stack.waiting import until
from verification.run import PREFIX, TAG
from verification.target import Target

#: The path of the roles that a run itself creates. Those of its stack are deleted with the stack.
ROLE_PATH = "/quilt-athena-verification/"
#: The end of the names of queues that a run itself creates.
QUEUE_SUFFIX = "-observer"
_LOG_GROUPS = ("/aws/lambda/", "/aws/vendedlogs/states/")
_STACK_TIMEOUT_SECONDS = 1800.0


@dataclass(frozen=True)
class Found:
    """A resource: its name, its tags, and what precedes the run's name in its name."""

    name: str
    tags: Mapping[str, str] = field(default_factory=dict)
    before: str = ""

    @property
    def base_name(self) -> str:
        """The name from the run's name on."""
        return self.name.removeprefix(self.before)


def _tags(pairs: Any) -> dict[str, str]:
    return {pair["Key"]: pair["Value"] for pair in pairs or ()}


def arn(target: Target, service: str, resource: str) -> str:
    """The ARN of a resource in the caller's account and the target's region."""
    partition = target.caller["Arn"].split(":")[1]
    return f"arn:{partition}:{service}:{target.region}:{target.caller['Account']}:{resource}"


def stacks(target: Target, prefix: str) -> Iterator[Found]:
    """CloudFormation stacks, those included whose creation or deletion failed.

    One of which only the change set was created has no resources, and may have no tags: the run's name is enough.
    """
    for page in target.client("cloudformation").get_paginator("describe_stacks").paginate():
        for stack in page["Stacks"]:
            name, tags = stack["StackName"], _tags(stack.get("Tags"))
            if stack["StackStatus"] == "REVIEW_IN_PROGRESS" and re.fullmatch(rf"{PREFIX}[0-9a-f]{{8}}", name):
                tags = {TAG: name.removeprefix(PREFIX)}
            if name.startswith(prefix) and stack["StackStatus"] != "DELETE_COMPLETE":
                yield Found(name, tags)


def wait_for_creation(target: Target, name: str) -> None:
    """Wait until a stack of this name, if there is one, is neither being created nor rolled back."""
    until(
        lambda: [
            stack
            for page in target.client("cloudformation").get_paginator("describe_stacks").paginate()
            for stack in page["Stacks"]
            if stack["StackName"] == name and stack["StackStatus"] in ("CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS")
        ],
        lambda found: not found,
        every=target.poll_seconds,
        timeout=_STACK_TIMEOUT_SECONDS,
    )


def delete_stack(target: Target, name: str) -> None:
    """Delete a stack and wait for its end. Raises TimeoutError with CloudFormation's reason if it doesn't end well."""
    cloudformation = target.client("cloudformation")
    stack_id = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
    cloudformation.delete_stack(StackName=name)

    def state() -> tuple[str, str]:
        try:
            stack = cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return "DELETE_COMPLETE", ""
            raise
        return stack["StackStatus"], stack.get("StackStatusReason", "")

    status, reason = until(
        state, lambda found: found[0] in ("DELETE_COMPLETE", "DELETE_FAILED"),
        every=target.poll_seconds, timeout=_STACK_TIMEOUT_SECONDS,
    )  # fmt: skip
    if status == "DELETE_FAILED":
        raise TimeoutError(f"CloudFormation could not delete it: {reason}")


def roles(target: Target, prefix: str) -> Iterator[Found]:
    """Roles that runs themselves created, by their path."""
    iam = target.client("iam")
    for page in iam.get_paginator("list_roles").paginate(PathPrefix=ROLE_PATH):
        for role in page["Roles"]:
            if role["Path"] == ROLE_PATH and role["RoleName"].startswith(prefix):
                yield Found(role["RoleName"], _tags(iam.list_role_tags(RoleName=role["RoleName"])["Tags"]))


def delete_role(target: Target, name: str) -> None:
    """Delete a role with its inline policies; nothing attaches managed ones."""
    iam = target.client("iam")
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)


def queues(target: Target, prefix: str) -> Iterator[Found]:
    """Queues that runs themselves created."""
    sqs = target.client("sqs")
    for page in sqs.get_paginator("list_queues").paginate(QueueNamePrefix=prefix):
        for url in page.get("QueueUrls", []):
            if url.endswith(QUEUE_SUFFIX):
                yield Found(url.rpartition("/")[2], sqs.list_queue_tags(QueueUrl=url).get("Tags", {}))


def delete_queue(target: Target, name: str) -> None:
    """Delete a queue."""
    sqs = target.client("sqs")
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=name)["QueueUrl"])


def event_buses(target: Target, prefix: str) -> Iterator[Found]:
    """Event buses; there is no paginator for them, and the prefix leaves few."""
    events = target.client("events")
    for bus in events.list_event_buses(NamePrefix=prefix, Limit=100)["EventBuses"]:
        tags = events.list_tags_for_resource(ResourceARN=bus["Arn"])["Tags"]
        yield Found(bus["Name"], _tags(tags))


def delete_event_bus(target: Target, name: str) -> None:
    """Delete a bus with its rules."""
    events = target.client("events")
    for rule in events.list_rules(EventBusName=name)["Rules"]:
        targets = events.list_targets_by_rule(Rule=rule["Name"], EventBusName=name)["Targets"]
        if targets:
            ids = [one["Id"] for one in targets]
            events.remove_targets(Rule=rule["Name"], EventBusName=name, Ids=ids)
        events.delete_rule(Name=rule["Name"], EventBusName=name)
    events.delete_event_bus(Name=name)


def workgroups(target: Target, prefix: str) -> Iterator[Found]:
    """Athena workgroups."""
    athena = target.client("athena")
    token: dict[str, str] = {}
    while True:
        page = athena.list_work_groups(**token)
        for workgroup in page["WorkGroups"]:
            if workgroup["Name"].startswith(prefix):
                where = arn(target, "athena", f"workgroup/{workgroup['Name']}")
                yield Found(workgroup["Name"], _tags(athena.list_tags_for_resource(ResourceARN=where)["Tags"]))
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}


def delete_workgroup(target: Target, name: str) -> None:
    """Delete a workgroup with its saved queries and history."""
    target.client("athena").delete_work_group(WorkGroup=name, RecursiveDeleteOption=True)


def databases(target: Target, prefix: str) -> Iterator[Found]:
    """Glue databases."""
    glue = target.client("glue")
    for page in glue.get_paginator("get_databases").paginate():
        for database in page["DatabaseList"]:
            if database["Name"].startswith(prefix.replace("-", "_")):
                where = arn(target, "glue", f"database/{database['Name']}")
                yield Found(database["Name"], glue.get_tags(ResourceArn=where).get("Tags", {}))


def delete_database(target: Target, name: str) -> None:
    """Delete a database with its tables and views."""
    target.client("glue").delete_database(Name=name)


def tables(target: Target, prefix: str) -> Iterator[Found]:
    """DynamoDB tables."""
    dynamodb = target.client("dynamodb")
    for page in dynamodb.get_paginator("list_tables").paginate():
        for name in page["TableNames"]:
            if name.startswith(prefix):
                where = arn(target, "dynamodb", f"table/{name}")
                yield Found(name, _tags(dynamodb.list_tags_of_resource(ResourceArn=where).get("Tags")))


def delete_table(target: Target, name: str) -> None:
    """Delete a table and wait until it is gone."""
    dynamodb = target.client("dynamodb")
    dynamodb.delete_table(TableName=name)
    until(lambda: name not in {found.name for found in tables(target, name)}, every=target.poll_seconds)


def buckets(target: Target, prefix: str) -> Iterator[Found]:
    """S3 buckets."""
    s3 = target.client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        if bucket["Name"].startswith(prefix):
            try:
                tags = _tags(s3.get_bucket_tagging(Bucket=bucket["Name"])["TagSet"])
            except ClientError:
                # None, or not this account's to see: not the run's either way.
                continue
            yield Found(bucket["Name"], tags)


def delete_bucket(target: Target, name: str) -> None:
    """Delete a bucket with all versions of its objects and what was not uploaded completely."""
    s3 = target.client("s3")
    for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=name):
        for upload in page.get("Uploads", []):
            s3.abort_multipart_upload(Bucket=name, Key=upload["Key"], UploadId=upload["UploadId"])
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        versions = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        objects = [{"Key": version["Key"], "VersionId": version["VersionId"]} for version in versions]
        if objects:
            s3.delete_objects(Bucket=name, Delete={"Objects": objects, "Quiet": True})
    s3.delete_bucket(Bucket=name)


def log_groups(target: Target, prefix: str) -> Iterator[Found]:
    """Log groups of the stack. Lambda creates a deleted one again, without tags, so the run's name is enough."""
    logs = target.client("logs")
    for before in _LOG_GROUPS:
        for page in logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=f"{before}{prefix}"):
            for group in page["logGroups"]:
                name = group["logGroupName"]
                run = re.match(rf"{re.escape(before + PREFIX)}([0-9a-f]{{8}})(-|$)", name)
                if run:
                    yield Found(name, {TAG: run[1]}, before)


def delete_log_group(target: Target, name: str) -> None:
    """Delete a log group."""
    target.client("logs").delete_log_group(logGroupName=name)
