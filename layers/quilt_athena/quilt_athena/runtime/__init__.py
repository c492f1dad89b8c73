"""What functions share: settings, logs and metrics, queue consumer, dead letters, event bus."""
