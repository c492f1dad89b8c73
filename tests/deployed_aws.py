"""A stack that `make verify-aws` has deployed, in place of one that the tests deploy themselves."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, cached_property
from pathlib import Path
from typing import Any, cast

from local.stack.paths import ROOT
from local.stack.stack import LocalStack
from local.stack.waiting import PATIENCE_SECONDS, until
from tests.local_aws import Found, LocalAws
from verification.deployment import create_bucket
from verification.run import Run
from verification.target import local_aws, real_aws

#: The variable of the environment that has the id of the run. The rest of the environment is that of its AWS.
VARIABLE = "QUILT_ATHENA_VERIFICATION"


class DeployedStack:
    """The stack of a run: what the acceptance tests use of a LocalStack, on any AWS. Nothing is deleted here."""

    def __init__(self, run: Run) -> None:
        """Take the run; the endpoint, if it is a local AWS, is in the environment."""
        endpoint = os.environ.get("AWS_ENDPOINT_URL")
        self.target = local_aws(endpoint) if endpoint else real_aws()
        self.run = run
        self.stack_name = run.name
        self.endpoint = self.target.endpoint
        self.client: Any = cache(self.target.client)

    def environment(self) -> dict[str, str]:
        """The environment of a child process that uses this stack's AWS."""
        return self.target.environment(Path(os.environ.get("TMPDIR", ROOT / ".local")) / "home")

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs by name."""
        stack = self.client("cloudformation").describe_stacks(StackName=self.stack_name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


class DeployedAws(LocalAws):
    """What tests do with such a stack: buckets belong to the run, and AWS gets more time and fewer calls."""

    def __init__(self, run: Run) -> None:
        """Take the run."""
        self.deployed = DeployedStack(run)
        super().__init__(cast("LocalStack", self.deployed))

    @property
    def command_options(self) -> list[str]:
        """The options with which the command uses this stack."""
        local = super().command_options if self.deployed.target.is_local else []
        return [*local, "--stack", self.deployed.stack_name]

    def make_bucket(self, name: str | None = None) -> str:
        """Create a bucket of the run; returns its full name."""
        return create_bucket(self.deployed.target, self.deployed.run, self.deployed.run.bucket(self.new_name(name)))

    def until(
        self, look: Callable[[], Found], good: Callable[[Found], bool] = bool, *, timeout: float = PATIENCE_SECONDS
    ) -> Found:
        """Call `look` until its result is `good`."""
        return until(look, good, every=self.deployed.target.poll_seconds, timeout=timeout)
