"""Parameters, outputs and names: what people who deploy the stack, and other stacks, see of it."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from tests.unit.template import stacks
from tests.unit.template.cloudformation import ROOT, Stack, source, strings

PARAMETERS: dict[str, dict[str, Any]] = source()["Parameters"]
OUTPUTS = {
    "AthenaAccessPolicyArn",
    "BucketEventsDeadLetterQueueUrl",
    "BucketEventsQueueUrl",
    "DatabaseName",
    "EndedExecutionsDeadLetterQueueUrl",
    "EndedExecutionsQueueUrl",
    "EventBusName",
    "ExpressWorkGroupName",
    "IndexBucketName",
    "IndexEventsDeadLetterQueueUrl",
    "IndexEventsQueueUrl",
    "IndexQueryStateMachineRoleArn",
    "IndexStateMachineArn",
    "IndexTableName",
    "OnboardBucketRoleArn",
    "PackageStateMachineArn",
    "PlanViewsRoleArn",
    "QueryExpressStateMachineArn",
    "QueryExpressStateMachineRoleArn",
    "QueryRequestsDeadLetterQueueUrl",
    "QueryRequestsQueueUrl",
    "QueryStateMachineArn",
    "QueryStateMachineRoleArn",
    "RefreshCatalogRoleArn",
    "RefreshStateMachineArn",
    "RegistryTableName",
    "ResultsBucketName",
    "ScheduleGroupName",
    "ScheduleRoleArn",
    "ScheduledQueryStateMachineArn",
    "SchedulesDeadLetterQueueArn",
    "ServiceResultsBucketName",
    "StandardWorkGroupName",
    "ViewQueryStateMachineRoleArn",
    "ViewsBucketName",
    "ViewsStateMachineArn",
    "WorkGroupName",
    "WriteIndexRoleArn",
}
#: Only the command and people read these, from CloudFormation.
OPERATORS_OUTPUTS = {
    *(name for name in OUTPUTS if name.endswith("RoleArn") and name != "ScheduleRoleArn"),
    "BucketEventsDeadLetterQueueUrl",
    "BucketEventsQueueUrl",
    "EndedExecutionsDeadLetterQueueUrl",
    "EndedExecutionsQueueUrl",
    "ExpressWorkGroupName",
    "IndexBucketName",
    "IndexEventsDeadLetterQueueUrl",
    "IndexEventsQueueUrl",
    "IndexStateMachineArn",
    "IndexTableName",
    "QueryRequestsDeadLetterQueueUrl",
    "QueryRequestsQueueUrl",
    "StandardWorkGroupName",
}
# Properties that name a thing so that AWS doesn't make a name of its own.
NAMES = re.compile(r"(Bucket|Table|Queue|Function|Role|LogGroup|Dashboard|Alarm|Rule|StateMachine|Layer)Name|Name")


#: The longest names that AWS accepts, from the API reference of each service.
NAME_LIMITS = {
    "AWS::Athena::WorkGroup": 128,
    "AWS::CloudWatch::Alarm": 255,
    "AWS::CloudWatch::Dashboard": 255,
    "AWS::Lambda::LayerVersion": 140,
    "AWS::Logs::LogGroup": 512,
    "AWS::Logs::MetricFilter": 255,
    "AWS::SSM::Parameter": 1011,
    "AWS::Scheduler::ScheduleGroup": 64,
    "AWS::StepFunctions::StateMachine": 80,
}


def matches(parameter: dict[str, Any], value: str) -> bool:
    """Whether CloudFormation takes a value for a parameter."""
    if "AllowedValues" in parameter:
        return value in map(str, parameter["AllowedValues"])
    if parameter["Type"] == "Number":
        return int(parameter["MinValue"]) <= int(value) <= int(parameter["MaxValue"])
    values = value.split(",") if parameter["Type"] == "CommaDelimitedList" else [value]
    return all(re.fullmatch(parameter["AllowedPattern"], item) for item in values)


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameter_is_described_limited_and_has_a_default(name: str) -> None:
    parameter = PARAMETERS[name]
    assert parameter["Description"].endswith((".", "(false)."))
    assert {"AllowedPattern", "AllowedValues", "MinValue"} & set(parameter), "anything at all can be given"
    assert ("AllowedPattern" in parameter) == ("ConstraintDescription" in parameter)
    assert matches(parameter, str(parameter["Default"]))


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameter_is_used(name: str) -> None:
    template = source()
    used = set(strings([template["Resources"], template["Outputs"], template["Conditions"]]))
    assert any(text == name or f"${{{name}}}" in text for text in used)


def test_parameters_are_grouped_each_once() -> None:
    groups = source()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    assert sorted(grouped) == sorted(PARAMETERS)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("DatabaseName", ["quilt_2"], ["Quilt", "a-b", ""]),
        ("WorkGroupName", ["a.b-C_1"], ["a b", ""]),
        (
            "ExistingResultsLocation",
            ["", "s3://a.b-c/", "s3://bucket/athena/", "s3://bucket/a/b/"],
            ["bucket", "s3://bucket", "s3://bucket//", "s3://bucket/athena", "s3://bucket/a*/", "s3://ab*/"],
        ),
        ("RefreshInterval", ["15m", "1h", "24h", "never"], ["", "1 hour", "rate(1 hour)"]),
        (
            "AccessPolicyRoleArns",
            ["", ",".join((*stacks.ROLES, stacks.ROLE_PATTERN)), stacks.ROLE_PATTERN.replace("role/", "role/*/")],
            ["*", "arn:aws:iam::123456789012:role/*", "arn:aws:iam::123456789012:role/ab*", "analyst"],
        ),
        ("BytesScannedCutoffPerQuery", ["0", "10000000", "1099511627776"], ["9999999", "-1", "1e9", ""]),
        ("BucketNamePattern", ["*", "my-*", "one.bucket"], ["", "a/b", "arn:aws:s3:::b"]),
        ("PackageBucketNamePattern", ["", "*", "my-*", "-"], ["a/b", "arn:aws:s3:::b"]),
        ("EventBusName", ["default", "quilt.bus"], ["", "arn:aws:events:x:1:event-bus/b"]),
        ("EventSources", ["com.quiltdata", "a,b/c"], ["", "a, b"]),
        ("KmsKeyArn", ["", stacks.KEY], ["alias/mine", stacks.KEY.replace("key/", "alias/")]),
        ("CatalogKmsKeyArn", ["", stacks.CATALOG_KEY], ["alias/aws/glue", f"{stacks.KEY},{stacks.CATALOG_KEY}"]),
        (
            "RegistrarArns",
            ["", stacks.REGISTRAR, "arn:aws:iam::123456789012:user/ci,arn:aws:iam::123456789012:role/a/b*"],
            [
                # What IAM compares is the ARN of a session's role, never the session's own.
                "arn:aws:sts::123456789012:assumed-role/registrar/session",
                "arn:aws:iam::123456789012:group/registrars",
                # A path without a name, and a name that is longer than IAM's.
                "arn:aws:iam::123456789012:role/registrars/",
                f"arn:aws:iam::123456789012:role/{'r' * 65}",
                "registrar",
                "*",
            ],
        ),
        ("DataKmsKeyArns", ["", ",".join(stacks.DATA_KEYS)], ["alias/mine", f"{stacks.KEY},x"]),
        ("AlarmTopicArn", ["", stacks.TOPIC], ["alarms", f"{stacks.TOPIC}.fifo"]),
        ("PermissionsBoundaryArn", ["", stacks.BOUNDARY, "arn:aws:iam::aws:policy/PowerUserAccess"], ["boundary"]),
        ("RolePath", ["/", "/a/", "/a/b/"], ["", "a/", "/a"]),
    ],
)
def test_parameter_takes_what_it_should(name: str, good: list[str], bad: list[str]) -> None:
    assert [value for value in good if not matches(PARAMETERS[name], value)] == []
    assert [value for value in bad if matches(PARAMETERS[name], value)] == []


def test_deployments_in_these_tests_are_ones_that_can_be_made() -> None:
    for parameters in stacks.PARAMETERS.values():
        for name, value in parameters.items():
            assert matches(PARAMETERS[name], value), (name, value)


@pytest.mark.parametrize("name", stacks.NAMES)
def test_deployments_in_these_tests_break_no_rule(name: str) -> None:
    assert stacks.stack(name).broken_rules == []


def test_default_bus_cannot_be_created() -> None:
    (broken,) = Stack({"CreateEventBus": "true"}).broken_rules
    assert broken == "With CreateEventBus true, EventBusName must not be default, which already exists."
    assert Stack({"EventBusName": "own", "CreateEventBus": "true"}).broken_rules == []


@pytest.mark.parametrize("arns", [f",{stacks.REGISTRAR}", f"{stacks.REGISTRAR},"])
def test_a_comma_too_many_does_not_let_everyone_register(arns: str) -> None:
    (broken,) = Stack({"RegistrarArns": arns}).broken_rules
    assert broken == "RegistrarArns has an empty item. Remove the comma before or after it."


@pytest.mark.parametrize(
    "parameters", [{"CreateWorkGroup": "false"}, {"ExistingResultsLocation": "s3://my-results/athena/"}]
)
def test_results_location_is_given_exactly_with_an_existing_workgroup(parameters: dict[str, str]) -> None:
    (broken,) = Stack(parameters).broken_rules
    assert broken == "CreateWorkGroup false needs ExistingResultsLocation; with true, it must be empty."


def test_refresh_intervals_are_the_values_of_the_parameter() -> None:
    assert list(source()["Mappings"]["RefreshIntervals"]) == PARAMETERS["RefreshInterval"]["AllowedValues"]


def test_outputs_are_the_contract() -> None:
    outputs = source()["Outputs"]
    assert set(outputs) == OUTPUTS
    assert all(output["Description"] for output in outputs.values())


def test_outputs_that_other_stacks_need_are_ssm_parameters(deployed: Stack) -> None:
    stored = {p["Name"]: p["Value"] for p in deployed.of_type("AWS::SSM::Parameter").values()}
    assert stored == {f"/a-stack/{name}": deployed.outputs[name]["Value"] for name in OUTPUTS - OPERATORS_OUTPUTS}


def test_two_stacks_live_in_one_account(deployed: Stack) -> None:
    """What is named at all is named by the stack, or by a parameter that the second stack sets otherwise."""
    by_parameter = {"Database", "WorkGroup", "EventBus"}
    for logical_id, resource in deployed.resources.items():
        # A saved query's name is its workgroup's alone.
        if logical_id in by_parameter or resource["Type"] in ("AWS::Logs::MetricFilter", "AWS::Athena::NamedQuery"):
            continue
        for key, value in resource.get("Properties", {}).items():
            if NAMES.fullmatch(key):
                assert "a-stack" in value or "<" in value, (logical_id, key, value)


@pytest.mark.parametrize(
    ("length", "too_long"),
    [
        (64, set()),
        (128, {"AWS::Athena::WorkGroup", "AWS::Scheduler::ScheduleGroup", "AWS::StepFunctions::StateMachine"}),
    ],
)
def test_names_that_contain_the_stacks_fit(length: int, too_long: set[str]) -> None:
    """128 characters are CloudFormation's limit; names that it generates are shortened, and not in the template."""
    stack = "s" * length
    lengths: dict[str, int] = {}
    for resource in Stack(name=stack).resources.values():
        properties = resource.get("Properties", {})
        for key, value in [*properties.items(), *properties.get("MetricTransformations", [{}])[0].items()]:
            if key.endswith("Name") and stack in value:
                lengths[resource["Type"]] = max(len(value), lengths.get(resource["Type"], 0))
    assert set(lengths) == set(NAME_LIMITS)
    # Scheduler, and Athena, reject such a name when the deployment begins: docs/operations.md.
    assert {kind for kind, longest in lengths.items() if longest > NAME_LIMITS[kind]} == too_long


def test_the_second_stacks_names_are_free() -> None:
    second = Stack({"DatabaseName": "other", "WorkGroupName": "other-group"})
    (database,) = second.of_type("AWS::Glue::Database").values()
    groups = {group["Name"] for group in second.of_type("AWS::Athena::WorkGroup").values()}
    assert database["DatabaseInput"]["Name"] == "other"
    assert groups == {"other-group", "a-stack-standard", "a-stack-express", "a-stack-index"}
    texts = set(strings([second.resources, second.outputs]))
    assert not [text for text in texts if "quilt_query" in text or "quilt-query" in text]


def test_sam_deploy_asks_for_confirmation_only() -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())["default"]
    assert config["global"]["parameters"] == {"stack_name": "quilt-athena"}
    deploy = config["deploy"]["parameters"]
    assert deploy["confirm_changeset"] is True
    assert deploy["resolve_s3"] is True
    # No role has a name of ours, so this is all that CloudFormation wants to hear.
    assert deploy["capabilities"] == "CAPABILITY_IAM"
    assert not [key for section in config.values() for key in section["parameters"] if key in ("region", "profile")]
