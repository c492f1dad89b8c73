"""The package as users install it: the command on the deployed stack, and `quilt_athena_local` with the examples."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from local.stack.environment import isolated
from local.stack.paths import ROOT
from tests.deployed_aws import DeployedAws
from tests.integration.client.slow import SLOW
from tests.local_aws import Entry, LocalAws, Pushed

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(installed: Path, tmp_path: Path, local_aws: LocalAws) -> Mapping[str, str]:
    """The environment of a user whose AWS settings point elsewhere, or to the AWS of the stack if that isn't local."""
    if isinstance(local_aws, DeployedAws) and local_aws.deployed.endpoint is None:
        return {**local_aws.stack.environment(), "PYTHONPATH": str(installed)}
    config = tmp_path / "config"
    config.write_text("[default]\nregion = eu-north-1\nendpoint_url = http://192.0.2.1\n")
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(installed),
        "AWS_PROFILE": "not-there",
        "AWS_CONFIG_FILE": str(config),
        "AWS_ENDPOINT_URL": "http://192.0.2.1",
        "HTTP_PROXY": "http://192.0.2.1:3128",
    }


@pytest.fixture
def command(local_aws: LocalAws, installed: Path) -> list[str]:
    """The installed command with the options for the stack."""
    return [sys.executable, str(installed / "bin" / "quilt-athena"), *local_aws.command_options]


@pytest.fixture
def run(command: list[str], environment: Mapping[str, str]) -> Run:
    """Runs the command, which must exit with the expected code."""

    def invoke(*arguments: str, code: int = 0, stdin: str = "") -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*command, *arguments],
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done
        return done

    return invoke


