"""What release 0.1 left in AWS, recorded, in moto; and the functions of this working tree, called in it.

Functions are called by what stays: the folder of their handler and the environment that the template gives them.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, cast

import boto3
import botocore.client
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from tests.recorded import load
from tests.unit.template.cloudformation import Stack

ANSWERS = load("answers")
OUTPUTS: Mapping[str, str] = ANSWERS["Outputs"]
DATABASE, REGISTRY_TABLE, VIEWS_BUCKET = (
    OUTPUTS[f"{name}Name"] for name in ("Database", "RegistryTable", "ViewsBucket")
)
#: Buckets of the scenario that were not registered yet.
UNREGISTERED = ("upgrade-added", "upgrade-pushed", "upgrade-late", "upgrade-made")
_TABLE_INPUT = (
    "Name", "Description", "Retention", "StorageDescriptor", "PartitionKeys", "ViewOriginalText", "ViewExpandedText",
    "TableType", "Parameters",
)  # fmt: skip
_PARTITION_INPUT = ("Values", "StorageDescriptor", "Parameters")

Answer = Callable[[dict[str, Any]], dict[str, Any]]


class _Context:
    """What Lambda tells a function of its call, with a quarter of an hour left."""

    function_name = "function"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:function"
    aws_request_id = "5b9d2a4e-0000-4000-8000-000000000000"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 900_000


@dataclass
class World:
    """AWS as moto has it, empty or with what was recorded. `answers` are those of operations that moto doesn't have.

    `asked` are the parameters of every call of an operation that has an answer in `answers`.
    """

    monkeypatch: pytest.MonkeyPatch
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Have operations that `answers` names answered by it, and all others by moto."""
        ask = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]  # where boto3 asks AWS

        def answered(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            if operation not in self.answers:
                return ask(client, operation, parameters)
            self.asked.append((operation, parameters))
            return self.answers[operation](parameters)

        self.monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", answered)

    def restore(self) -> None:
        """Fill moto with what was recorded."""
        self._restore_registry()
        self._restore_catalog()
        buckets = {*ANSWERS["Objects"], *load("registry_items"), *UNREGISTERED}
        for bucket in buckets:
            self.s3.create_bucket(Bucket=bucket)
        self.s3.put_bucket_versioning(Bucket=VIEWS_BUCKET, VersioningConfiguration={"Status": "Enabled"})
        for bucket, objects in ANSWERS["Objects"].items():
            for key, text in objects.items():
                self.s3.put_object(Bucket=bucket, Key=key, Body=text.encode())

    @cached_property
    def s3(self) -> Any:
        """A boto3 client of S3."""
        return boto3.client("s3")

    @cached_property
    def glue(self) -> Any:
        """A boto3 client of Glue."""
        return boto3.client("glue")

    @cached_property
    def dynamodb(self) -> Any:
        """A boto3 client of DynamoDB."""
        return boto3.client("dynamodb")

    @cached_property
    def dead_letters_url(self) -> str:
        """The URL of the dead-letter queue of bucket events."""
        return str(boto3.client("sqs").create_queue(QueueName="dead-letters")["QueueUrl"])

    def _restore_registry(self) -> None:
        self.dynamodb.create_table(
            TableName=REGISTRY_TABLE,
            AttributeDefinitions=[{"AttributeName": "bucket", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "bucket", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        for item in load("registry_items").values():
            self.dynamodb.put_item(TableName=REGISTRY_TABLE, Item=item)

    def _restore_catalog(self) -> None:
        recorded = load("catalog")
        self.glue.create_database(DatabaseInput={"Name": DATABASE})
        for table in recorded["Tables"]:
            given = {key: table[key] for key in _TABLE_INPUT if key in table}
            self.glue.create_table(DatabaseName=DATABASE, TableInput=given)
        for partition in recorded["Partitions"]:
            given = {key: partition[key] for key in _PARTITION_INPUT if key in partition}
            self.glue.create_partition(DatabaseName=DATABASE, TableName=partition["TableName"], PartitionInput=given)

    def call(self, function: str, event: Any) -> Any:
        """Call the handler of a function as a new execution environment does."""
        for name, value in environment(function).items():
            self.monkeypatch.setenv(name, self._named(value))
        name = f"functions.{function}.app"
        # Reloaded, so that no client or setting of an earlier call is left.
        module = importlib.reload(sys.modules[name]) if name in sys.modules else importlib.import_module(name)
        return module.handler(event, cast(LambdaContext, _Context()))

    def _named(self, value: str) -> str:
        """A value of the environment with the recorded names in place of those that only a deployment gives."""
        names = {re.sub(r"(Name|Arn|Url)$", "", output): value for output, value in OUTPUTS.items()}
        if "<BucketEventsDeadLetterQueue" in value:
            return self.dead_letters_url
        return re.sub(r"<(\w+)(?:\.\w+)*>", lambda match: names.get(match[1], match[1]), value)

    def registry(self) -> dict[str, dict[str, Any]]:
        """The items of the registry, by bucket."""
        items = self.dynamodb.scan(TableName=REGISTRY_TABLE)["Items"]
        return {item["bucket"]["S"]: item for item in items}

    def tables(self) -> dict[str, dict[str, Any]]:
        """The tables and views, by name."""
        pages = self.glue.get_paginator("get_tables").paginate(DatabaseName=DATABASE)
        return {table["Name"]: table for page in pages for table in page["TableList"]}

    def parameters(self, operation: str) -> list[dict[str, Any]]:
        """The parameters of the calls of an operation, in order."""
        return [parameters for name, parameters in self.asked if name == operation]


def environment(function: str) -> dict[str, str]:
    """The environment that the template gives to the function in that folder, resources as `<LogicalId>`."""
    functions = _stack().of_type("AWS::Lambda::Function")
    (found,) = [
        properties
        for properties in functions.values()
        if properties["Code"].get("S3Key", "").rstrip("/") == f"functions/{function}"
    ]
    return {name: str(value) for name, value in found["Environment"]["Variables"].items()}


@cache
def _stack() -> Stack:
    return Stack({"LegacyViews": "create"})
