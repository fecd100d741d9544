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
MUTE_RULES = Call(
    service="cloudwatch",
    operation="ListAlarmMuteRules",
    pages=Pages(items="AlarmMuteRuleSummaries", answer_token="NextToken", request_token="NextToken"),
)
MUTE_RULE = Call(
    service="cloudwatch",
    operation="GetAlarmMuteRule",
    absent={"ResourceNotFoundException": {"Status": "EXPIRED"}},
)
"""A rule that was deleted since it was listed mutes as little as one that has expired."""
COMPOSITES = Call(
    service="cloudwatch",
    operation="DescribeAlarms",
    pages=Pages(items="CompositeAlarms", answer_token="NextToken", request_token="NextToken"),
)
