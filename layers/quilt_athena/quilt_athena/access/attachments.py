"""The attachments of the access policy to roles: with the ARNs given, and matching ARNs with a ``*``.

Attaching is idempotent, so it can be repeated at any time. Roles to which somebody attached the policy by hand keep it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from quilt_athena.aws.calls import calling

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

_log = logging.getLogger(__name__)

#: Errors that concern one role only; the policy is attached to the others nevertheless.
_ROLE_ERRORS = {
    "AccessDenied": "this function may only attach it to roles whose ARN the stack's parameters include",
    "LimitExceeded": "the role has the maximum number of managed policies: detach one, or request a higher quota",
    "NoSuchEntity": "the role does not exist",
    "UnmodifiableEntity": "it is a service-linked role, which only AWS can change",
}
_MAX_NAMED = 50


@dataclass(frozen=True)
class RoleSelection:
    """Roles chosen by name (unique in an account, whatever the path), and by ARNs in which ``*`` is a wildcard."""

    names: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()

    @classmethod
    def of(cls, arns: Iterable[str]) -> RoleSelection:
        """The roles of a stack parameter, which may contain blanks and empty ARNs."""
        given = {arn.strip() for arn in arns} - {""}
        patterns = frozenset(arn for arn in given if "*" in arn)
        return cls(frozenset(arn.rpartition("/")[2] for arn in given - patterns), patterns)

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any]) -> RoleSelection:
        """The property ``RoleArns`` of the custom resource, and ``RolePrefix``, which release 0.1 had."""
        prefix = properties.get("RolePrefix")
        return cls.of([*(properties.get("RoleArns") or ()), f"*/{prefix}*" if prefix else ""])

    def __bool__(self) -> bool:
        return bool(self.names or self.patterns)

    def covers(self, role: str) -> bool:
        """Whether a role of this name, with whatever path, may be selected."""
        return role in self.names or any(fnmatchcase(role, pattern.rpartition("/")[2]) for pattern in self.patterns)

    def matches(self, arn: str) -> bool:
        """Whether a role's ARN matches a pattern."""
        return any(fnmatchcase(arn, pattern) for pattern in self.patterns)


@dataclass(frozen=True)
class AttachmentResult:
    """Roles to which the policy was attached, and from which it was detached, and failures as ``(role, reason)``."""

    attached: tuple[str, ...] = ()
    detached: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As the result of a refresh has it: everything is counted, and the first roles are listed."""
        return {
            "Attached": {"Count": len(self.attached), "Roles": list(self.attached[:_MAX_NAMED])},
            "Failed": {
                "Count": len(self.failed),
                "Roles": [{"Role": role, "Reason": reason} for role, reason in self.failed[:_MAX_NAMED]],
            },
        }


@dataclass(frozen=True)
class PolicyAttachments:
    """The roles that have a policy."""

    iam: IAMClient
    policy_arn: str

    def apply(self, wanted: RoleSelection, previous: RoleSelection | None = None) -> AttachmentResult:
        """Attach the policy to the ``wanted`` roles, and detach it from those that only ``previous`` covers.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: the roles cannot be listed.
        """
        current = self._current_roles()
        missing = [role for role in self._candidates(wanted) if role not in current]
        obsolete = sorted(role for role in current if previous and previous.covers(role) and not wanted.covers(role))
        attached, not_attached = self._call_for_each("attach", missing)
        detached, not_detached = self._call_for_each("detach", obsolete)
        failed = (*not_attached, *not_detached)
        for role, reason in failed:
            _log.warning("role %s: %s", role, reason)
        return AttachmentResult(tuple(attached), tuple(detached), failed)

    def _candidates(self, wanted: RoleSelection) -> list[str]:
        """The named roles, whether or not they exist, and the existing ones that match a pattern."""
        found = set(wanted.names)
        if wanted.patterns:
            with calling("iam:ListRoles", "this account"):
                for page in self.iam.get_paginator("list_roles").paginate():
                    found |= {role["RoleName"] for role in page["Roles"] if wanted.matches(role["Arn"])}
        return sorted(found)

    def _current_roles(self) -> set[str]:
        found: set[str] = set()
        with calling("iam:ListEntitiesForPolicy", self.policy_arn):
            pages = self.iam.get_paginator("list_entities_for_policy")
            for page in pages.paginate(PolicyArn=self.policy_arn, EntityFilter="Role"):
                found |= {role["RoleName"] for role in page["PolicyRoles"]}
        return found

    def _call_for_each(self, verb: str, roles: Iterable[str]) -> tuple[list[str], list[tuple[str, str]]]:
        call = self.iam.attach_role_policy if verb == "attach" else self.iam.detach_role_policy
        done, failed = [], []
        for role in roles:
            try:
                call(RoleName=role, PolicyArn=self.policy_arn)
            except ClientError as error:
                code = error.response.get("Error", {}).get("Code", "Unknown")
                if verb == "detach" and code == "NoSuchEntity":
                    continue
                why = _ROLE_ERRORS.get(code) or str(error)
                failed.append((role, f"the access policy could not be {verb}ed: {code}: {why}"))
            else:
                done.append(role)
        return done, failed
