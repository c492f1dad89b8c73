"""The options that select the stack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from quilt_athena.cli.app import App, app
from quilt_athena.cli.options import expand_local, stack_options
from quilt_athena.cli.settings import LOCAL_ENDPOINT, Settings
from quilt_athena.client.connections import Connections


@pytest.mark.parametrize(
    ("given", "expanded"),
    [
        (["--local"], [f"--local={LOCAL_ENDPOINT}"]),
        (["--local", "buckets"], [f"--local={LOCAL_ENDPOINT}", "buckets"]),
        (["--local", "http://127.0.0.1:5000", "buckets"], ["--local=http://127.0.0.1:5000", "buckets"]),
        (["--local", "4630", "buckets"], ["--local=4630", "buckets"]),
        (["buckets", "--local", "localhost:4630"], ["buckets", "--local=localhost:4630"]),
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


@pytest.mark.parametrize(
    ("value", "endpoint"),
    [
        ("4630", "http://127.0.0.1:4630"),
        ("localhost:4630", "http://localhost:4630"),
        ("http://[::1]:1", "http://[::1]:1"),
        ("https://localhost", "https://localhost"),
    ],
)
def test_local_is_a_port_or_a_url(value: str, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings_for("look", f"--local={value}").local == endpoint
    monkeypatch.setenv("QUILT_ATHENA_LOCAL", value)
    assert settings_for("look").local == endpoint
    assert settings_for("look", "--local").local == LOCAL_ENDPOINT, "the option comes first"
    assert settings_for("--local", "look").local == LOCAL_ENDPOINT, "before the command, too"


@pytest.mark.parametrize(("value", "endpoint"), [("1", LOCAL_ENDPOINT), ("0", None), ("", None)])
def test_local_variable_turns_it_on_and_off(value: str, endpoint: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUILT_ATHENA_LOCAL", value)
    assert settings_for("look").local == endpoint


def test_an_invalid_local_variable_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUILT_ATHENA_LOCAL", "yes")
    result = run("buckets")
    assert result.exit_code == 2
    assert "Invalid value for QUILT_ATHENA_LOCAL: expected a port" in result.stderr


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


def test_region_may_be_in_the_variable_of_other_sdks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    assert Settings().session().region_name == "eu-west-3"
    assert Settings(region="eu-west-1").session().region_name == "eu-west-1"
    assert Connections().session.region_name == "eu-west-3"


def test_missing_region_is_reported_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    result = run("buckets")
    assert result.exit_code == 3
    assert result.stderr.startswith("AwsSettingsError: no AWS region: pass --region, set AWS_REGION, or add a region")


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
    for code in ("0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "130 ", "141 "):
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
        assert f"expected a port from 1 to 65535, or a URL with one, e.g. {LOCAL_ENDPOINT}, got {value}" in " ".join(
            result.output.split()
        )


def test_usage_errors_are_json_too() -> None:
    for arguments in (["--json", "show"], ["query", "--json", "--format", "xml", "SELECT 1"], ["nonsense", "--json"]):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        error = json.loads(result.stderr)
        assert error["Error"] in ("MissingParameter", "BadParameter", "NoSuchOption")
        assert error["Message"]


def test_a_misspelt_command_is_suggested() -> None:
    result = run("qeury", "SELECT 1")
    assert result.exit_code == 2
    assert "No such command 'qeury'. Did you mean query?" in result.stderr


def test_a_port_alone_is_a_usage_error() -> None:
    assert CliRunner().invoke(app, ["--local", "99999", "buckets"]).exit_code == 2
