"""What the organization's policies say, one purpose a statement, as short as their size limits demand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cdk_app import bucket_statements, key_statements

Statement = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Protected:
    """What is protected, and from whom it is not; names and ARNs may contain ``*``."""

    partition: str
    trail_arns: Sequence[str]
    log_group_names: Sequence[str]
    name_prefix: str
    """Begins the names of alarms, rules, topics and functions."""
    bucket_names: Sequence[str]
    key_arns: Sequence[str]
    key_aliases: Sequence[str]
    break_glass_arns: Sequence[str]
    deployer_arns: Sequence[str]
    organization_id: str | None

    @property
    def maintainers(self) -> list[str]:
        """Return who may reconfigure, which is not to destroy."""
        return [*self.break_glass_arns, *self.deployer_arns]


OF_TRAILS = (
    *("cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail"),
    *("cloudtrail:PutEventSelectors", "cloudtrail:PutInsightSelectors", "cloudtrail:PutEventConfiguration"),
    "cloudtrail:RemoveTags",
)
OF_CLOUDTRAIL = (
    *("cloudtrail:DeleteEventDataStore", "cloudtrail:UpdateEventDataStore"),
    *("cloudtrail:StopEventDataStoreIngestion", "cloudtrail:DisableFederation"),
    *("cloudtrail:DeleteChannel", "cloudtrail:UpdateChannel"),
    *("cloudtrail:PutResourcePolicy", "cloudtrail:DeleteResourcePolicy"),
    *("cloudtrail:RegisterOrganizationDelegatedAdmin", "cloudtrail:DeregisterOrganizationDelegatedAdmin"),
)
OF_LOG_GROUPS = (
    *("logs:DeleteLogGroup", "logs:DeleteLogStream", "logs:PutRetentionPolicy", "logs:DeleteRetentionPolicy"),
    *("logs:PutMetricFilter", "logs:DeleteMetricFilter", "logs:DeleteSubscriptionFilter"),
    *("logs:AssociateKmsKey", "logs:DisassociateKmsKey"),
)
OF_ALERTS = (
    *("cloudwatch:DeleteAlarms", "cloudwatch:DisableAlarmActions", "cloudwatch:PutAlarmMuteRule"),
    *("cloudwatch:PutMetricAlarm", "cloudwatch:SetAlarmState"),
    *("events:DeleteRule", "events:DisableRule", "events:PutRule"),
    *("events:PutTargets", "events:RemoveTargets", "lambda:DeleteFunction", "lambda:UpdateFunction*"),
    *("lambda:PutFunctionConcurrency", "sns:DeleteTopic", "sns:RemovePermission", "sns:SetTopicAttributes"),
    *("sns:SetSubscriptionAttributes", "sns:Unsubscribe"),
)
OF_KEYS = (
    *("kms:DeleteAlias", "kms:DisableKeyRotation", "kms:PutKeyPolicy"),
    *("kms:UpdateAlias", "kms:UpdatePrimaryRegion"),
)


def service_statements(what: Protected) -> list[Statement]:
    """Return what principals in member accounts may not do, for a service control policy."""
    any_of = f"arn:{what.partition}"
    groups = [f"{any_of}:logs:*:*:log-group:{name}" for name in what.log_group_names]
    name = f"{what.name_prefix}-*"
    alerts = [
        f"{any_of}:cloudwatch:*:*:alarm:{name}",
        f"{any_of}:events:*:*:rule/{name}",
        f"{any_of}:lambda:*:*:function:{name}",
        f"{any_of}:sns:*:*:{name}",
    ]
    return [
        _deny("Trails", OF_TRAILS, what.trail_arns, _but(what.break_glass_arns)),
        _deny("CloudTrail", OF_CLOUDTRAIL, ["*"], _but(what.break_glass_arns)),
        _deny(
            "LogGroups", OF_LOG_GROUPS, [*groups, *(f"{group}:*" for group in groups)], _but(what.maintainers)
        ),
        _deny("Alerts", OF_ALERTS, alerts, _but(what.maintainers)),
        *_of_aliased_keys(what),
        # Leaving needs no exception: the management account can remove a member.
        _deny("LeavingTheOrganization", ["organizations:LeaveOrganization"], ["*"], {}),
    ]


def resource_statements(what: Protected) -> list[Statement]:
    """Return what nobody at all may do to buckets and keys, for a resource control policy."""
    found = [
        *_of_buckets(what),
        *_of_keys(what, what.key_arns, "", what.organization_id, {}),
        *_of_aliased_keys(what, what.organization_id),
    ]
    return [{**statement, "Principal": "*"} for statement in found]


def _of_buckets(what: Protected) -> list[Statement]:
    buckets = [f"arn:{what.partition}:s3:::{name}" for name in what.bucket_names]
    if not buckets:
        return []
    both = [*buckets, *(f"{bucket}/*" for bucket in buckets)]
    # Root of the bucket's account alone can turn MFA delete on, by this very action.
    versioning = [*what.maintainers, f"arn:{what.partition}:iam::*:root"]
    return [
        _deny("LogDestruction", bucket_statements.DESTROYING, both, _but(what.break_glass_arns)),
        _deny("BucketReconfiguration", bucket_statements.RECONFIGURING, buckets, _but(what.maintainers)),
        _deny("BucketVersioning", bucket_statements.VERSIONING, buckets, _but(versioning)),
        *_outsiders("BucketOutsiders", ["s3:*"], both, what.organization_id, {}),
    ]


def _of_aliased_keys(what: Protected, organization_id: str | None = None) -> list[Statement]:
    """Return the same for keys whose ids are not known here, in either policy.

    AWS documents kms:ResourceAliases for policies of principals (KMS developer guide, condition keys); so
    members are bound by the service control policy, whatever a resource control policy makes of the key.
    """
    aliased = {"ForAnyValue:StringLike": {"kms:ResourceAliases": list(what.key_aliases)}}
    return _of_keys(what, ["*"], "ByAlias", organization_id, aliased) if what.key_aliases else []


def _of_keys(
    what: Protected,
    keys: Sequence[str],
    suffix: str,
    organization_id: str | None,
    conditions: Mapping[str, object],
) -> list[Statement]:
    if not keys:
        return []
    destroying, but = key_statements.DESTROYING, {**conditions, **_but(what.break_glass_arns)}
    reconfiguring = {**conditions, **_but(what.maintainers)}
    return [
        _deny(f"KeyDestruction{suffix}", destroying, keys, but),
        _deny(f"KeyReconfiguration{suffix}", OF_KEYS, keys, reconfiguring),
        *_outsiders(f"KeyOutsiders{suffix}", ["kms:*"], keys, organization_id, conditions),
    ]


def _outsiders(
    sid: str,
    actions: Sequence[str],
    resources: Sequence[str],
    organization_id: str | None,
    conditions: Mapping[str, object],
) -> list[Statement]:
    if organization_id is None:
        return []
    outside = {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": organization_id},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }
    return [_deny(sid, actions, resources, {**conditions, **outside})]


def _but(arns: Sequence[str]) -> dict[str, object]:
    return {"ArnNotLike": {"aws:PrincipalArn": list(arns)}} if arns else {}


def _deny(
    sid: str, actions: Sequence[str], resources: Sequence[str], conditions: Mapping[str, object]
) -> Statement:
    statement = {"Sid": sid, "Effect": "Deny", "Action": list(actions), "Resource": list(resources)}
    return {**statement, "Condition": conditions} if conditions else statement
