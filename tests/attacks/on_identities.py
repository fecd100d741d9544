"""Attacks by way of IAM: whoever is given the right to blind the trail will."""

from tests import hardened as good
from tests.attacks.attack import Attack, Step, call

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
    Attack("user: may delete the log group", INTRUDER, granted("logs:Delete*"), fails="TH807"),
)
