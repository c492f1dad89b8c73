"""What a deployed stack is made of, by its name.

CloudFormation has all outputs of the stack. Those that other stacks need are SSM parameters ``/<stack>/<output>``,
too. A role may be allowed to read either.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from quilt_athena.client.connections import Connections
from quilt_athena.errors import StackNotFoundError

DEFAULT_STACK = "quilt-athena"
STACK_VARIABLE = "QUILT_ATHENA_STACK"

#: The outputs that questions need: all in one call.
OUTPUTS = (
    "EventBusName",
    "DatabaseName",
    "WorkGroupName",
    "ResultsBucketName",
    "RegistryTableName",
    "QueryStateMachineArn",
    "QueryExpressStateMachineArn",
    "PackageStateMachineArn",
)
#: Those that operators need besides.
OPERATION_OUTPUTS = (
    "RefreshStateMachineArn",
    "ScheduledQueryStateMachineArn",
    "ScheduleGroupName",
    "ScheduleRoleArn",
    "SchedulesDeadLetterQueueArn",
    "BucketEventsQueueUrl",
    "BucketEventsDeadLetterQueueUrl",
    "EndedExecutionsQueueUrl",
    "EndedExecutionsDeadLetterQueueUrl",
    "QueryRequestsQueueUrl",
    "QueryRequestsDeadLetterQueueUrl",
    "ViewsStateMachineArn",
    "ViewsBucketName",
)
#: What ssm:GetParameters takes at most.
_PARAMETERS_A_CALL = 10


@dataclass(frozen=True)
class Stack:
    """A stack's name and outputs."""

    name: str
    outputs: Mapping[str, str]

    def output(self, name: str) -> str:
        """The value of an output.

        Raises:
            StackNotFoundError: the stack has none of that name.
        """
        try:
            return self.outputs[name]
        except KeyError:
            raise StackNotFoundError(
                f"stack {self.name} has no output {name}: deploy it anew with the current template"
            ) from None


def stack_name(name: str | None = None) -> str:
    """``name``, else the environment's QUILT_ATHENA_STACK, else ``quilt-athena``."""
    return name or os.environ.get(STACK_VARIABLE) or DEFAULT_STACK


def find_stack(connections: Connections, name: str, outputs: Sequence[str] = OUTPUTS) -> Stack:
    """Look a stack up: in SSM first, which is faster, and in CloudFormation for what SSM does not have.

    Raises:
        StackNotFoundError: neither knows it; the message says what each answered.
    """
    problems: list[str] = []
    known: dict[str, str] = {}
    for look in (_from_parameters, _from_cloudformation):
        try:
            found = look(connections, name, outputs)
        except (ClientError, BotoCoreError) as error:
            problems.append(str(error))
            continue
        known |= found
        if all(output in known for output in outputs):
            return Stack(name, known)
        problems.append(
            f"there is no parameter /{name}/QueryStateMachineArn"
            if look is _from_parameters
            else f"the stack {name} there has no output QueryStateMachineArn"
        )
    if "QueryStateMachineArn" in known:
        return Stack(name, known)
    region = connections.session.region_name or "no region"
    raise StackNotFoundError(
        f"stack {name} not found in {region}. SSM parameters: {problems[0]}. CloudFormation: {problems[1]}. "
        f"Check name (--stack, {STACK_VARIABLE}), region and account, and that you may call ssm:GetParameters on "
        f"/{name}/* or cloudformation:DescribeStacks"
    )


def _from_parameters(connections: Connections, name: str, outputs: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(outputs), _PARAMETERS_A_CALL):
        names = [f"/{name}/{output}" for output in outputs[start : start + _PARAMETERS_A_CALL]]
        answer = connections.ssm.get_parameters(Names=names)
        found |= {parameter["Name"].rpartition("/")[2]: parameter["Value"] for parameter in answer["Parameters"]}
    return found


def _from_cloudformation(connections: Connections, name: str, _: Sequence[str]) -> dict[str, str]:
    stacks = connections.cloudformation.describe_stacks(StackName=name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}
