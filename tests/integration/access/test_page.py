"""The statements of docs/access.md: whoever has them can do what the page says."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local import executions
from local.clients import client
from local.server import ROOT
from local.waiting import until
from quilt_athena.client.buckets import Buckets
from quilt_athena.client.clock import Clock
from quilt_athena.client.custom_views import CustomViews
from quilt_athena.client.operations import Operations
from quilt_athena.client.stack import Stack
from quilt_athena.client.view_files import LocalViewFile
from tests.integration.access.conftest import Person, make_role
from tests.laptop import FINAL, Laptop

PAGE = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```json ([\w-]+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


def person(laptop: Laptop, *names: str, alter: dict[str, str] | None = None) -> Person:
    """Somebody with the statements of these blocks, and nothing else."""
    outputs = laptop.outputs
    values = {
        **outputs,
        "Region": "us-east-1",
        "Account": "000000000000",
        "EventBusArn": f"arn:aws:events:us-east-1:000000000000:event-bus/{outputs['EventBusName']}",
        "QueryExecutionsArn": outputs["QueryStateMachineArn"].replace(":stateMachine:", ":execution:") + ":*",
        "ViewsExecutionsArn": outputs["ViewsStateMachineArn"].replace(":stateMachine:", ":execution:") + ":*",
        "RefreshExecutionsArn": outputs["RefreshStateMachineArn"].replace(":stateMachine:", ":execution:") + ":*",
        **(alter or {}),
    }
    text = json.dumps([statement for name in names for statement in json.loads(BLOCKS[name])])
    text = re.sub(r"<(\w+)>", lambda match: values[match[1]], text)
    arn = make_role(laptop.stack, f"reader-{uuid.uuid4().hex[:8]}")
    document = json.dumps({"Version": "2012-10-17", "Statement": json.loads(text)})
    iam = client("iam", laptop.stack.endpoint)
    iam.put_role_policy(RoleName=arn.rpartition("/")[2], PolicyName="page", PolicyDocument=document)
    return Person.with_role(laptop.stack, arn)


def refused(call: Any) -> None:
    """The call is one that IAM refuses."""
    with pytest.raises(ClientError, match=r"AccessDenied|not authorized"):
        call()


def test_a_service_asks_waits_and_stops(laptop: Laptop) -> None:
    machines = person(laptop, "caller-standard").client("stepfunctions")
    arn = laptop.outputs["QueryStateMachineArn"]
    request = json.dumps({"QueryString": "SELECT 1 AS x"})
    execution = machines.start_execution(stateMachineArn=arn, input=request)["executionArn"]
    ended = until(
        lambda: machines.describe_execution(executionArn=execution), lambda found: found["status"] != "RUNNING"
    )
    assert json.loads(ended["output"])["Rows"] == [{"x": 1}]
    other = machines.start_execution(stateMachineArn=arn, input=request)["executionArn"]
    machines.stop_execution(executionArn=other)
    refused(lambda: machines.start_execution(stateMachineArn=laptop.outputs["RefreshStateMachineArn"], input="{}"))
    refused(lambda: machines.list_executions(stateMachineArn=arn))


def test_a_service_asks_in_one_call_and_reads_long_results(laptop: Laptop) -> None:
    somebody = person(laptop, "caller-express", "caller-results")
    machines = somebody.client("stepfunctions")
    answer = machines.start_sync_execution(
        stateMachineArn=laptop.outputs["QueryExpressStateMachineArn"], input=json.dumps({"QueryString": "SELECT 1"})
    )
    location = json.loads(answer["output"])["OutputLocation"]
    bucket, _, key = location.removeprefix("s3://").partition("/")
    assert somebody.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read() == b'"_col0"\n"1"\n'
    refused(lambda: somebody.client("s3").list_objects_v2(Bucket=bucket))


def test_a_service_asks_by_event(laptop: Laptop) -> None:
    events = person(laptop, "caller-events").client("events")
    correlation = uuid.uuid4().hex
    detail = {"version": "0.1", "correlationId": correlation, "request": {"QueryString": f"SELECT '{correlation}'"}}
    entry = {"Source": "quilt-athena", "DetailType": "query-requested", "Detail": json.dumps(detail)}
    assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0

    def asked() -> list[str]:
        ids = laptop.athena.list_query_executions(WorkGroup="quilt-query", MaxResults=20)["QueryExecutionIds"]
        found = [laptop.execution(query) for query in ids]
        return [one["Status"]["State"] for one in found if correlation in one["Query"]]

    assert until(asked, lambda states: bool(states) and states[0] in FINAL, timeout=20) == ["SUCCEEDED"]


def test_an_operator_sees_and_mends(laptop: Laptop) -> None:
    somebody = person(laptop, "operator")
    outputs = laptop.outputs
    names = [f"/quilt-athena/{name}" for name in ("RegistryTableName", "RefreshStateMachineArn")]
    assert len(somebody.client("ssm").get_parameters(Names=names)["Parameters"]) == 2
    clients = {name: somebody.client(name) for name in ("dynamodb", "sqs", "cloudwatch", "stepfunctions", "events")}
    connections: Any = _Connections(clients)
    stack = Stack(connections, "quilt-athena", outputs)
    operations = Operations(stack, Buckets(stack, Clock()))
    found = operations.status()
    assert set(found.dead_letters) == {"bucket-events", "ended-executions", "query-requests", "schedules"}
    bucket = f"late-{uuid.uuid4().hex[:8]}"
    detail = json.dumps({"version": "0.1", "type": "added", "bucket": bucket})
    entry = {"Source": "quilt-athena", "DetailType": "bucket-registration", "Detail": detail, "Resources": []}
    assert clients["events"].put_events(Entries=[entry])["FailedEntryCount"] == 0
    queue = {"QueueUrl": outputs["BucketEventsDeadLetterQueueUrl"], "AttributeNames": ["ApproximateNumberOfMessages"]}

    def waiting() -> int:
        return int(clients["sqs"].get_queue_attributes(**queue)["Attributes"]["ApproximateNumberOfMessages"])

    until(waiting, timeout=20)
    laptop.make_bucket(bucket)
    assert operations.redrive("bucket-events") == 1
    until(lambda: len(laptop.tables(bucket.replace("-", "_"))) == 4, timeout=20)
    assert waiting() == 0
    assert clients["stepfunctions"].start_execution(stateMachineArn=outputs["RefreshStateMachineArn"], input="{}")
    refused(lambda: clients["stepfunctions"].start_execution(stateMachineArn=outputs["QueryStateMachineArn"]))
    refused(lambda: clients["dynamodb"].delete_table(TableName=outputs["RegistryTableName"]))
    refused(lambda: somebody.client("glue").get_tables(DatabaseName="quilt_query"))


def test_an_author_has_views_made(laptop: Laptop) -> None:
    somebody = person(laptop, "view-author")
    clients = {name: somebody.client(name) for name in ("s3", "glue", "stepfunctions")}
    connections: Any = _Connections(clients)
    custom_views = CustomViews(Stack(connections, "quilt-athena", laptop.outputs), Clock())
    prefix = laptop.onboard(laptop.make_bucket())
    name = f"titles_{uuid.uuid4().hex[:8]}.sql"
    file = LocalViewFile(Path(name), b"SELECT name FROM {packages_view}")
    assert [changed for _, changed in custom_views.upload([file])] == [True]
    assert custom_views.create()["Failed"]["Count"] == 0
    (listed,) = custom_views.files()
    assert f"{prefix}_quilt_{name.removesuffix('.sql')}" in listed.views
    assert custom_views.remove([name]) == [name]
    assert custom_views.create()["Deleted"]["Count"] == len(listed.views)
    refused(lambda: clients["s3"].list_objects_v2(Bucket=laptop.outputs["ResultsBucketName"]))
    refused(lambda: clients["s3"].put_object(Bucket=laptop.outputs["ViewsBucketName"], Key="plans/x.json", Body=b""))
    view = listed.views[0]
    refused(lambda: clients["glue"].delete_table(DatabaseName=laptop.outputs["DatabaseName"], Name=view))
    refused(lambda: start_view_query(somebody, laptop))


def test_an_author_saves_queries(laptop: Laptop) -> None:
    athena = person(laptop, "query-author").client("athena")
    query: Any = {"Name": f"mine-{uuid.uuid4().hex[:8]}", "Database": "quilt_query", "QueryString": "SELECT 1 AS x"}
    named = athena.create_named_query(**query, WorkGroup="quilt-query")["NamedQueryId"]
    machine = laptop.outputs["QueryStateMachineArn"]
    assert executions.run(laptop.stepfunctions, machine, {"NamedQuery": query["Name"]}).output["Rows"] == [{"x": 1}]
    athena.delete_named_query(NamedQueryId=named)
    refused(lambda: athena.create_named_query(**query, WorkGroup="primary"))
    refused(lambda: athena.list_named_queries(WorkGroup="quilt-query"))


def start_view_query(somebody: Person, laptop: Laptop) -> None:
    """Start the machine that makes views, which is the views state machine's alone."""
    machines = laptop.stepfunctions.list_state_machines()["stateMachines"]
    (arn,) = [one["stateMachineArn"] for one in machines if "ViewQuery" in one["name"]]
    somebody.client("stepfunctions").start_execution(stateMachineArn=arn, input="{}")


class _Connections:
    """Clients by the names of their services, as attributes."""

    def __init__(self, clients: dict[str, Any]) -> None:
        self.__dict__.update(clients)


def test_statements_for_a_bucket_of_another_account_are_a_policy() -> None:
    statements = json.loads(BLOCKS["bucket-policy"])
    assert {statement["Sid"] for statement in statements} == {"ReadPackageMetadata", "FindPackageMetadata"}


def test_the_statement_for_a_key_is_what_the_access_policy_has() -> None:
    (statement,) = json.loads(BLOCKS["customer-key"])
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    assert f"Action: [{', '.join(statement['Action'])}]" in template.partition("Sid: UseTheKeyOfResults")[2][:200]


def test_no_statement_is_left_untried() -> None:
    tried = {"caller-standard", "caller-express", "caller-results", "caller-events", "operator", "bucket-policy"}
    assert set(BLOCKS) == tried | {"view-author", "query-author", "customer-key"}
