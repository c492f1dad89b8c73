"""The permissions and calls of the deployed stack, as the tests on it record them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: A folder for each stack: `calls.jsonl` (local/aws/access/record.py) and `policies.json` (policies by role).
FOLDER = Path(__file__).parent.parent.parent / ".local" / "access"


def keep_policies(endpoint: str, path: Path) -> None:
    """Write the current policies of all roles to a file."""
    from local.stack.clients import client

    iam = client("iam", endpoint)
    kept: dict[str, list[Any]] = {}
    for page in iam.get_paginator("list_roles").paginate():
        for role in page["Roles"]:
            name = role["RoleName"]
            inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
            kept[name] = [iam.get_role_policy(RoleName=name, PolicyName=one)["PolicyDocument"] for one in inline]
            for attached in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
                version = iam.get_policy(PolicyArn=attached["PolicyArn"])["Policy"]["DefaultVersionId"]
                found = iam.get_policy_version(PolicyArn=attached["PolicyArn"], VersionId=version)
                kept[name].append(found["PolicyVersion"]["Document"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept), encoding="utf-8")


#: Prefix of the roles that tests create for people, who have the access policy or nothing.
PERSON = "somebody-"


@dataclass(frozen=True)
class Permission:
    """One action on one resource of a statement, which could be removed by itself."""

    role: str
    sid: str
    action: str
    number: int


@dataclass(frozen=True)
class Call:
    """A call of a principal; `context` has condition keys in lower case."""

    principal: str
    action: str
    resource: str
    context: Mapping[str, Any]
    allowed: bool

    @property
    def role_name(self) -> str:
        """The role's name, if the principal is one."""
        return self.principal.rpartition("/")[2]


def statements(policies: list[Any]) -> Iterator[dict[str, Any]]:
    """The statements of policies, with lists for actions and resources."""
    for policy in policies:
        document = json.loads(policy) if isinstance(policy, str) else policy
        for statement in document["Statement"]:
            yield {**statement, "Action": as_list(statement["Action"]), "Resource": as_list(statement["Resource"])}


def as_list(value: Any) -> list[Any]:
    """The value if it is a list, or a list with it."""
    return value if isinstance(value, list) else [value]


def calls(folder: Path) -> list[Call]:
    """The recorded calls of a stack."""
    lines = (folder / "calls.jsonl").read_text(encoding="utf-8").splitlines()
    return [Call(**json.loads(line)) for line in lines]
