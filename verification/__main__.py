"""`make verify-aws`: deploy, check, report, and delete, whatever happens in between."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

from rich.console import Console

from local.stack.server import LocalAwsError, Server
from verification import checks, cleanup, cost, page, report
from verification.aws import Aws
from verification.check import Check, Result, Status
from verification.deployment import deploy
from verification.run import Run
from verification.runner import run as run_checks
from verification.target import Target, UsageError, local_aws, real_aws

DIFFERS, FAILED, USAGE, INTERRUPTED = 1, 3, 2, 130
_PIPED_WIDTH = 160


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0, 1 if something differs, 2 for wrong usage, 3 if it failed, 130 if interrupted."""
    options = _parser().parse_args(arguments)
    # Text for people goes to standard error where standard output is JSON.
    console = Console(stderr=options.json, highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = _PIPED_WIDTH
    try:
        with _target(options, console) as target:
            if options.clean:
                return _clean(target, Run(options.clean), console)
            if options.leftovers:
                return _list(target, console)
            return _verify(options, target, console)
    except (UsageError, ValueError) as error:
        console.print(str(error), style="red", markup=False)
        return USAGE
    except LocalAwsError as error:
        console.print(str(error), style="red", markup=False)
        return FAILED
    except KeyboardInterrupt:
        console.print("Interrupted.")
        return INTERRUPTED


def _verify(options: argparse.Namespace, target: Target, console: Console) -> int:
    chosen = _chosen(options.check)
    if options.record and options.check:
        raise UsageError("--record needs all checks: leave out --check")
    run = Run.new()
    if not _agreed(options, target, run, console):
        return USAGE
    results: list[Result] = []
    queries = 0
    problem: BaseException | None = None
    with tempfile.TemporaryDirectory(prefix="quilt-verify-") as work:
        try:
            console.print(f"Building and deploying the stack {run.name}")
            outputs = deploy(target, run, Path(work))
            aws = Aws(target, run, outputs, Path(work))
            console.print("Pushing packages and registering their buckets")
            aws.prepare()
            for result in run_checks(chosen, aws):
                results.append(result)
                console.print(report.line(result))
            queries = aws.count_queries()
        except (Exception, KeyboardInterrupt) as error:  # reported below, after everything is deleted
            problem = error
        left = _delete(target, run, console)
    if not left and not problem:
        results.append(Result("cleanup", Status.VERIFIED, "nothing of the run exists any more"))
    elif left:
        results.append(Result("cleanup", Status.DIFFERS, "; ".join(left)))
    document = report.as_json(results, target, run, queries)
    if options.record and not problem:
        page.record(target.name, document)
    if options.json:
        print(document)
    elif results:
        report.print_table(results, console)
    if problem is not None:
        interrupted = isinstance(problem, KeyboardInterrupt)
        console.print("Interrupted." if interrupted else f"The run failed: {problem}", style="red", markup=False)
        return INTERRUPTED if interrupted else FAILED
    return DIFFERS if any(result.status is Status.DIFFERS for result in results) else 0


def _agreed(options: argparse.Namespace, target: Target, run: Run, console: Console) -> bool:
    """Say what will be done and what it costs, and ask."""
    where = target.endpoint or f"account {target.caller['Account']}, region {target.region}, as {target.caller['Arn']}"
    console.print(f"Run {run.id} on {'the local AWS at ' if target.is_local else ''}{where}", markup=False)
    others = cleanup.runs(target)
    if others:
        console.print(f"Runs that have not been deleted, or are still running: {', '.join(others)}. To delete one: ")
        console.print(f"  make verify-aws CLEAN={others[0]}")
    if target.is_local:
        return True
    console.print(
        f"It deploys a stack named {run.name}, which takes about 35 minutes with all checks, costs about "
        f"{cost.estimate():.2f} USD (at most {cost.limit():.2f}), and deletes everything that carries its tag."
    )
    if options.yes:
        return True
    if not sys.stdin.isatty():
        console.print("Nobody is there to agree: pass --yes (make verify-aws YES=1).")
        return False
    return console.input("Go on? [y/N] ").strip().lower() in ("y", "yes")


def _delete(target: Target, run: Run, console: Console) -> list[str]:
    """Delete everything of a run, undisturbed by signals; returns what is left."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        console.print(f"Deleting everything of run {run.id}; if this is killed: make verify-aws CLEAN={run.id}")
        left = cleanup.clean(target, run, lambda text: console.print(f"  {text}", style="dim", markup=False))
    except Exception as error:  # the caller has results to print first
        left = [f"could not be finished ({error}): make verify-aws CLEAN={run.id}"]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for text in left:
        console.print(text, style="red", markup=False)
    return left


def _clean(target: Target, run: Run, console: Console) -> int:
    left = _delete(target, run, console)
    if not left:
        console.print(f"Nothing of run {run.id} exists.")
    return FAILED if left else 0


def _list(target: Target, console: Console) -> int:
    for run in cleanup.runs(target):
        for kind, name in cleanup.leftovers(target, Run(run)):
            console.print(f"{run}  {kind}  {name}", markup=False)
    return 0


def _chosen(ids: Sequence[str]) -> list[Check]:
    known = {one.id: one for one in checks.all_checks()}
    unknown = sorted(set(ids) - known.keys())
    if unknown:
        raise UsageError(f"There is no check {', '.join(unknown)}; there are {', '.join(known)}")
    return [one for one in known.values() if not ids or one.id in ids]


@contextlib.contextmanager
def _target(options: argparse.Namespace, console: Console) -> Iterator[Target]:
    """The AWS to use. A local AWS that is started for the run ends with it."""
    if options.endpoint:
        yield local_aws(options.endpoint)
    elif options.local:
        with tempfile.TemporaryDirectory(prefix="quilt-verify-server-") as data:
            server = Server(Path(data) / "server")
            console.print(f"Starting the local AWS on {server.endpoint}")
            with server:
                yield local_aws(server.endpoint)
    else:
        yield real_aws()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m verification", description="Check on AWS what could not be tested without it."
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--local", action="store_true", help="start a local AWS, and use it instead of AWS")
    where.add_argument("--endpoint", metavar="URL", help="use a local AWS that is running, e.g. http://127.0.0.1:4566")
    parser.add_argument("--yes", action="store_true", help="don't ask whether to spend money")
    parser.add_argument(
        "--record", action="store_true", help="keep the results in verification/recorded, for docs/verification.md"
    )
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.add_argument(
        "--check", metavar="ID", action="append", default=[], help="run this check only; can be repeated"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--clean", metavar="RUN", help="delete what a run left, and do nothing else")
    what.add_argument("--leftovers", action="store_true", help="list what runs left, and do nothing else")
    return parser


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    for _signal in (signal.SIGINT, signal.SIGTERM):
        # SIGINT too, because a shell that starts this in the background sets it to be ignored.
        signal.signal(_signal, _interrupt)
    sys.exit(main())
