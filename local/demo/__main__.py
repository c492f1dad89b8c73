"""`make demo`: from nothing to query results, and a package of them, on the local AWS in a minute."""

from __future__ import annotations

import sys

from local.demo import index, packages, refresh, steps
from local.demo.screen import Screen
from local.stack.server import LocalAwsError
from local.stack.stack import LocalStack, Progress

_NEXT = """\
What next:
   make local PORT=4566      serve this for your own clients
   make test                 the tests, on the same local AWS
   sam build && sam deploy   the same template, to your AWS account
   docs/contracts.md         events, requests, results, errors"""


def main() -> int:
    """Run the demo; returns its exit code."""
    screen = Screen()
    screen.step(1, "Deploy template.yaml with SAM to the local AWS")
    resources = []

    def report(progress: Progress) -> None:
        if progress.step == "resource":
            resources.append(progress.text)
        else:
            screen.say(progress.text)

    try:
        stack = LocalStack(on_progress=report)
        with screen.busy("Starting"):
            stack.start()
        try:
            screen.done(f"{len(resources)} resources, none of them in an AWS account")
            for number, (title, step) in enumerate(_STEPS, start=2):
                screen.step(number, title)
                step(stack, screen)
        finally:
            stack.stop()
    except LocalAwsError as error:
        screen.say(str(error), style="red")
        return 1
    except KeyboardInterrupt:
        return 130
    screen.console.print()
    screen.console.print(_NEXT, markup=False)
    return 0


_STEPS = (
    ("Create buckets and push packages with quilt3", steps.push_packages),
    ("Register the buckets: their tables and views are created", steps.register),
    ("Run a query", steps.query),
    ("A bad event and a bad query: nothing is lost, and the reason is reported", steps.fail),
    ("Remove a bucket", steps.remove),
    ("A table was changed without an event: the refresh repairs it", refresh.repair),
    ("Index a bucket: the same query reads fewer bytes", index.index),
    ("Turn a query result into a package, and browse it with quilt3", packages.package),
)

if __name__ == "__main__":
    sys.exit(main())
