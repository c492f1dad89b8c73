"""Lambda: the number of processes in which functions run. The name `lambda` is Python's."""
