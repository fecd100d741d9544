"""CloudTrail records of one incident, and of the ordinary life around it that resembles it."""

from typing import Any

from tests.cdk.lake import Record

ACCOUNT, MEMBER = "111122223333", "444455556666"
OFFICE, HOME, STRANGER = "203.0.113.10", "198.51.100.7", "192.0.2.66"
ADMIN_ROLE = f"arn:aws:iam::{ACCOUNT}:role/admin"
MALLORY = f"arn:aws:iam::{ACCOUNT}:user/mallory"
KEY, SESSION_KEY = "AKIASTOLENSTOLEN0001", "ASIAFROMSTOLENKEY001"
INSTANCE, BUCKET, GROUP = "i-0abc", "crown-jewels", "sg-0abc"


def role(session: str, key: str = "ASIAORDINARY00000001", arn: str = ADMIN_ROLE) -> dict[str, Any]:
    """Return the identity of a session of a role."""
    account, name = arn.split(":")[4], arn.rsplit("/", 1)[-1]
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{session}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        "accountId": account,
        "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": {"type": "Role", "arn": arn, "accountId": account, "userName": name},
            "attributes": {"creationDate": "2026-11-18T08:00:00Z", "mfaAuthenticated": "true"},
        },
    }


ALICE = role("alice")
USER = {"type": "IAMUser", "arn": MALLORY, "accountId": ACCOUNT, "accessKeyId": KEY, "userName": "mallory"}
ROOT = {"type": "Root", "principalId": ACCOUNT, "arn": f"arn:aws:iam::{ACCOUNT}:root", "accountId": ACCOUNT}
THIEF = role("thief", SESSION_KEY, f"arn:aws:iam::{MEMBER}:role/deploy")
SCALING = {**ALICE, "invokedBy": "autoscaling.amazonaws.com"}
UNNAMED: dict[str, Any] = {
    "type": "IAMUser",
    "accountId": ACCOUNT,
    "accessKeyId": "",
    "userName": "HIDDEN_DUE_TO_SECURITY_REASONS",
}


def event(name: str, source: str, time: str, who: Record = ALICE, **more: Any) -> dict[str, Any]:
    """Return a record; ``name`` is that of the event, and its id unless ``id`` gives another."""
    identifier = more.pop("id", name)
    return {
        "eventVersion": "1.11",
        "userIdentity": dict(who),
        "eventTime": f"2026-11-{time}Z",
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-central-1",
        "sourceIPAddress": OFFICE,
        "userAgent": "aws-cli/2",
        "requestParameters": None,
        "responseElements": None,
        "eventID": identifier,
        "readOnly": name.startswith(("Get", "List", "Describe")),
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
        **more,
    }


def terminating(instance: str) -> dict[str, Any]:
    """Return the parameters of TerminateInstances."""
    return {"instancesSet": {"items": [{"instanceId": "i-other"}, {"instanceId": instance}]}}


DENIED: dict[str, Any] = {
    "errorCode": "AccessDenied",
    "errorMessage": "explicit deny in a service control policy",
}
FAILED_LOGIN: dict[str, Any] = {
    "eventType": "AwsConsoleSignIn",
    "errorMessage": "Failed authentication",
    "responseElements": {"ConsoleLogin": "Failure"},
    "additionalEventData": {"MFAUsed": "No"},
}
LOGIN: dict[str, Any] = {"eventType": "AwsConsoleSignIn", "responseElements": {"ConsoleLogin": "Success"}}
OPENED = {"credentials": {"accessKeyId": SESSION_KEY, "sessionToken": "..."}}
DRY: dict[str, Any] = {"errorCode": "Client.DryRunOperation", "errorMessage": "Request would have succeeded"}
EVICTED = {"instanceIdSet": ["i-spot"]}

