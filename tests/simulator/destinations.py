"""What KMS, CloudWatch, CloudWatch Logs, SNS and IAM answer about what a trail names."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from tests.simulator.call import Answer, AwsError, Call, denial, page
from tests.simulator.world import Key, LogGroup, MuteRule, Role, Topic, World, arn_account, arn_region

CREATED = datetime(2025, 1, 1, tzinfo=UTC)


def key_of(world: World, call: Call) -> Key:
    wanted = call.params["KeyId"]
    for key in world.keys:
        account, region = arn_account(key.arn), arn_region(key.arn)
        if region != call.region:
            continue
        names = (key.arn, *(f"arn:{world.partition}:kms:{region}:{account}:{alias}" for alias in key.aliases))
        if wanted in names or (account == call.account and wanted in (key.arn.split("/")[-1], *key.aliases)):
            if call.account not in (account, *key.readers):
                raise denial(call, f"on resource: {key.arn}")
            return key
    raise AwsError("NotFoundException", f"Key '{wanted}' does not exist")


def describe_key(world: World, call: Call) -> dict[str, Any]:
    key = key_of(world, call)
    metadata = {
        "AWSAccountId": arn_account(key.arn),
        "KeyId": key.arn.split("/")[-1],
        "Arn": key.arn,
        "CreationDate": CREATED,
        "Enabled": key.metadata.get("KeyState", "Enabled") == "Enabled",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": "Enabled",
        "Origin": "AWS_KMS",
        "KeyManager": "CUSTOMER",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "MultiRegion": False,
    }
    return {"KeyMetadata": {**metadata, **key.metadata}}


def get_key_policy(world: World, call: Call) -> dict[str, Any]:
    return {"Policy": key_of(world, call).policy, "PolicyName": "default"}


def get_key_rotation_status(world: World, call: Call) -> dict[str, Any]:
    key = key_of(world, call)
    return {"KeyId": key.arn, **key.rotation}


def list_grants(world: World, call: Call) -> dict[str, Any]:
    grants = [{"KeyId": call.params["KeyId"], **grant} for grant in key_of(world, call).grants]
    start = int(call.params.get("Marker") or 0)
    end = start + world.page_size
    more = {"NextMarker": str(end)} if end < len(grants) else {}
    return {"Grants": grants[start:end], "Truncated": bool(more), **more}


def list_aliases(world: World, call: Call) -> dict[str, Any]:
    """List the aliases of one of the caller's own keys, or of all of them in the Region."""
    own = [k for k in world.keys if (arn_account(k.arn), arn_region(k.arn)) == (call.account, call.region)]
    if wanted := call.params.get("KeyId"):
        own = [key for key in own if wanted in (key.arn, key.arn.split("/")[-1])]
        if not own:
            raise AwsError("NotFoundException", f"Key '{wanted}' does not exist")
    entries = [
        {
            "AliasName": alias,
            "AliasArn": f"{key.arn.rpartition(':')[0]}:{alias}",
            "TargetKeyId": key.arn.split("/")[-1],
        }
        for key in own
        for alias in key.aliases
    ]
    start = int(call.params.get("Marker") or 0)
    end = start + world.page_size
    more = {"NextMarker": str(end)} if end < len(entries) else {}
    return {"Aliases": entries[start:end], "Truncated": bool(more), **more}


def groups_of(world: World, call: Call) -> list[LogGroup]:
    return [g for g in world.log_groups if (g.account, g.region) == (call.account, call.region)]


def _group_entry(world: World, group: LogGroup) -> dict[str, Any]:
    arn = f"arn:{world.partition}:logs:{group.region}:{group.account}:log-group:{group.name}"
    entry = {
        "logGroupName": group.name,
        "creationTime": 1735689600000,
        "metricFilterCount": len(group.metric_filters),
        "arn": f"{arn}:*",
        "logGroupArn": arn,
        "storedBytes": 0,
        "logGroupClass": "STANDARD",
    }
    return {**entry, **group.settings}


def describe_log_groups(world: World, call: Call) -> dict[str, Any]:
    prefix = call.params.get("logGroupNamePrefix", "")
    part = call.params.get("logGroupNamePattern", "")
    groups = [g for g in groups_of(world, call) if g.name.startswith(prefix) and part in g.name]
    return page(world, call, "logGroups", [_group_entry(world, g) for g in groups])


