"""Indexed buckets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local.stack.waiting import until
from quilt_athena.client import QuiltAthena
from tests.local_aws import LocalAws


@pytest.fixture
def index(local_aws: LocalAws) -> Callable[..., None]:
    """Indexes registered buckets, and waits until that is complete."""
    client = QuiltAthena(endpoint_url=local_aws.stack.endpoint)

    def enable(*buckets: str) -> None:
        client.index.enable(buckets)
        until(
            lambda: {one.bucket for one in client.index.status() if one.state == "complete"},
            lambda complete: complete >= set(buckets),
        )

    return enable