RECORDS: list[Record] = [
    # Ordinary days, and a stranger who only knocks.
    event("DescribeInstances", "ec2", "10T09:00:00", id="usual"),
    event(
        "ConsoleLogin", "signin", "10T09:00:00", UNNAMED, id="knock", sourceIPAddress=STRANGER, **FAILED_LOGIN
    ),
    event("ConsoleLogin", "signin", "11T09:00:00", USER, id="login", sourceIPAddress=HOME, **LOGIN),
    event("PutObject", "s3", "11T10:00:00", id="service", sourceIPAddress="config.amazonaws.com"),
    # Instances.
    event(
        "TerminateInstances", "ec2", "18T10:00:00", id="terminated", requestParameters=terminating(INSTANCE)
    ),
    event(
        "TerminateInstances",
        "ec2",
        "18T10:01:00",
        id="longer-id",
        requestParameters=terminating(INSTANCE + "d"),
    ),
    event(
        "TerminateInstances", "ec2", "18T09:58:00", id="dry", requestParameters=terminating(INSTANCE), **DRY
    ),
    event("StopInstances", "ec2", "18T09:59:00", id="stopped", requestParameters=terminating(INSTANCE)),
    event(
        "TerminateInstances",
        "ec2",
        "18T10:02:00",
        SCALING,
        id="scaled",
        requestParameters=terminating("i-group"),
    ),
    event(
        "BidEvictedEvent",
        "ec2",
        "18T10:03:00",
        {"accountId": ACCOUNT, "invokedBy": "ec2.amazonaws.com"},
        id="evicted",
        eventType="AwsServiceEvent",
        serviceEventDetails=EVICTED,
        sourceIPAddress="ec2.amazonaws.com",
    ),
    # Security groups.
    event(
        "AuthorizeSecurityGroupIngress",
        "ec2",
        "18T11:00:00",
        requestParameters={"groupId": GROUP},
        id="opened",
    ),
    event(
        "ModifySecurityGroupRules",
        "ec2",
        "18T11:01:00",
        id="modified",
        requestParameters={"ModifySecurityGroupRulesRequest": {"GroupId": "sg-0def"}},
    ),
    event("RevokeSecurityGroupEgress", "ec2", "18T11:02:00", id="revoke-denied", **DENIED),
    event("DescribeSecurityGroups", "ec2", "18T11:03:00", id="looked"),
    # Buckets.
    event(
        "DeleteBucket",
        "s3",
        "18T12:00:00",
        THIEF,
        id="deleted",
        sourceIPAddress=STRANGER,
        requestParameters={"bucketName": BUCKET},
        recipientAccountId=MEMBER,
        resources=[{"type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{BUCKET}", "accountId": MEMBER}],
    ),
    event(
        "DeleteBucket",
        "s3",
        "18T12:01:00",
        id="delete-denied",
        requestParameters={"bucketName": BUCKET},
        **DENIED,
    ),
    event(
        "DeleteBucket",
        "s3",
        "18T12:02:00",
        id="delete-other",
        requestParameters={"bucketName": BUCKET + "-2"},
    ),
    event("DeleteBucketPolicy", "s3", "18T12:03:00", id="policy", requestParameters={"bucketName": BUCKET}),
    # The stolen key and the session it opens in another account.
    event(
        "AssumeRole",
        "sts",
        "18T11:30:00",
        USER,
        id="assumed",
        sourceIPAddress=STRANGER,
        responseElements=OPENED,
    ),
    event("AssumeRole", "sts", "18T11:29:00", USER, id="assume-denied", sourceIPAddress=HOME, **DENIED),
    event(
        "GetCallerIdentity",
        "sts",
        "18T11:31:00",
        THIEF,
        id="who-am-i",
        sourceIPAddress=STRANGER,
        recipientAccountId=MEMBER,
        awsRegion="us-east-1",
    ),
    # Root.
    event("CreateAccessKey", "iam", "18T13:00:00", ROOT, id="root-key", sourceIPAddress=HOME),
    event(
        "ConsoleLogin",
        "signin",
        "18T13:01:00",
        ROOT,
        id="root-failed",
        sourceIPAddress="2001:db8::1",
        **FAILED_LOGIN,
    ),
    event(
        "RotateKey",
        "kms",
        "18T13:02:00",
        {**ROOT, "invokedBy": "AWS Internal"},
        id="internal",
        sourceIPAddress="AWS Internal",
    ),
    event(
        "CredentialVerification",
        "signin",
        "18T13:03:00",
        {"type": "Unknown", "principalId": "u-1"},
        id="sso-failed",
        sourceIPAddress=HOME,
        eventType="AwsServiceEvent",
        serviceEventDetails={"CredentialVerification": "Failure"},
    ),
    event(
        "CredentialVerification",
        "signin",
        "18T13:04:00",
        {"type": "Unknown", "principalId": "u-1"},
        id="sso-passed",
        sourceIPAddress=HOME,
        eventType="AwsServiceEvent",
        serviceEventDetails={"CredentialVerification": "Success"},
    ),
    # Failures that are no denials.
    event("GetBucketPolicy", "s3", "18T14:00:00", id="absent", errorCode="NoSuchBucketPolicy"),
    event("RunInstances", "ec2", "18T14:01:00", id="unauthorized", errorCode="Client.UnauthorizedOperation"),
]
