"""Runs queries, a few at a time: each in a thread, and the engine in a process. The others remain QUEUED."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from local.aws.athena import files, prepared
from local.aws.athena.access import CallersAccess, CallersCatalog, CallersObjects
from local.aws.athena.execution import FINAL_STATES, Execution, Failure
from local.aws.athena.history import History
from local.aws.s3.objects import S3Objects
from local.engine import BytesLimitExceeded, EnginePool, QueryCancelled, QueryError, QueryResult

CONCURRENT_QUERIES = 4
CANCELLED_BY_USER = "Query cancelled by user"

_log = logging.getLogger("athena")


class Runner:
    """The threads, and the engine's processes."""

    def __init__(self, history: History) -> None:
        """`history` has the results that can be reused."""
        self._history = history
        self._threads = ThreadPoolExecutor(CONCURRENT_QUERIES, thread_name_prefix="athena")
        self._engines = EnginePool(CONCURRENT_QUERIES)

    def warm_up(self) -> None:
        """Start a process of the engine, so that the first query need not wait for it."""
        self._engines.warm_up()

    def start(self, execution: Execution, access: CallersAccess) -> None:
        """Run the query on its caller's behalf as soon as a thread is free."""
        self._threads.submit(self._run, execution, access)

    def stop(self, execution: Execution) -> None:
        """Stop the query: at once if it is queued, otherwise as soon as the engine notices."""
        execution.stop_if_queued(CANCELLED_BY_USER)
        threading.Thread(target=_cancel, args=(execution,), name="athena-stop", daemon=True).start()

    def _run(self, execution: Execution, access: CallersAccess) -> None:
        with access.scope.entered():
            if not execution.run():
                return
            try:
                objects = CallersObjects(access.scope, access)
                if not self._reuse(execution, objects):
                    self._query(execution, access, objects)
                execution.succeed()
            except QueryCancelled as cancelled:
                execution.scanned_bytes = cancelled.data_scanned_bytes
                execution.stop(CANCELLED_BY_USER)
            except BytesLimitExceeded as exceeded:
                execution.scanned_bytes = exceeded.data_scanned_bytes
                execution.stop(exceeded.reason)
            except QueryError as error:
                execution.scanned_bytes = error.data_scanned_bytes
                execution.fail(Failure(error.reason, error.category, error.error_type, error.retryable))
            except files.ResultNotWrittenError as error:
                execution.fail(Failure(str(error), error_type=1301))
            except Exception as error:  # whatever it is, the query must not remain RUNNING
                _log.exception("Query %s failed inside the engine", execution.id)
                execution.fail(Failure(f"GENERIC_INTERNAL_ERROR: {error}", category=1))

    def _query(self, execution: Execution, access: CallersAccess, objects: CallersObjects) -> None:
        request = execution.request
        access.databases(request.database)
        catalog = CallersCatalog(access.scope, access)
        result = prepared.run(request.sql, request.workgroup)
        if result is None:
            result = self._in_engine(execution, access, catalog, objects)
        execution.computed = time.time()
        execution.scanned_bytes = result.data_scanned_bytes
        if execution.output_location:
            files.write(objects, execution.output_location, result, request.result_settings)
        execution.result = result

    def _in_engine(
        self, execution: Execution, access: CallersAccess, catalog: CallersCatalog, objects: CallersObjects
    ) -> QueryResult:
        request = execution.request
        sql, parameters = prepared.prepared(request.sql, request.workgroup, request.parameters)
        return self._engines.run(
            sql,
            owner=f"{access.scope} {access.caller.name}",
            catalog=catalog,
            objects=objects,
            writer=catalog,
            database=request.database,
            parameters=parameters,
            cancel=execution.cancel,
            bytes_limit=request.bytes_limit,
            output_location=execution.table_location,
        )

    def _reuse(self, execution: Execution, objects: S3Objects) -> bool:
        """Reuse the result of an earlier query if the request allows it and there is one."""
        if execution.request.reuse_minutes is None or execution.request.statement_type != "DML":
            return False
        since = execution.submitted - 60 * execution.request.reuse_minutes
        earlier = self._history.succeeded(execution.request.same_results, since)
        if earlier is None:
            return False
        if earlier.output_location and not objects.has(*files.parse_location(earlier.output_location)):
            return False
        execution.computed = time.time()
        execution.result, execution.output_location, execution.reused = earlier.result, earlier.output_location, True
        return True


def _cancel(execution: Execution) -> None:
    """Cancel until the query has stopped: DuckDB loses an interrupt between two statements of a query."""
    while execution.state not in FINAL_STATES:
        execution.cancel.cancel()
        time.sleep(0.05)
