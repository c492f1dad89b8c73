"""Shared by the functions: settings, logs and metrics, queue consumer, dead letters, event bus, custom resources."""
