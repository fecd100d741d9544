"""Attacks whose effect hangs on what nobody can see from here: the audit says so, and passes nothing."""

from tests import hardened as good
from tests.attacks import on_keys
from tests.attacks.attack import Attack, Step, call
from tests.attacks.on_alerts import ACCOUNT_ARN, GROUP, RULE, alarm
from tests.attacks.on_buckets import BUCKET
from tests.attacks.on_delivery import granting, refusing_unless, writing_if
from tests.attacks.on_destinations import ROLE_NAME, WRITES, role_may
from tests.attacks.on_patterns import metric_filter
from tests.attacks.world import KEY_ADMIN, OUTSIDER, STORE
from tests.simulator.worlds import MANAGEMENT

PAST = "2020-01-01T00:00:00Z"


def target(service: str, name: str) -> tuple[Step, ...]:
    """Send what the rule picks to somebody else."""
    arn = f"arn:aws:{service}:{good.HOME}:{OUTSIDER}:{name}"
    return (call("events.put_targets", Rule=RULE["Name"], Targets=[{"Id": "target-0", "Arn": arn}]),)


def may_write_if(operator: str, key: str, value: str) -> tuple[Step, ...]:
    return role_may({**WRITES, "Condition": {operator: {key: value}}})


FUNCTION = f"arn:aws:lambda:{good.HOME}:{OUTSIDER}:function:quiet"
ATTACKS = (
    Attack(
        "key: by way of S3",
        good.TRAIL_ARN,
        on_keys.policy(
            KEY_ADMIN,
            on_keys.encrypting("StringEquals", "kms:ViaService", "s3.us-east-1.amazonaws.com"),
            good.KEY_DESCRIBE,
        ),
        fails="",
        unknown="TH405",
    ),
    Attack(
        "bucket: writes until long ago",
        good.TRAIL_ARN,
        writing_if("DateLessThan", "aws:CurrentTime", PAST),
        fails="",
        unknown="TH317",
    ),
    Attack(
        "bucket: no writes since long ago",
        good.TRAIL_ARN,
        refusing_unless("DateGreaterThan", "aws:CurrentTime", PAST),
        fails="",
        unknown="TH317",
    ),
    Attack(
        "bucket: through a stranger's access point",
        BUCKET,
        granting(
            {"AWS": "*"}, "s3:GetObject", Condition={"StringEquals": {"s3:DataAccessPointAccount": OUTSIDER}}
        ),
        fails="",
        unknown="TH326",
    ),
    Attack(
        "bucket: through somebody's network",
        BUCKET,
        granting("*", "s3:GetObject", Condition={"StringEquals": {"aws:SourceVpce": "vpce-1"}}),
        fails="",
        unknown="TH326",
    ),
    Attack(
        "bucket: by somebody without an account",
        BUCKET,
        granting({"CanonicalUser": "9" * 64}, "s3:GetObject"),
        fails="",
        unknown="TH326",
    ),
    Attack(
        "role: from somebody's network",
        good.TRAIL_ARN,
        may_write_if("StringEquals", "aws:SourceVpce", "vpce-1"),
        fails="",
        unknown="TH517",
    ),
    Attack(
        "role: bounded",
        good.TRAIL_ARN,
        (
            call(
                "iam.put_role_permissions_boundary",
                **ROLE_NAME,
                PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess",
            ),
        ),
        fails="",
        unknown="TH517",
    ),
    Attack(
        "alarm: a stranger's function", GROUP, alarm(AlarmActions=[FUNCTION]), fails="", unknown="TH619 TH622"
    ),
    Attack(
        "filter: on what a transformer makes",
        good.TRAIL_ARN,
        metric_filter(applyOnTransformedLogs=True),
        fails="",
        unknown="TH619",
    ),
    Attack(
        "filter: of some accounts",
        good.TRAIL_ARN,
        metric_filter(fieldSelectionCriteria='@aws.region = "eu-west-1"'),
        fails="",
        unknown="TH619",
    ),
    Attack(
        "filter: counts what the event says",
        GROUP,
        metric_filter(value="$.count"),
        fails="",
        unknown="TH619 TH622",
    ),
    Attack(
        "rule: a stranger's function",
        ACCOUNT_ARN,
        target("lambda", "function:quiet"),
        fails="",
        unknown="TH623",
    ),
    Attack(
        "rule: a stranger's bus",
        ACCOUNT_ARN,
        target("events", "event-bus/default"),
        fails="",
        unknown="TH623",
    ),
    Attack("rule: a stranger's topic", ACCOUNT_ARN, target("sns", "quiet"), fails="", unknown="TH623"),
    Attack(
        "store: a role reads it by Athena",
        STORE,
        (
            call(
                "cloudtrail.enable_federation",
                EventDataStore=STORE,
                FederationRoleArn=f"arn:aws:iam::{MANAGEMENT}:role/reader",
            ),
        ),
        fails="",
        unknown="TH908",
    ),
)
