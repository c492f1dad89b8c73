"""What the views of all pages share: the client, threads for its calls, and what the server hands out by id."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, ParamSpec, TypeVar

from quilt_athena.client import QueryResult, QuiltAthena
from quilt_athena_console.rows import Rows

Item = TypeVar("Item")
Arguments = ParamSpec("Arguments")
Returned = TypeVar("Returned")

#: A waiting query occupies a thread; so many can run at a time.
_THREADS = 32
#: Their boto3 clients are created before there are threads, because creating one isn't thread-safe.
_SERVICES = ("athena", "cloudformation", "cloudwatch", "dynamodb", "glue", "s3", "sqs", "ssm", "stepfunctions")


class Shelf(Generic[Item]):
    """Things that URLs name by an id that can't be guessed, as long as a page shows them."""

    def __init__(self) -> None:
        self._items: dict[str, Item] = {}

    def put(self, item: Item) -> str:
        """Keep a thing; returns its id."""
        key = secrets.token_urlsafe(16)
        self._items[key] = item
        return key

    def get(self, key: str) -> Item | None:
        """The thing; None if no page shows it any more."""
        return self._items.get(key)

    def drop(self, key: str | None) -> None:
        """Forget it."""
        self._items.pop(key or "", None)


@dataclass(frozen=True)
class Console:
    """One running console. ``place`` is where the stack is: the region, or the local AWS."""

    athena: QuiltAthena
    place: str
    rows: Shelf[Rows] = field(default_factory=Shelf)
    results: Shelf[QueryResult] = field(default_factory=Shelf)
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_THREADS, "console"))

    def connect(self) -> None:
        """Create the boto3 clients, and look up the stack.

        Raises:
            StackNotFoundError: this caller can't find it.
        """
        for service in _SERVICES:
            getattr(self.athena.connections, service)
        self.athena.stack.output("QueryStateMachineArn")

    async def call(
        self, function: Callable[Arguments, Returned], *arguments: Arguments.args, **options: Arguments.kwargs
    ) -> Returned:
        """Call a function that waits for AWS, in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, lambda: function(*arguments, **options))

    def close(self) -> None:
        """Stop the queries that still run."""
        self.athena.queries.stop_all()
        self.threads.shutdown(wait=False, cancel_futures=True)
