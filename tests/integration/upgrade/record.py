"""Records what release 0.1 stores and sends: `python -m tests.integration.upgrade.record` writes tests/recorded/*.json.

The release is deployed from its archive to the local AWS and used as in the scenario of the upgrade test, so that the
recording can be repeated or extended at any time, whatever the working tree has become.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.stack.waiting import until
from tests.integration.upgrade import scenario
from tests.integration.upgrade.deployment import Deployment
from tests.recorded import save

MACHINES = {
    "query": "QueryStateMachine",
    "requested_query": "RequestedQueryStateMachine",
    "refresh": "RefreshStateMachine",
    "views": "ViewsStateMachine",
    "package": "PackageStateMachine",
}
#: Which function's output a variable of a definition holds, and where in it.
VARIABLES = {
    "query": {"$Request": ("prepare_query", "")},
    "refresh": {
        "$Round": ("refresh_catalog", ""),
        "$Progress": ("refresh_catalog", "Progress."),
        "$states.result.Payload": ("refresh_catalog", ""),
        "$states.input.Probe": ("refresh_catalog", "Probes."),
    },
    "views": {
        "$Round": ("plan_views", ""),
        "$states.result.Payload": ("plan_views", ""),
        "$states.input.Statement": ("plan_views", "Statements."),
    },
    "package": {"$Prepared": ("prepare_package", ""), "$Push": ("push_package", ""), "$Answer": ("fetch_results", "")},
}
#: Requests that end in each machine's rejections.
REJECTED: dict[str, list[dict[str, Any]]] = {
    "QueryStateMachine": [{"QueryString": "SELECT 1", "MaxRows": "many"}],
    "RefreshStateMachine": [{"Buckets": [1]}, {"Buckets": [scenario.IMAGES]}],
    "ViewsStateMachine": [{"Buckets": []}],
    "PackageStateMachine": [
        {"Query": {"QueryString": "SELECT 1"}, "Package": {}},
        {
            "Query": {"QueryString": "SELECT 'a' AS logical_key"},
            "Package": {"Bucket": scenario.MADE, "Name": "made/wrong", "Message": "No physical key"},
        },
    ],
}


def main() -> None:
    """Deploy the release, use it, and write what it stored and sent."""
    with Deployment() as stack:
        scenario.fill(stack)
        running = scenario.start_executions(stack)
        save("registry_items", stack.registry())
        save("catalog", {"Tables": _plain(list(stack.tables().values())), "Partitions": _partitions(stack)})
        save("messages", _messages(stack))
        scenario.put_view_file(stack, "wrong", "SELECT nothing FROM nowhere")
        stack.consume(enabled=True)
        running.release(stack)
        for arn in running.executions.values():
            stack.succeeded(arn)
        until(lambda: len(stack.registry()) == 8)
        for machine, requests in REJECTED.items():
            for request in requests:
                stack.ended(stack.start(machine, request))
        stack.send(
            "query-requested",
            {"version": "0.1", "correlationId": "failing", "request": {"QueryString": "SELECT nothing"}},
        )
        until(lambda: len(stack.executions("RequestedQueryStateMachine", "SUCCEEDED")) == 3)
        calls = _calls(stack)
        save("payloads", {"Calls": calls, "Reads": _reads(stack.release)})
        save("answers", _answers(stack, calls))


def _plain(value: Any) -> Any:
    """As JSON, times as text."""
    return json.loads(json.dumps(value, default=lambda time: time.isoformat()))


def _partitions(stack: Deployment) -> list[dict[str, Any]]:
    database = stack.outputs()["DatabaseName"]
    tables = [name for name, table in stack.tables().items() if table.get("PartitionKeys")]
    found = [
        partition
        for table in tables
        for partition in stack.glue.get_partitions(DatabaseName=database, TableName=table)["Partitions"]
    ]
    return list(_plain(found))


def _messages(stack: Deployment) -> dict[str, list[dict[str, Any]]]:
    outputs = (*scenario.QUEUES, "BucketEventsDeadLetterQueueUrl")
    return {
        output.removesuffix("Url"): [
            {"Body": one["Body"], "MessageAttributes": one.get("MessageAttributes", {})}
            for one in stack.messages(output)
        ]
        for output in outputs
    }


def _calls(stack: Deployment) -> list[dict[str, Any]]:
    """A call of each function of each kind."""
    logical_ids = {physical: logical for logical, physical in stack.resources().items()}
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for machine, logical_id in MACHINES.items():
        for status in ("SUCCEEDED", "FAILED"):
            for arn in stack.executions(logical_id, status):
                for state, function, given, answer in _function_calls(stack, arn):
                    name = logical_ids[function.rpartition(":")[2]].removesuffix("Function")
                    call = {
                        "Machine": machine,
                        "State": state,
                        "Function": re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(),
                        "Input": given,
                        "Output": answer,
                    }
                    found.setdefault(_kind(call), call)
    return sorted(found.values(), key=lambda call: (call["Machine"], call["State"], len(json.dumps(call))))


def _kind(call: dict[str, Any]) -> tuple[Any, ...]:
    """What tells a call from others of its kind: who called, with what fields, and which way the output leads on."""
    given, answer = call["Input"], call["Output"]
    ways = [answer.get(name) for name in ("Valid", "Done", "Pushed", "DetailType")]
    begun = bool(given.get("Progress"))
    return call["Machine"], call["State"], begun, *ways, *sorted(given), *sorted(_fields(given.get("Request")))


def _fields(request: Any) -> list[str]:
    return list(request) if isinstance(request, dict) else []


def _function_calls(stack: Deployment, execution_arn: str) -> Iterator[tuple[str, str, Any, Any]]:
    """State, function ARN, input and output of each call that succeeded."""
    pages = stack.stepfunctions.get_paginator("get_execution_history").paginate(executionArn=execution_arn)
    state, function, given = "", "", None
    for event in (event for page in pages for event in page["events"]):
        details: dict[str, Any] = next((value for key, value in event.items() if key.endswith("EventDetails")), {})
        match event["type"]:
            case "TaskStateEntered":
                state = details["name"]
            case "TaskScheduled" if details["resourceType"] == "lambda":
                arguments = json.loads(details["parameters"])
                function, given = arguments["FunctionName"], arguments["Payload"]
            case "LambdaFunctionScheduled":
                function, given = details["resource"], json.loads(details["input"])
            case "TaskSucceeded" if details["resourceType"] == "lambda":
                yield state, function, given, json.loads(details["output"])["Payload"]
            case "LambdaFunctionSucceeded":
                yield state, function, given, json.loads(details["output"])


def _reads(release: Path) -> dict[str, list[str]]:
    """The keys of each function's output that the definitions of the release read, as paths."""
    reads: dict[str, set[str]] = {}
    for machine, variables in VARIABLES.items():
        definition = (release / "statemachines" / f"{machine}.asl.json").read_text()
        for variable, (function, prefix) in variables.items():
            paths = re.findall(re.escape(variable) + r"\.([A-Z]\w*(?:\.[A-Z]\w*)*)", definition)
            reads.setdefault(function, set()).update(prefix + path for path in paths)
    return {function: sorted(paths) for function, paths in reads.items()}


