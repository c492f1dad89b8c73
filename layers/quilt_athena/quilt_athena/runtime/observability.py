"""Logs and metrics of the functions; Lambda Powertools reads service, namespace and level from the environment."""

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

#: JSON to standard output; never the text of a query or its parameters.
logger = Logger()

#: Metrics in CloudWatch's embedded format, written to the log: no call to CloudWatch delays the work.
metrics = Metrics()


def emit_counts(**values: int) -> None:
    """Write metrics that count something, by name: ``emit_counts(BucketsFailed=1)``.

    Each is billed, so there are only those that an alarm or the dashboard needs.
    """
    for name, value in values.items():
        metrics.add_metric(name, MetricUnit.Count, value)
    metrics.flush_metrics()
