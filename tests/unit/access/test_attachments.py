"""Attaching the access policy to roles, on moto's IAM."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from quilt_athena.access.attachments import AttachmentResult, PolicyAttachments, RoleSelection
from tests.unit.aws_calls import AwsCalls, refusal

NOBODY = RoleSelection()


def by_prefix(prefix: str) -> RoleSelection:
    return RoleSelection.of([f"arn:aws:iam::123456789012:role/{prefix}*"])


DOCUMENT = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}]}
)


class Account:
    """Roles and policies of an account."""

    def __init__(self) -> None:
        self.iam = boto3.client("iam", region_name="us-east-1")
        self.policy = self.make_policy("access")
        self.attachments = PolicyAttachments(self.iam, self.policy)

    def make_policy(self, name: str) -> str:
        return str(self.iam.create_policy(PolicyName=name, PolicyDocument=DOCUMENT)["Policy"]["Arn"])

    def make_roles(self, *names: str, path: str = "/") -> list[str]:
        roles = [
            self.iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=DOCUMENT)["Role"]["Arn"]
            for name in names
        ]
        return [str(arn) for arn in roles]

    def roles_with(self, policy: str | None = None) -> set[str]:
        # Not by listing the policy's roles, of which moto returns one page only.
        names = [role["RoleName"] for page in self.iam.get_paginator("list_roles").paginate() for role in page["Roles"]]
        found = {name: self.iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] for name in names}
        wanted = policy or self.policy
        return {name for name, policies in found.items() if wanted in {one["PolicyArn"] for one in policies}}


@pytest.fixture
def account() -> Iterator[Account]:
    with mock_aws():
        yield Account()


def test_apply_attaches_to_roles_by_arn_and_by_pattern(account: Account) -> None:
    [named] = account.make_roles("analyst", path="/team/")
    account.make_roles("ReadWriteQuiltV2-a", "ReadWriteQuiltV2-b", "ReadQuiltV2-c")
    done = account.attachments.apply(RoleSelection.of([named, "arn:aws:iam::*:role/ReadWriteQuiltV2*"]))
    assert account.roles_with() == {"analyst", "ReadWriteQuiltV2-a", "ReadWriteQuiltV2-b"}
    assert done == AttachmentResult(attached=("ReadWriteQuiltV2-a", "ReadWriteQuiltV2-b", "analyst"))


def test_apply_again_only_reads(account: Account) -> None:
    account.make_roles("ReadWriteQuiltV2-a")
    wanted = by_prefix("ReadWriteQuiltV2")
    account.attachments.apply(wanted)
    with AwsCalls([account.iam]) as calls:
        assert account.attachments.apply(wanted) == AttachmentResult()
    assert sorted(calls.names) == ["iam:ListEntitiesForPolicy", "iam:ListRoles"]


@pytest.mark.exhaustive
def test_apply_reads_all_pages_of_roles(account: Account) -> None:
    names = [f"ReadWriteQuiltV2-{number:03}" for number in range(230)]
    account.make_roles(*names)
    done = account.attachments.apply(by_prefix("ReadWriteQuiltV2"))
    assert account.roles_with() == set(names) == set(done.attached)
    listed = done.as_json()["Attached"]
    assert (listed["Count"], len(listed["Roles"])) == (230, 50)


@pytest.mark.parametrize("code", ["LimitExceeded", "NoSuchEntity", "UnmodifiableEntity", "AccessDenied", "Else"])
def test_apply_reports_a_failed_role_and_continues(account: Account, code: str) -> None:
    account.make_roles("Quilt-a", "Quilt-b", "Quilt-c")
    responses = iter([None, refusal(code), None])
    with AwsCalls([account.iam]) as calls, calls.answering("iam:AttachRolePolicy", lambda: next(responses)):
        done = account.attachments.apply(by_prefix("Quilt-"))
    assert done.attached == ("Quilt-a", "Quilt-c")
    ((role, reason),) = done.failed
    assert role == "Quilt-b"
    assert reason.startswith(f"the access policy could not be attached: {code}: ")
    # The next refresh attaches it.
    assert account.attachments.apply(by_prefix("Quilt-")).attached == ("Quilt-b",)


def test_apply_detaches_from_roles_that_are_no_longer_wanted(account: Account) -> None:
    arns = account.make_roles("one", "two", "three", "by-hand")
    previous = RoleSelection.of(arns[:2])
    account.attachments.apply(previous)
    account.iam.attach_role_policy(RoleName="by-hand", PolicyArn=account.policy)
    done = account.attachments.apply(RoleSelection.of(arns[1:3]), previous=previous)
    assert done == AttachmentResult(attached=("three",), detached=("one",))
    assert account.roles_with() == {"two", "three", "by-hand"}


def test_apply_keeps_attachments_made_by_hand(account: Account) -> None:
    account.make_roles("Quilt-a", "by-hand")
    wanted = by_prefix("Quilt-")
    account.attachments.apply(wanted)
    account.iam.attach_role_policy(RoleName="by-hand", PolicyArn=account.policy)
    assert account.attachments.apply(NOBODY, previous=wanted).detached == ("Quilt-a",)
    assert account.roles_with() == {"by-hand"}


def test_apply_does_not_change_other_policies(account: Account) -> None:
    [arn] = account.make_roles("analyst")
    other = account.make_policy("other")
    account.iam.attach_role_policy(RoleName="analyst", PolicyArn=other)
    account.attachments.apply(RoleSelection.of([arn]))
    account.attachments.apply(NOBODY, previous=RoleSelection.of([arn]))
    assert account.roles_with(other) == {"analyst"}


def test_apply_reports_a_missing_role(account: Account) -> None:
    done = account.attachments.apply(RoleSelection.of(["arn:aws:iam::123456789012:role/nobody"]))
    assert done.failed == (
        ("nobody", "the access policy could not be attached: NoSuchEntity: the role does not exist"),
    )


@pytest.mark.parametrize(
    ("arns", "role", "covered"),
    [
        ((), "anything", False),
        (("",), "", False),
        ((" arn:aws:iam::1:role/a ",), "a", True),
        (("arn:aws:iam::1:role/path/to/a",), "a", True),
        (("arn:aws:iam::1:role/Quilt*",), "Quilt", True),
        (("arn:aws:iam::1:role/*/Quilt*",), "Quilt-a", True),
        (("arn:aws:iam::1:role/Quilt*",), "quilt-a", False),
    ],
)
def test_role_selection_covers_roles_by_name(arns: Any, role: str, covered: bool) -> None:
    assert RoleSelection.of(arns).covers(role) is covered


def test_role_selection_by_pattern_respects_paths_as_iam_does(account: Account) -> None:
    account.make_roles("Quilt-a")
    account.make_roles("Quilt-b", path="/team/")
    assert account.attachments.apply(by_prefix("Quilt-")).attached == ("Quilt-a",)
    assert account.attachments.apply(by_prefix("*/Quilt-")).attached == ("Quilt-b",)


def test_role_selection_of_the_first_release_is_read() -> None:
    before = RoleSelection.from_properties({"RoleArns": [""], "RolePrefix": "ReadWriteQuilt"})
    assert before.covers("ReadWriteQuiltV2-a")
    assert not before.covers("analyst")
