"""The function that attaches the access policy: CloudFormation always gets an answer, a refresh a report."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import boto3
import pytest
from moto import mock_aws
from pytest_socket import socket_allow_hosts

from functions.attach_access_policy import app
from tests.unit.access.test_attachments import Account
from tests.unit.functions.test_onboard_bucket import CONTEXT


class CloudFormation:
    """Somebody who waits for answers at a URL."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        told = self.told

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                assert self.headers["Content-Type"] == ""
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def request(self, kind: str, properties: dict[str, Any], old: dict[str, Any] | None = None) -> dict[str, Any]:
        """An event as the function gets it."""
        return {
            "RequestType": kind,
            "ResponseURL": f"http://127.0.0.1:{self.server.server_port}/answer",
            "StackId": "a-stack",
            "RequestId": "a-request",
            "LogicalResourceId": "AccessPolicyAttachments",
            "ResourceProperties": properties,
            **({"OldResourceProperties": old} if old else {}),
        }


@pytest.fixture
def cloudformation(request: pytest.FixtureRequest) -> Iterator[CloudFormation]:
    request.getfixturevalue("socket_enabled")
    socket_allow_hosts(["127.0.0.1"])
    waiting = CloudFormation()
    yield waiting
    waiting.server.shutdown()
    waiting.server.server_close()


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    with mock_aws():
        made = Account()
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        monkeypatch.setenv("ACCESS_POLICY_ARN", made.policy)
        monkeypatch.setenv("ROLE_ARNS", "")
        monkeypatch.setenv("ROLE_PREFIX", "")
        yield made


def run(event: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = app.handler(event, CONTEXT)
    return answer


def test_created_changed_and_deleted(account: Account, cloudformation: CloudFormation) -> None:
    account.make_roles("Quilt-a", "Other-b")
    first: dict[str, Any] = {"RoleArns": [""], "RolePrefix": "Quilt-"}
    second: dict[str, Any] = {"RoleArns": [""], "RolePrefix": "Other-"}
    run(cloudformation.request("Create", first))
    assert account.having() == {"Quilt-a"}
    run(cloudformation.request("Update", second, first))
    assert account.having() == {"Other-b"}
    run(cloudformation.request("Delete", second))
    assert account.having() == set()
    assert {answer["Status"] for answer in cloudformation.told} == {"SUCCESS"}
    # Another id would have CloudFormation delete what it takes for the former resource.
    assert {answer["PhysicalResourceId"] for answer in cloudformation.told} == {"access-policy-attachments"}


@pytest.mark.usefixtures("account")
def test_a_role_that_is_refused_does_not_fail_the_deployment(cloudformation: CloudFormation) -> None:
    done = run(cloudformation.request("Create", {"RoleArns": ["arn:aws:iam::123456789012:role/nobody"]}))
    assert cloudformation.told[0]["Status"] == "SUCCESS"
    assert done["Failed"]["Roles"][0]["Role"] == "nobody"


@pytest.mark.usefixtures("account")
def test_a_fault_is_told_with_its_reason(cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCESS_POLICY_ARN", "")
    run(cloudformation.request("Create", {"RoleArns": [""], "RolePrefix": "Quilt-"}))
    (answer,) = cloudformation.told
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("Attaching the access policy failed: environment variable ACCESS_POLICY_ARN of")


def test_a_refresh_attaches_to_roles_that_are_new(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLE_PREFIX", "Quilt-")
    account.make_roles("Quilt-new")
    nothing: dict[str, Any] = {"Count": 0, "Roles": []}
    assert run({}) == {"Attached": {"Count": 1, "Roles": ["Quilt-new"]}, "Failed": nothing}
    assert run({}) == {"Attached": nothing, "Failed": nothing}


@pytest.mark.usefixtures("account")
def test_without_parameters_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    # Any call about this policy would fail.
    monkeypatch.setenv("ACCESS_POLICY_ARN", "arn:aws:iam::123456789012:policy/no-such-policy")
    assert run({})["Attached"]["Count"] == 0
    assert boto3.client("iam", region_name="us-east-1").list_roles()["Roles"] == []
