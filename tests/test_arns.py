"""What an ARN tells of its resource, and what anything else does."""

import pytest

from checker.inventory.arns import account_of, region_of, resource_of, service_of

TOPIC = "arn:aws:sns:eu-west-1:111122223333:alerts"


@pytest.mark.parametrize(
    ("arn", "service", "region", "account", "resource"),
    [
        (TOPIC, "sns", "eu-west-1", "111122223333", "alerts"),
        ("arn:aws:s3:::audit-logs/AWSLogs/*", "s3", "", "", "audit-logs/AWSLogs/*"),
        ("arn:aws:iam::111122223333:role/path/name", "iam", "", "111122223333", "role/path/name"),
        (
            "arn:aws:logs:us-east-1:111122223333:log-group:/a/b:*",
            *("logs", "us-east-1", "111122223333", "log-group:/a/b:*"),
        ),
        ("arn:aws:events:*:111122223333:rule/x", "events", "", "111122223333", "rule/x"),
        ("arn:aws:automate:us-east-1:ec2:stop", "automate", "us-east-1", "ec2", "stop"),
        ("audit-logs", "", "", "", "audit-logs"),
        ("", "", "", "", ""),
        ("arn:aws:sns", "", "", "", "arn:aws:sns"),
    ],
)
def test_parts(arn: str, service: str, region: str, account: str, resource: str) -> None:
    assert (service_of(arn), region_of(arn), account_of(arn)) == (service, region, account)
    assert resource_of(arn) == resource
