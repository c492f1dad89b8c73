"""Attaching the access policy to roles, on moto's IAM: which, to whom not, and again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from quilt_athena.access.attachments import Attached, PolicyAttachments, Selection
from tests.unit.aws_calls import AwsCalls, refusal

NOBODY = Selection()


def by_prefix(prefix: str) -> Selection:
    return Selection.of([f"arn:aws:iam::123456789012:role/{prefix}*"])


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
        made = [
            self.iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=DOCUMENT)["Role"]["Arn"]
            for name in names
        ]
        return [str(arn) for arn in made]

    def having(self, policy: str | None = None) -> set[str]:
        # Not by listing the policy's roles, of which moto gives one page.
        names = [role["RoleName"] for page in self.iam.get_paginator("list_roles").paginate() for role in page["Roles"]]
        found = {name: self.iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] for name in names}
        wanted = policy or self.policy
        return {name for name, policies in found.items() if wanted in {one["PolicyArn"] for one in policies}}


@pytest.fixture
def account() -> Iterator[Account]:
    with mock_aws():
        yield Account()


def test_roles_by_arn_and_by_pattern(account: Account) -> None:
    [named] = account.make_roles("analyst", path="/team/")
    account.make_roles("ReadWriteQuiltV2-a", "ReadWriteQuiltV2-b", "ReadQuiltV2-c")
    done = account.attachments.bring_to(Selection.of([named, "arn:aws:iam::*:role/ReadWriteQuiltV2*"]))
    assert account.having() == {"analyst", "ReadWriteQuiltV2-a", "ReadWriteQuiltV2-b"}
    assert done == Attached(attached=("ReadWriteQuiltV2-a", "ReadWriteQuiltV2-b", "analyst"))


def test_again_it_only_looks(account: Account) -> None:
    account.make_roles("ReadWriteQuiltV2-a")
    wanted = by_prefix("ReadWriteQuiltV2")
    account.attachments.bring_to(wanted)
    with AwsCalls([account.iam]) as calls:
        assert account.attachments.bring_to(wanted) == Attached()
    assert sorted(calls.names) == ["iam:ListEntitiesForPolicy", "iam:ListRoles"]


def test_pages_of_roles_are_walked(account: Account) -> None:
    names = [f"ReadWriteQuiltV2-{number:03}" for number in range(230)]
    account.make_roles(*names)
    done = account.attachments.bring_to(by_prefix("ReadWriteQuiltV2"))
    assert account.having() == set(names) == set(done.attached)
    told = done.as_json()["Attached"]
    assert (told["Count"], len(told["Roles"])) == (230, 50)


@pytest.mark.parametrize("code", ["LimitExceeded", "NoSuchEntity", "UnmodifiableEntity", "AccessDenied", "Else"])
def test_what_one_role_is_refused_is_told_and_the_others_go_on(account: Account, code: str) -> None:
    account.make_roles("Quilt-a", "Quilt-b", "Quilt-c")
    answers = iter([None, refusal(code), None])
    with AwsCalls([account.iam]) as calls, calls.answering("iam:AttachRolePolicy", lambda: next(answers)):
        done = account.attachments.bring_to(by_prefix("Quilt-"))
    assert done.attached == ("Quilt-a", "Quilt-c")
    ((role, reason),) = done.problems
    assert role == "Quilt-b"
    assert reason.startswith(f"the access policy could not be attached: {code}: ")
    # The next refresh attaches what is missing.
    assert account.attachments.bring_to(by_prefix("Quilt-")).attached == ("Quilt-b",)


def test_a_change_detaches_from_those_that_are_wanted_no_more(account: Account) -> None:
    arns = account.make_roles("one", "two", "three", "by-hand")
    before = Selection.of(arns[:2])
    account.attachments.bring_to(before)
    account.iam.attach_role_policy(RoleName="by-hand", PolicyArn=account.policy)
    done = account.attachments.bring_to(Selection.of(arns[1:3]), before=before)
    assert done == Attached(attached=("three",), detached=("one",))
    assert account.having() == {"two", "three", "by-hand"}


def test_a_deletion_detaches_from_all_but_those_attached_by_hand(account: Account) -> None:
    account.make_roles("Quilt-a", "by-hand")
    wanted = by_prefix("Quilt-")
    account.attachments.bring_to(wanted)
    account.iam.attach_role_policy(RoleName="by-hand", PolicyArn=account.policy)
    assert account.attachments.bring_to(NOBODY, before=wanted).detached == ("Quilt-a",)
    assert account.having() == {"by-hand"}


def test_no_other_policy_is_touched(account: Account) -> None:
    [arn] = account.make_roles("analyst")
    other = account.make_policy("other")
    account.iam.attach_role_policy(RoleName="analyst", PolicyArn=other)
    account.attachments.bring_to(Selection.of([arn]))
    account.attachments.bring_to(NOBODY, before=Selection.of([arn]))
    assert account.having(other) == {"analyst"}


def test_a_role_that_does_not_exist_is_told(account: Account) -> None:
    done = account.attachments.bring_to(Selection.of(["arn:aws:iam::123456789012:role/nobody"]))
    assert done.problems == (
        ("nobody", "the access policy could not be attached: NoSuchEntity: there is no such role"),
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
def test_selection_covers_roles_by_name(arns: Any, role: str, covered: bool) -> None:
    assert Selection.of(arns).covers(role) is covered


def test_selection_by_pattern_respects_paths_as_iam_does(account: Account) -> None:
    account.make_roles("Quilt-a")
    account.make_roles("Quilt-b", path="/team/")
    assert account.attachments.bring_to(by_prefix("Quilt-")).attached == ("Quilt-a",)
    assert account.attachments.bring_to(by_prefix("*/Quilt-")).attached == ("Quilt-b",)


def test_selection_of_the_first_release_is_read() -> None:
    before = Selection.from_properties({"RoleArns": [""], "RolePrefix": "ReadWriteQuilt"})
    assert before.covers("ReadWriteQuiltV2-a")
    assert not before.covers("analyst")
