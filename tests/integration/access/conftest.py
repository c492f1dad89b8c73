"""People with a role and its permissions."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from local.stack.clients import client, session
from local.stack.stack import LocalStack
from tests.local_aws import LocalAws
from tests.permissions import PERSON

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
    }
)


@dataclass(frozen=True)
class Person:
    """Somebody who has assumed a role."""

    stack: LocalStack
    credentials: dict[str, str]

    @classmethod
    def with_role(cls, stack: LocalStack, arn: str) -> Person:
        """Assume a role."""
        found = client("sts", stack.endpoint).assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        return cls(stack, found)

    def client(self, service: str) -> Any:
        """A boto3 client with the person's credentials."""
        return session().client(
            service,
            endpoint_url=self.stack.endpoint,
            aws_access_key_id=self.credentials["AccessKeyId"],
            aws_secret_access_key=self.credentials["SecretAccessKey"],
            aws_session_token=self.credentials["SessionToken"],
        )


def make_role(stack: LocalStack, name: str | None = None, *, path: str = "/", policy: str | None = None) -> str:
    """Create a role that anybody may assume, with or without a managed policy. Returns its ARN."""
    iam = client("iam", stack.endpoint)
    name = name or f"{PERSON}{uuid.uuid4().hex[:8]}"
    arn = str(iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"])
    if policy:
        iam.attach_role_policy(RoleName=name, PolicyArn=policy)
    return arn


@pytest.fixture
def analyst(local_aws: LocalAws) -> Person:
    """Somebody who has the access policy and nothing else."""
    return Person.with_role(
        local_aws.stack, make_role(local_aws.stack, policy=local_aws.outputs["AthenaAccessPolicyArn"])
    )
