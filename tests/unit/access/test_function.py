"""The handler of attach_access_policy: CloudFormation always gets a response, and a refresh a report."""

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
    """A server for the responses of custom resources."""

    def __init__(self) -> None:
        self.responses: list[dict[str, Any]] = []
        responses = self.responses

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                responses.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                assert self.headers["Content-Type"] == ""
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Log nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def request(self, kind: str, properties: dict[str, Any], old: dict[str, Any] | None = None) -> dict[str, Any]:
        """An event of a custom resource."""
        return {
            "RequestType": kind,
            "ResponseURL": f"http://127.0.0.1:{self.server.server_port}/response",
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
        account = Account()
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        monkeypatch.setenv("ACCESS_POLICY_ARN", account.policy)
        monkeypatch.setenv("ROLE_ARNS", "")
        yield account


def run(event: dict[str, Any]) -> dict[str, Any]:
    response: dict[str, Any] = app.handler(event, CONTEXT)
    return response


def test_handler_applies_create_update_and_delete(account: Account, cloudformation: CloudFormation) -> None:
    account.make_roles("Quilt-a", "Other-b")
    first: dict[str, Any] = {"RoleArns": ["arn:aws:iam::123456789012:role/Quilt-*"]}
    second: dict[str, Any] = {"RoleArns": ["arn:aws:iam::123456789012:role/Other-*"]}
    run(cloudformation.request("Create", first))
    assert account.roles_with() == {"Quilt-a"}
    run(cloudformation.request("Update", second, first))
    assert account.roles_with() == {"Other-b"}
    run(cloudformation.request("Delete", second))
    assert account.roles_with() == set()
    assert {response["Status"] for response in cloudformation.responses} == {"SUCCESS"}
    # With another ID CloudFormation would delete what it considers the previous resource.
    assert {response["PhysicalResourceId"] for response in cloudformation.responses} == {"access-policy-attachments"}


@pytest.mark.usefixtures("account")
def test_handler_succeeds_if_a_role_fails(cloudformation: CloudFormation) -> None:
    done = run(cloudformation.request("Create", {"RoleArns": ["arn:aws:iam::123456789012:role/nobody"]}))
    assert cloudformation.responses[0]["Status"] == "SUCCESS"
    assert done["Failed"]["Roles"][0]["Role"] == "nobody"


@pytest.mark.usefixtures("account")
def test_handler_reports_an_error_with_its_reason(
    cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCESS_POLICY_ARN", "")
    run(cloudformation.request("Create", {"RoleArns": ["arn:aws:iam::123456789012:role/Quilt-*"]}))
    (response,) = cloudformation.responses
    assert response["Status"] == "FAILED"
    assert response["Reason"].startswith(
        "Attaching the access policy failed: environment variable ACCESS_POLICY_ARN of"
    )


def test_refresh_attaches_to_new_roles(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLE_ARNS", "arn:aws:iam::123456789012:role/Quilt-*")
    account.make_roles("Quilt-new")
    nothing: dict[str, Any] = {"Count": 0, "Roles": []}
    assert run({}) == {"Attached": {"Count": 1, "Roles": ["Quilt-new"]}, "Failed": nothing}
    assert run({}) == {"Attached": nothing, "Failed": nothing}


@pytest.mark.usefixtures("account")
def test_refresh_without_parameters_calls_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    # Any call about this policy would fail.
    monkeypatch.setenv("ACCESS_POLICY_ARN", "arn:aws:iam::123456789012:policy/no-such-policy")
    assert run({})["Attached"]["Count"] == 0
    assert boto3.client("iam", region_name="us-east-1").list_roles()["Roles"] == []
