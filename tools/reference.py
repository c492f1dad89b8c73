"""Write docs/reference.md: the parameters and outputs of template.yaml, and the commands as their `--help` shows them.

`make reference` runs it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from typing import Any

import click
from samtranslator.yaml_helper import yaml_parse

from local.stack.paths import ROOT
from quilt_athena.cli.app import app
from quilt_athena.cli.commands.environment import variable

TEMPLATE = ROOT / "template.yaml"
PAGE = ROOT / "docs" / "reference.md"
_NAME = "quilt-athena"
# An underscore inside a word, as in write_index, has no meaning.
_MARKUP = re.compile(r"[*<]|(?<!\w)_|_(?!\w)")
_INTRODUCTION = """\
# Reference

<!-- Written by `make reference` from template.yaml and the command. -->

The [parameters](#parameters) and [outputs](#outputs) of the stack, and all [commands](#commands) with their
options. [operations.md](operations.md), [contracts.md](contracts.md#stack-outputs) and [cli.md](cli.md)
explain how to use them.
"""
_COMMON = """\
## Commands

[cli.md](cli.md) has examples of most, exit codes and permissions. Every command also has these options, and `--help`:
"""


def page() -> str:
    """The page as it should be."""
    template: dict[str, Any] = yaml_parse(TEMPLATE.read_text(encoding="utf-8"))
    parts = [_INTRODUCTION, *parameters(template), *outputs(template), _COMMON]
    parts.append(_table(("option", ""), _options(app, app, exclude={"version", "help"})))
    common = {parameter.name for parameter in app.params} | {"help"}
    for path, command in _commands(app, _NAME):
        parts += _command(path, command, common)
    return "\n".join(parts)


def parameters(template: dict[str, Any]) -> Iterator[str]:
    """The parameters, in the groups in which CloudFormation's console shows them."""
    yield "## Parameters\n"
    yield "Set them with `sam deploy --parameter-overrides NAME=VALUE`.\n"
    for group in template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]:
        yield f"### {group['Label']['default']}\n"
        declared = [(name, template["Parameters"][name]) for name in group["Parameters"]]
        rows = ((f"`{name}`", _default(p), _text(p["Description"]), _values(p)) for name, p in declared)
        yield _table(("parameter", "default", "", "values"), rows)


def outputs(template: dict[str, Any]) -> Iterator[str]:
    """The outputs, with the names that `outputs --export` gives to them."""
    yield "## Outputs\n"
    export = '`eval "$(quilt-athena outputs --export)"`'
    yield f"Print them with `quilt-athena outputs`, or set variables of your shell with {export}.\n"
    described = sorted((name, output["Description"]) for name, output in template["Outputs"].items())
    rows = ((f"`{name}`", f"`{variable(name)}`", _text(text)) for name, text in described)
    yield _table(("output", "variable", ""), rows)


def _commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    """The commands below a group, with their full names, sorted."""
    for name in sorted(group.commands):
        command = group.commands[name]
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")


def _command(path: str, command: click.Command, common: set[str | None]) -> Iterator[str]:
    """The section of a command: usage, help and the options of its own."""
    context = click.Context(command, info_name=path)
    yield f"### `{path}`\n"
    pieces = [piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
    if pieces:
        yield f"`{' '.join([path, *pieces])}`\n"
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        if paragraph.startswith("\b\n"):
            yield f"```text\n{inspect.cleandoc(paragraph[2:])}\n```\n"
        else:
            yield _text(" ".join(paragraph.split())) + "\n"
    if options := list(_options(command, app, exclude=common)):
        yield _table(("option", ""), options)


def _options(command: click.Command, group: click.Group, exclude: Iterable[str | None]) -> Iterator[tuple[str, str]]:
    """The options of a command, as its help describes them, but those with an excluded name."""
    context = click.Context(command, parent=click.Context(group, info_name=_NAME))
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record is not None and parameter.name not in exclude:
            yield f"`{_cell(record[0])}`", _text(record[1])


def _default(parameter: dict[str, Any]) -> str:
    value = str(parameter["Default"])
    return f"`{value}`" if value else "empty"


def _values(parameter: dict[str, Any]) -> str:
    """What a parameter accepts."""
    if "AllowedValues" in parameter:
        return ", ".join(f"`{value}`" for value in parameter["AllowedValues"])
    if "ConstraintDescription" in parameter:
        return _text(parameter["ConstraintDescription"])
    return f"{parameter['MinValue']} to {parameter['MaxValue']}"


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _text(text: str) -> str:
    """Text in Markdown: code keeps its backticks, and nothing else has a meaning of Markdown or HTML."""
    parts = re.split(r"(`[^`]*`)", text.strip())
    return "".join(_cell(part) if part.startswith("`") else _cell(_MARKUP.sub(r"\\\g<0>", part)) for part in parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
