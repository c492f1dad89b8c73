"""Functions and state machines: how they run, and what they leave behind for whoever looks."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from importlib import import_module
from typing import Any

import pytest

from tests.unit.template.cloudformation import ROOT, Stack, source

MACHINES = [name for name, r in source()["Resources"].items() if r["Type"] == "AWS::Serverless::StateMachine"]
COMMON = {
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_LOG_LEVEL",
    "PYDANTIC_DISABLE_PLUGINS",
}


def functions(stack: Stack) -> dict[str, dict[str, Any]]:
    return stack.of_type("AWS::Lambda::Function")


#: Functions that nobody waits for, and how many seconds they may take.
LONG = {
    "RefreshCatalogFunction": 900,
    "SweepQueriesFunction": 300,
    "AttachAccessPolicyFunction": 300,
    "PushPackageFunction": 900,
    "PlanViewsFunction": 900,
    "WriteIndexFunction": 900,
}
# Empty where the parameter is.
OPTIONAL = {"ROLE_ARNS"}
#: Functions that hold much at once, and how many megabytes they may take.
LARGE = {"PushPackageFunction": 3008}
#: What quilt3 reads from the environment of the function that pushes: where it may write, and that it tells nobody.
QUILT3 = {
    "HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "QUILT_DISABLE_CACHE", "QUILT_DISABLE_USAGE_METRICS",
    "QUILT_MINIMIZE_STDOUT",
}  # fmt: skip


def test_functions_run_on_a_current_python_on_arm(deployed: Stack) -> None:
    for name, function in functions(deployed).items():
        assert (function["Runtime"], function["Architectures"]) == ("python3.13", ["arm64"])
        assert function["Handler"] == "app.handler"
        assert function["TracingConfig"] == {"Mode": "Active"}
        assert 128 <= function["MemorySize"] <= LARGE.get(name, 1024)
        assert 1 <= function["Timeout"] <= LONG.get(name, 60)


def test_functions_share_one_layer_and_quilt3_is_in_another(deployed: Stack) -> None:
    shared, quilt3 = deployed.of_type("AWS::Lambda::LayerVersion")
    assert (shared[:16], quilt3[:17]) == ("QuiltAthenaLayer", "QuiltPackageLayer")
    for name, function in functions(deployed).items():
        assert function["Layers"] == [f"<{shared}>"] + [f"<{quilt3}>"] * (name == "PushPackageFunction")
        imports = (ROOT / function["Code"]["S3Key"] / "app.py").read_text()
        assert ("packages.pushing" in imports) == (name == "PushPackageFunction")


def test_the_layers_hold_nothing_twice() -> None:
    locks = [
        dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", (ROOT / "layers" / layer / "requirements.txt").read_text(), re.M))
        for layer in ("quilt_athena", "quilt_package")
    ]
    shared, package = locks
    assert not set(shared) & set(package)
    assert "quilt3" in package
    assert not {"boto3", "botocore"} & {*shared, *package}  # the runtime's own
    # What the tests ran with is what is deployed.
    tested = dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", (ROOT / "requirements" / "dev.txt").read_text(), re.M))
    assert {name: tested[name] for name in package} == package


def test_quilt3_writes_below_tmp_and_sends_no_usage_metrics(deployed: Stack) -> None:
    variables = functions(deployed)["PushPackageFunction"]["Environment"]["Variables"]
    assert all(variables[name].startswith("/tmp") for name in QUILT3 if not name.startswith("QUILT_"))
    assert {variables[name] for name in QUILT3 if name.startswith("QUILT_")} == {"true"}


def settings_read_by(function: dict[str, Any]) -> set[str]:
    """The names of the environment variables of a function's settings model."""
    app = import_module(function["Code"]["S3Key"].replace("/", ".") + ".app")
    variables: frozenset[str] = app.Settings.variables()
    return set(variables)


def test_functions_have_the_settings_that_they_read_and_no_others(deployed: Stack) -> None:
    for name, function in functions(deployed).items():
        variables = function["Environment"]["Variables"]
        read_by_quilt3 = QUILT3 if name == "PushPackageFunction" else set()
        assert set(variables) == settings_read_by(function) | COMMON | read_by_quilt3, name
        assert variables["POWERTOOLS_METRICS_NAMESPACE"] == "QuiltAthena"
        assert all(isinstance(value, str | int) for value in variables.values()), name
        assert {key for key, value in variables.items() if not str(value)} <= OPTIONAL, name


def test_functions_depend_on_the_database_and_workgroup_that_they_use(defaults: Stack, existing: Stack) -> None:
    ours = {"EXPRESS_WORKGROUP_NAME": "<ExpressWorkGroup>"}
    names = {"DATABASE_NAME": "quilt_query", "WORKGROUP_NAME": "quilt-query", **ours}
    names["WORKGROUP_NAMES"] = "<StandardWorkGroup>,quilt-query"
    references = {"DATABASE_NAME": "<Database>", "WORKGROUP_NAME": "<WorkGroup>", **ours}
    references["WORKGROUP_NAMES"] = "<StandardWorkGroup>,<WorkGroup>"
    for stack, expected in ((defaults, references), (existing, names)):
        used = [
            (key, value)
            for function in functions(stack).values()
            for key, value in function["Environment"]["Variables"].items()
            if key in expected
        ]
        assert set(used) == set(expected.items())
        assert len(used) == 9


