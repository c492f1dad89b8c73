"""From a rule to the function: nothing is lost on the way, and what can't be applied is kept."""

from __future__ import annotations

from typing import Any

from quilt_athena.query.orphans import ERRORS_AFTER_THE_END
from tests.unit.template import stacks
from tests.unit.template.cloudformation import Stack, as_list

#: Each queue of events with its dead letters and the function that takes from it.
QUEUES = {
    "BucketEventsQueue": ("BucketEventsDeadLetterQueue", "OnboardBucketFunction"),
    "EndedExecutionsQueue": ("EndedExecutionsDeadLetterQueue", "StopOrphanedQueryFunction"),
    "QueryRequestsQueue": ("QueryRequestsDeadLetterQueue", "StartRequestedQueryFunction"),
    "IndexEventsQueue": ("IndexEventsDeadLetterQueue", "RecordIndexEventsFunction"),
}
#: Where schedules leave what they couldn't start: nothing takes from them.
SCHEDULES = {"SchedulesDeadLetterQueue"}
DAY = 24 * 60 * 60


def queue_of(arn: str) -> str:
    return arn.removeprefix("<").removesuffix(".Arn>")


def policies_of(stack: Stack, queue: str) -> list[dict[str, Any]]:
    """The statements of every policy that a queue has."""
    return [
        statement
        for policy in stack.of_type("AWS::SQS::QueuePolicy").values()
        if f"<{queue}>" in policy["Queues"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def takes_events_of(stack: Stack, queue: str) -> set[str]:
    """ARNs of the rules that may send to a queue."""
    return {
        rule
        for statement in policies_of(stack, queue)
        if statement["Effect"] == "Allow" and statement["Principal"] == {"Service": "events.amazonaws.com"}
        # In the policy of a queue, "*" is the queue.
        if statement["Action"] == "sqs:SendMessage" and statement["Resource"] == "*"
        for rule in as_list(statement["Condition"]["ArnEquals"]["aws:SourceArn"])
    }


def test_every_target_retries_and_has_dead_letters_that_may_come(deployed: Stack) -> None:
    rules = deployed.of_type("AWS::Events::Rule")
    for name, rule in rules.items():
        for target in rule["Targets"]:
            retry = target["RetryPolicy"]
            assert 0 < retry["MaximumRetryAttempts"] <= 185, name
            assert 60 <= retry["MaximumEventAgeInSeconds"] <= DAY, name
            letters = queue_of(target["DeadLetterConfig"]["Arn"])
            assert f"<{name}.Arn>" in takes_events_of(deployed, letters), (name, letters)
            if "RoleArn" in target:  # a state machine, started in that role
                assert letters in SCHEDULES
                continue
            assert f"<{name}.Arn>" in takes_events_of(deployed, queue_of(target["Arn"])), name
            dead, _ = QUEUES[queue_of(target["Arn"])]
            assert letters == dead


def test_queues_take_events_of_their_own_rules_only(deployed: Stack) -> None:
    for queue, (dead, _) in QUEUES.items():
        rules = {
            f"<{name}.Arn>"
            for name, rule in deployed.of_type("AWS::Events::Rule").items()
            if queue in [queue_of(target["Arn"]) for target in rule["Targets"]]
        }
        assert takes_events_of(deployed, queue) == takes_events_of(deployed, dead) == rules != set()


def test_queues_refuse_what_is_not_encrypted_on_the_way(deployed: Stack) -> None:
    for queue in deployed.of_type("AWS::SQS::Queue"):
        denied = [s for s in policies_of(deployed, queue) if s["Effect"] == "Deny"]
        assert [(s["Principal"], s["Action"], s["Condition"]) for s in denied] == [
            ("*", "sqs:*", {"Bool": {"aws:SecureTransport": "false"}})
        ], queue


def test_rules_listen_to_the_sources_of_the_parameter() -> None:
    stack = Stack({"EventSources": "one,two", "QueryRequestSources": "three"})
    patterns = [rule["EventPattern"] for rule in stack.of_type("AWS::Events::Rule").values()]
    assert {kind: pattern["source"] for pattern in patterns for kind in pattern["detail-type"]} == {
        "bucket-registration": ["one", "two"],
        "package-revision": ["one", "two"],
        "query-requested": ["three"],
        "catalog-changed": ["quilt-athena"],
        "Step Functions Execution Status Change": ["aws.states"],
        "Object Created": ["aws.s3"],
        "Object Deleted": ["aws.s3"],
    }
    variables = stack.of_type("AWS::Lambda::Function")["OnboardBucketFunction"]["Environment"]["Variables"]
    assert variables["EVENT_SOURCES"] == "one,two"


def test_questions_are_taken_by_events_unless_nobody_may_ask() -> None:
    def state(sources: str) -> str:
        rule = Stack({"QueryRequestSources": sources}).of_type("AWS::Events::Rule")["QueryRequestedRule"]
        return str(rule["State"])

    assert (state("quilt-athena"), state("")) == ("ENABLED", "DISABLED")


def test_ends_of_our_own_executions_come_from_the_default_bus_unless_all_is_in_order(deployed: Stack) -> None:
    rule = deployed.of_type("AWS::Events::Rule")["EndedExecutionsRule"]
    assert "EventBusName" not in rule
    assert rule["EventPattern"]["detail"]["stateMachineArn"] == ["<QueryStateMachine>", "<ViewQueryStateMachine>"]
    stopped, failed = rule["EventPattern"]["detail"]["$or"]
    assert stopped == {"status": ["ABORTED", "TIMED_OUT"]}
    assert failed["status"] == ["FAILED"]
    assert set(failed["error"][0]["anything-but"]) == ERRORS_AFTER_THE_END
    variables = deployed.of_type("AWS::Lambda::Function")["StopOrphanedQueryFunction"]["Environment"]["Variables"]
    assert variables["QUERY_STATE_MACHINE_ARNS"] == "<QueryStateMachine>,<ViewQueryStateMachine>"


def test_quilts_own_events_come_from_the_default_bus_whatever_bus_is_given(defaults: Stack, hardened: Stack) -> None:
    def buses(stack: Stack, detail_type: str) -> set[str]:
        rules = stack.of_type("AWS::Events::Rule").values()
        return {r.get("EventBusName", "default") for r in rules if detail_type in r["EventPattern"]["detail-type"]}

    assert buses(defaults, "package-revision") == buses(defaults, "bucket-registration") == {"default"}
    assert buses(hardened, "package-revision") == {"default", "<EventBus>"}
    assert buses(hardened, "bucket-registration") == {"<EventBus>"}
    existing = Stack({"EventBusName": "own-bus"})
    assert buses(existing, "bucket-registration") == {"own-bus"}


def test_a_message_is_hidden_for_six_timeouts_and_the_batch_window(deployed: Stack) -> None:
    functions, queues = deployed.of_type("AWS::Lambda::Function"), deployed.of_type("AWS::SQS::Queue")
    mappings = deployed.of_type("AWS::Lambda::EventSourceMapping")
    assert mappings
    for mapping in mappings.values():
        timeout = functions[mapping["FunctionName"].strip("<>")]["Timeout"]
        visibility = queues[queue_of(mapping["EventSourceArn"])]["VisibilityTimeout"]
        assert visibility >= 6 * timeout + mapping["MaximumBatchingWindowInSeconds"]


def test_one_bad_event_fails_alone_and_a_burst_is_held_back(deployed: Stack) -> None:
    for mapping in deployed.of_type("AWS::Lambda::EventSourceMapping").values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert 2 <= mapping["ScalingConfig"]["MaximumConcurrency"] <= 10
        # Events of the index are recorded with one write per 25 of them, and start one execution together.
        assert mapping["BatchSize"] <= (1000 if mapping["FunctionName"] == "<RecordIndexEventsFunction>" else 10)


def test_notifications_of_this_account_are_taken_for_the_index_only(deployed: Stack) -> None:
    topics = {
        queue: [
            s["Condition"] for s in policies_of(deployed, queue) if s["Principal"] == {"Service": "sns.amazonaws.com"}
        ]
        for queue in deployed.of_type("AWS::SQS::Queue")
    }
    own_account = {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert {queue: found for queue, found in topics.items() if found} == {
        "IndexEventsQueue": [own_account],
        "IndexEventsDeadLetterQueue": [own_account],
    }


def test_what_fails_often_is_kept_for_two_weeks(deployed: Stack) -> None:
    queues = deployed.of_type("AWS::SQS::Queue")
    assert set(queues) == set(QUEUES) | {dead for dead, _ in QUEUES.values()} | SCHEDULES
    assert all(queues[dead]["MessageRetentionPeriod"] == 14 * DAY for dead in SCHEDULES)
    for queue, (dead, function) in QUEUES.items():
        redrive = queues[queue]["RedrivePolicy"]
        assert redrive == {"deadLetterTargetArn": f"<{dead}.Arn>", "maxReceiveCount": 5}
        assert queues[dead]["MessageRetentionPeriod"] == 14 * DAY
        # The function takes the last receive for itself, so that the reason goes along.
        variables = deployed.of_type("AWS::Lambda::Function")[function]["Environment"]["Variables"]
        assert int(variables["MAX_RECEIVE_COUNT"]) == redrive["maxReceiveCount"]
        assert variables["DEAD_LETTER_QUEUE_URL"] == f"<{dead}>"


def test_no_message_expires_while_it_is_still_tried(deployed: Stack) -> None:
    for queue in deployed.of_type("AWS::SQS::Queue").values():
        tries = queue.get("RedrivePolicy", {}).get("maxReceiveCount", 0)
        assert queue["MessageRetentionPeriod"] > 2 * tries * queue.get("VisibilityTimeout", 0)


def test_queues_are_encrypted_by_sqs_or_by_the_customers_key(defaults: Stack, hardened: Stack) -> None:
    for queue in defaults.of_type("AWS::SQS::Queue").values():
        assert queue["SqsManagedSseEnabled"] is True
        assert "KmsMasterKeyId" not in queue
    for queue in hardened.of_type("AWS::SQS::Queue").values():
        assert queue["KmsMasterKeyId"] == stacks.KEY
        assert "SqsManagedSseEnabled" not in queue
