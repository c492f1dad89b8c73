"""What CloudFormation makes of template.yaml: the SAM transform, then conditions and functions for given parameters.

No AWS and no network: SAM's own translator runs in process, and a resource that doesn't exist yet stands for itself
as ``<LogicalId>`` (Ref) or ``<LogicalId.Attribute>`` (GetAtt).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

ROOT = Path(__file__).resolve().parents[3]
TEMPLATE = ROOT / "template.yaml"
PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws-test",
    "AWS::Region": "eu-test-1",
    "AWS::StackName": "a-stack",
}
_NO_VALUE = object()
_LOCAL_URIS = ("CodeUri", "ContentUri", "DefinitionUri")

Resource = dict[str, Any]


@cache
def _source() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml_parse(TEMPLATE.read_text())
    return parsed


def source() -> dict[str, Any]:
    """template.yaml as it is written, functions in their long form."""
    return copy.deepcopy(_source())


@cache
def _transformed() -> dict[str, Any]:
    template = source()
    for resource in template["Resources"].values():
        for key in _LOCAL_URIS:
            if isinstance(resource.get("Properties", {}).get(key), str):
                resource["Properties"][key] = f"s3://uploaded/{resource['Properties'][key]}"
    defaults = {name: parameter["Default"] for name, parameter in template["Parameters"].items()}
    translator = Translator({}, Parser(), plugins=[], boto_session=boto3.Session(region_name="us-east-1"))
    translated: dict[str, Any] = translator.translate(template, defaults)
    return translated


def transformed() -> dict[str, Any]:
    """The template after the SAM transform, conditions and functions still in it."""
    return copy.deepcopy(_transformed())


class Stack:
    """The resources and outputs that a deployment with these parameters (defaults for the rest) has."""

    def __init__(self, parameters: Mapping[str, str] | None = None, name: str = PSEUDO["AWS::StackName"]) -> None:
        """Raises KeyError for a parameter that the template doesn't have."""
        self._pseudo = {**PSEUDO, "AWS::StackName": name}
        self._template = transformed()
        self._parameters: dict[str, Any] = {}
        for name in parameters or {}:
            _ = self._template["Parameters"][name]
        for name, declared in self._template["Parameters"].items():
            value = (parameters or {}).get(name, declared["Default"])
            self._parameters[name] = str(value).split(",") if "List" in declared["Type"] else value
        self.resources: dict[str, Resource] = {
            logical_id: self._resolve(resource)
            for logical_id, resource in self._template["Resources"].items()
            if self._holds(resource.get("Condition"))
        }
        self.outputs: dict[str, Any] = self._resolve(self._template["Outputs"])

    def of_type(self, resource_type: str) -> dict[str, Resource]:
        """The properties of each resource of a type such as AWS::SQS::Queue, by logical id."""
        return {
            logical_id: resource.get("Properties", {})
            for logical_id, resource in self.resources.items()
            if resource["Type"] == resource_type
        }

    @property
    def broken_rules(self) -> list[str]:
        """What CloudFormation replies to these parameters; empty if it accepts them."""
        return [
            assertion["AssertDescription"]
            for rule in self._template["Rules"].values()
            if self._resolve(rule.get("RuleCondition", True))
            for assertion in rule["Assertions"]
            if not self._resolve(assertion["Assert"])
        ]

    def _holds(self, condition: str | None) -> bool:
        return condition is None or bool(self._resolve(self._template["Conditions"][condition]))

    def _resolve(self, node: Any) -> Any:
        if isinstance(node, dict):
            if len(node) == 1:
                ((function, argument),) = node.items()
                if function in ("Ref", "Condition") or function.startswith("Fn::"):
                    return self._call(function, argument)
            resolved = {key: self._resolve(value) for key, value in node.items()}
            return {key: value for key, value in resolved.items() if value is not _NO_VALUE}
        if isinstance(node, list):
            return [value for value in map(self._resolve, node) if value is not _NO_VALUE]
        return node

    def _call(self, function: str, argument: Any) -> Any:
        match function, argument:
            case "Ref", name:
                return self._ref(name)
            case "Condition", name:
                return self._holds(name)
            case "Fn::GetAtt", [logical_id, attribute]:
                return f"<{logical_id}.{attribute}>"
            case "Fn::If", [condition, yes, no]:
                return self._resolve(yes if self._holds(condition) else no)
            case "Fn::Equals", [left, right]:
                return self._resolve(left) == self._resolve(right)
            case "Fn::Not", [condition]:
                return not self._resolve(condition)
            case "Fn::And", list(conditions):
                return all(map(self._resolve, conditions))
            case "Fn::Or", list(conditions):
                return any(map(self._resolve, conditions))
            case "Fn::Contains", [values, value]:
                return value in self._resolve(values)
            case "Fn::EachMemberEquals", [values, value]:
                return all(one == value for one in self._resolve(values))
            case "Fn::FindInMap", [name, key, attribute]:
                return self._template["Mappings"][name][self._resolve(key)][attribute]
            case "Fn::Join", [separator, parts]:
                return separator.join(self._resolve(parts))
            case "Fn::Split", [separator, text]:
                return self._resolve(text).split(separator)
            case "Fn::Select", [index, parts]:
                values = self._resolve(parts)
                # The parts of a resource's name are not known before it exists.
                return values[int(index)] if int(index) < len(values) else f"{values[0]}[{index}]"
            case "Fn::Sub", [text, values]:
                return self._sub(text, self._resolve(values))
            case "Fn::Sub", str(text):
                return self._sub(text, {})
        raise NotImplementedError(f"{function} of {argument!r}")

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if name in self._parameters:
            return self._parameters[name]
        return self._pseudo.get(name, f"<{name}>")

    def _sub(self, text: str, values: Mapping[str, Any]) -> str:
        def replace(match: re.Match[str]) -> str:
            name = match[1]
            return str(values[name] if name in values else self._ref(name))

        return re.sub(r"\$\{([^!}]+)\}", replace, text)


def strings(node: Any) -> Iterator[str]:
    """Every string value (not key) below a node of a template."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)


def as_list(value: Any) -> list[Any]:
    """IAM and CloudFormation let a list of one be written without its brackets."""
    return value if isinstance(value, list) else [value]
