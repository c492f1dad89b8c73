"""Bounds the processes in which functions run. MiniStack starts one for each concurrent invocation, without a limit."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.aws.lambda_ import FUNCTION_PROCESSES

# How long an invocation waits. A limit, because a function that invokes another one may wait for its own process.
_WAIT_SECONDS = 60.0

_slots = threading.BoundedSemaphore(FUNCTION_PROCESSES)

Result = dict[str, Any]


def waiting_for_a_process(
    execute: Callable[[Mapping[str, Any], Any, str], Result],
) -> Callable[[Mapping[str, Any], Any, str], Result]:
    """Wrap invoking a function: it waits while all processes are busy. Lambda throttles only beyond 1,000."""

    @functools.wraps(execute)
    def invoke(function: Mapping[str, Any], event: Any, request_id: str) -> Result:
        if not _slots.acquire(timeout=_WAIT_SECONDS):
            throttled: Result = lambda_svc._throttle_response(
                reason_code="ConcurrentInvocationLimitExceeded",
                msg=f"Rate Exceeded: all {FUNCTION_PROCESSES} processes of the local AWS are busy",
            )
            return throttled
        try:
            return execute(function, event, request_id)
        finally:
            _slots.release()

    return invoke


def ending_surplus(acquire_worker: Callable[..., tuple[Any, str]]) -> Callable[..., tuple[Any, str]]:
    """Wrap taking a process for an invocation: if there are too many, idle ones are ended."""

    @functools.wraps(acquire_worker)
    def acquire(*arguments: Any, **options: Any) -> tuple[Any, str]:
        taken = acquire_worker(*arguments, **options)
        lambda_runtime.kill_workers(_surplus())
        return taken

    return acquire


def _surplus() -> list[Any]:
    """Take idle processes beyond the limit out of MiniStack's pools, those first that were not used for longest."""
    with lambda_runtime._lock:
        pools = lambda_runtime._workers
        workers = [(worker, pool) for pool in pools.values() for worker in pool]
        idle = sorted((pair for pair in workers if not pair[0].in_use), key=lambda pair: pair[0].last_used)
        surplus = idle[: max(0, len(workers) - FUNCTION_PROCESSES)]
        for worker, pool in surplus:
            pool.remove(worker)
    return [worker for worker, _ in surplus]
