"""The query executions of every account and region, and the tokens of their requests."""

from __future__ import annotations

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import athena

from local.aws.athena.errors import RequestError
from local.aws.athena.execution import FINAL_STATES, Execution


class History:
    """The executions in the scope of the current request. MiniStack's reset deletes them."""

    def __init__(self) -> None:
        """Start empty."""
        self._tokens = AccountRegionScopedDict()

    def add(self, execution: Execution, token: str | None, fingerprint: str) -> None:
        """Store a new execution, and the fingerprint of its request if it has a token."""
        athena._executions[execution.id] = execution
        if token is not None:
            self._tokens[token] = (fingerprint, execution.id)

    def started_with(self, token: str | None, fingerprint: str) -> Execution | None:
        """The execution that this token started. Raises RequestError if its request was different."""
        earlier_fingerprint, execution_id = self._tokens.get(token, (None, None))
        execution: Execution | None = athena._executions.get(execution_id)
        if execution is not None and earlier_fingerprint != fingerprint:
            raise RequestError("Idempotent parameters do not match", reason="INVALID_INPUT")
        return execution

    def get(self, execution_id: str) -> Execution:
        """An execution. Raises RequestError if there is none with this ID."""
        execution: Execution | None = athena._executions.get(execution_id)
        if execution is None:
            raise RequestError(f"QueryExecution {execution_id} was not found", reason="INVALID_INPUT")
        return execution

    def active_dml_queries(self) -> int:
        """How many DML queries of all workgroups are queued or running."""
        executions: list[Execution] = athena._executions.values()
        return sum(one.request.statement_type == "DML" and one.state not in FINAL_STATES for one in executions)

    def newest_first(self, workgroup: str) -> list[Execution]:
        """The executions of a workgroup, newest first."""
        executions: list[Execution] = athena._executions.values()
        return [execution for execution in reversed(executions) if execution.request.workgroup == workgroup]

    def succeeded(self, same_results: str, since: float) -> Execution | None:
        """The newest execution that computed these results and succeeded at `since` (a Unix time) or later."""
        for execution in reversed(athena._executions.values()):
            found: Execution = execution
            if (
                found.state == "SUCCEEDED"
                and not found.reused
                and found.request.same_results == same_results
                and (found.completed or 0) >= since
            ):
                return found
        return None
