"""Attacks by way of IAM: whoever is given the right to blind the trail will."""

from tests import hardened as good
from tests.attacks.attack import Attack, Step, call
from tests.attacks.world import OUTSIDER

INTRUDER = "user/intruder"
USER = {"UserName": "intruder"}


def granted(*actions: str) -> tuple[Step, ...]:
    """Create a user who may do something with everything."""
    document = good.document(good.statement(Action=list(actions), Resource="*"))
    return (
        call("iam.create_user", **USER),
        call("iam.put_user_policy", **USER, PolicyName="granted", PolicyDocument=document),
    )


def attached(policy: str) -> tuple[Step, ...]:
    arn = f"arn:aws:iam::aws:policy/{policy}"
    return (
        call("iam.create_user", **USER),
        call("iam.attach_user_policy", **USER, PolicyArn=arn),
    )


def all_but(actions: str) -> tuple[Step, ...]:
    document = good.document({"Effect": "Allow", "NotAction": actions, "Resource": "*"})
    return (
        call("iam.create_user", **USER),
        call("iam.put_user_policy", **USER, PolicyName="granted", PolicyDocument=document),
    )


def disguised(*actions: str) -> tuple[Step, ...]:
    """Create a user whose path looks as if the user were a service's own role."""
    document = good.document(good.statement(Action=list(actions), Resource="*"))
    return (
        call("iam.create_user", **USER, Path="/x:role/aws-service-role/"),
        call("iam.put_user_policy", **USER, PolicyName="granted", PolicyDocument=document),
    )


def backdoor(name: str, trust: str = "") -> tuple[Step, ...]:
    """Create an administrator whom a stranger may become."""
    return (
        call("iam.create_role", RoleName=name, AssumeRolePolicyDocument=trust or TRUST),
        call(
            "iam.attach_role_policy", RoleName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
        ),
    )


SHARING = "CloudWatch-CrossAccountSharingRole"
TRUST = good.document(
    good.statement(Principal={"AWS": f"arn:aws:iam::{OUTSIDER}:root"}, Action="sts:AssumeRole")
)
TO_ALL = good.document(good.statement(Principal={"AWS": "*"}, Action="sts:AssumeRole"))
ATTACKS = (
    Attack("user: may stop the trail", INTRUDER, granted("cloudtrail:StopLogging"), fails="TH804 TH806"),
    Attack("user: may do all with trails", INTRUDER, granted("cloudtrail:*"), fails="TH803 TH804 TH806"),
    Attack(
        "user: AWS policy for CloudTrail",
        INTRUDER,
        attached("AWSCloudTrail_FullAccess"),
        fails="TH804 TH805 TH806",
    ),
    Attack("user: may delete the key", INTRUDER, granted("kms:ScheduleKeyDeletion"), fails="TH807"),
    Attack("user: may decrypt", INTRUDER, granted("kms:Decrypt"), fails="TH801"),
    Attack("user: administrator", INTRUDER, attached("AdministratorAccess"), fails="TH804"),
    Attack(
        "user: may do all but IAM", INTRUDER, all_but("iam:*"), fails="TH801 TH802 TH803 TH804 TH806 TH807"
    ),
    Attack(
        "user: may narrow selectors", INTRUDER, granted("cloudtrail:PutEventSelectors"), fails="TH804 TH806"
    ),
    Attack("user: may change roles", INTRUDER, granted("iam:PutRolePolicy"), fails="TH807"),
    Attack("user: may cut the key's policy", INTRUDER, granted("kms:PutKeyPolicy"), fails="TH807"),
    Attack("user: may shorten retention", INTRUDER, granted("logs:PutRetentionPolicy"), fails="TH807"),
    Attack("user: may silence alarms", INTRUDER, granted("cloudwatch:DeleteAlarms"), fails="TH807"),
    Attack("user: may disable rules", INTRUDER, granted("events:DisableRule"), fails="TH807"),
    Attack("user: may delete topics", INTRUDER, granted("sns:DeleteTopic"), fails="TH807"),
    Attack("role: a stranger's administrator", "role/helper", backdoor("helper"), fails="TH804"),
    Attack(
        "role: anybody's administrator",
        "anybody of any account may assume role/helper",
        backdoor("helper", TO_ALL),
        fails="TH804 TH806 TH807",
    ),
    Attack(
        "user: in the dress of a service",
        "user/x:role/aws-service-role/intruder",
        disguised("cloudtrail:StopLogging"),
        fails="TH804 TH806",
    ),
    Attack(
        "role: a stranger sees all metrics",
        good.ACCOUNT,
        (call("iam.create_role", RoleName=SHARING, AssumeRolePolicyDocument=TRUST),),
        fails="TH507",
    ),
    Attack(
        "role: CloudTrail's own",
        "AWSServiceRoleForCloudTrail",
        (call("iam.delete_service_linked_role", RoleName="AWSServiceRoleForCloudTrail"),),
        fails="TH707",
    ),
    Attack("user: may delete the log group", INTRUDER, granted("logs:Delete*"), fails="TH807"),
)
