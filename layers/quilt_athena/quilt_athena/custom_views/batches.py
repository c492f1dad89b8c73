"""The statements of the next round, taken from the plan and from those that wait to be repeated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quilt_athena.custom_views.execution import ViewsPlan, ViewsProgress
from quilt_athena.custom_views.files import SUFFIX, statement_bytes
from quilt_athena.custom_views.limits import ViewLimits
from quilt_athena.custom_views.report import ViewsReport
from quilt_athena.custom_views.statements import create_statement


def next_statements(
    plan: ViewsPlan,
    progress: ViewsProgress,
    report: ViewsReport,
    *,
    versions: Mapping[str, str],
    database: str,
    limits: ViewLimits,
) -> list[dict[str, Any]]:
    """The next statements, as ``File``, ``Bucket``, ``Tries`` and ``QueryString``; empty once there are none left.

    The views of the plan come before those that are tried again. Skipped are files that Athena rejects everywhere,
    statements that are too long, and files that have changed since the plan was made (other ``versions``). What is
    taken or skipped is recorded in ``progress`` and ``report``.
    """
    if progress.attempted >= limits.statements:
        report.remaining += len(plan.create) - progress.position + len(progress.waiting)
        progress.position, progress.waiting = len(plan.create), []
    statements: list[dict[str, Any]] = []
    total = 0
    while len(statements) < limits.round_statements:
        if progress.position < len(plan.create):
            name, bucket, tries = *plan.create[progress.position], 0
        elif (not statements or statements[0]["Tries"]) and progress.waiting:
            name, bucket, tries = (progress.waiting[0][key] for key in ("File", "Bucket", "Tries"))
        else:
            break
        file = plan.files[name]
        sql = create_statement(file, bucket, database)
        size = statement_bytes(sql)
        if statements and total + size > limits.round_bytes:
            break
        if tries:
            progress.waiting = progress.waiting[1:]
        else:
            progress.position += 1
        file_name, view = name + SUFFIX, file.view_name(bucket)
        if versions.get(file_name) != plan.versions[file_name]:
            continue  # the next plan has the current file
        if not tries and (progress.rejections[name] or 0) >= limits.rejections:
            reason = f"not tried: Athena rejected the file for {limits.rejections} buckets, and accepted it for none"
            report.add_failed(view, file_name, bucket, "NotTried", reason)
        elif size > limits.statement_bytes:
            reason = (
                f"expected a statement of at most {limits.statement_bytes:,} bytes with all names filled in, "
                f"found {size:,}"
            )
            report.add_failed(view, file_name, bucket, "InvalidViewFileError", reason)
        else:
            total += size
            statements.append({"File": name, "Bucket": bucket, "Tries": tries, "QueryString": sql})
    return statements
