"""The principal of an operation: the one that signed the request, or the role that a service has assumed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam

from local.aws.iam import record

_role: ContextVar[str | None] = ContextVar("quilt_athena_role", default=None)
_access_key: ContextVar[str] = ContextVar("quilt_athena_access_key", default="")


class AccessDenied(Exception):  # noqa: N818 - the name of AWS's error code
    """IAM's policies don't allow it. The message is AWS's."""


@dataclass(frozen=True)
class Caller:
    """A principal: the role `role_arn`, or the owner of `access_key`. Each check reads its policies."""

    role_arn: str | None
    access_key: str
    account_id: str

    @classmethod
    def current(cls) -> Caller:
        """The principal of the current operation."""
        return cls(_role.get(), _access_key.get(), get_account_id())

    @classmethod
    def role(cls, role_arn: str) -> Caller:
        """A role that a service has assumed."""
        return cls(role_arn, "", get_account_id())

    @property
    def name(self) -> str:
        """A name that is the same for all sessions of a role."""
        if self.role_arn is not None:
            return self.role_arn.rpartition("/")[2]
        arn = str(getattr(self._principal(), "arn", ""))
        return arn.split("/")[1] if ":assumed-role/" in arn else arn

    def check(self, action: str, resource: str, **context: str) -> None:
        """Raise AccessDenied if policies don't allow it. Everything is allowed if IAM isn't enforced."""
        if not app.AUTH or not (self.role_arn or self.access_key):
            return
        principal = self._principal()
        if isinstance(principal, iam_evaluator.AuthError):
            raise AccessDenied(principal.message)
        if principal.policies is None:  # the root user
            return
        request = iam_evaluator.EvalContext(
            principal_arn=principal.arn,
            principal_type=principal.type,
            principal_account=principal.account,
            action=action,
            resource_arn=resource,
            region=get_region(),
            service_context={key.lower(): value for key, value in context.items()},
            principal_keys=principal.keys,
        )
        found = iam_evaluator.evaluate(request, principal.policies, *principal.limits)
        allowed = found.decision == "Allow"
        record.add(principal.arn, action, resource, request.service_context, allowed=allowed)
        if not allowed:
            raise AccessDenied(
                iam_actions.identity_denial_message(action, principal.arn, resource, found.decision == "Deny")
            )

    def _principal(self) -> Any:
        if self.role_arn is None:
            return iam_evaluator.resolve_principal(self.access_key, self.account_id)
        name = self.role_arn.rpartition("/")[2]
        return iam_evaluator.PrincipalInfo(
            arn=f"arn:aws:sts::{self.account_id}:assumed-role/{name}/service",
            type="AssumedRole",
            account=self.account_id,
            policies=iam_evaluator._gather_role_policies(name, self.account_id),
            limits=iam_evaluator._permissions_boundary(iam._roles, name, self.account_id),
        )


def signed_with(access_key: str) -> None:
    """Set the access key of the current request."""
    _access_key.set(access_key)


@contextmanager
def acting_as(role_arn: str) -> Iterator[None]:
    """Act as a role in this context, and in the threads that it starts."""
    token = _role.set(role_arn)
    try:
        yield
    finally:
        _role.reset(token)
