"""The access policy and the roles that the stack's parameters select for it, as a deployment and a refresh use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quilt_athena.access.attachments import AttachmentResult, PolicyAttachments, RoleSelection


@dataclass(frozen=True)
class AccessPolicyRoles:
    """Keeps the policy attached to the selected ``roles``."""

    attachments: PolicyAttachments
    roles: RoleSelection

    def attach(self) -> dict[str, Any]:
        """Attach the policy to the selected roles that lack it; the result is the refresh result's ``AccessPolicy``.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: roles cannot be listed.
        """
        return (self.attachments.apply(self.roles) if self.roles else AttachmentResult()).as_json()

    def apply(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Apply a request to the custom resource (Create, Update or Delete): attach the policy to the roles of its
        properties, and detach it from those of the old properties, or from all when the resource is deleted.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: roles cannot be listed.
        """
        selected = RoleSelection.from_properties(request["ResourceProperties"])
        if request["RequestType"] == "Delete":
            return self.attachments.apply(RoleSelection(), previous=selected).as_json()
        previous = RoleSelection.from_properties(request.get("OldResourceProperties") or {})
        return self.attachments.apply(selected, previous=previous).as_json()
