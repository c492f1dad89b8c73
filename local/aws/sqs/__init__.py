"""SQS: StartMessageMoveTask, which MiniStack lacks."""
