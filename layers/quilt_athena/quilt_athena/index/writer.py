"""The single writer of the index: which execution writes, and what it is doing.

One DynamoDB item. It is taken only from an execution that has ended, on condition that nobody else has taken it
meanwhile; there is no lease that could expire while its holder writes. An execution that ends otherwise than by
``release`` leaves its job in the item, and the next one continues it.

A function that records pending work calls ``wake`` before it starts an execution. ``release`` fails if one has since
the writer last looked for work, so no work is left behind by an execution that was about to end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from quilt_athena.aws.calls import calling
from quilt_athena.errors import IndexWriterLostError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_stepfunctions import SFNClient

_KEY = {"pk": {"S": "writer"}, "sk": {"S": "writer"}}
_IS_WRITER = "#execution = :execution AND epoch = :epoch"
_CONDITION_FAILED = "ConditionalCheckFailedException"


@dataclass(frozen=True)
class Turn:
    """What the writer knows: ``wakes`` is how often work was announced, ``job`` what it does, None if nothing.

    ``maintenance_due``: since when (UTC) the tables are to be maintained. ``divisor``: by how much batches are smaller
    than their limits, because larger ones failed.
    """

    execution: str
    epoch: int
    wakes: int
    job: Mapping[str, Any] | None
    divisor: int
    maintenance_due: datetime | None


def _identity(turn: Turn) -> dict[str, Any]:
    return {":execution": {"S": turn.execution}, ":epoch": {"N": str(turn.epoch)}}


@dataclass(frozen=True)
class WriterItem:
    """The item. Every method raises ``ServiceUnavailableError`` or ``ServiceRejectedError``."""

    dynamodb: DynamoDBClient
    stepfunctions: SFNClient
    table: str

    def take(self, execution: str) -> Turn | None:
        """Make ``execution`` (an ARN) the writer, or confirm that it is. None if another one is still running."""
        with calling("dynamodb:GetItem", self.table):
            item = self.dynamodb.get_item(TableName=self.table, Key=_KEY, ConsistentRead=True).get("Item", {})
        holder = item.get("execution", {}).get("S", "")
        epoch = int(item.get("epoch", {}).get("N", "0"))
        due = item.get("maintenance_due", {}).get("S")
        turn = Turn(
            execution,
            epoch,
            int(item.get("wakes", {}).get("N", "0")),
            json.loads(item["job"]["S"]) if "job" in item else None,
            int(item.get("divisor", {}).get("N", "1")),
            datetime.fromisoformat(due) if due else None,
        )
        if holder == execution:
            return turn
        if holder and self._is_running(holder):
            return None
        taken = self._update(
            "SET epoch = :next, #execution = :execution",
            {":next": {"N": str(epoch + 1)}, ":execution": {"S": execution}, ":epoch": {"N": str(epoch)}},
            condition="epoch = :epoch" if epoch else "attribute_not_exists(epoch) OR epoch = :epoch",
            names=True,
        )
        return replace(turn, epoch=epoch + 1) if taken else None

    def store_job(self, turn: Turn, job: Mapping[str, Any] | None, divisor: int) -> None:
        """Record what is about to be done; None when nothing is.

        Raises:
            IndexWriterLostError: another execution has become the writer.
        """
        values = _identity(turn) | {":divisor": {"N": str(divisor)}}
        update = "SET divisor = :divisor"
        if job is None:
            update += " REMOVE job"
        else:
            update += ", job = :job"
            values[":job"] = {"S": json.dumps(job, separators=(",", ":"))}
        if not self._update(update, values, condition=_IS_WRITER, names=True):
            raise IndexWriterLostError(f"execution {turn.execution} is no longer the writer of the index")

    def end_maintenance(self, turn: Turn) -> None:
        """Record that the tables were maintained, unless maintenance has become due again."""
        if turn.maintenance_due is not None:
            values = {":due": {"S": turn.maintenance_due.isoformat()}}
            self._update("REMOVE maintenance_due", values, condition="maintenance_due = :due", names=False)

    def release(self, turn: Turn) -> bool:
        """Stop being the writer. False, and nothing is changed, if work was announced since ``turn`` was taken."""
        values = _identity(turn)
        condition = f"{_IS_WRITER} AND attribute_not_exists(wakes)"
        if turn.wakes:
            condition = f"{_IS_WRITER} AND wakes = :wakes"
            values[":wakes"] = {"N": str(turn.wakes)}
        return self._update("REMOVE #execution", values, condition=condition, names=True)

    def wake(self, *, with_maintenance: bool = False) -> None:
        """Announce work to the writer, if there is one; maintenance of the tables too."""
        values = {":one": {"N": "1"}}
        update = "ADD wakes :one"
        if with_maintenance:
            values[":now"] = {"S": datetime.now(UTC).isoformat()}
            update = f"SET maintenance_due = :now {update}"
        self._update(update, values, condition=None, names=False)

    def _is_running(self, execution: str) -> bool:
        expected = ["ExecutionDoesNotExist"]
        with calling("states:DescribeExecution", execution, expected=expected) as call:
            status = self.stepfunctions.describe_execution(executionArn=execution)["status"]
        return call.code is None and status in ("RUNNING", "PENDING_REDRIVE")

    def _update(self, update: str, values: Mapping[str, Any], condition: str | None, *, names: bool) -> bool:
        optional: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
        if names:
            # DynamoDB reserves the word.
            optional["ExpressionAttributeNames"] = {"#execution": "execution"}
        with calling("dynamodb:UpdateItem", f"{self.table}/writer", expected=[_CONDITION_FAILED]) as call:
            self.dynamodb.update_item(
                TableName=self.table,
                Key=_KEY,
                UpdateExpression=update,
                ExpressionAttributeValues=values,
                **optional,
            )
        return call.code is None
