"""A run uses AWS itself, or a local endpoint that was named: nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from verification.target import SERVICES, UsageError, is_aws, local_aws, real_aws


@pytest.mark.parametrize(
    "url",
    [
        "https://s3.us-east-1.amazonaws.com", "https://athena.cn-north-1.amazonaws.com.cn",
        "https://glue.us-east-1.api.aws", "https://sts.amazonaws.com",
    ],
)  # fmt: skip
def test_endpoint_of_aws_is_recognised(url: str) -> None:
    assert is_aws(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://s3.us-east-1.amazonaws.com", "https://amazonaws.com.example.org", "https://evil-amazonaws.com",
        "https://localhost:4566", "https://s3.amazonaws.com.evil.org", "https://example.org/.amazonaws.com",
    ],
)  # fmt: skip
def test_other_endpoint_is_not_aws(url: str) -> None:
    assert not is_aws(url)


def test_aws_with_default_endpoints_is_used() -> None:
    assert real_aws().region == "us-east-1"


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_SFN"])
def test_endpoint_in_the_environment_is_rejected(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:4566")
    with pytest.raises(UsageError, match=r"would be called at http://127\.0\.0\.1:4566, which is not AWS"):
        real_aws()


def test_endpoint_in_a_profile_is_rejected(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[default]\nservices = mine\n[services mine]\nathena =\n  endpoint_url = https://athena.example.org\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    with pytest.raises(UsageError, match=r"athena would be called at https://athena\.example\.org"):
        real_aws()


def test_missing_profile_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(UsageError, match=r"profile \(nobody\) could not be found"):
        real_aws()


def test_missing_region_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(UsageError, match="No region is set"):
        real_aws()


@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:4566", "http://localhost:1", "http://aws.localhost:1", "http://[::1]:2"]
)
def test_local_endpoint_is_accepted(endpoint: str) -> None:
    assert local_aws(endpoint).is_local


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://192.168.0.5:4566",
        "https://127.0.0.1",
        "127.0.0.1:4566",
        "http://example.org",
        "http://localhost.example.org",
    ],
)
def test_other_host_is_not_local(endpoint: str) -> None:
    with pytest.raises(UsageError, match="is not a local endpoint"):
        local_aws(endpoint)


def test_child_processes_of_a_run_on_aws_get_no_other_endpoint(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    target = real_aws()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:4566")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    environment = target.environment(tmp_path)
    assert not [name for name in environment if name.startswith("AWS_ENDPOINT_URL")]
    assert environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] == "true"
    assert environment["AWS_PROFILE"] == "mine"


def test_child_processes_of_a_local_run_get_no_credentials_of_the_caller(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "secret")
    environment = local_aws("http://127.0.0.1:4566").environment(tmp_path)
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert "AWS_PROFILE" not in environment
    assert "AWS_SESSION_TOKEN" not in environment


def test_every_service_of_the_package_is_examined() -> None:
    folder = Path(__file__).parents[3] / "verification"
    code = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    import re

    assert set(re.findall(r'client\("([a-z]+)"\)', code)) <= set(SERVICES)
