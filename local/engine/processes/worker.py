"""An engine process: ``python -m local.engine.processes.worker FD`` serves the socket ``FD`` until it is closed."""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import queue
import resource
import signal
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from local.engine.engine import Engine
from local.engine.errors import SYSTEM, QueryCancelled, QueryError, ResourcesExhausted, cannot_run
from local.engine.interface import CancelToken, GlueTable, ObjectInfo
from local.engine.processes.messages import Answer, Call, Cancel, Run
from local.engine.tables.cache import ColumnCache

#: The address space of a process. DuckDB's own limit (functions/connection.py) is lower, but Python's values and the
#: working memory of some functions don't count there.
ADDRESS_SPACE_BYTES = 4 * 1024**3
#: The server keeps results in memory.
RESULT_BYTES = 256 * 1024**2
#: Owners whose objects a process caches.
_OWNERS = 4

_log = logging.getLogger("engine")


class Remote:
    """The server's catalog, writer and objects: the engine's ``Catalog``, ``CatalogWriter`` and ``ObjectStore``."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def get_database(self, name: str) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self._worker.call("catalog", "get_database", name)
        return found

    def database_names(self) -> Iterable[str]:
        names: list[str] = self._worker.call("catalog", "database_names")
        return names

    def get_table(self, database: str, name: str) -> GlueTable | None:
        found: GlueTable | None = self._worker.call("catalog", "get_table", database, name)
        return found

    def tables(self, database: str) -> Iterable[GlueTable]:
        found: list[GlueTable] = self._worker.call("catalog", "tables", database)
        return found

    def partitions(self, database: str, table: str) -> Iterable[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = self._worker.call("catalog", "partitions", database, table)
        return found

    def create_database(self, database_input: Mapping[str, Any]) -> None:
        self._worker.call("writer", "create_database", database_input)

    def delete_database(self, name: str) -> None:
        self._worker.call("writer", "delete_database", name)

    def create_table(self, database: str, table_input: Mapping[str, Any]) -> None:
        self._worker.call("writer", "create_table", database, table_input)

    def update_table(self, database: str, table_input: Mapping[str, Any], version: str | None = None) -> None:
        self._worker.call("writer", "update_table", database, table_input, version)

    def delete_table(self, database: str, name: str) -> None:
        self._worker.call("writer", "delete_table", database, name)

    def create_partitions(self, database: str, table: str, partition_inputs: Sequence[Mapping[str, Any]]) -> None:
        self._worker.call("writer", "create_partitions", database, table, partition_inputs)

    def update_partition(
        self, database: str, table: str, values: Sequence[str], partition_input: Mapping[str, Any]
    ) -> None:
        self._worker.call("writer", "update_partition", database, table, values, partition_input)

    def delete_partition(self, database: str, table: str, values: Sequence[str]) -> None:
        self._worker.call("writer", "delete_partition", database, table, values)

    def list(self, bucket: str, prefix: str) -> Iterable[ObjectInfo]:
        found: list[ObjectInfo] = self._worker.call("objects", "list", bucket, prefix)
        return found

    def read(self, bucket: str, key: str) -> bytes:
        body: bytes = self._worker.call("objects", "read", bucket, key)
        return body

    def info(self, bucket: str, key: str) -> ObjectInfo:
        found: ObjectInfo = self._worker.call("objects", "info", bucket, key)
        return found

    def read_range(self, bucket: str, key: str, start: int, length: int) -> bytes:
        body: bytes = self._worker.call("objects", "read_range", bucket, key, start, length)
        return body

    def put(self, bucket: str, key: str, body: bytes) -> None:
        self._worker.call("objects", "put", bucket, key, body)

    def delete(self, bucket: str, key: str) -> None:
        self._worker.call("objects", "delete", bucket, key)


class Worker:
    """Runs one statement after the other. A second thread reads messages, to notice a ``Cancel`` meanwhile."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._runs: queue.SimpleQueue[tuple[Run, CancelToken]] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._remote = Remote(self)
        self._cache = ColumnCache()
        self._engines: OrderedDict[tuple[str, bool], Engine] = OrderedDict()
        self._calling = threading.Lock()

    def serve(self) -> None:
        """Serve until the connection is closed, which ends the process."""
        threading.Thread(target=self._read, daemon=True).start()
        while True:
            run, token = self._runs.get()
            answer = self._run(run, token)
            self._connection.send_bytes(_packed(answer))

    def call(self, target: str, method: str, *arguments: Any) -> Any:
        """Call a method in the server, one at a time. Raises what it raises."""
        with self._calling:
            self._connection.send(Call(target, method, arguments))
            answer = self._answers.get()
        return answer.unwrap()

    def _read(self) -> None:
        token = CancelToken()
        try:
            while True:
                match self._connection.recv():
                    case Run() as run:
                        token = CancelToken()
                        self._runs.put((run, token))
                    case Cancel():
                        token.cancel()
                    case answer:
                        self._answers.put(answer)
        except (EOFError, OSError):
            os._exit(0)

    def _run(self, run: Run, token: CancelToken) -> Answer:
        try:
            return Answer(
                self._engine(run.owner, run.writes).run(
                    run.sql,
                    database=run.database,
                    parameters=run.parameters,
                    cancel=token,
                    bytes_limit=run.bytes_limit,
                    output_location=run.output_location,
                )
            )
        except (QueryError, QueryCancelled) as error:
            return Answer(error=error)
        except MemoryError:
            return Answer(error=ResourcesExhausted())
        except Exception as error:  # whatever it is, the server must know that the statement has ended
            _log.exception("A statement failed inside the engine")
            return Answer(error=QueryError(f"GENERIC_INTERNAL_ERROR: {error}", category=SYSTEM, error_type=1))

    def _engine(self, owner: str, writes: bool) -> Engine:
        """The owner's engine. What it caches of objects isn't for other owners, who may not be allowed to read them."""
        key = owner, writes
        engine = self._engines.pop(key, None) or Engine(
            self._remote, self._remote, self._remote if writes else None, cache=self._cache, owner=owner
        )
        self._engines[key] = engine
        if len(self._engines) > _OWNERS:
            self._engines.popitem(last=False)
        return engine


def _packed(answer: Answer) -> bytes:
    try:
        packed = pickle.dumps(answer)
    except MemoryError:
        return pickle.dumps(Answer(error=ResourcesExhausted()))
    if len(packed) <= RESULT_BYTES:
        return packed
    return pickle.dumps(Answer(error=cannot_run(f"a query whose result has more than {RESULT_BYTES >> 20} MB")))


def _limit_memory() -> None:
    # macOS has no such limit.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
    # If the machine itself has no memory left, Linux ends this process rather than the server.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def main() -> None:
    """Serve the socket whose file descriptor is the first argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    Worker(Connection(int(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
