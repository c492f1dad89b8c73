"""Whoever an operation is done for: the one who signed the request, or the role that AWS took on to do it."""

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
    """IAM's policies don't allow it; the message is AWS's."""


@dataclass(frozen=True)
class Caller:
    """A principal: `role_arn`, or whom `access_key` belongs to. Its policies are looked up at each check."""

    role_arn: str | None
    access_key: str
    account_id: str

    @classmethod
    def current(cls) -> Caller:
        """Whom the current operation is done for."""
        return cls(_role.get(), _access_key.get(), get_account_id())

    @classmethod
    def role(cls, role_arn: str) -> Caller:
        """A role, taken on by a service."""
        return cls(role_arn, "", get_account_id())

    @property
    def name(self) -> str:
        """The same for all sessions of a role."""
        if self.role_arn is not None:
            return self.role_arn.rpartition("/")[2]
        arn = str(getattr(self._principal(), "arn", ""))
        return arn.split("/")[1] if ":assumed-role/" in arn else arn

    def check(self, action: str, resource: str, **context: str) -> None:
        """Raise AccessDenied if policies don't allow it. Nothing is refused where IAM isn't enforced."""
        if not app.AUTH or not (self.role_arn or self.access_key):
            return
        principal = self._principal()
        if isinstance(principal, iam_evaluator.AuthError):
            raise AccessDenied(principal.message)
        if principal.policies is None:  # the account's root
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
    """Remember whose request is being answered in this context."""
    _access_key.set(access_key)


@contextmanager
def acting_as(role_arn: str) -> Iterator[None]:
    """What is done in this context (and in what it starts) is done for a role."""
    token = _role.set(role_arn)
    try:
        yield
    finally:
        _role.reset(token)
