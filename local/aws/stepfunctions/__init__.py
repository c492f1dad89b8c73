"""Step Functions: what MiniStack's does differently, and RedriveExecution."""
