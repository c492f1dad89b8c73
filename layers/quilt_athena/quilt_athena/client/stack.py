"""A deployed stack: its name, how to reach it, and its outputs.

The outputs that other stacks need are also SSM parameters, ``/<stack>/<output>``. A caller may read either.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)

from quilt_athena.client.connections import Connections
from quilt_athena.errors import AwsSettingsError, StackNotFoundError

DEFAULT_STACK = "quilt-athena"
STACK_VARIABLE = "QUILT_ATHENA_STACK"

#: The outputs that are looked up in SSM first: it answers faster, in one call (ssm:GetParameters takes ten names).
PARAMETERS = (
    "EventBusName",
    "DatabaseName",
    "WorkGroupName",
    "ResultsBucketName",
    "RegistryTableName",
    "QueryStateMachineArn",
    "QueryExpressStateMachineArn",
    "PackageStateMachineArn",
)
#: Without this output it is another stack that happens to have the name.
_REQUIRED = "QueryStateMachineArn"

#: Credentials that AWS doesn't accept: error codes of all services, and what is wrong.
_INVALID_CREDENTIALS = {
    "ExpiredToken": "have expired",
    "ExpiredTokenException": "have expired",
    "RequestExpired": "have expired",
    "InvalidClientTokenId": "are not valid",
    "UnrecognizedClientException": "are not valid",
    "InvalidSignatureException": "are not valid",
    "SignatureDoesNotMatch": "are not valid",
    "AuthFailure": "are not valid",
}
_SIGN_IN = "sign in again (aws sso login), or set other credentials (aws configure, AWS_PROFILE, --profile)"


def stack_name(name: str | None = None) -> str:
    """``name``, else the environment's QUILT_ATHENA_STACK, else ``quilt-athena``."""
    return name or os.environ.get(STACK_VARIABLE) or DEFAULT_STACK


class Stack:
    """A deployed stack. Its outputs are looked up when one is first needed."""

    def __init__(self, connections: Connections, name: str, outputs: Mapping[str, str] | None = None) -> None:
        """Refer to the stack ``name``; with ``outputs``, neither SSM nor CloudFormation is called."""
        self.connections = connections
        self.name = name
        self._outputs = dict(outputs or {})
        self._look_up = outputs is None

    def output(self, name: str) -> str:
        """The value of an output.

        Raises:
            AwsSettingsError: the caller has no region, or no valid credentials.
            StackNotFoundError: neither SSM nor CloudFormation shows the stack to this caller, or it has no such output.
        """
        problems = list(self._lookups(name)) if self._look_up and name not in self._outputs else []
        if name in self._outputs:
            return self._outputs[name]
        if not self._look_up or _REQUIRED in self._outputs:
            raise StackNotFoundError(
                f"stack {self.name} has no output {name}: deploy it again with the current template"
            )
        region = self.connections.session.region_name or "no region"
        raise StackNotFoundError(
            f"stack {self.name} not found in {region}. {' '.join(problems)} "
            f"Check the name (--stack, {STACK_VARIABLE}), region and account, and that you may call "
            f"ssm:GetParameters on /{self.name}/* or cloudformation:DescribeStacks"
        )

    def outputs(self) -> Mapping[str, str]:
        """All outputs by name.

        Raises:
            AwsSettingsError, StackNotFoundError: as ``output``.
        """
        if self._look_up:
            # Of all of them, only CloudFormation knows this one.
            self.output("RefreshStateMachineArn")
        return dict(sorted(self._outputs.items()))

    def has(self, name: str) -> bool:
        """Whether the stack has this output: one deployed from an earlier release may lack it.

        Raises:
            AwsSettingsError, StackNotFoundError: as ``output``.
        """
        return name in self._outputs or name in self.outputs()

    def _lookups(self, name: str) -> Iterator[str]:
        """Look in one place after the other until the output is known; yield each problem."""
        places = [("CloudFormation", self._from_cloudformation)]
        if name in PARAMETERS:
            places.insert(0, ("SSM parameters", self._from_parameters))
        for place, read in places:
            try:
                found = read()
            except (ClientError, BotoCoreError) as error:
                _check_settings(error)
                yield f"{place}: {error}."
                continue
            if _REQUIRED not in found:
                yield f"{place}: no output {_REQUIRED}."
                continue
            self._outputs |= found
            if name in found:
                return

    def _from_parameters(self) -> dict[str, str]:
        names = [f"/{self.name}/{output}" for output in PARAMETERS]
        found = self.connections.ssm.get_parameters(Names=names)["Parameters"]
        return {parameter["Name"].rpartition("/")[2]: parameter["Value"] for parameter in found}

    def _from_cloudformation(self) -> dict[str, str]:
        stacks = self.connections.cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}


def _check_settings(error: ClientError | BotoCoreError) -> None:
    """Report what no stack's name can change.

    Raises:
        AwsSettingsError: the caller has no region, or no valid credentials.
    """
    match error:
        case NoRegionError():
            raise AwsSettingsError("no AWS region: set AWS_REGION, or add a region to your profile") from error
        case NoCredentialsError():
            raise AwsSettingsError(f"no AWS credentials: {_SIGN_IN}") from error
        case PartialCredentialsError() | CredentialRetrievalError() | SSOError() | TokenRetrievalError():
            raise AwsSettingsError(f"no AWS credentials: {error}; {_SIGN_IN}") from error
        case ClientError():
            code = error.response.get("Error", {}).get("Code", "")
            if code in _INVALID_CREDENTIALS:
                raise AwsSettingsError(
                    f"your AWS credentials {_INVALID_CREDENTIALS[code]} ({code}): {_SIGN_IN}"
                ) from error
