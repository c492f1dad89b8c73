"""Runs `sam build`, `sam package` and `sam deploy` as for AWS, but at an endpoint and without the user's settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import yaml

from local.stack.server import LocalAwsError

CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_LOG_TAIL_LINES = 40
#: Reading and writing the template several times with PyYAML's parser in Python, and compressing the layers as well as
#: possible, takes most of SAM's time.
_FAST_SAM = """
import runpy, sys, yaml, zlib
if yaml.__with_libyaml__:
    yaml.SafeLoader, yaml.SafeDumper = yaml.CSafeLoader, yaml.CSafeDumper
zlib.Z_DEFAULT_COMPRESSION = zlib.Z_BEST_SPEED
sys.argv[0] = "sam"
runpy.run_module("samcli", run_name="__main__")
"""
_YAML_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
#: Listing the events of a deployment takes the server as long as creating some resources.
_SECONDS_BETWEEN_EVENTS = 1.0


@dataclass(frozen=True)
class Sam:
    """SAM for one template.

    Attributes:
        template: the template's file.
        work: a folder for the build and the logs.
        environment: the environment of SAM's processes, which contains the endpoint.
    """

    template: Path
    work: Path
    environment: Mapping[str, str]

    def build(self, settings: Mapping[str, str]) -> None:
        """Run `sam build` with `settings` in its environment. Raises LocalAwsError with the end of SAM's log."""
        forbid_version_check(Path(self.environment["__SAM_CLI_APP_DIR"]))
        arguments = ["build", "--template-file", str(self.template), "--build-dir", str(self._build)]
        # The samconfig.toml next to the template is for AWS. It has no section with this name.
        arguments += ["--config-env", "local", "--no-cached", "--parallel"]
        self._run(arguments, "build", settings=settings)
        # Packaging reads it seven times, and SAM reads JSON ten times as fast.
        template = yaml.load(self._template.read_bytes(), _YAML_LOADER)  # noqa: S506 - a safe loader
        self._template.write_text(json.dumps(template), encoding="utf-8")

    def package(self, bucket: str) -> bytes:
        """Run `sam package`, which uploads the built code to `bucket`; returns the template (JSON) that refers to it.

        Raises LocalAwsError with the end of SAM's log.
        """
        packaged = self.work / "packaged.json"
        arguments = ["package", "--template-file", str(self._template), "--s3-bucket", bucket]
        arguments += ["--output-template-file", str(packaged), "--use-json", "--no-progressbar"]
        self._run(arguments, "package")
        return packaged.read_bytes()

    def deploy(
        self,
        stack_name: str,
        parameters: Mapping[str, str],
        meanwhile: Callable[[], None],
        *,
        tags: Mapping[str, str] = MappingProxyType({}),
        bucket: str | None = None,
    ) -> None:
        """Run `sam deploy`, and call `meanwhile` repeatedly until it ends.

        SAM uploads to `bucket`, or to one of its own, which it creates. Raises LocalAwsError with the end of SAM's log,
        which has CloudFormation's reason.
        """
        arguments = ["deploy", "--template-file", str(self._template), "--stack-name", stack_name]
        arguments += ["--s3-bucket", bucket] if bucket else ["--resolve-s3"]
        arguments += ["--no-progressbar", "--no-confirm-changeset", "--no-fail-on-empty-changeset", "--use-json"]
        arguments += ["--capabilities", *CAPABILITIES]
        if tags:
            arguments += ["--tags", *(f"{name}={value}" for name, value in tags.items())]
        if parameters:
            overrides = (f"{name}={json.dumps(value)}" for name, value in parameters.items())
            arguments += ["--parameter-overrides", *overrides]
        self._run(arguments, "deploy", meanwhile=meanwhile)

    @property
    def is_built(self) -> bool:
        """Whether `build` has run."""
        return self._template.exists()

    @property
    def _build(self) -> Path:
        return self.work / "build"

    @property
    def _template(self) -> Path:
        return self._build / "template.yaml"

    def _run(
        self,
        arguments: list[str],
        name: str,
        settings: Mapping[str, str] = MappingProxyType({}),
        meanwhile: Callable[[], None] | None = None,
    ) -> None:
        log = self.work / f"sam-{name}.log"
        # SAM doesn't delete its zip files.
        temporary = self.work / "sam"
        temporary.mkdir(exist_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-c", _FAST_SAM, *arguments],
                # SAM would read samconfig.toml, which is for AWS, from its folder. This one has none.
                cwd=self.work,
                env={"SAM_CLI_POLL_DELAY": "0.3", **self.environment, **settings, "TMPDIR": str(temporary)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                while not _ended(process, _SECONDS_BETWEEN_EVENTS):
                    if meanwhile is not None:
                        meanwhile()
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
        if meanwhile is not None:
            meanwhile()
        if process.returncode != 0:
            tail = os.linesep.join(log.read_text(errors="replace").splitlines()[-_LOG_TAIL_LINES:])
            raise LocalAwsError(f"sam {name} failed with exit code {process.returncode}:\n{tail}")


def _ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether a process ends within ``seconds``."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def forbid_version_check(folder: Path) -> None:
    """Keep SAM from looking for a newer version: `folder`, its application folder, says that it has just looked."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "metadata.json").write_text(json.dumps({"lastVersionCheck": time.time()}), encoding="utf-8")
