"""The one set-up of logs and metrics; Lambda Powertools reads service, namespace and level from the environment."""

from aws_lambda_powertools import Logger, Metrics

#: JSON to standard output; never the text of a query or its parameters.
logger = Logger()

#: Metrics in the embedded format, written to the log: no call to CloudWatch in the way of the work.
metrics = Metrics()
