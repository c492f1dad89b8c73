"""The server process of the local AWS."""
