"""The checks find every kind of problem: a valid definition, and each way to break it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.state_machines.asl import problems, schema_problems, substituted

Definition = dict[str, Any]
RETRY = {
    "ErrorEquals": ["Athena.TooManyRequestsException", "States.Timeout"],
    "IntervalSeconds": 1,
    "MaxAttempts": 3,
    "BackoffRate": 2,
    "JitterStrategy": "FULL",
}
VALID: Definition = {
    "Comment": "Starts a query and counts its rows",
    "QueryLanguage": "JSONata",
    "StartAt": "StartQuery",
    "TimeoutSeconds": 60,
    "States": {
        "StartQuery": {
            "Type": "Task",
            "Comment": "Start it",
            "Resource": "arn:${Partition}:states:::aws-sdk:athena:startQueryExecution",
            "Arguments": {
                "QueryString": "{% $states.input.sql & $string(${Limit}) %}",
                "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": True}},
            },
            "TimeoutSeconds": 10,
            "Retry": [RETRY],
            "Catch": [
                {
                    "ErrorEquals": ["States.ALL"],
                    "Assign": {"cause": "{% $states.errorOutput.Cause %}"},
                    "Next": "Fail",
                }
            ],
            "Assign": {"id": "{% $states.result.QueryExecutionId %}", "rows": [1, 2]},
            "Next": "HasRows",
        },
        "HasRows": {
            "Type": "Choice",
            "Comment": "Any rows?",
            "Choices": [{"Condition": "{% $count($rows) > 0 %}", "Next": "CountRows"}],
            "Default": "Done",
        },
        "CountRows": {
            "Type": "Map",
            "Comment": "Each of them",
            "Items": "{% $rows %}",
            "MaxConcurrency": 2,
            "ItemProcessor": {
                "StartAt": "CountRow",
                "States": {
                    "CountRow": {
                        "Type": "Pass",
                        "Comment": "One",
                        "Output": "{% ($f := function($x) { $x + 1 }; {'id': $id, 'n': $f($states.input)}) %}",
                        "End": True,
                    }
                },
            },
            "Next": "Done",
        },
        "Done": {"Type": "Succeed", "Comment": "Counted", "Output": "{% $id %}"},
        "Fail": {"Type": "Fail", "Comment": "Not started", "Error": "Failed", "Cause": "{% $cause %}"},
    },
}


def test_valid_definition_has_no_problem() -> None:
    assert problems(VALID) == []


def test_valid_definition_matches_the_schema() -> None:
    assert schema_problems(substituted(json.dumps(VALID), {"Partition": "aws", "Limit": 5})) == []


def test_schema_rejects_an_unknown_type_of_state() -> None:
    definition = copy.deepcopy(VALID)
    definition["States"]["Done"]["Type"] = "Finish"
    assert schema_problems(definition)


def test_placeholder_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="Partition"):
        substituted('{"a": "${Partition}"}', {})


def task(definition: Definition) -> dict[str, Any]:
    state: dict[str, Any] = definition["States"]["StartQuery"]
    return state


def set_in(state: str, **fields: Any) -> Callable[[Definition], None]:
    return lambda definition: definition["States"][state].update(fields)


def remove_from(state: str, field: str) -> Callable[[Definition], None]:
    return lambda definition: definition["States"][state].pop(field)


def resource(call: str) -> Callable[[Definition], None]:
    return set_in("StartQuery", Resource=f"arn:${{Partition}}:states:::{call}")


def rename_error(name: str) -> Callable[[Definition], None]:
    return set_in("StartQuery", Retry=[RETRY | {"ErrorEquals": [name]}])


BREAKAGES: dict[str, tuple[Callable[[Definition], Any], str]] = {
    "no query language": (lambda d: d.pop("QueryLanguage"), "machine: QueryLanguage must be JSONata"),
    "no comment on the machine": (lambda d: d.pop("Comment"), "machine: it has no Comment"),
    "no time limit": (lambda d: d.pop("TimeoutSeconds"), "machine: it has no TimeoutSeconds"),
    "no such start": (lambda d: d.update(StartAt="Begin"), "machine: StartAt names 'Begin'"),
    "dangling Next": (set_in("StartQuery", Next="Later"), "StartQuery leads to 'Later'"),
    "dangling Default": (set_in("HasRows", Default="Later"), "HasRows leads to 'Later'"),
    "dangling Catch": (lambda d: task(d)["Catch"][0].update(Next="Later"), "StartQuery leads to 'Later'"),
    "dangling Choice": (lambda d: d["States"]["HasRows"]["Choices"][0].update(Next="X"), "HasRows leads to 'X'"),
    "unreachable": (set_in("HasRows", Choices=[]), "machine: CountRows is never reached"),
    "no comment on a state": (remove_from("Done", "Comment"), "Done: it has no Comment"),
    "no comment inside a Map": (
        lambda d: d["States"]["CountRows"]["ItemProcessor"]["States"]["CountRow"].pop("Comment"),
        "CountRows/CountRow: it has no Comment",
    ),
    "no Default": (remove_from("HasRows", "Default"), "HasRows: a Choice without Default"),
    "neither Next nor End": (remove_from("CountRows", "Next"), "CountRows: it must have either Next or End"),
    "both Next and End": (set_in("CountRows", End=True), "CountRows: it must have either Next or End"),
    "unlimited Map": (remove_from("CountRows", "MaxConcurrency"), "CountRows: a Map without MaxConcurrency"),
    "Map limited to 0, which is no limit": (set_in("CountRows", MaxConcurrency=0), "a Map without MaxConcurrency"),
    "endless Task": (remove_from("StartQuery", "TimeoutSeconds"), "StartQuery: a Task without TimeoutSeconds"),
    "no Retry": (remove_from("StartQuery", "Retry"), "StartQuery: a Task without Retry"),
    "no jitter": (lambda d: task(d).update(Retry=[RETRY | {"JitterStrategy": "NONE"}]), "no JitterStrategy FULL"),
    "Retry with defaults": (
        lambda d: task(d).update(Retry=[{k: v for k, v in RETRY.items() if k != "MaxAttempts"}]),
        "must have IntervalSeconds, MaxAttempts and BackoffRate",
    ),
    "Retry of everything": (rename_error("States.ALL"), "name the errors"),
    "no Catch": (remove_from("StartQuery", "Catch"), "StartQuery: its last Catch must be of States.ALL"),
    "invalid name of a variable": (set_in("HasRows", Assign={"a-b": 1}), "Assign names 'a-b'"),
    "not a service call": (set_in("StartQuery", Resource="${QueueUrl}"), "is not a service call"),
    "error of another service than the function's": (
        set_in("StartQuery", Resource="${CountFunctionArn}"),
        "'Athena.TooManyRequestsException' cannot come from a call of Lambda",
    ),
    "partition not left open": (
        set_in("StartQuery", Resource="arn:aws:states:::aws-sdk:athena:startQueryExecution"),
        "is not a service call",
    ),
    "unknown service": (resource("aws-sdk:athene:startQueryExecution"), "there is no service 'athene'"),
    "unknown action": (resource("aws-sdk:athena:beginQuery"), "athena has no action 'beginQuery'"),
    "misspelt argument": (
        lambda d: task(d)["Arguments"].update(Workgroup="w"),
        "Arguments has 'Workgroup'; StartQueryExecutionInput knows QueryString,",
    ),
    "misspelt argument below": (
        lambda d: task(d)["Arguments"]["ResultReuseConfiguration"].update(Enabled=True),
        "Arguments.ResultReuseConfiguration has 'Enabled'",
    ),
    "missing argument": (lambda d: task(d)["Arguments"].pop("QueryString"), "Arguments lacks 'QueryString'"),
    "unknown error of Step Functions": (rename_error("States.TimeOut"), "'States.TimeOut' is not an error"),
    "unknown error of the service": (rename_error("Athena.TooManyException"), "is not an error of Athena, which has"),
    "error of another service": (rename_error("Glue.EntityNotFoundException"), "cannot come from a call of Athena"),
    "broken JSONata": (set_in("Done", Output="{% $id + %}"), "Done: Output: '{% $id + %}' is not JSONata"),
    "JSONata in part": (set_in("Done", Output="id {% $id %}"), "is only partly an expression"),
    "broken JSONata inside a Map": (
        lambda d: d["States"]["CountRows"]["ItemProcessor"]["States"]["CountRow"].update(Output="{% ( %}"),
        "CountRows/CountRow: Output: '{% ( %}' is not JSONata",
    ),
    "unknown variable": (set_in("Done", Output="{% $ids %}"), "Done: Output: $ids is not defined"),
    "variable of another path": (set_in("Fail", Cause="{% $id %}"), "Fail: Cause: $id is not defined"),
    "unknown function": (set_in("Done", Output="{% $md5($id) %}"), "Done: Output: $md5 is not defined"),
    "function that Step Functions leaves out": (
        set_in("Done", Output="{% $eval('1') %}"),
        "Step Functions has no such function",
    ),
    "result where there is none": (set_in("HasRows", Output="{% $states.result %}"), "$states.result exists in Assign"),
    "result in Arguments": (
        lambda d: task(d)["Arguments"].update(QueryString="{% $states.result.x %}"),
        "Arguments.QueryString: $states.result exists in Assign",
    ),
    "error outside of Catch": (
        set_in("Done", Output="{% $states.errorOutput %}"),
        "exists in Assign and Output of a",
    ),
    "unknown part of $states": (set_in("Done", Output="{% $states.inputs %}"), "$states.inputs exists nowhere"),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_broken_definition_is_found(name: str) -> None:
    break_it, expected = BREAKAGES[name]
    definition = copy.deepcopy(VALID)
    break_it(definition)
    found = problems(definition)
    assert any(expected in problem for problem in found), found


def test_variable_that_is_set_on_one_path_only_is_undefined() -> None:
    definition = copy.deepcopy(VALID)
    definition["States"]["HasRows"]["Choices"][0]["Assign"] = {"counted": True}
    definition["States"]["Done"]["Output"] = "{% $counted %}"
    assert problems(definition) == ["Done: Output: $counted is not defined (it is not set on every path)"]


def test_parallel_branches_are_checked() -> None:
    definition = copy.deepcopy(VALID)
    branch = {
        "StartAt": "A",
        "States": {"A": {"Type": "Pass", "Comment": "a", "Output": "{% $nothing %}", "End": True}},
    }
    definition["States"]["CountRows"] = {
        "Type": "Parallel",
        "Comment": "Both",
        "Branches": [copy.deepcopy(branch), copy.deepcopy(branch)],
        "Next": "Done",
    }
    assert [problem.split(":")[0] for problem in problems(definition)] == ["CountRows[0]/A", "CountRows[1]/A"]
