"""The options that select the stack."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from quilt_athena.cli.app import App, app
from quilt_athena.cli.options import expand_local, stack_options
from quilt_athena.cli.settings import LOCAL_ENDPOINT, Settings


@pytest.mark.parametrize(
    ("given", "expanded"),
    [
        (["--local"], [f"--local={LOCAL_ENDPOINT}"]),
        (["--local", "buckets"], [f"--local={LOCAL_ENDPOINT}", "buckets"]),
        (["--local", "http://127.0.0.1:5000", "buckets"], ["--local=http://127.0.0.1:5000", "buckets"]),
        (["buckets", "--local", "--json"], ["buckets", f"--local={LOCAL_ENDPOINT}", "--json"]),
        (["--local=http://[::1]:1", "buckets"], ["--local=http://[::1]:1", "buckets"]),
        (["query", "--", "--local"], ["query", "--", "--local"]),
        (["--local", "--", "x"], [f"--local={LOCAL_ENDPOINT}", "--", "x"]),
        ([], []),
    ],
)
def test_local_may_omit_its_url(given: list[str], expanded: list[str]) -> None:
    assert expand_local(given) == expanded


def settings_for(*arguments: str) -> Settings:
    """The settings of a command with these arguments."""
    seen: list[Settings] = []

    @click.group(cls=App)
    @stack_options
    def group(_: Settings) -> None:
        pass

    @group.command()
    @stack_options
    def look(settings: Settings) -> None:
        seen.append(settings)

    result = CliRunner().invoke(group, list(arguments))
    assert result.exit_code == 0, result.output
    return seen[0]


@pytest.mark.parametrize("before", [True, False])
def test_options_before_or_after_the_command(before: bool) -> None:
    options = ["--stack", "mine", "--profile", "me", "--region", "eu-west-1", "--local", "--json"]
    arguments = [*options, "look"] if before else ["look", *options]
    assert settings_for(*arguments) == Settings("mine", "me", "eu-west-1", LOCAL_ENDPOINT, json=True)


def test_last_option_wins() -> None:
    assert settings_for("--stack", "one", "--json", "look", "--stack", "two") == Settings("two", json=True)


def test_local_ignores_the_callers_aws_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config"
    config.write_text("[profile mine]\nregion = eu-north-1\nendpoint_url = https://their.example\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "secret")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://their.example")
    monkeypatch.setenv("HTTPS_PROXY", "https://proxy.example")
    athena = Settings(local=LOCAL_ENDPOINT, profile="mine").athena
    credentials = athena.connections.session.get_credentials()
    assert credentials is not None
    assert (credentials.access_key, credentials.secret_key, credentials.token) == ("test", "test", None)
    assert athena.connections.session.region_name == "us-east-1"
    assert athena.connections.s3.meta.endpoint_url == LOCAL_ENDPOINT
    s3_config: Any = athena.connections.s3.meta.config  # the stubs know few of its fields
    assert s3_config.proxies == {}


def test_profile_and_region_reach_the_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config"
    config.write_text("[profile mine]\nregion = eu-north-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert Settings(profile="mine").session().region_name == "eu-north-1"
    assert Settings(profile="mine", region="eu-west-1").session().region_name == "eu-west-1"


def run(*arguments: str) -> Result:
    """The command, with whatever AWS settings there are."""
    return CliRunner(mix_stderr=False).invoke(app, list(arguments))


def test_missing_profile_is_an_error_without_a_traceback() -> None:
    result = run("buckets", "--profile", "nobody")
    assert result.exit_code == 3
    assert result.stderr == "ProfileNotFound: The config profile (nobody) could not be found\n"


def test_help_explains_the_exit_codes() -> None:
    result = run("--help")
    assert result.exit_code == 0
    for code in ("0 ", "1 ", "2 ", "3 ", "4 ", "130 ", "141 "):
        assert f"\n    {code}" in result.stdout


def test_version_is_printed() -> None:
    result = run("--version")
    assert result.exit_code == 0
    assert result.stdout.startswith("quilt-athena")


@pytest.mark.parametrize("arguments", [["nonsense"], ["query", "--format", "xml", "SELECT 1"], ["show"]])
def test_invalid_usage_exits_with_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize(
    "value",
    [
        "99999",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:0",
        "http://127.0.0.1:x",
        "ftp://127.0.0.1",
        "http://",
        "//x",
    ],
)
def test_an_invalid_local_url_is_a_usage_error(value: str) -> None:
    for arguments in ([f"--local={value}", "buckets"], ["buckets", f"--local={value}"]):
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 2
        assert f"expected a URL with a port from 1 to 65535, e.g. {LOCAL_ENDPOINT}, got {value}" in " ".join(
            result.output.split()
        )


def test_a_port_alone_is_a_usage_error() -> None:
    assert CliRunner().invoke(app, ["--local", "99999", "buckets"]).exit_code == 2
