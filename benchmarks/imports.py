"""How long a function's module takes to import, beside `import boto3`: what a cold start adds to the runtime's own.

`python -m benchmarks.imports` imports each in a new interpreter, again and again in turn, and compares the medians.
Both without the extras of a developer's machine that boto3 would import (awscrt, pyOpenSSL), as on Lambda.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time

from rich.console import Console
from rich.table import Table

_HIDE = "import sys; sys.modules['awscrt'] = sys.modules['OpenSSL'] = None; "
_BASELINE = "boto3"
_MODULES = (
    _BASELINE,
    "functions.onboard_bucket.app",
    "functions.prepare_query.app",
    "functions.fetch_results.app",
    "functions.stop_orphaned_query.app",
    "functions.start_requested_query.app",
    "functions.publish_query_outcome.app",
)


def seconds_to_import(module: str) -> float:
    """The time that `import module` takes in an interpreter of its own, without the interpreter's own start."""
    code = f"{_HIDE}import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"
    environment = os.environ | {"PYDANTIC_DISABLE_PLUGINS": "__all__"}  # as template.yaml has it
    output = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    return float(output.stdout)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="imports of each (default 15)")
    rounds = parser.parse_args().rounds
    started = time.monotonic()
    seconds: dict[str, list[float]] = {module: [] for module in _MODULES}
    for _ in range(rounds):
        for module in _MODULES:
            seconds[module].append(seconds_to_import(module))
    baseline = statistics.median(seconds[_BASELINE])
    table = Table("import", "ms (median)", "ratio to boto3", header_style="bold")
    for module, times in seconds.items():
        median = statistics.median(times)
        table.add_row(module, f"{median * 1000:.0f}", f"{median / baseline:.2f} x")
    Console().print(table)
    Console(stderr=True).print(f"{rounds} rounds in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