def describe_metric_filters(world: World, call: Call) -> dict[str, Any]:
    wanted = call.params.get("logGroupName")
    groups = [g for g in groups_of(world, call) if wanted in (None, g.name)]
    if wanted and not groups:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
    filters = [{"logGroupName": g.name, **f} for g in groups for f in g.metric_filters]
    return page(world, call, "metricFilters", filters)


def describe_subscription_filters(world: World, call: Call) -> dict[str, Any]:
    group = next((g for g in groups_of(world, call) if g.name == call.params["logGroupName"]), None)
    if group is None:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
    filters = [{"logGroupName": group.name, **f} for f in group.subscription_filters]
    return page(world, call, "subscriptionFilters", filters)


def describe_resource_policies(world: World, call: Call) -> dict[str, Any]:
    if call.params.get("policyScope") == "RESOURCE":
        arn = call.params["resourceArn"]
        group = next((g for g in groups_of(world, call) if arn.endswith(f":log-group:{g.name}")), None)
        if group is None or (arn_region(arn), arn_account(arn)) != (group.region, group.account):
            raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
        own = [{"policyDocument": group.policy, "policyScope": "RESOURCE"}] if group.policy else []
        return page(world, call, "resourcePolicies", own)
    here = (call.account, call.region, "")
    found = [p for p in world.logs_policies if (p.account, p.region, p.type) == here]
    entries = [{"policyName": p.name, "policyDocument": p.document, "policyScope": "ACCOUNT"} for p in found]
    return page(world, call, "resourcePolicies", entries)


def describe_account_policies(world: World, call: Call) -> dict[str, Any]:
    wanted = (call.account, call.region, call.params["policyType"])
    found = [p for p in world.logs_policies if (p.account, p.region, p.type) == wanted]
    entries = [
        {
            "policyName": p.name,
            "policyDocument": p.document,
            "policyType": p.type,
            "scope": "ALL",
            **({"selectionCriteria": p.selection} if p.selection else {}),
        }
        for p in found
    ]
    return page(world, call, "accountPolicies", entries)


def describe_alarms(world: World, call: Call) -> dict[str, Any]:
    """List the alarms of one kind: nobody here asks for both at once."""
    prefix = call.params.get("AlarmNamePrefix", "")
    kinds = call.params.get("AlarmTypes") or [v for k, v in call.params.items() if k.startswith("AlarmTypes")]
    composite = list(kinds) == ["CompositeAlarm"]
    alarms = [a for a in world.alarms if (a.account, a.region) == (call.account, call.region)]
    entries = [
        {
            "AlarmName": a.name,
            "AlarmArn": f"arn:{world.partition}:cloudwatch:{a.region}:{a.account}:alarm:{a.name}",
            "ActionsEnabled": True,
            "AlarmActions": [],
            **({} if composite else {"Dimensions": []}),
            **a.settings,
        }
        for a in alarms
        if a.name.startswith(prefix) and ("AlarmRule" in a.settings) == composite
    ]
    return page(world, call, "CompositeAlarms" if composite else "MetricAlarms", entries)


def mute_rules_of(world: World, call: Call) -> list[MuteRule]:
    return [r for r in world.mute_rules if (r.account, r.region) == (call.account, call.region)]


def _mute_rule_entry(world: World, rule: MuteRule) -> dict[str, Any]:
    arn = f"arn:{world.partition}:cloudwatch:{rule.region}:{rule.account}:alarm-mute-rule:{rule.name}"
    given = {"AlarmMuteRuleArn": arn, "Status": "SCHEDULED", "MuteType": "RECURRING"}
    return {**given, "LastUpdatedTimestamp": CREATED, **rule.settings}


def list_alarm_mute_rules(world: World, call: Call) -> dict[str, Any]:
    """List the rules without what they mute, which only GetAlarmMuteRule tells."""
    told = ("AlarmMuteRuleArn", "Status", "MuteType", "LastUpdatedTimestamp", "ExpireDate")
    every = [_mute_rule_entry(world, rule) for rule in mute_rules_of(world, call)]
    entries = [{name: rule[name] for name in told if name in rule} for rule in every]
    return page(world, call, "AlarmMuteRuleSummaries", entries)


