"""Logs and metrics of the functions; Lambda Powertools reads service, namespace and level from the environment."""

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

#: JSON to standard output; never the text of a query or its parameters.
logger = Logger()

#: Metrics in CloudWatch's embedded format, written to the log: no call to CloudWatch delays the work.
metrics = Metrics()


def count(**values: int) -> None:
    """Add metrics that count something, by name: ``count(EventsRetried=1)``."""
    for name, value in values.items():
        metrics.add_metric(name, MetricUnit.Count, value)
