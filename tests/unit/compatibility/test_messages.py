"""Messages that release 0.1 left in its queues are processed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import boto3
import pytest

from tests.recorded import load
from tests.unit.compatibility.world import ANSWERS, OUTPUTS, World

MESSAGES: dict[str, list[dict[str, Any]]] = load("messages")

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")


def batch(messages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Messages as SQS hands them to a function, each for the first time."""
    return {
        "Records": [
            {"messageId": str(number), "body": message["Body"], "attributes": {"ApproximateReceiveCount": "1"}}
            for number, message in enumerate(messages)
        ]
    }


def dead_letters(world: World) -> int:
    """How many messages the dead-letter queue holds."""
    answer = boto3.client("sqs").get_queue_attributes(
        QueueUrl=world.dead_letters_url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def test_bucket_events_are_processed(world: World) -> None:
    world.answers["PutEvents"] = lambda _: {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}
    messages = MESSAGES["BucketEventsQueue"]
    assert {json.loads(message["Body"])["detail-type"] for message in messages} == {
        "bucket-registration",
        "package-revision",
    }
    assert world.call("onboard_bucket", batch(messages)) == {"batchItemFailures": []}
    assert dead_letters(world) == 0
    states = {bucket: item["state"]["S"] for bucket, item in world.registry().items()}
    assert (states["upgrade-added"], states["upgrade-pushed"], states["upgrade-leaving"]) == (
        "registered",
        "registered",
        "removed",
    )
    tables = world.tables()
    assert {"upgrade_added_quilt_objects_view", "upgrade_pushed_quilt_objects_view"} <= tables.keys()
    assert "upgrade_leaving_quilt_objects_view" not in tables


def test_an_event_that_release_0_1_processed_changes_nothing_when_it_comes_again(world: World) -> None:
    before = world.registry()["upgrade-images"]
    (message,) = [one for one in MESSAGES["BucketEventsQueue"] if "upgrade-leaving" in one["Body"]]
    event = json.loads(message["Body"])
    (again,) = before["event_ids"]["SS"]
    event["id"], event["time"] = again, before["event_time"]["S"].replace(".000000+00:00", "Z")
    event["resources"], event["detail"]["bucket"] = [], "upgrade-images"
    assert world.call("onboard_bucket", batch([{"Body": json.dumps(event)}])) == {"batchItemFailures": []}
    assert world.registry()["upgrade-images"]["state"]["S"] == "registered"


def test_dead_letters_have_their_reason_and_are_processed_when_redriven(world: World) -> None:
    world.answers["PutEvents"] = lambda _: {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}
    letters = MESSAGES["BucketEventsDeadLetterQueue"]
    assert {name for letter in letters for name in letter["MessageAttributes"]} == {"Error", "Reason"}
    world.glue.delete_table(DatabaseName=OUTPUTS["DatabaseName"], Name="upgrade_blocked_quilt_manifests")
    assert world.call("onboard_bucket", batch(letters)) == {"batchItemFailures": []}
    assert dead_letters(world) == 0
    assert {"upgrade_late_quilt_objects_view", "upgrade_blocked_quilt_objects_view"} <= world.tables().keys()
    assert "problem" not in world.registry()["upgrade-blocked"]


def test_requested_queries_are_started(empty: World) -> None:
    empty.answers["StartExecution"] = lambda _: {"executionArn": "arn", "startDate": 0}
    messages = MESSAGES["QueryRequestsQueue"]
    assert empty.call("start_requested_query", batch(messages)) == {"batchItemFailures": []}
    started = [json.loads(parameters["input"])["Request"] for parameters in empty.parameters("StartExecution")]
    assert started == [json.loads(message["Body"])["detail"]["request"] for message in messages]


def test_the_query_of_an_aborted_execution_is_stopped(empty: World) -> None:
    ((arn, history),) = ANSWERS["Histories"].items()
    query = next(
        json.loads(event["taskSucceededEventDetails"]["output"])["QueryExecutionId"]
        for event in history
        if event.get("taskSucceededEventDetails", {}).get("resource") == "startQueryExecution"
    )
    running = {"QueryExecutionId": query, "WorkGroup": OUTPUTS["WorkGroupName"], "Status": {"State": "RUNNING"}}
    empty.answers |= {
        "GetExecutionHistory": lambda _: {"events": history},
        "GetQueryExecution": lambda _: {"QueryExecution": running},
        "StopQueryExecution": lambda _: {},
    }
    messages = [message for message in MESSAGES["EndedExecutionsQueue"] if arn in message["Body"]]
    assert empty.call("stop_orphaned_query", batch(messages)) == {"batchItemFailures": []}
    assert empty.parameters("StopQueryExecution") == [{"QueryExecutionId": query}]
