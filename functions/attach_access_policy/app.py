"""Attach the access policy to the roles that the stack's parameters select: at deployment, and in each refresh."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.access.attachments import PolicyAttachments, RoleSelection
from quilt_athena.access.policy import AccessPolicyRoles
from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.runtime.custom_resources import handle_request, is_custom_resource_request
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import FunctionSettings

#: Independent of the roles, so that a change of them updates the custom resource instead of replacing it.
PHYSICAL_ID = "access-policy-attachments"


@dataclass(frozen=True)
class Settings(FunctionSettings):
    """The function's environment."""

    access_policy_arn: str
    role_arns: tuple[str, ...] = ()


@cache
def compose() -> AccessPolicyRoles:
    """The access policy that all events of this execution environment share."""
    settings = Settings.from_environment()
    attachments = PolicyAttachments(boto3.client("iam", config=CLIENT_CONFIG), settings.access_policy_arn)
    return AccessPolicyRoles(attachments, RoleSelection.of(settings.role_arns))


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Handle a request to the custom resource; for any other event attach the policy where it is missing.

    Returns ``{"Attached": {"Count", "Roles"}, "Failed": {"Count", "Roles": [{"Role", "Reason"}]}}``.
    """
    if is_custom_resource_request(event):
        return handle_request(
            event,
            lambda request: compose().apply(request),
            physical_id=PHYSICAL_ID,
            purpose="Attaching the access policy",
        )
    return compose().attach()
