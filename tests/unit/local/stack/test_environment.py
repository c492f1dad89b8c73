"""The environment of what runs against the local AWS holds nothing that leads elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from local.stack.environment import isolated

HOME = Path("/local-aws/home")


@pytest.mark.parametrize(
    "name",
    [
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_ENDPOINT_URL_S3",
        "AWS_CA_BUNDLE",
        "AWS_ROLE_ARN",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "HTTPS_PROXY",
        "http_proxy",
        "REQUESTS_CA_BUNDLE",
        "SAM_CLI_POLL_DELAY",
        "SAM_CLI_TELEMETRY_ENDPOINT",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "PIP_INDEX_URL",
        "GATEWAY_PORT",
        "SERVICES",
        "A_SECRET",
    ],
)
def test_environment_omits_the_callers_settings(name: str) -> None:
    base = {name: "value", "PATH": "/bin"}
    for environment in (isolated(HOME, base=base), isolated(HOME, base=base, endpoint="http://127.0.0.1:1")):
        assert name not in environment
        assert environment["PATH"] == "/bin"


def test_environment_without_an_endpoint_has_no_credentials() -> None:
    environment = isolated(HOME, base={"AWS_ACCESS_KEY_ID": "real", "AWS_SECRET_ACCESS_KEY": "real"})
    assert not {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"} & environment.keys()


def test_environment_with_an_endpoint_directs_clients_to_it() -> None:
    base = {"AWS_ACCESS_KEY_ID": "real", "AWS_ENDPOINT_URL": "https://elsewhere", "AWS_REGION": "eu-west-1"}
    environment = isolated(HOME, base=base, endpoint="http://127.0.0.1:1")
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert environment["AWS_ACCESS_KEY_ID"] == "test"
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "us-east-1"


def test_environment_hides_files_of_the_callers_home() -> None:
    environment = isolated(HOME, base={"HOME": "/home/somebody", "AWS_CONFIG_FILE": "/home/somebody/.aws/config"})
    assert environment["HOME"] == str(HOME)
    assert environment["AWS_CONFIG_FILE"] == environment["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert not [name for name, value in environment.items() if "somebody" in value]
