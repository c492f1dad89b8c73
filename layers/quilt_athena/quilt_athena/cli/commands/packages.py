"""`package`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from quilt_athena.cli.options import QueryInput, query_options, stack_options
from quilt_athena.cli.output.progress import show_progress
from quilt_athena.cli.settings import Settings
from quilt_athena.cli.values import parse_object

if TYPE_CHECKING:
    from quilt_athena.client import PackageOptions


@click.command()
@click.argument("name")
@click.option("--bucket", "-b", required=True, metavar="NAME", help="Bucket of the package.")
@query_options
@click.option("--message", "-m", metavar="TEXT", help="Commit message.")
@click.option("--meta", metavar="JSON", help="Package metadata: a JSON object, or @FILE with one.")
@click.option("--workflow", metavar="ID", help="One of the bucket's workflows.  [default: the bucket's default]")
@click.option("--no-workflow", is_flag=True, help="Use no workflow, if the bucket allows that.")
@click.option(
    "--on-invalid-row",
    type=click.Choice(["fail", "skip"]),
    default="fail",
    show_default=True,
    help="What to do with rows that can't become entries.",
)
@stack_options
def package(
    settings: Settings,
    name: str,
    bucket: str,
    query: QueryInput,
    message: str | None,
    meta: str | None,
    workflow: str | None,
    no_workflow: bool,
    on_invalid_row: Literal["fail", "skip"],
) -> None:
    """Create a package from the rows of a query.

    Creates a revision of the package NAME (user/name) from all rows, which need logical_key, size and
    physical_key; hash and tophash are used if present. No object is copied. If the newest revision already has the
    same contents, no revision is created. Ctrl-C stops it, unless the push has begun.

    \b
      quilt-athena package imaging/tiffs --bucket my-bucket --message 'All TIFF images' --param .tiff \\
        "SELECT logical_key, size, physical_key, hash, tophash FROM my_bucket_quilt_objects_view
         WHERE \\"timestamp\\" = 'latest' AND substr(logical_key, -5) = ?"
      quilt-athena package imaging/cell-5 --bucket my-bucket --named files-by-metadata \\
        --param my-bucket --param '$.user_meta.cellindex' --param 5
    """
    if workflow is not None and no_workflow:
        raise click.UsageError("expected --workflow or --no-workflow, got both")
    options: PackageOptions = {
        "message": message,
        "metadata": parse_object(meta, "--meta"),
        "on_invalid_row": on_invalid_row,
    }
    if workflow is not None or no_workflow:
        options["workflow"] = workflow
    with show_progress() as on_progress:
        result = settings.athena.create_package(
            name,
            query.sql,
            query.parameters,
            bucket=bucket,
            package=options,
            timeout_seconds=query.timeout_seconds,
            database=query.database,
            on_progress=on_progress,
        )
    settings.output.package(f"{name} in s3://{bucket}", result)
