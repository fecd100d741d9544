"""Calls on log groups, their metric filters and alarms."""

from checker.sources.aws.calls.call import Call, Pages

LOG_GROUPS = Call(
    service="logs",
    operation="DescribeLogGroups",
    always=True,
    pages=Pages(items="logGroups", answer_token="nextToken", request_token="nextToken"),
)
METRIC_FILTERS = Call(
    service="logs",
    operation="DescribeMetricFilters",
    gone=("ResourceNotFoundException",),
    pages=Pages(items="metricFilters", answer_token="nextToken", request_token="nextToken"),
)
SUBSCRIPTION_FILTERS = Call(
    service="logs",
    operation="DescribeSubscriptionFilters",
    gone=("ResourceNotFoundException",),
    pages=Pages(items="subscriptionFilters", answer_token="nextToken", request_token="nextToken"),
)
ACCOUNT_POLICIES = Call(
    service="logs",
    operation="DescribeAccountPolicies",
    absent={"ResourceNotFoundException": {"accountPolicies": []}},
    pages=Pages(items="accountPolicies", answer_token="nextToken", request_token="nextToken"),
)
RESOURCE_POLICIES = Call(
    service="logs",
    operation="DescribeResourcePolicies",
    absent={"ResourceNotFoundException": {"resourcePolicies": []}},
    pages=Pages(items="resourcePolicies", answer_token="nextToken", request_token="nextToken"),
)
ALARMS = Call(
    service="cloudwatch",
    operation="DescribeAlarms",
    pages=Pages(items="MetricAlarms", answer_token="NextToken", request_token="NextToken"),
)
COMPOSITES = Call(
    service="cloudwatch",
    operation="DescribeAlarms",
    pages=Pages(items="CompositeAlarms", answer_token="NextToken", request_token="NextToken"),
)
