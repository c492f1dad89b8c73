"""Deleting what a run created, and nothing else.

A resource belongs to a run if its name begins with the run's name and it carries the run's tag. Both are needed; log
groups, which Lambda may create again without tags, need the run's complete name. Everything can be repeated: what an
interrupted deletion leaves, the next one finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from verification import resources
from verification.deployment import tag_resources
from verification.resources import Found
from verification.run import PREFIX, Run, run_of
from verification.target import Target


@dataclass(frozen=True)
class Kind:
    """A kind of resource: how those with a name prefix are found, and how one is deleted."""

    name: str
    find: Callable[[Target, str], Iterator[Found]]
    delete: Callable[[Target, str], None]


#: In the order of deletion: the stack first, because its functions write to what outlives it.
KINDS = (
    Kind("stack", resources.stacks, resources.delete_stack),
    Kind("role", resources.roles, resources.delete_role),
    Kind("queue", resources.queues, resources.delete_queue),
    Kind("event bus", resources.event_buses, resources.delete_event_bus),
    Kind("workgroup", resources.workgroups, resources.delete_workgroup),
    Kind("database", resources.databases, resources.delete_database),
    Kind("table", resources.tables, resources.delete_table),
    Kind("bucket", resources.buckets, resources.delete_bucket),
    Kind("log group", resources.log_groups, resources.delete_log_group),
)


def runs(target: Target) -> list[str]:
    """The ids of all runs of which something exists, those that are still running included."""
    found = {run_of(resource.tags) for kind in KINDS for resource in kind.find(target, PREFIX)}
    return sorted(run for run in found if run)


def leftovers(target: Target, run: Run) -> list[tuple[str, str]]:
    """Kind and name of everything that exists of a run."""
    return [(kind.name, resource.name) for kind in KINDS for resource in _of(target, run, kind)]


def clean(target: Target, run: Run, report: Callable[[str], None]) -> list[str]:
    """Delete everything of a run. Returns what could not be deleted, with the reason; empty if nothing is left.

    What fails is tried once more: a query that has just been stopped may still write to a bucket that is being emptied.
    """
    return _clean(target, run, report) and _clean(target, run, report)


def _clean(target: Target, run: Run, report: Callable[[str], None]) -> list[str]:
    # What a creation that goes on creates later would be neither tagged nor deleted.
    resources.wait_for_creation(target, run.name)
    tag_resources(target, run)
    failures = []
    for kind in KINDS:
        for resource in _of(target, run, kind):
            report(f"Deleting the {kind.name} {resource.name}")
            try:
                kind.delete(target, resource.name)
            except (ClientError, BotoCoreError, TimeoutError) as error:
                failures.append(f"{kind.name} {resource.name}: {error}")
    known = {failure.split(":")[0] for failure in failures}
    left = [f"{kind} {name}" for kind, name in leftovers(target, run)]
    return failures + [f"{name}: still exists" for name in left if name not in known]


def _of(target: Target, run: Run, kind: Kind) -> list[Found]:
    found = kind.find(target, PREFIX)
    return [resource for resource in found if run.owns(resource.base_name) and run_of(resource.tags) == run.id]