def get_alarm_mute_rule(world: World, call: Call) -> dict[str, Any]:
    wanted = call.params["AlarmMuteRuleName"]
    for rule in mute_rules_of(world, call):
        if rule.name == wanted:
            return {"Name": rule.name, **_mute_rule_entry(world, rule)}
    raise AwsError("ResourceNotFoundException", f"Alarm mute rule {wanted} does not exist.", 404)


def list_rules(world: World, call: Call) -> dict[str, Any]:
    """List the rules of the default bus; there is no other."""
    rules = [r for r in world.rules if (r.account, r.region) == (call.account, call.region)]
    entries = [
        {
            "Name": r.name,
            "Arn": f"arn:{world.partition}:events:{r.region}:{r.account}:rule/{r.name}",
            "State": "ENABLED",
            "EventBusName": "default",
            **r.settings,
        }
        for r in rules
    ]
    return page(world, call, "Rules", entries)


def list_targets_by_rule(world: World, call: Call) -> dict[str, Any]:
    for rule in world.rules:
        if (rule.account, rule.region, rule.name) == (call.account, call.region, call.params["Rule"]):
            targets = [{"Id": f"target-{n}", "Arn": arn} for n, arn in enumerate(rule.targets)]
            return page(world, call, "Targets", targets)
    raise AwsError("ResourceNotFoundException", f"Rule {call.params['Rule']} does not exist.")


def _source(record: Any) -> str:
    """Return the service of a recorded call; a record may be strange on purpose."""
    told = record.get("eventSource") if isinstance(record, dict) else None
    return str(told or "cloudtrail.amazonaws.com")


def lookup_events(world: World, call: Call) -> dict[str, Any]:
    """Look up calls by their name, the latest first."""
    wanted = {one["AttributeValue"] for one in call.params.get("LookupAttributes", ())}
    start = datetime.fromtimestamp(call.params.get("StartTime", 0), UTC)
    found = [
        past
        for past in sorted(world.past, key=lambda past: past.time, reverse=True)
        if (past.account, past.region) == (call.account, call.region)
        and past.name in wanted
        and past.time >= start
    ]
    entries = [
        {
            "EventId": f"event-{number}",
            "EventName": past.name,
            "EventTime": past.time,
            "EventSource": _source(past.record),
            "CloudTrailEvent": json.dumps(past.record),
            **({"Username": past.username} if past.username else {}),
        }
        for number, past in enumerate(found)
    ]
    return page(world, call, "Events", entries)


def topic_of(world: World, call: Call) -> Topic:
    arn = call.params["TopicArn"]
    topic = next((t for t in world.topics if t.arn == arn), Topic(arn=""))
    if not topic.arn or arn_region(arn) != call.region:
        raise AwsError("NotFound", "Topic does not exist", 404)
    if arn_account(arn) != call.account:
        raise denial(call, f"on resource: {arn}")
    return topic


def get_topic_attributes(world: World, call: Call) -> dict[str, Any]:
    topic = topic_of(world, call)
    return {"Attributes": {"TopicArn": topic.arn, "Owner": arn_account(topic.arn), **topic.attributes}}


def list_subscriptions_by_topic(world: World, call: Call) -> dict[str, Any]:
    topic = topic_of(world, call)
    owner = {"TopicArn": topic.arn, "Owner": arn_account(topic.arn)}
    entries = [{**owner, **one} for one in topic.subscriptions]
    told = [{name: value for name, value in one.items() if name != "Attributes"} for one in entries]
    return page(world, call, "Subscriptions", told)


def subscription_of(world: World, call: Call) -> tuple[Topic, Mapping[str, Any]]:
    """Return a confirmed subscription, and the topic that has it."""
    arn = call.params["SubscriptionArn"]
    for topic in world.topics:
        for one in topic.subscriptions:
            if one["SubscriptionArn"] == arn and arn_region(arn) == call.region:
                if arn_account(arn) != call.account:
                    raise denial(call, f"on resource: {arn}")
                return topic, one
    raise AwsError("NotFound", "Subscription does not exist", 404)


def get_subscription_attributes(world: World, call: Call) -> dict[str, Any]:
    topic, one = subscription_of(world, call)
    told = {name: str(value) for name, value in one.items() if name != "Attributes"}
    own = {"TopicArn": topic.arn, "Owner": arn_account(topic.arn), "PendingConfirmation": "false"}
    return {"Attributes": {**own, **told, **one.get("Attributes", {})}}


