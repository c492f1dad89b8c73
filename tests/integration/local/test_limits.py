"""What a query or a burst of invocations takes of the machine is bounded."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.config import Config

from local.aws.lambda_ import FUNCTION_PROCESSES
from local.stack.clients import session
from local.stack.server import Server
from local.stack.waiting import until
from tests.integration.local.queries import SLOW, Queries
from tests.integration.local.test_server import TRUST


def processes(server: Server, part: str) -> list[int]:
    """The IDs of the server's processes whose command has a part."""
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,pgid=,args="], capture_output=True, text=True, check=True)
    rows = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    return [int(pid) for pid, group, *command in rows if int(group) == server.pid and part in "".join(command)]


def test_long_arrays_are_rejected_as_by_trino(queries: Queries) -> None:
    failed = queries.run("SELECT repeat('x', 2000000000)")["Status"]
    assert failed["State"] == "FAILED"
    assert "count argument of repeat function must be less than or equal to 10000" in failed["StateChangeReason"]


def test_query_that_takes_all_memory_fails_alone(queries: Queries) -> None:
    failed = queries.run("SELECT array_agg(rpad('', 900000, 'x')) FROM UNNEST(sequence(1, 10000)) AS t(n)")["Status"]
    assert failed["State"] == "FAILED"
    assert "EXCEEDED_LOCAL_MEMORY_LIMIT" in failed["StateChangeReason"]
    queries.succeeded("SELECT 1")


def test_death_of_a_process_fails_only_its_query(queries: Queries, server: Server) -> None:
    query_id = queries.start(SLOW)
    until(lambda: queries.state(query_id), "RUNNING".__eq__)
    for process in until(lambda: processes(server, "engine.processes"), bool):
        os.kill(process, signal.SIGKILL)
    failed = queries.ended(query_id)["Status"]
    assert failed["State"] == "FAILED"
    assert failed["StateChangeReason"].startswith("GENERIC_INTERNAL_ERROR")
    assert failed["AthenaError"]["ErrorCategory"] == 1
    queries.succeeded("SELECT 1")


def test_burst_of_invocations_takes_a_bounded_number_of_processes(
    aws: Callable[[str], Any], server: Server, name: str
) -> None:
    role = aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("app.py", "import time\ndef handler(event, context):\n    time.sleep(0.2)\n    return event\n")
    invocations = 3 * FUNCTION_PROCESSES
    functions = session().client(
        "lambda", endpoint_url=server.endpoint, config=Config(max_pool_connections=invocations, read_timeout=120)
    )
    for function in (name, f"{name}-2"):
        functions.create_function(
            FunctionName=function,
            Runtime="python3.13",
            Handler="app.handler",
            Role=role,
            Code={"ZipFile": archive.getvalue()},
            Timeout=60,
        )
        functions.get_waiter("function_active_v2").wait(FunctionName=function, WaiterConfig={"Delay": 1})

    def invoke(number: int) -> int:
        function = name if number % 2 else f"{name}-2"
        result: int = json.load(functions.invoke(FunctionName=function, Payload=json.dumps(number))["Payload"])
        return result

    counts = []
    ended = threading.Event()

    def count() -> None:
        while not ended.wait(0.1):
            counts.append(len(processes(server, "ministack-lambda-")))

    watching = threading.Thread(target=count)
    watching.start()
    try:
        with ThreadPoolExecutor(invocations) as threads:
            assert sorted(threads.map(invoke, range(invocations))) == list(range(invocations))
    finally:
        ended.set()
        watching.join()
    assert FUNCTION_PROCESSES // 2 < max(counts) <= FUNCTION_PROCESSES


def test_query_reuses_a_process(queries: Queries, server: Server) -> None:
    queries.succeeded("SELECT 1")
    before = processes(server, "engine.processes")
    queries.succeeded("SELECT 1")
    assert processes(server, "engine.processes") == before
