"""The access policy and the roles that the stack's parameters select for it, as a deployment and a refresh use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quilt_athena.access.attachments import Attached, PolicyAttachments, Selection


@dataclass(frozen=True)
class AccessPolicyRoles:
    """Keeps the policy attached to the selected ``roles``."""

    attachments: PolicyAttachments
    roles: Selection

    def attach(self) -> dict[str, Any]:
        """Attach the policy to the selected roles that lack it; the result is the refresh result's ``AccessPolicy``.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: roles cannot be listed.
        """
        return (self.attachments.bring_to(self.roles) if self.roles else Attached()).as_json()

    def apply(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Apply a request to the custom resource (Create, Update or Delete): attach the policy to the roles of its
        properties, and detach it from those of the old properties, or from all when the resource is deleted.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: roles cannot be listed.
        """
        selected = Selection.from_properties(request["ResourceProperties"])
        if request["RequestType"] == "Delete":
            return self.attachments.bring_to(Selection.of((), ""), before=selected).as_json()
        before = Selection.from_properties(request.get("OldResourceProperties") or {})
        return self.attachments.bring_to(selected, before=before).as_json()