def _answers(stack: Deployment, calls: list[dict[str, Any]]) -> dict[str, Any]:
    """What AWS answered to the recorded calls: results, executions, histories and objects."""
    results, executions = {}, {}
    prefix = stack.outputs()["QueryStateMachineArn"].replace(":stateMachine:", ":execution:")
    for call in calls:
        if call["Function"] == "fetch_results":
            query = call["Input"]["Query"]["QueryExecutionId"]
            results[query] = stack.athena.get_query_results(QueryExecutionId=query)["ResultSet"]
        if call["Function"] == "publish_query_outcome":
            name = call["Input"]["ExecutionName"]
            found = stack.stepfunctions.describe_execution(executionArn=f"{prefix}:{name}")
            executions[name] = {key: found[key] for key in ("status", "output", "error", "cause") if key in found}
    histories = {
        arn: _plain(stack.stepfunctions.get_execution_history(executionArn=arn, reverseOrder=True)["events"])
        for arn in stack.executions("QueryStateMachine", "ABORTED")
    }
    outputs = stack.outputs()
    pushed = {call["Input"]["Answer"]["OutputLocation"] for call in calls if call["Function"] == "push_package"}
    objects = {bucket: _objects(stack, bucket, "") for bucket in (scenario.IMAGES, outputs["ViewsBucketName"])}
    for location in pushed:
        bucket, _, key = location.removeprefix("s3://").partition("/")
        objects.setdefault(bucket, {}).update(_objects(stack, bucket, key))
    return {
        "Results": results,
        "Executions": executions,
        "Histories": histories,
        "Objects": objects,
        "Outputs": outputs,
    }


def _objects(stack: Deployment, bucket: str, prefix: str) -> dict[str, str]:
    listed = stack.s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    return {
        found["Key"]: stack.s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read().decode() for found in listed
    }


if __name__ == "__main__":
    main()
