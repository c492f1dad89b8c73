"""Serves the stack on the local AWS until interrupted: `make local PORT=4566`, or `python -m local.stack.serve`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from types import FrameType

from rich.console import Console

from local.stack import commands
from local.stack.console import StackConsole
from local.stack.progress import ProgressPrinter
from local.stack.server import LocalAwsError
from local.stack.stack import LocalStack

INTERRUPTED = 130
_LAST_PORT = 65535
#: SIGHUP is sent when the terminal is closed.
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


def main(program: str = "python -m local.stack.serve") -> int:
    """Serve; ``program`` is its name in the usage.

    Returns exit code 0 if interrupted while serving, 130 if interrupted before, 1 if it failed.
    """
    parser = argparse.ArgumentParser(prog=program, description="Serve quilt-athena on 127.0.0.1.")
    parser.add_argument(
        "--port", type=_port, default=4566, help="port on 127.0.0.1, 0 for any free one (default: 4566)"
    )
    parser.add_argument("--json", action="store_true", help="print endpoint and outputs as one line of JSON when ready")
    parser.add_argument("--no-iam", action="store_true", help="allow every caller everything, with any access key")
    parser.add_argument("--lifeline", action="store_true", help="stop when standard input closes")
    arguments = parser.parse_args()
    if arguments.lifeline:
        threading.Thread(target=_stop_at_end_of_input, daemon=True).start()
    for number in _ENDING:
        # SIGINT too, because a shell that starts this in the background sets it to be ignored.
        signal.signal(number, _interrupt)
    progress = Console(stderr=arguments.json)
    served = False
    try:
        printer = ProgressPrinter(progress)
        stack = LocalStack(port=arguments.port or None, enforce_iam=not arguments.no_iam, on_progress=printer)
        console: StackConsole | None = None
        try:
            if not arguments.json:
                console = StackConsole(stack)
            with printer:
                stack.start()
            served = True
            if console is None:
                print(json.dumps(_as_json(stack)), flush=True)
            else:
                _print_ready(stack, progress, console.address())
            code = stack.server.wait()
            print(
                f"The local AWS stopped unexpectedly with exit code {code}.\n{stack.server.log_tail()}", file=sys.stderr
            )
            return 1
        finally:
            for number in _ENDING:
                signal.signal(number, signal.SIG_IGN)
            if console is not None:
                console.stop()
            stack.stop()
    except LocalAwsError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        progress.print("Stopped." if served else "Interrupted.")
        return 0 if served else INTERRUPTED


def _stop_at_end_of_input() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: expected a number from 0 to {_LAST_PORT}")
    return int(text)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _as_json(stack: LocalStack) -> dict[str, object]:
    return {"endpoint": stack.endpoint, "environment": stack.client_settings, "outputs": stack.outputs}


def _print_ready(stack: LocalStack, screen: Console, address: str | None) -> None:
    def line(text: str = "", style: str | None = None) -> None:
        screen.print(text, style=style, markup=False, highlight=False, soft_wrap=True)

    line()
    line(f"Ready at {stack.endpoint}", "bold")
    if address:
        line()
        line("Open the console in a browser", "bold")
        line(f"  {address}", "cyan")
    line()
    line("Outputs of the stack", "bold")
    width = max((len(name) for name in stack.outputs), default=0)
    for name, value in sorted(stack.outputs.items()):
        line(f"  {name:<{width}}  {value}")
    line()
    line("In another terminal, point AWS clients at it", "bold")
    for export in commands.exports(stack.client_settings):
        line(f"  {export}", "cyan")
    line()
    line("Then try", "bold")
    for title, command in commands.to_try(stack.stack_name):
        line(f"  # {title}", "dim")
        line(f"  {command}", "cyan")
    line()
    line("Ctrl-C stops it and deletes its data.")


if __name__ == "__main__":
    sys.exit(main())