def test_functions_are_where_the_template_says(deployed: Stack) -> None:
    for function in functions(deployed).values():
        folder = ROOT / function["Code"]["S3Key"]
        assert (folder / "app.py").is_file(), f"{folder} has no app.py"
        assert not (folder / "requirements.txt").exists(), "dependencies come with the layer"


def test_functions_log_json_to_one_group_and_write_to_their_own_streams_only(deployed: Stack) -> None:
    assert deployed.of_type("AWS::Logs::LogGroup")["FunctionLogGroup"]["LogGroupName"] == "/aws/lambda/a-stack"
    streams = {}
    for name, function in functions(deployed).items():
        assert function["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": "<FunctionLogGroup>"}
        role = deployed.of_type("AWS::IAM::Role")[function["Role"].removeprefix("<").removesuffix(".Arn>")]
        (logs,) = [s for p in role["Policies"] for s in p["PolicyDocument"]["Statement"] if s["Sid"] == "WriteLogs"]
        group, _, streams[name] = logs["Resource"].partition(":log-stream:")
        assert group == "arn:aws-test:logs:eu-test-1:123456789012:log-group:<FunctionLogGroup>"
    for name in streams:
        # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html; CloudFormation names a
        # function <stack>-<logical id>-<random>, and shortens both where they are long.
        for physical in (f"a-stack-{name}-1A2B3C", f"a-stack-of-a-very-long-n-{name[:24]}-1A2B3C"):
            stream = f"2026/11/21/{physical}[$LATEST]0123456789abcdef"
            assert [writer for writer, pattern in streams.items() if fnmatchcase(stream, pattern)] == [name]


def test_logs_are_kept_as_long_as_the_parameter_says() -> None:
    groups = Stack({"LogRetentionDays": "7"}).of_type("AWS::Logs::LogGroup").values()
    assert {group["RetentionInDays"] for group in groups} == {"7"}


@pytest.mark.parametrize("name", MACHINES)
def test_state_machines_log_without_data_and_trace(name: str, deployed: Stack) -> None:
    machine = deployed.of_type("AWS::StepFunctions::StateMachine")[name]
    assert machine["TracingConfiguration"] == {"Enabled": True}
    logging = machine["LoggingConfiguration"]
    # Express executions have no history but their logs.
    assert logging["Level"] == {"STANDARD": "ERROR", "EXPRESS": "ALL"}[machine["StateMachineType"]]
    assert logging["IncludeExecutionData"] is False
    (destination,) = logging["Destinations"]
    group = destination["CloudWatchLogsLogGroup"]["LogGroupArn"].removeprefix("<").removesuffix(".Arn>")
    log_group = deployed.of_type("AWS::Logs::LogGroup")[group]
    assert log_group["LogGroupName"] == "/aws/vendedlogs/states/a-stack"


@pytest.mark.parametrize("name", MACHINES)
def test_definitions_get_all_that_they_ask_for_and_nothing_else(name: str) -> None:
    properties = source()["Resources"][name]["Properties"]
    asked = set(re.findall(r"\$\{([A-Za-z0-9:]+)\}", (ROOT / properties["DefinitionUri"]).read_text()))
    assert asked == set(properties["DefinitionSubstitutions"])


def test_statements_of_the_index_are_started_once() -> None:
    machines = Stack().of_type("AWS::StepFunctions::StateMachine")
    standard, index = machines["QueryStateMachine"], machines["IndexQueryStateMachine"]
    assert standard["DefinitionS3Location"] == index["DefinitionS3Location"]
    attempts = [machine["DefinitionSubstitutions"]["MaxAttempts"] for machine in (standard, index)]
    # A failed INSERT may have been committed: the writer decides, not the machine that runs it.
    assert attempts == [3, 1]


def test_queries_are_one_definition_deployed_twice(defaults: Stack) -> None:
    machines = defaults.of_type("AWS::StepFunctions::StateMachine")
    standard, express = machines["QueryStateMachine"], machines["QueryExpressStateMachine"]
    assert standard["DefinitionS3Location"] == express["DefinitionS3Location"]
    assert (standard["StateMachineType"], express["StateMachineType"]) == ("STANDARD", "EXPRESS")
    limits, workgroups = (
        [machine["DefinitionSubstitutions"].pop(name) for machine in (standard, express)]
        for name in ("MaxTimeoutSeconds", "WorkGroupName")
    )
    assert standard["DefinitionSubstitutions"] == express["DefinitionSubstitutions"]
    assert workgroups == ["<StandardWorkGroup>", "<ExpressWorkGroup>"]
    # An Express execution ends at 300 seconds by itself, and a query must be stopped before.
    assert limits == [14400, 240]
