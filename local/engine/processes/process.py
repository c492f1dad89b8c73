"""An engine process, as the server sees it."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from local.engine.errors import SYSTEM, QueryCancelled, QueryError, ResourcesExhausted
from local.engine.interface import CancelToken, ObjectInfo, QueryResult
from local.engine.processes.messages import Answer, Call, Cancel, Run

#: How long a cancelled statement may take to notice it. One that doesn't, such as a regular expression, is killed.
GRACE_SECONDS = 2.0
_FOLDER = Path(__file__).parents[3]


class EngineProcess:
    """A process that runs one statement at a time. Starting it doesn't wait until it is ready."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local.engine.processes.worker", str(theirs.fileno())],
                cwd=_FOLDER,
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )
        self._connection = Connection(ours.detach())
        self._sending = threading.Lock()
        self._killer: threading.Timer | None = None
        self._retired = False

    @property
    def pid(self) -> int:
        """The ID of the process."""
        return self._process.pid

    @property
    def usable(self) -> bool:
        """Whether it can run another statement."""
        return not self._retired and self._process.poll() is None

    def run(self, request: Run, targets: Mapping[str, Any], cancel: CancelToken) -> QueryResult:
        """Run a statement to its end.

        Args:
            request: the statement.
            targets: the objects of this process whose methods the engine calls: "catalog", "objects" and "writer".
            cancel: stops it from another thread.

        Raises:
            QueryError: the query failed, or its process died.
            QueryCancelled: ``cancel`` was used.
        """
        cancel.check()
        cancel.watch(self._cancel)
        try:
            self._send(request)
            while True:
                received = self._connection.recv()
                if isinstance(received, Call):
                    self._send(_answer(received, targets))
                else:
                    result: QueryResult = received.unwrap()
                    return result
        except QueryError as error:
            # DuckDB can't be used after some of these, and memory isn't always given back.
            self._retired = isinstance(error, ResourcesExhausted) or error.category == SYSTEM
            raise
        except (EOFError, OSError) as error:
            self._retired = True
            if cancel.cancelled:
                raise QueryCancelled from error
            raise self._death() from error
        finally:
            cancel.watch(None)
            if self._killer is not None:
                self._killer.cancel()
                self._killer.join()
                self._killer = None

    def close(self) -> None:
        """End the process."""
        self._retired = True
        self._process.kill()
        self._process.wait()
        self._connection.close()

    def _cancel(self) -> None:
        if self._killer is None:
            # First, because sending waits for a process that doesn't read.
            self._killer = threading.Timer(GRACE_SECONDS, self._kill)
            self._killer.start()
            with contextlib.suppress(OSError):
                self._send(Cancel())

    def _kill(self) -> None:
        self._retired = True
        self._process.kill()

    def _send(self, message: Run | Cancel | Answer) -> None:
        with self._sending:
            self._connection.send(message)

    def _death(self) -> QueryError:
        self._process.kill()
        code = self._process.wait()
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return QueryError(
            f"GENERIC_INTERNAL_ERROR: The process that ran the query ended unexpectedly ({how}); "
            "it may have used too much memory",
            category=SYSTEM,
            error_type=1,
        )


def _answer(call: Call, targets: Mapping[str, Any]) -> Answer:
    try:
        value = getattr(targets[call.target], call.method)(*call.arguments)
        # A generator is read here, where its data is.
        return Answer(value if value is None or isinstance(value, bytes | Mapping | ObjectInfo) else _listed(value))
    except Exception as error:  # the engine knows which exceptions to expect
        return Answer(error=error)


def _listed(values: Iterable[Any]) -> list[Any]:
    return list(values)
