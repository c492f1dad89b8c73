"""Builds the template with SAM and deploys it to an endpoint, the way `sam build` and `sam deploy` do to AWS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from local.server import LocalAwsError

CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_LOG_TAIL_LINES = 40


@dataclass(frozen=True)
class Deployment:
    """One template under one stack name. `work` is a folder for the build and the logs."""

    template: Path
    stack_name: str
    work: Path
    environment: Mapping[str, str]
    parameters: Mapping[str, str] = field(default_factory=dict)

    def build(self, settings: Mapping[str, str]) -> None:
        """Run `sam build` with `settings` in its environment. Raises LocalAwsError with the end of what SAM said."""
        self._forbid_version_check()
        arguments = ["build", "--template-file", str(self.template), "--build-dir", str(self._build)]
        # The template's folder holds a samconfig.toml that is meant for AWS; this part of it does not exist.
        arguments += ["--config-env", "laptop", "--no-cached"]
        self._run(arguments, "build", settings=settings)

    def deploy(self, events: Callable[[], Iterator[Mapping[str, Any]]], seen: Callable[[str, str], None]) -> None:
        """Run `sam deploy`. Raises LocalAwsError with the end of what SAM said and what CloudFormation refused.

        While it runs, `events` is asked for the stack's events (newest first), and `seen` is told the logical id
        and type of each resource as it is completed.
        """
        reported: set[str] = set()

        def report() -> None:
            for event in reversed(list(events())):
                name = event["LogicalResourceId"]
                if event["ResourceStatus"].endswith("_COMPLETE") and name not in reported:
                    reported.add(name)
                    if name != self.stack_name:
                        seen(name, event["ResourceType"])

        arguments = ["deploy", "--template-file", str(self._build / "template.yaml")]
        arguments += ["--stack-name", self.stack_name, "--resolve-s3", "--no-progressbar"]
        arguments += ["--no-confirm-changeset", "--no-fail-on-empty-changeset", "--capabilities", *CAPABILITIES]
        if self.parameters:
            arguments += [
                "--parameter-overrides",
                *(f"{key}={json.dumps(value)}" for key, value in self.parameters.items()),
            ]
        self._run(arguments, "deploy", meanwhile=report)

    def _forbid_version_check(self) -> None:
        """Let SAM believe that it has just asked the package index for its newest version, as it does every week."""
        folder = Path(self.environment["__SAM_CLI_APP_DIR"])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "metadata.json").write_text(json.dumps({"lastVersionCheck": time.time()}), encoding="utf-8")

    @property
    def _build(self) -> Path:
        return self.work / "build"

    def _run(
        self,
        arguments: list[str],
        name: str,
        settings: Mapping[str, str] = MappingProxyType({}),
        meanwhile: Callable[[], None] | None = None,
    ) -> None:
        log = self.work / f"sam-{name}.log"
        # SAM leaves what it zipped behind.
        temporary = self.work / "sam"
        temporary.mkdir(exist_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "samcli", *arguments],
                # SAM reads samconfig.toml, meant for AWS, from here: there is none.
                cwd=self.work,
                env={**self.environment, **settings, "SAM_CLI_POLL_DELAY": "0.3", "TMPDIR": str(temporary)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                while process.poll() is None:
                    if meanwhile is not None:
                        meanwhile()
                    time.sleep(0.1)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
        if meanwhile is not None:
            meanwhile()
        if process.returncode != 0:
            tail = os.linesep.join(log.read_text(errors="replace").splitlines()[-_LOG_TAIL_LINES:])
            raise LocalAwsError(f"sam {name} failed with exit code {process.returncode}:\n{tail}")
