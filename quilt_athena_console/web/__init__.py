"""The HTTP side of the console."""
