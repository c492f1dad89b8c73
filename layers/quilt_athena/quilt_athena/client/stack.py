"""A deployed stack: its name, how to reach it, and its outputs.

The outputs that other stacks need are also SSM parameters, ``/<stack>/<output>``. A caller may read either.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from botocore.exceptions import BotoCoreError, ClientError

from quilt_athena.client.connections import Connections
from quilt_athena.errors import StackNotFoundError

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

    def _lookups(self, name: str) -> Iterator[str]:
        """Look in one place after the other until the output is known; yield each problem."""
        places = [("CloudFormation", self._from_cloudformation)]
        if name in PARAMETERS:
            places.insert(0, ("SSM parameters", self._from_parameters))
        for place, read in places:
            try:
                found = read()
            except (ClientError, BotoCoreError) as error:
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
