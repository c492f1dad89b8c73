"""`views`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quilt_athena.cli.exit_codes import ExitCode
from quilt_athena.cli.options import Settings, connection_options, settings_of
from quilt_athena.cli.progress import shown_progress

if TYPE_CHECKING:
    from quilt_athena.client.custom_views import StoredFile

_FOLDER = Path("views")
#: So many views of a file that is gone are named; --json has all.
_SHOWN = 3


@click.group()
@connection_options
def views() -> None:
    """Have views of your own made of files of SQL, for every bucket: push, make, list, show, remove."""


@views.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--no-make", is_flag=True, help="Upload only: the next refresh makes the views.")
@connection_options
@click.pass_context
def push(ctx: click.Context, paths: tuple[Path, ...], no_make: bool) -> None:
    """Upload files, and have their views made.

    PATH is a file NAME.sql, or a folder with such files (those of its subfolders are left alone).  [default: views]
    All are checked first: if one is wrong, none is uploaded. Ctrl-C stops the making.

    \b
      quilt-athena views push
      quilt-athena views push latest_revisions.sql
    """
    from quilt_athena.client.custom_views import read_files, upload

    settings = settings_of(ctx)
    files = read_files(paths or (_FOLDER,))
    uploaded = []
    for file, changed in upload(settings.athena.connections, settings.athena.operated_stack, files):
        uploaded.append({"File": file.name, "Path": str(file.path), "Uploaded": changed})
        if not settings.json:
            click.echo(f"{file.name}: {'uploaded' if changed else 'unchanged'}")
    if no_make:
        _tell_files(settings, uploaded)
    else:
        _make(ctx)


@views.command()
@click.argument("buckets", metavar="[BUCKET]...", nargs=-1)
@connection_options
@click.pass_context
def make(ctx: click.Context, buckets: tuple[str, ...]) -> None:
    """Have the views of all buckets made, or those of each BUCKET. Ctrl-C stops it."""
    _make(ctx, *buckets)


@views.command("list")
@connection_options
@click.pass_context
def list_(ctx: click.Context) -> None:
    """List the files: what they are for, how many views of each there are, and what is wrong with it.

    A file that is gone is listed as long as there are views of it.
    """
    from quilt_athena.cli.printing import print_table
    from quilt_athena.client.custom_views import stored_files

    settings = settings_of(ctx)
    found = stored_files(settings.athena.connections, settings.athena.operated_stack)
    if settings.json:
        click.echo(json.dumps([_as_json(one) for one in found], indent=2, ensure_ascii=False))
        return
    if not found:
        click.echo("No files yet: quilt-athena views push FILE", err=True)
        return
    print_table(("file", "for", "views", "uploaded", "problem"), [_row(one) for one in found])


@views.command()
@click.argument("name")
@connection_options
@click.pass_context
def show(ctx: click.Context, name: str) -> None:
    """Print the file NAME (with or without .sql) as it lies in S3."""
    from quilt_athena.client.custom_views import file_content

    settings = settings_of(ctx)
    content = file_content(settings.athena.connections, settings.athena.operated_stack, name)
    if settings.json:
        fields = {"File": f"{name.removesuffix('.sql')}.sql", "SQL": content.decode(errors="replace")}
        click.echo(json.dumps(fields, indent=2, ensure_ascii=False))
    else:
        click.echo(content, nl=not content.endswith(b"\n"))


@views.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option("--no-make", is_flag=True, help="Remove the files only: the next refresh removes the views.")
@connection_options
@click.pass_context
def remove(ctx: click.Context, names: tuple[str, ...], no_make: bool) -> None:
    """Remove the files NAME (with or without .sql), and their views."""
    from quilt_athena.client.custom_views import remove_files

    settings = settings_of(ctx)
    removed = remove_files(settings.athena.connections, settings.athena.operated_stack, names)
    if not settings.json:
        for name in removed:
            click.echo(f"{name}: removed")
    if no_make:
        _tell_files(settings, [{"File": name, "Removed": True} for name in removed])
    else:
        _make(ctx)


def _tell_files(settings: Settings, files: list[dict[str, Any]]) -> None:
    if settings.json:
        click.echo(json.dumps(files, indent=2, ensure_ascii=False))
    else:
        click.echo("Views follow by the next refresh, or now: quilt-athena views make", err=True)


def _make(ctx: click.Context, *buckets: str) -> None:
    from quilt_athena.client.custom_views import make_views

    settings = settings_of(ctx)
    with shown_progress("STARTING") as tell:
        result = make_views(settings.athena.connections, settings.athena.operated_stack, buckets, tell)
    if settings.json:
        click.echo(json.dumps(result, indent=2, ensure_ascii=False))
    else:
        _print(result)
    ctx.exit(ExitCode.FAILED if result["Failed"]["Count"] or result["Remaining"] else ExitCode.OK)


def _print(result: dict[str, Any]) -> None:
    from quilt_athena.cli.printing import print_table

    counts = {
        "made": result["Created"]["Count"],
        "unchanged": result["Unchanged"],
        "removed": result["Deleted"]["Count"],
        "failed": result["Failed"]["Count"],
        "remaining": result["Remaining"],
    }
    click.echo("Views: " + ", ".join(f"{count:,} {kind}" for kind, count in counts.items()))
    if not any(counts.values()):
        hint = "No file is for them: see quilt-athena views list, and quilt-athena buckets"
        click.echo(hint if result["Files"] else "There are no files: quilt-athena views push FILE", err=True)
    if failed := result["Failed"]["Views"]:
        click.echo()
        rows = [(one["File"], one.get("Bucket") or "", one.get("View") or "", one["Reason"]) for one in failed]
        print_table(("file", "bucket", "view", "reason"), rows)
        if counts["failed"] > len(failed):
            click.echo(f"and {counts['failed'] - len(failed):,} more", err=True)


def _row(found: StoredFile) -> tuple[str, str, int, str, str]:
    if found.uploaded is None:
        named = ", ".join(found.views[:_SHOWN])
        more = f" and {len(found.views) - _SHOWN:,} more" if len(found.views) > _SHOWN else ""
        return "(gone)", "", len(found.views), "", f"of {found.name} there are still {named}{more}"
    uploaded = f"{found.uploaded:%Y-%m-%d %H:%M:%S} UTC"
    return found.name, _for(found), len(found.views), uploaded, found.problem or ""


def _for(found: StoredFile) -> str:
    if found.file is None:
        return ""
    if found.file.is_global:
        return "once"
    return "every bucket" if "*" in found.file.patterns else ", ".join(found.file.patterns)


def _as_json(found: StoredFile) -> dict[str, Any]:
    file = found.file
    return {
        "File": found.name,
        "Gone": found.uploaded is None,
        "Scope": None if file is None else "global" if file.is_global else "bucket",
        "Buckets": None if file is None or file.is_global else list(file.patterns),
        "Views": list(found.views),
        "Uploaded": found.uploaded and found.uploaded.isoformat(timespec="seconds"),
        "Problem": found.problem,
    }
