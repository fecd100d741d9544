"""Calls on log groups, their metric filters and alarms."""

from checker.sources.aws.calls.call import Call, Pages

LOG_GROUPS = Call(
    service="logs",
    operation="DescribeLogGroups",
    pages=Pages(items="logGroups", answer_token="nextToken", request_token="nextToken"),
)
METRIC_FILTERS = Call(
    service="logs",
    operation="DescribeMetricFilters",
    gone=("ResourceNotFoundException",),
    pages=Pages(items="metricFilters", answer_token="nextToken", request_token="nextToken"),
)
ALARMS = Call(
    service="cloudwatch",
    operation="DescribeAlarms",
    pages=Pages(items="MetricAlarms", answer_token="NextToken", request_token="NextToken"),
)
