"""A Prefect flow that runs a query and writes its rows to a file: `python flow.py my-bucket largest.csv`.

It needs `pip install prefect` and the Python client, and AWS settings as any client does. Serve it on a schedule with
`largest_files.serve(cron="0 3 * * *", parameters={...})`. Without Prefect, `quilt-athena schedule put` runs queries on
a schedule.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.runtime import task_run

from quilt_athena.client import QuiltAthena, SavedQuery
from quilt_athena.errors import QueryNotStarted, ServiceUnavailableError


def is_temporary(_task: Any, _run: Any, state: Any) -> bool:
    """Whether a retry may succeed: AWS was unavailable, or Athena had no capacity. Wrong SQL fails at once."""
    return isinstance(state.result(raise_on_failure=False), (ServiceUnavailableError, QueryNotStarted))


@task(retries=3, retry_delay_seconds=30, retry_condition_fn=is_temporary)
def save_rows(query: str, bucket: str, path: str) -> int:
    """Run a saved query, and write its rows; returns their number. All attempts of a task run share one query."""
    result = QuiltAthena().run_query(SavedQuery(query), [bucket], idempotency_key=str(task_run.id))
    rows = result.to_list()
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [column.name for column in result.columns])
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


@flow(log_prints=True)
def largest_files(bucket: str, path: str) -> int:
    """Write the largest files of a bucket's packages to a file; returns their number."""
    count = save_rows("largest-files", bucket, path)
    print(f"{count} rows in {path}")
    return count


if __name__ == "__main__":
    largest_files(*sys.argv[1:])
