"""The roles to which the access policy is attached: those with the ARNs given, and those that match ARNs with a ``*``.

Attaching is idempotent, so that it may be done again at any time. What somebody attached by hand to another role is
left alone.
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

#: What IAM says of one role and no other: the others are attached to all the same.
_OF_ONE_ROLE = {
    "AccessDenied": "this function may not attach the policy to it: the stack's parameters must include its ARN",
    "LimitExceeded": "it has as many managed policies as it may have: detach one, or ask AWS for a higher quota",
    "NoSuchEntity": "there is no such role",
    "UnmodifiableEntity": "AWS made it for a service, and doesn't let it be changed",
}
_MAX_NAMED = 50


@dataclass(frozen=True)
class Selection:
    """Roles by name (unique in an account, whatever their paths), and by ARNs in which ``*`` is a wildcard."""

    names: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()

    @classmethod
    def of(cls, arns: Iterable[str]) -> Selection:
        """ARNs as a parameter has them, with blanks and empty ones."""
        given = {arn.strip() for arn in arns} - {""}
        patterns = frozenset(arn for arn in given if "*" in arn)
        return cls(frozenset(arn.rpartition("/")[2] for arn in given - patterns), patterns)

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any]) -> Selection:
        """The property ``RoleArns`` of the custom resource, and ``RolePrefix``, which the first release had."""
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
class Attached:
    """What was done: roles attached to and detached from anew, and ``(role, reason)`` of those that couldn't be."""

    attached: tuple[str, ...] = ()
    detached: tuple[str, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it stands in a refresh's report; lists are bounded, counts are of all."""
        return {
            "Attached": {"Count": len(self.attached), "Roles": list(self.attached[:_MAX_NAMED])},
            "Failed": {
                "Count": len(self.problems),
                "Roles": [{"Role": role, "Reason": reason} for role, reason in self.problems[:_MAX_NAMED]],
            },
        }


@dataclass(frozen=True)
class PolicyAttachments:
    """One policy, and the roles that have it."""

    iam: IAMClient
    policy_arn: str

    def bring_to(self, wanted: Selection, before: Selection | None = None) -> Attached:
        """Attach the policy to the roles that are wanted; detach it from those that only ``before`` covers.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: roles can't be listed.
        """
        having = self._having()
        missing = [role for role in self._existing(wanted) if role not in having]
        spare = sorted(role for role in having if before and before.covers(role) and not wanted.covers(role))
        attached, refused = self._each("attach", missing)
        detached, kept = self._each("detach", spare)
        for role, reason in (*refused, *kept):
            _log.warning("role %s: %s", role, reason)
        return Attached(tuple(attached), tuple(detached), (*refused, *kept))

    def _existing(self, wanted: Selection) -> list[str]:
        """Those that are named, whether or not they exist, and those that match a pattern."""
        found = set(wanted.names)
        if wanted.patterns:
            with calling("iam:ListRoles", "this account"):
                for page in self.iam.get_paginator("list_roles").paginate():
                    found |= {role["RoleName"] for role in page["Roles"] if wanted.matches(role["Arn"])}
        return sorted(found)

    def _having(self) -> set[str]:
        found: set[str] = set()
        with calling("iam:ListEntitiesForPolicy", self.policy_arn):
            pages = self.iam.get_paginator("list_entities_for_policy")
            for page in pages.paginate(PolicyArn=self.policy_arn, EntityFilter="Role"):
                found |= {role["RoleName"] for role in page["PolicyRoles"]}
        return found

    def _each(self, verb: str, roles: Iterable[str]) -> tuple[list[str], list[tuple[str, str]]]:
        call = self.iam.attach_role_policy if verb == "attach" else self.iam.detach_role_policy
        done, problems = [], []
        for role in roles:
            try:
                call(RoleName=role, PolicyArn=self.policy_arn)
            except ClientError as error:
                code = error.response.get("Error", {}).get("Code", "Unknown")
                if verb == "detach" and code == "NoSuchEntity":
                    continue
                why = _OF_ONE_ROLE.get(code) or str(error)
                problems.append((role, f"the access policy could not be {verb}ed: {code}: {why}"))
            else:
                done.append(role)
        return done, problems
