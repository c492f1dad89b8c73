"""The `quilt-athena` command.

- ``app``: the group of commands; exit codes and errors
- ``commands``: a module per noun; each command calls one method of the client and one of the output
- ``output``: what is shown, for people and for machines
- ``options``, ``settings``, ``values``: what is typed, and the client that it selects
- ``lazy``: slow and optional imports

To add a command: write a function in ``commands``, add it in ``app``, and show what is new through ``Output``.
"""
