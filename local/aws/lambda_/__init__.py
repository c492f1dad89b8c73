"""Lambda: the number of processes in which functions run. The name `lambda` is Python's."""

#: The maximum number of processes of all functions, and so of invocations that run at once. Others wait. Each process
#: takes about 70 MB. With fewer than there are functions in the stack, functions would start again and again.
FUNCTION_PROCESSES = 20
