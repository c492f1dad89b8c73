"""Executions of the query state machine as deployed, or with a fault injected into its definition."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from local.stack.executions import Ended, watch
from tests.local_aws import LocalAws

States = dict[str, dict[str, Any]]
Change = Callable[[States], None]


@dataclass(frozen=True)
class Finished:
    """An execution that has ended: its states, the queries that it started, and its end."""

    states: list[str]
    queries: list[str]
    ended: Ended

    @property
    def route(self) -> list[str]:
        """The states, each once, in the order of their first entry."""
        return list(dict.fromkeys(self.states))

    @property
    def cause(self) -> dict[str, Any]:
        """The cause of a failed execution, a JSON object."""
        assert isinstance(self.ended.cause, dict), self.ended
        return self.ended.cause


class Machine:
    """A Standard query state machine."""

    def __init__(self, local_aws: LocalAws, arn: str) -> None:
        """Use the machine with this ARN."""
        self.local_aws = local_aws
        self.arn = arn

    def start(self, request: Any, name: str | None = None) -> str:
        """Start an execution; return its ARN."""
        name = name or f"test-{uuid.uuid4().hex}"
        started = self.local_aws.stepfunctions.start_execution(
            stateMachineArn=self.arn, name=name, input=json.dumps(request)
        )
        return str(started["executionArn"])

    def finished(self, execution_arn: str) -> Finished:
        """Wait for the end of an execution."""
        *states, ended = watch(self.local_aws.stepfunctions, execution_arn)
        assert isinstance(ended, Ended)
        return Finished([state for state in states if isinstance(state, str)], self.queries(execution_arn), ended)

    def run(self, request: Any) -> Finished:
        """Start an execution and wait for its end."""
        return self.finished(self.start(request))

    def queries(self, execution_arn: str) -> list[str]:
        """The ids of the queries that an execution has started so far, in order."""
        pages = self.local_aws.stepfunctions.get_paginator("get_execution_history").paginate(executionArn=execution_arn)
        outputs = [event.get("taskSucceededEventDetails") or {} for page in pages for event in page["events"]]
        results = [json.loads(output["output"]) for output in outputs if "output" in output]
        return [result["QueryExecutionId"] for result in results if set(result) == {"QueryExecutionId"}]


def deployed(local_aws: LocalAws) -> Machine:
    """The Standard machine of the stack."""
    return Machine(local_aws, local_aws.outputs["QueryStateMachineArn"])


def view_query(local_aws: LocalAws) -> Machine:
    """The machine that creates custom views."""
    machines = local_aws.stepfunctions.list_state_machines()["stateMachines"]
    (arn,) = [one["stateMachineArn"] for one in machines if "ViewQuery" in one["name"]]
    return Machine(local_aws, arn)


@contextmanager
def altered(local_aws: LocalAws, change: Change) -> Iterator[Machine]:
    """A machine like the deployed one, whose states `change` has altered."""
    original = local_aws.stepfunctions.describe_state_machine(stateMachineArn=local_aws.outputs["QueryStateMachineArn"])
    definition = json.loads(original["definition"])
    change(definition["States"])
    created = local_aws.stepfunctions.create_state_machine(
        name=f"test-{uuid.uuid4().hex[:12]}", definition=json.dumps(definition), roleArn=original["roleArn"]
    )
    try:
        yield Machine(local_aws, created["stateMachineArn"])
    finally:
        local_aws.stepfunctions.delete_state_machine(stateMachineArn=created["stateMachineArn"])
