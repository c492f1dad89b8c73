"""Recording what events report, and waking the writer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quilt_athena.aws.calls import calling
from quilt_athena.index.events import changed_objects
from quilt_athena.index.pending import PendingObject, PendingObjects
from quilt_athena.index.writer import WriterItem
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.consumer import Consumer
from quilt_athena.runtime.dead_letters import DeadLetterQueue
from quilt_athena.runtime.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


@dataclass(frozen=True)
class IndexWaker:
    """Starts executions of the index state machine. One that finds another one writing ends at once."""

    writer: WriterItem
    stepfunctions: SFNClient
    state_machine: str

    def wake(self, *, with_maintenance: bool = False) -> None:
        """Let what is pending be written soon.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: an AWS service does not respond as expected.
        """
        self.writer.wake(with_maintenance=with_maintenance)
        with calling("states:StartExecution", self.state_machine):
            self.stepfunctions.start_execution(stateMachineArn=self.state_machine, input="{}")


@dataclass(frozen=True)
class ChangeRecorder:
    """Records changed objects of indexed buckets."""

    registry: Registry
    pending: PendingObjects
    waker: IndexWaker

    def record(self, objects: Sequence[PendingObject]) -> None:
        """Record the objects, and wake the writer; those of buckets that are not indexed are ignored.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: an AWS service does not respond as expected.
        """
        indexed = {bucket: self._is_indexed(bucket) for bucket in {one.bucket for one in objects}}
        wanted = [one for one in objects if indexed[one.bucket]]
        if wanted:
            self.pending.add(wanted)
            self.waker.wake()
            logger.info("objects recorded", objects=len(wanted), buckets=sum(indexed.values()))

    def _is_indexed(self, bucket: str) -> bool:
        known = self.registry.get(bucket)
        return known is not None and known.registered and known.indexed


@dataclass(frozen=True)
class ChangeConsumer:
    """What a function does with the events that report changes of buckets. ``sources`` may send `package-revision`."""

    recorder: ChangeRecorder
    sources: Collection[str]
    dead_letters: DeadLetterQueue
    max_receive_count: int

    def consume(self, event: dict[str, Any]) -> dict[str, Any]:
        """Record what the messages of an SQS batch report, all together; return the ids of those to redeliver.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: nothing was recorded. The whole batch is redelivered, and
                recording an object again does no harm.
        """
        objects: list[PendingObject] = []
        consumer = Consumer(lambda body: objects.extend(self._changed(body)), self.dead_letters, self.max_receive_count)
        failed = consumer.consume(event)
        self.recorder.record(objects)
        return failed

    def _changed(self, body: str) -> Sequence[PendingObject]:
        return changed_objects(body, self.sources)
