"""The events that Athena sends to EventBridge when a query's state changes.

https://docs.aws.amazon.com/athena/latest/ug/athena-events.html
"""

from __future__ import annotations

import json

from ministack.services import eventbridge

from local.aws.athena.execution import Execution


def send(execution: Execution, previous: str | None) -> None:
    """Put the event of the latest change on the default bus of the current scope."""
    detail = {
        "versionId": "0",
        "currentState": execution.state,
        **({"previousState": previous} if previous else {}),
        "statementType": execution.request.statement_type,
        "queryExecutionId": execution.id,
        "workgroupName": execution.request.workgroup,
        "sequenceNumber": str(execution.changes),
        **({"athenaError": execution.failure.as_event()} if execution.failure else {}),
    }
    entry = {"Source": "aws.athena", "DetailType": "Athena Query State Change", "Detail": json.dumps(detail)}
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
