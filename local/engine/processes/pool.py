"""A few engine processes, which are reused."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from local.engine.interface import CancelToken, Catalog, CatalogWriter, ObjectStore, QueryResult
from local.engine.processes.messages import Run
from local.engine.processes.process import EngineProcess


class EnginePool:
    """Runs statements in processes. One process more than needed is ready, because starting one takes half a second."""

    def __init__(self, size: int) -> None:
        """Start no process yet. ``size`` is the number of statements that run at once, and of processes."""
        self._size = size
        self._slots = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._idle: list[EngineProcess] = []
        self._running: set[EngineProcess] = set()

    def run(
        self,
        sql: str,
        *,
        owner: str,
        catalog: Catalog,
        objects: ObjectStore,
        writer: CatalogWriter | None = None,
        database: str,
        parameters: Sequence[str] = (),
        cancel: CancelToken | None = None,
        bytes_limit: int | None = None,
        output_location: str = "",
    ) -> QueryResult:
        """Run one statement to its end, as ``Engine.run`` does, in a process. Waits while all processes are busy.

        Args:
            owner: whose statement it is. Objects that were read for one owner aren't reused for another.
            catalog: called in this thread, as are ``objects`` and ``writer``.
            objects: where the objects are.
            writer: makes DDL possible.
            sql, database, parameters, cancel, bytes_limit, output_location: as for ``Engine.run``.

        Raises:
            QueryError: the query failed, or the process that ran it died.
            BytesLimitExceeded: it scanned more than ``bytes_limit`` (Athena cancels such a query).
            QueryCancelled: ``cancel`` was used.
        """
        request = Run(owner, sql, database, tuple(parameters), bytes_limit, writer is not None, output_location)
        targets = {"catalog": catalog, "objects": objects, "writer": writer}
        with self._slots:
            process = self._take()
            try:
                return process.run(request, targets, cancel or CancelToken())
            finally:
                self._give_back(process)

    def warm_up(self) -> None:
        """Start a process, without waiting for it."""
        with self._lock:
            self._keep_one_ready()

    def close(self) -> None:
        """End all processes. Queries that are running fail."""
        with self._lock:
            for process in [*self._idle, *self._running]:
                process.close()
            self._idle.clear()

    @property
    def pids(self) -> list[int]:
        """The IDs of the processes."""
        with self._lock:
            return [process.pid for process in [*self._idle, *self._running]]

    def _take(self) -> EngineProcess:
        with self._lock:
            # The one that was used last has the most in its cache.
            while self._idle:
                process = self._idle.pop()
                if process.usable:
                    break
                process.close()
            else:
                process = EngineProcess()
            self._running.add(process)
            self._keep_one_ready()
        return process

    def _give_back(self, process: EngineProcess) -> None:
        with self._lock:
            self._running.remove(process)
            if process.usable:
                self._idle.append(process)
            else:
                process.close()
            self._keep_one_ready()

    def _keep_one_ready(self) -> None:
        if not self._idle and len(self._running) < self._size:
            self._idle.append(EngineProcess())