def test_wheel_has_the_command_and_its_requirements(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (archive.read(name).decode() for name in names if name.endswith("METADATA"))
    assert {name.split("/")[0] for name in names} == {
        "quilt_athena",
        "quilt_athena_console",
        "quilt_athena_local",
        "quilt_athena-0.1.0.dist-info",
    }
    assert "quilt_athena/catalog/sql/objects_view.sql" in names
    needed = re.findall(r"^Requires-Dist: ([a-z0-9_-]+)[^;\n]*$", metadata, re.MULTILINE)
    assert needed == ["boto3", "click", "prompt-toolkit", "rich"]
    assert re.search(r"^Requires-Dist: pyarrow.*extra == .parquet.", metadata, re.MULTILINE)


@pytest.mark.main_path
def test_command_registers_queries_and_removes_a_bucket(run: Run, local_aws: LocalAws, bucket: str) -> None:
    prefix = bucket.replace("-", "_")
    assert run("--version").stdout == "quilt-athena 0.1.0\n"
    assert run("show", bucket, code=1).stdout == ""
    assert run("register", "--file", "-", "--wait", stdin=f"{bucket} # ours\n").stdout == f"{bucket}: registered\n"
    listed = json.loads(run("buckets", "--json").stdout)
    (ours,) = (known for known in listed if known["Bucket"] == bucket)
    assert (ours["State"], ours["InSync"], ours["Problem"]) == ("registered", True, None)
    assert f"{prefix}_quilt_objects_view (view)" in run("show", bucket).stdout
    assert run("ddl", bucket).stdout.count("CREATE ") == 4

    local_aws.push(
        bucket, Pushed("imaging/cells", {"O'Neill.tiff": Entry(meta={"cellindex": ["5"]}), "a.csv": Entry()})
    )
    view = f"{prefix}_quilt_objects_view"
    sql = f"SELECT logical_key FROM {view} WHERE logical_key LIKE ? AND \"timestamp\" = 'latest'"
    done = run("query", sql, "--param", "O'N%")
    assert done.stdout == "logical_key\n------------\nO'Neill.tiff\n"
    assert re.fullmatch(
        r"1 row, [\d.]+ [KMB]+ scanned, [\d.]+ s \([\d.]+ s queued\), about 0\.000048 USD\n", done.stderr
    )

    assert run("remove", bucket, "--wait").stdout == f"{bucket}: removed\n"
    assert local_aws.tables(f"{prefix}_quilt_") == []
    failed = run("query", sql, "--param", "x", "--json", code=1)
    assert json.loads(failed.stderr)["Error"] == "QueryFailed"


ROWS = [{"n": 1, "t": "", "x": "a,b"}, {"n": 2, "t": None, "x": "two\nlines"}]
SQL = "SELECT * FROM (VALUES (1, '', 'a,b'), (2, NULL, 'two' || chr(10) || 'lines')) AS v (n, t, x) ORDER BY n"


def test_query_formats_preserve_all_values(run: Run, tmp_path: Path) -> None:
    assert json.loads(run("query", SQL, "--format", "json").stdout) == ROWS
    assert [json.loads(line) for line in run("query", SQL, "--format", "jsonl").stdout.splitlines()] == ROWS
    whole: dict[str, Any] = json.loads(run("query", SQL, "--express", "--json").stdout)
    assert whole["Rows"] == ROWS
    assert whole["EstimatedPrice"] > 0
    text = run("query", "-", "--format", "csv", stdin=SQL + ";\n").stdout
    assert '1,"","a,b"' in text
    assert list(csv.reader(io.StringIO(text))) == [["n", "t", "x"], ["1", "", "a,b"], ["2", "", "two\nlines"]]
    path = tmp_path / "rows.parquet"
    run("query", SQL, "--format", "parquet", "--output", str(path))
    assert pq.read_table(path).to_pylist() == ROWS


def test_exit_codes(run: Run, command: list[str], environment: Mapping[str, str]) -> None:
    assert "QueryFailed" in run("query", "SELECT nope FROM nowhere", code=1).stderr
    assert "InvalidRequest" in run("query", "SELECT 1", "--timeout", "999999", code=2).stderr
    assert "Usage:" in run("query", code=2).stderr
    assert "stack nobody not found" in run("buckets", "--stack", "nobody", code=3).stderr
    assert "QueryTimedOut" in run("query", SLOW, "--timeout", "1", code=4).stderr
    nowhere = subprocess.run(
        [*command[:2], "buckets", "--local", "http://127.0.0.1:9"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert nowhere.returncode == 3
    assert "make local" in nowhere.stderr


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_interruption_stops_the_query(
    command: list[str], environment: Mapping[str, str], local_aws: LocalAws, sent: signal.Signals
) -> None:
    known = set(_queries(local_aws))
    process = subprocess.Popen(
        [*command, "query", SLOW], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        (query_id,) = local_aws.until(lambda: set(_queries(local_aws)) - known)
        process.send_signal(sent)
        output, errors = process.communicate()
    assert (process.returncode, output, errors) == (130, "", "Interrupted\n")
    local_aws.until(lambda: local_aws.execution(query_id)["Status"]["State"], lambda state: state == "CANCELLED")


def _queries(local_aws: LocalAws) -> list[str]:
    ids: list[str] = local_aws.athena.list_query_executions(WorkGroup=local_aws.outputs["StandardWorkGroupName"])[
        "QueryExecutionIds"
    ]
    return ids


def test_closed_pipe_ends_the_command_without_a_traceback(command: list[str], environment: Mapping[str, str]) -> None:
    many = "SELECT a.n FROM UNNEST(sequence(1, 10000)) AS a(n) CROSS JOIN UNNEST(sequence(1, 2)) AS b(n)"
    process = subprocess.Popen(
        [*command, "query", many, "--format", "csv"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"n\r\n"
        process.stdout.close()
        errors = process.stderr.read()
    assert (process.returncode, errors) == (141, b"")


_ISOLATED = """
import urllib.error, urllib.request

def test_readiness_url_reports_the_outputs(quilt_athena_stack):
    with urllib.request.urlopen(quilt_athena_stack.endpoint + "/_local/ready") as response:
        assert quilt_athena_stack.outputs["QueryStateMachineArn"].encode() in response.read()

def test_bucket_of_the_tests_before_is_gone(quilt_athena_stack):
    assert "my-bucket" not in {bucket["Name"] for bucket in quilt_athena_stack.client("s3").list_buckets()["Buckets"]}
    assert quilt_athena_stack.athena.catalog.tables("my-bucket") == []
    assert [entry.state for entry in quilt_athena_stack.athena.buckets.list()] == ["removed"]
"""


def test_examples_run_with_the_installed_package(installed: Path, tmp_path: Path) -> None:
    tests = tmp_path / "service"
    shutil.copytree(ROOT / "examples" / "service", tests, ignore=shutil.ignore_patterns("__pycache__"))
    (tests / "test_zz_isolation.py").write_text(_ISOLATED)
    (shown,) = re.findall(r"^```python fixture\n(.*?)^```$", (ROOT / "docs" / "local.md").read_text(), re.M | re.S)
    (tests / "test_page.py").write_text(shown)
    # Without a PATH there is neither SAM nor make nor a compiler, and nothing is installed.
    environment = {**isolated(tmp_path / "home"), "PATH": os.devnull, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests)]
    done = subprocess.run(command, cwd=tests, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout
