"""The local AWS with the stack deployed to it, for tests of services that use quilt-athena.

    pip install 'quilt-athena[local]'
    python -m quilt_athena_local --port 4566

``quilt_athena_local.pytest_plugin`` is a plugin of pytest with the fixture ``quilt_athena_stack``; ``Server`` starts a
local AWS from any other program. The server is a process of its own: its modules are not imported here.
"""

from quilt_athena_local.server import Server, ServerError
from quilt_athena_local.stack import Stack

__all__ = ["Server", "ServerError", "Stack"]