def role_of(world: World, call: Call) -> Role:
    name = call.params["RoleName"]
    for role in world.roles:
        if arn_account(role.arn) == call.account and role.arn.rsplit("/", 1)[-1] == name:
            return role
    raise _no_such(f"The role with name {name} cannot be found.")


def _no_such(message: str) -> AwsError:
    return AwsError("NoSuchEntity", message, 404)


def get_role(world: World, call: Call) -> dict[str, Any]:
    role = role_of(world, call)
    path, name = role.arn.split(":role", 1)[1].rsplit("/", 1)
    answer: dict[str, Any] = {
        "Path": f"{path}/",
        "RoleName": name,
        "RoleId": "AROAEXAMPLE",
        "Arn": role.arn,
        "CreateDate": CREATED,
        "AssumeRolePolicyDocument": quote(role.trust),
        "MaxSessionDuration": 3600,
    }
    if role.boundary:
        boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": role.boundary}
        answer["PermissionsBoundary"] = boundary
    return {"Role": answer}


def list_role_policies(world: World, call: Call) -> dict[str, Any]:
    return page(world, call, "PolicyNames", list(role_of(world, call).inline))


def get_role_policy(world: World, call: Call) -> dict[str, Any]:
    name = call.params["PolicyName"]
    document = role_of(world, call).inline.get(name)
    if document is None:
        raise _no_such(f"The role policy with name {name} cannot be found.")
    return {"RoleName": call.params["RoleName"], "PolicyName": name, "PolicyDocument": quote(document)}


def list_attached_role_policies(world: World, call: Call) -> dict[str, Any]:
    arns = role_of(world, call).managed
    attached = [{"PolicyName": arn.rsplit("/", 1)[-1], "PolicyArn": arn} for arn in arns]
    return page(world, call, "AttachedPolicies", attached)


def _managed(world: World, call: Call) -> str:
    arn = call.params["PolicyArn"]
    for role in world.roles:
        if arn in role.managed and arn_account(arn) in (call.account, "aws"):
            return role.managed[arn]
    raise _no_such(f"Policy {arn} does not exist or is not attachable.")


def get_policy(world: World, call: Call) -> dict[str, Any]:
    _managed(world, call)
    arn = call.params["PolicyArn"]
    return {"Policy": {"PolicyName": arn.rsplit("/", 1)[-1], "Arn": arn, "DefaultVersionId": "v1"}}


def get_policy_version(world: World, call: Call) -> dict[str, Any]:
    document = quote(_managed(world, call))
    return {"PolicyVersion": {"Document": document, "VersionId": "v1", "IsDefaultVersion": True}}


ANSWERS: dict[tuple[str, str], Answer] = {
    ("kms", "DescribeKey"): describe_key,
    ("kms", "GetKeyPolicy"): get_key_policy,
    ("kms", "GetKeyRotationStatus"): get_key_rotation_status,
    ("kms", "ListGrants"): list_grants,
    ("kms", "ListAliases"): list_aliases,
    ("logs", "DescribeLogGroups"): describe_log_groups,
    ("logs", "DescribeMetricFilters"): describe_metric_filters,
    ("logs", "DescribeSubscriptionFilters"): describe_subscription_filters,
    ("logs", "DescribeResourcePolicies"): describe_resource_policies,
    ("logs", "DescribeAccountPolicies"): describe_account_policies,
    ("cloudwatch", "DescribeAlarms"): describe_alarms,
    ("cloudwatch", "ListAlarmMuteRules"): list_alarm_mute_rules,
    ("cloudwatch", "GetAlarmMuteRule"): get_alarm_mute_rule,
    ("events", "ListRules"): list_rules,
    ("events", "ListTargetsByRule"): list_targets_by_rule,
    ("cloudtrail", "LookupEvents"): lookup_events,
    ("sns", "GetTopicAttributes"): get_topic_attributes,
    ("sns", "GetSubscriptionAttributes"): get_subscription_attributes,
    ("sns", "ListSubscriptionsByTopic"): list_subscriptions_by_topic,
    ("iam", "GetRole"): get_role,
    ("iam", "ListRolePolicies"): list_role_policies,
    ("iam", "GetRolePolicy"): get_role_policy,
    ("iam", "ListAttachedRolePolicies"): list_attached_role_policies,
    ("iam", "GetPolicy"): get_policy,
    ("iam", "GetPolicyVersion"): get_policy_version,
}
