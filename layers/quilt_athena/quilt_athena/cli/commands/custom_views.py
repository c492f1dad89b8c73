"""`views`: custom views."""

from __future__ import annotations

from pathlib import Path

import click

from quilt_athena.cli import lazy
from quilt_athena.cli.exit_codes import ExitCode
from quilt_athena.cli.options import RenamedOption, stack_options
from quilt_athena.cli.output.progress import show_progress
from quilt_athena.cli.settings import Settings

_FOLDER = Path("views")


class ViewsGroup(click.Group):
    """The commands of `views`, of which `create` also accepts its former name."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        return super().get_command(ctx, "create" if cmd_name == "make" else cmd_name)


@click.group(cls=ViewsGroup)
@stack_options
def views(_: Settings) -> None:
    """Create custom views for every bucket from SQL files."""


@views.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--no-create",
    cls=RenamedOption,
    old=["--no-make"],
    is_flag=True,
    help="Only upload: the next refresh creates the views.",
)
@stack_options
def push(settings: Settings, paths: tuple[Path, ...], no_create: bool) -> ExitCode:
    """Upload SQL files and create their views.

    PATH is a file NAME.sql, or a folder with such files (without subfolders).  [default: views]
    All files are checked first, and Athena tries each on one bucket: if one is invalid, none is uploaded. Ctrl-C stops
    the creation of views.

    \b
      quilt-athena views push
      quilt-athena views push latest_revisions.sql
    """
    files = lazy.client.read_view_files(paths or (_FOLDER,))
    athena = settings.athena
    athena.custom_views.check(files, athena.queries, athena.buckets)
    uploaded = athena.custom_views.upload(files)
    settings.output.view_files_uploaded(uploaded, creates_views=not no_create)
    return ExitCode.OK if no_create else _create(settings)


@views.command()
@click.argument("buckets", metavar="[BUCKET]...", nargs=-1)
@stack_options
def create(settings: Settings, buckets: tuple[str, ...]) -> ExitCode:
    """Create the views of each BUCKET, or of all.

    Ctrl-C stops it.
    """
    return _create(settings, *buckets)


@views.command("list")
@stack_options
def list_(settings: Settings) -> None:
    """List the files and their views.

    Each is listed with the buckets that it applies to, the number of its views, and its problem, if any. Removed files
    are listed as long as their views exist.
    """
    settings.output.view_files(settings.athena.custom_views.files())


@views.command()
@click.argument("name")
@stack_options
def show(settings: Settings, name: str) -> None:
    """Print the file NAME, with or without .sql."""
    content = settings.athena.custom_views.content(name)
    settings.output.view_file(f"{name.removesuffix('.sql')}.sql", content)


@views.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option(
    "--no-create",
    cls=RenamedOption,
    old=["--no-make"],
    is_flag=True,
    help="Only remove the files: the next refresh deletes the views.",
)
@stack_options
def remove(settings: Settings, names: tuple[str, ...], no_create: bool) -> ExitCode:
    """Remove files and delete their views.

    NAME is with or without .sql.
    """
    removed = settings.athena.custom_views.remove(names)
    settings.output.view_files_removed(removed, creates_views=not no_create)
    return ExitCode.OK if no_create else _create(settings)


def _create(settings: Settings, *buckets: str) -> ExitCode:
    with show_progress() as on_progress:
        result = settings.athena.custom_views.create(buckets, on_progress)
    settings.output.views_created(result)
    return ExitCode.FAILED if result["Failed"]["Count"] or result["Remaining"] else ExitCode.OK
