"""The resource types that the local CloudFormation handles otherwise than MiniStack does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.aws.cloudformation.alarms import alarm_handlers
from local.aws.cloudformation.named_queries import named_query_handlers

Handlers = dict[str, dict[str, Callable[..., Any]]]


def with_resource_types(handlers: Handlers) -> Handlers:
    """The same dictionary, to which other modules hold references, with more and changed resource types."""
    handlers["AWS::Athena::NamedQuery"] = named_query_handlers()
    handlers["AWS::CloudWatch::Alarm"] = alarm_handlers(handlers["AWS::CloudWatch::Alarm"])
    return handlers
