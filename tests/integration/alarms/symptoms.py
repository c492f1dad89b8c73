"""Which alarms would be raised: each alarm's metric, computed from what the deployed stack really holds and wrote.

The local AWS publishes no metrics of SQS and Step Functions and evaluates no metric filters. Their values are computed
here: messages from the queues, failed executions from Step Functions, and unexpected failures from the executions'
histories, as log events of level ERROR without execution data, by the deployed filter pattern. Metrics in the embedded
format are read from CloudWatch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from local.stack.stack import LocalStack
from tests.integration.alarms.filter_patterns import Pattern

#: What Step Functions logs at level ERROR, of the events that the pattern may ask for.
#: https://docs.aws.amazon.com/step-functions/latest/dg/cloudwatch-log-level.html
_ERROR_LEVEL = frozenset(
    {
        "ExecutionAborted",
        "ExecutionFailed",
        "ExecutionTimedOut",
        "FailStateEntered",
        "LambdaFunctionFailed",
        "LambdaFunctionTimedOut",
        "MapStateFailed",
        "TaskFailed",
        "TaskTimedOut",
    }
)
#: Left out without execution data.
_DATA = frozenset({"input", "output", "parameters"})


@dataclass
class Symptoms:
    """The stack's alarms since a time."""

    stack: LocalStack
    since: datetime = field(default_factory=lambda: datetime.now(UTC))

    def raised(self) -> set[str]:
        """The logical ids of the alarms on symptoms whose metrics exceed their thresholds."""
        return {
            name
            for name, alarm in self._alarms.items()
            if alarm["ComparisonOperator"] == "GreaterThanThreshold" and self._value(alarm) > alarm["Threshold"]
        }

    @cached_property
    def _alarms(self) -> dict[str, Any]:
        alarms = self.stack.client("cloudwatch").describe_alarms()["MetricAlarms"]
        by_name = {alarm["AlarmName"]: alarm for alarm in alarms}
        return {name: by_name[physical] for name, physical in self.physical_ids("AWS::CloudWatch::Alarm").items()}

    def physical_ids(self, resource_type: str) -> dict[str, str]:
        """Physical ids of the stack's resources of a type, by logical id."""
        cloudformation = self.stack.client("cloudformation")
        found = cloudformation.describe_stack_resources(StackName=self.stack.stack_name)["StackResources"]
        return {
            one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found if one["ResourceType"] == resource_type
        }

    def _value(self, alarm: Mapping[str, Any]) -> float:
        dimensions = {one["Name"]: one["Value"] for one in alarm["Dimensions"]}
        match alarm["Namespace"], alarm["MetricName"]:
            case "AWS/SQS", "ApproximateNumberOfMessagesVisible":
                sqs = self.stack.client("sqs")
                url = sqs.get_queue_url(QueueName=dimensions["QueueName"])["QueueUrl"]
                wanted = ["ApproximateNumberOfMessages"]
                return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"][wanted[0]])
            case "AWS/SQS", "ApproximateAgeOfOldestMessage":
                return 0  # no message waits for as long in a test
            case "AWS/Events", _:
                return 0  # the local EventBridge delivers everything
            case "AWS/States", "ExecutionsFailed":
                return len(list(self._executions(dimensions["StateMachineArn"], "FAILED")))
            case "QuiltAthena", name if name.endswith("-unexpected-failures"):
                return sum(map(self._pattern.matches, self._log_events()))
            case "QuiltAthena", name:
                return self._published(name, dimensions)
        raise NotImplementedError(f"{alarm['Namespace']} {alarm['MetricName']}")

    def _published(self, name: str, dimensions: Mapping[str, str]) -> float:
        points = self.stack.client("cloudwatch").get_metric_statistics(
            Namespace="QuiltAthena",
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
            StartTime=self.since,
            EndTime=datetime.now(UTC) + timedelta(minutes=1),
            Period=60,
            Statistics=["Maximum"],
        )["Datapoints"]
        return max((point["Maximum"] for point in points), default=0)

    @cached_property
    def _pattern(self) -> Pattern:
        [group] = [
            name
            for logical_id, name in self.physical_ids("AWS::Logs::LogGroup").items()
            if logical_id == "StateMachineLogGroup"
        ]
        filters = self.stack.client("logs").describe_metric_filters(logGroupName=group)["metricFilters"]
        [only] = filters
        return Pattern(only["filterPattern"])

    def _log_events(self) -> Iterator[dict[str, Any]]:
        stepfunctions = self.stack.client("stepfunctions")
        for machine in self.physical_ids("AWS::StepFunctions::StateMachine").values():
            if stepfunctions.describe_state_machine(stateMachineArn=machine)["type"] == "EXPRESS":
                continue  # its definition is QueryStateMachine's
            for arn in self._executions(machine):
                pages = stepfunctions.get_paginator("get_execution_history").paginate(executionArn=arn)
                for event in (event for page in pages for event in page["events"]):
                    if event["type"] in _ERROR_LEVEL:
                        named = [value for key, value in event.items() if key.endswith("EventDetails")]
                        details: dict[str, Any] = named[0] if named else {}
                        kept = {key: value for key, value in details.items() if key not in _DATA}
                        yield {"type": event["type"], "details": kept, "execution_arn": arn}

    def _executions(self, machine: str, *statuses: str) -> Iterator[str]:
        pages = self.stack.client("stepfunctions").get_paginator("list_executions").paginate(stateMachineArn=machine)
        for execution in (execution for page in pages for execution in page["executions"]):
            if execution["startDate"] >= self.since and (not statuses or execution["status"] in statuses):
                yield execution["executionArn"]
