"""CloudFormation's resource types that MiniStack lacks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


def _template(sql: str) -> str:
    return json.dumps(
        {
            "Resources": {
                "Question": {
                    "Type": "AWS::Athena::NamedQuery",
                    "Properties": {
                        "Database": "some_database",
                        "Name": "a question",
                        "Description": "asks",
                        "QueryString": sql,
                    },
                }
            },
            "Outputs": {
                "Ref": {"Value": {"Ref": "Question"}},
                "Id": {"Value": {"Fn::GetAtt": ["Question", "NamedQueryId"]}},
            },
        }
    )


def test_named_query_is_created_replaced_and_deleted(aws: Callable[[str], Any], name: str) -> None:
    cloudformation, athena = aws("cloudformation"), aws("athena")

    def query_id() -> str:
        outputs = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["Outputs"]
        [value] = {output["OutputValue"] for output in outputs}
        return str(value)

    cloudformation.create_stack(StackName=name, TemplateBody=_template("SELECT 1"))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    first = query_id()
    named = athena.get_named_query(NamedQueryId=first)["NamedQuery"]
    assert (named["Name"], named["Database"], named["QueryString"]) == ("a question", "some_database", "SELECT 1")

    cloudformation.update_stack(StackName=name, TemplateBody=_template("SELECT 2"))
    cloudformation.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    second = query_id()
    assert athena.get_named_query(NamedQueryId=second)["NamedQuery"]["QueryString"] == "SELECT 2"
    with pytest.raises(ClientError):
        athena.get_named_query(NamedQueryId=first)

    cloudformation.delete_stack(StackName=name)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    with pytest.raises(ClientError):
        athena.get_named_query(NamedQueryId=second)
