"""The access policy, attached to the roles that the stack's parameters name: at deployment, and by each refresh."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.access.attachments import AttachmentResult, PolicyAttachments, RoleSelection
from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.runtime.custom_resources import answer
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import optional_setting, setting


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """A request of CloudFormation's to a custom resource, or anything else for what is missing now.

    Gives ``{"Attached": {"Count", "Roles"}, "Failed": {"Count", "Roles": [{"Role", "Reason"}]}}``.
    """
    if "RequestType" in event:
        return _custom_resource(event)
    wanted = RoleSelection.of(optional_setting("ROLE_ARNS").split(","))
    return _told(_attachments().apply(wanted) if wanted else AttachmentResult())


def _custom_resource(event: dict[str, Any]) -> dict[str, Any]:
    # The same whatever the roles are: a change of them is an update, not a replacement with a deletion after it.
    physical_id = "access-policy-attachments"
    try:
        done = _told(_brought(event))
    except Exception as error:
        logger.exception("attaching failed")
        answer(event, physical_id=physical_id, failure=f"Attaching the access policy failed: {error}")
        return {}
    answer(event, physical_id=physical_id)
    return done


def _brought(event: dict[str, Any]) -> AttachmentResult:
    wanted = RoleSelection.from_properties(event["ResourceProperties"])
    nobody = RoleSelection()
    if event["RequestType"] == "Delete":
        return _attachments().apply(nobody, previous=wanted)
    previous = RoleSelection.from_properties(event.get("OldResourceProperties") or {})
    return _attachments().apply(wanted, previous=previous)


def _told(done: AttachmentResult) -> dict[str, Any]:
    logger.info("access policy", attached=done.attached, detached=done.detached, failed=done.failed)
    return done.as_json()


@cache
def _attachments() -> PolicyAttachments:
    return PolicyAttachments(boto3.client("iam", config=CLIENT_CONFIG), setting("ACCESS_POLICY_ARN"))
