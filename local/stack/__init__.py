"""The stack on the local AWS: server process, SAM, deployment, clients; and `python -m local.stack.serve`."""
