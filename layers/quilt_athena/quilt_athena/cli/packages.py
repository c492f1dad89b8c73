"""`package`."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

import click

from quilt_athena.cli.options import connection_options, settings_of
from quilt_athena.cli.parameters import parse_parameter
from quilt_athena.cli.progress import shown_progress, size
from quilt_athena.cli.query import saved_query, sql_of

if TYPE_CHECKING:
    from quilt_athena.client import PackageResult
    from quilt_athena.client.packages import PackageOptions

#: Skipped rows that are shown; --json has more.
_SHOWN = 10


@click.command()
@click.argument("name")
@click.option("--bucket", "-b", required=True, metavar="NAME", help="The bucket whose package it is.")
@click.option("--from-query", "sql", metavar="SQL", help="The question; - is standard input.")
@click.option("--sql-file", "-f", "file", type=click.File("r"), help="A file with the question; - is standard input.")
@click.option("--named", metavar="NAME", help="A query that is saved in the workgroup, in place of SQL.")
@click.option(
    "--param",
    "-p",
    "parameters",
    metavar="VALUE",
    multiple=True,
    help="Value of the next ? in the SQL, as for query. Repeat as needed.",
)
@click.option("--message", "-m", metavar="TEXT", help="Commit message.")
@click.option("--meta", metavar="JSON", help="Metadata of the package: a JSON object, or @ and a file with one.")
@click.option("--workflow", metavar="ID", help="A workflow of the bucket.  [default: the bucket's default]")
@click.option("--no-workflow", is_flag=True, help="No workflow, where the bucket allows that.")
@click.option(
    "--on-invalid-row",
    type=click.Choice(["fail", "skip"]),
    default="fail",
    show_default=True,
    help="What becomes of rows that can't be entries.",
)
@click.option(
    "--timeout", type=click.IntRange(min=1), metavar="SECONDS", help="Stop the query after that long.  [default: 1800]"
)
@click.option("--database", metavar="DATABASE", help="Where unqualified names are looked up.  [default: the stack's]")
@connection_options
@click.pass_context
def package(  # the options of one command belong together
    ctx: click.Context,
    name: str,
    bucket: str,
    sql: str | None,
    file: TextIO | None,
    named: str | None,
    parameters: tuple[str, ...],
    message: str | None,
    meta: str | None,
    workflow: str | None,
    no_workflow: bool,
    on_invalid_row: Literal["fail", "skip"],
    timeout: int | None,
    database: str | None,
) -> None:
    """Make a revision of the package NAME (user/name) of all rows of a query.

    The rows need logical_key, size and physical_key; hash and tophash are kept and used when they are there. No object
    is copied. Where the newest revision is the same already, none is made. Ctrl-C stops it, unless the push has begun.

    \b
      quilt-athena package imaging/tiffs --bucket my-bucket --message 'All TIFF images' --param .tiff --from-query \\
        "SELECT logical_key, size, physical_key, hash, tophash FROM my_bucket_quilt_objects_view
         WHERE \\"timestamp\\" = 'latest' AND substr(logical_key, -5) = ?"
      quilt-athena package imaging/cell-5 --bucket my-bucket --named files-by-metadata \\
        --param my-bucket --param '$.user_meta.cellindex' --param 5
    """
    settings = settings_of(ctx)
    if not named and (sql is None) == (file is None):
        raise click.UsageError(
            "expected the question --from-query, in an --sql-file (- for standard input), or a saved one --named"
        )
    if workflow is not None and no_workflow:
        raise click.UsageError("expected --workflow or --no-workflow, got both")
    text = saved_query(named, sql, file) if named else sql_of(sql, file)
    wanted: PackageOptions = {"message": message, "metadata": _metadata(meta), "on_invalid_row": on_invalid_row}
    if workflow is not None or no_workflow:
        wanted["workflow"] = workflow
    with shown_progress("STARTING") as tell:
        result = settings.athena.create_package(
            name,
            text,
            [parse_parameter(parameter) for parameter in parameters],
            bucket=bucket,
            package=wanted,
            timeout_seconds=timeout,
            database=database,
            on_progress=tell,
        )
    if settings.json:
        click.echo(json.dumps(dict(result.answer), ensure_ascii=False))
    else:
        _print(result, f"{name} in s3://{bucket}")


def _metadata(text: str | None) -> dict[str, Any] | None:
    """The object of --meta.

    Raises:
        BadParameter: it is none, or its file can't be read.
    """
    if text is None:
        return None
    try:
        if text.startswith("@"):
            text = Path(text[1:]).read_text(encoding="utf-8")
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except (OSError, ValueError) as error:
        raise click.BadParameter(
            f"expected a JSON object, or @ and a file with one: {error}", param_hint="--meta"
        ) from None
    if not isinstance(value, dict):
        raise click.BadParameter("expected a JSON object, such as '{\"Study\": 1}'", param_hint="--meta")
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number that JSON has")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is beyond a double")
    return number


def _print(result: PackageResult, package: str) -> None:
    answer = result.answer
    when = f"{result.pushed_at:%Y-%m-%d %H:%M:%S} UTC" if result.pushed_at else "unknown"
    said = "pushed" if result.created else "not pushed: its newest revision is the same already"
    click.echo(f"{package}: {said}")
    click.echo(f"top hash  {result.top_hash}")
    click.echo(f"revision  {when}")
    as_they_were = f"{answer['EntriesFromManifests']:,} as in their manifests"
    click.echo(f"contents  {_entries(result.entries)}, {size(result.bytes)}, {as_they_were}")
    if answer.get("MetadataFromRows"):
        count = _entries(answer["MetadataFromRows"])
        click.echo(f"metadata  {count} as Athena gives it, keys in lower case: the column tophash keeps their letters")
    if result.other_objects:
        count = _entries(result.other_objects)
        click.echo(f"objects   {count} of other objects with the same contents, of the manifest that was there")
    if answer["HashedEntries"]:
        click.echo(f"hashed    {_entries(answer['HashedEntries'])} without a hash, {size(answer['HashedBytes'])} read")
    if result.skipped_count:
        click.echo(f"skipped   {result.skipped_count:,} rows", err=True)
        for one in result.skipped[:_SHOWN]:
            click.echo(f"  row {one['Row']}: {one['Reason']}", err=True)
        if result.skipped_count > _SHOWN:
            click.echo(f"  and {result.skipped_count - _SHOWN:,} more", err=True)


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"
