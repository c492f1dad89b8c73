"""`outputs`, `completion`: the stack and the command in the shell's terms."""

from __future__ import annotations

import re
import shlex

import click
from click.shell_completion import get_completion_class

from quilt_athena.cli.options import stack_options
from quilt_athena.cli.settings import Settings

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@click.command()
@click.option("--export", is_flag=True, help="Print shell commands that set a variable for each.")
@stack_options
def outputs(settings: Settings, export: bool) -> None:
    """Show the stack's outputs.

    \b
      eval "$(quilt-athena outputs --export)"
      aws stepfunctions start-execution --state-machine-arn "$QUERY_STATE_MACHINE_ARN" ...
    """
    found = settings.athena.stack.outputs()
    if export:
        for name, value in found.items():
            click.echo(f"export {variable(name)}={shlex.quote(value)}")
    else:
        settings.output.outputs(found)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a script that completes commands and options with the tab key.

    \b
      eval "$(quilt-athena completion bash)"                                      # in ~/.bashrc
      eval "$(quilt-athena completion zsh)"                                       # in ~/.zshrc
      quilt-athena completion fish > ~/.config/fish/completions/quilt-athena.fish
    """
    root = context.find_root()
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"expected a shell that click completes, got {shell}")
    click.echo(kind(root.command, {}, "quilt-athena", "_QUILT_ATHENA_COMPLETE").source())


def variable(output: str) -> str:
    """The variable for an output: ``QueryStateMachineArn`` -> ``QUERY_STATE_MACHINE_ARN``."""
    return _WORD.sub("_", output).upper()
