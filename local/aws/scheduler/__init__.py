"""EventBridge Scheduler: what MiniStack's does differently."""
