"""The command as a shell runs it, with AWS replaced at boto3's edge."""

from __future__ import annotations

from collections.abc import Callable

import boto3
import pytest
from click.testing import CliRunner, Result

from quilt_athena.cli.app import app
from quilt_athena.cli.settings import Settings
from quilt_athena.client.stack import PARAMETERS
from tests.unit.client.deployed import OUTPUTS, described
from tests.unit.client.fake_aws import FakeAws

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _no_local_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's shell may select the local AWS."""
    monkeypatch.delenv("QUILT_ATHENA_LOCAL", raising=False)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    """AWS, in which the stack can be found."""
    aws = FakeAws()
    parameters = [{"Name": f"/quilt-athena/{name}", "Value": OUTPUTS[name]} for name in PARAMETERS]
    aws.on("ssm:GetParameters", {"Parameters": parameters})
    aws.on("cloudformation:DescribeStacks", described(OUTPUTS))

    def session(settings: Settings) -> boto3.Session:
        assert settings.local is None
        return aws.session()

    monkeypatch.setattr(Settings, "session", session)
    return aws


@pytest.fixture
def run(aws: FakeAws) -> Run:
    """Runs the command with arguments; returns output and exit code."""
    assert aws, "the command would reach out"

    def invoke(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner(mix_stderr=False).invoke(app, list(arguments), input=stdin)

    return invoke
