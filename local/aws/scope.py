"""An account and region, as MiniStack keeps them apart."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

from ministack.core.responses import get_account_id, get_region, request_scope


@dataclass(frozen=True)
class Scope:
    """Whose resources are visible. MiniStack keeps this in context variables, which threads don't inherit."""

    account_id: str
    region: str

    @classmethod
    def of_request(cls) -> Scope:
        """The scope of the current request."""
        return cls(get_account_id(), get_region())

    def entered(self) -> AbstractContextManager[None]:
        """A context in which MiniStack's stores contain the resources of this scope."""
        scope: AbstractContextManager[None] = request_scope(self.account_id, self.region)
        return scope
