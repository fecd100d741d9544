"""What a plan tells: references through modules, what is gone, what is new, and where it stands."""

from pathlib import Path
from typing import Any

import pytest

from checker.evidence import Cause, Known, Unknown
from checker.inventory import Encryption, Inventory, ObjectLock, PublicAccessBlock
from checker.observation import CannotObserve, Observation
from checker.sources import terraform
from tests import hardened as good
from tests.hardened import ACCOUNT, BUCKET, HOME
from tests.sources.cloudformation.judging import findings, statuses
from tests.sources.terraform.hardened import inline, resources, without
from tests.sources.terraform.planning import GONE, after, plan, written

GENUINE = Path(__file__).parent / "plans" / "modules.json"
"""What Terraform 1.11.4 made of ``plans/main.tf``, with the schemas of the AWS provider."""
BLOCKED = PublicAccessBlock(
    block_public_acls=True, ignore_public_acls=True, block_public_policy=True, restrict_public_buckets=True
)


def observed(folder: Path, found: dict[str, dict[str, Any]], **more: Any) -> Inventory:
    return terraform.load([written(folder, plan(found, **more))]).inventory


def content(setting: Any) -> Any:
    assert isinstance(setting, Known), setting
    return setting.content


def only(found: dict[str, Any]) -> Any:
    (one,) = found.values()
    return one


@pytest.fixture(scope="module")
def genuine() -> Inventory:
    return terraform.load([GENUINE]).inventory


def test_a_genuine_plan_leads_from_the_trail_to_all_that_it_names(genuine: Inventory) -> None:
    trail = only(genuine.trails)
    key = f"arn:aws:kms:{HOME}:{ACCOUNT}:key/aws_kms_key.logs"
    assert content(trail.bucket_name) == BUCKET, "through the output of a module, from the bucket's policy"
    assert content(trail.kms_key_id) == key
    assert content(trail.log_group_arn) == f"{good.GROUP_ARN}:*"
    assert content(trail.log_role_arn) == good.ROLE_ARN
    assert content(trail.sns_topic_arn) == good.TOPIC_ARN
    assert [one.type for one in content(trail.insights)] == ["ApiCallRateInsight", "ApiErrorRateInsight"]
    bucket, group = only(genuine.buckets), only(genuine.log_groups)
    assert content(bucket.encryption) == Encryption(algorithm="aws:kms", key_id=key, bucket_key=True)
    assert content(bucket.versioning).status == "Enabled"
    assert content(group.kms_key_id) == key, "through an alias"
    (filter,), (alarm,) = content(group.metric_filters), content(group.alarms)
    assert (filter.name, filter.transformations[0].name) == ("root", "root")
    assert alarm.actions == (good.TOPIC_ARN,)
    assert only(genuine.roles).trust_policy.value


def test_a_genuine_plan_has_what_the_provider_fills_in_left_out(genuine: Inventory) -> None:
    bucket = only(genuine.buckets)
    (rule,) = content(bucket.lifecycle)
    assert (rule.id, rule.filter.prefix, rule.expiration_days) == ("x", "", 10)
    assert content(bucket.acl) == ()
    assert content(bucket.replication) == ()
    assert content(bucket.access_log_bucket) is None


def test_what_only_the_apply_puts_into_a_policy_is_neither_pass_nor_fail(genuine: Inventory) -> None:
    told = {f.control_id: f.status.value for f in findings(genuine)}
    assert told["TH312"] == "unknown", "whether HTTP is denied on the bucket and its objects"
    assert told["TH317"] == "unknown", "whether CloudTrail may read the ACL of this bucket"
    assert told["TH318"] == "pass", "conditions that are known"
    role = only(genuine.roles)
    assert isinstance(role.policies, Unknown)
    assert role.policies.cause is Cause.UNDECIDED


def test_a_finding_names_the_address_and_the_place(tmp_path: Path) -> None:
    path = written(tmp_path, plan(resources(aws_cloudtrail__enable_logging=False)))
    found = terraform.load([path]).inventory
    (finding,) = (f for f in findings(found, ["TH106"]) if f.status.value == "fail")
    assert finding.location
    assert (finding.location.path, finding.location.construct) == (str(path), "aws_cloudtrail.audit")
    line = path.read_text().splitlines()[finding.location.line - 1]
    assert line.strip() == '"address": "aws_cloudtrail.audit",'
    assert line.index('"address"') + 1 == finding.location.column
    assert terraform.declared(found)[good.TRAIL_ARN].construct == "aws_cloudtrail.audit"


def test_the_older_style_of_the_provider_tells_the_same(tmp_path: Path) -> None:
    """But for MFA delete, which the older style speaks of even where nobody does."""
    older, newer = statuses(observed(tmp_path, inline())), statuses(observed(tmp_path, resources()))
    judged = [id for id, status in newer.items() if status != "apart"]
    assert {id: older[id] for id in judged} == {id: newer[id] for id in judged}


MODULES: list[tuple[str, dict[str, dict[str, Any]], Any, Any, str | None]] = [
    (
        "an input leads to the caller",
        {"module.t.aws_cloudtrail.x": {"name": "t", "s3_bucket_name": after("var.bucket")}},
        {"module.t": {"bucket": after("aws_s3_bucket.b.id")}},
        {},
        "named",
    ),
    (
        "an input of an input",
        {"module.a.module.b.aws_cloudtrail.x": {"name": "t", "s3_bucket_name": after("var.inner")}},
        {
            "module.a": {"outer": after("aws_s3_bucket.b.id")},
            "module.a.module.b": {"inner": after("var.outer")},
        },
        {},
        "named",
    ),
    (
        "an output of a module with keys",
        {
            "aws_cloudtrail.x": {"name": "t", "s3_bucket_name": after('module.m["k"].id')},
            'module.m["k"].aws_s3_bucket.i': {"bucket": "inner"},
        },
        {},
        {"module.m": {"id": after("aws_s3_bucket.i.id")}},
        "inner",
    ),
    (
        "an output that passes an input on",
        {
            "aws_cloudtrail.x": {"name": "t", "s3_bucket_name": after("module.m.id")},
            "module.m.aws_sns_topic.i": {"name": "x"},
        },
        {"module.m": {"given": after("aws_s3_bucket.b.bucket")}},
        {"module.m": {"id": after("var.given")}},
        "named",
    ),
    (
        "a local value leads nowhere",
        {"aws_cloudtrail.x": {"name": "t", "s3_bucket_name": after("local.bucket")}},
        {},
        {},
        None,
    ),
    (
        "one of two cannot be told",
        {
            "aws_cloudtrail.x": {
                "name": "t",
                "s3_bucket_name": after("aws_s3_bucket.b.id", "aws_s3_bucket.c.id"),
            },
            "aws_s3_bucket.c": {"bucket": "other"},
        },
        {},
        {},
        None,
    ),
    (
        "one of two of which one is not there",
        {
            "aws_cloudtrail.x": {
                "name": "t",
                "s3_bucket_name": after("aws_s3_bucket.b.id", "aws_s3_bucket.none[0].id"),
            }
        },
        {},
        {},
        "named",
    ),
    (
        "an instance by its number",
        {
            "aws_cloudtrail.x": {"name": "t", "s3_bucket_name": after("aws_s3_bucket.n[1].id")},
            "aws_s3_bucket.n[0]": {"bucket": "zero"},
            "aws_s3_bucket.n[1]": {"bucket": "one"},
        },
        {},
        {},
        "one",
    ),
    (
        "the instance with the same key",
        {
            'aws_cloudtrail.x["eu"]': {"name": "t", "s3_bucket_name": after("aws_s3_bucket.n", "each.key")},
            'aws_s3_bucket.n["us"]': {"bucket": "us"},
            'aws_s3_bucket.n["eu"]': {"bucket": "eu"},
        },
        {},
        {},
        "eu",
    ),
    (
        "the only one of all instances",
        {
            "aws_cloudtrail.x": {"name": "t", "s3_bucket_name": after("aws_s3_bucket.n")},
            "aws_s3_bucket.n[0]": {"bucket": "zero"},
        },
        {},
        {},
        "zero",
    ),
    (
        "a name that nobody knows yet is the address",
        {
            "aws_cloudtrail.x": {"name": "t", "s3_bucket_name": after("aws_s3_bucket.p.id")},
            "aws_s3_bucket.p": {"bucket_prefix": "logs-"},
        },
        {},
        {},
        "aws_s3_bucket.p",
    ),
]


@pytest.mark.parametrize(
    ("name", "found", "calls", "outputs", "bucket"), MODULES, ids=[m[0] for m in MODULES]
)
def test_names_that_only_the_apply_gives_are_followed(
    name: str, found: dict[str, dict[str, Any]], calls: Any, outputs: Any, bucket: str | None, tmp_path: Path
) -> None:
    every = {"aws_s3_bucket.b": {"bucket": "named"}, **found}
    inventory = observed(tmp_path, every, calls=calls, outputs=outputs)
    named = only(inventory.trails).bucket_name
    if bucket is None:
        assert isinstance(named, Unknown)
        assert named.cause is Cause.UNDECIDED
    else:
        assert content(named) == bucket
        assert content(inventory.buckets[bucket].exists)


def bucket_of(folder: Path, actions: dict[str, list[str]], **changes: Any) -> Any:
    return observed(folder, resources(**changes), actions=actions).buckets[BUCKET]


SATELLITES: list[tuple[str, str, Any]] = [
    ("aws_s3_bucket_public_access_block.logs", "public_access_block", PublicAccessBlock()),
    ("aws_s3_bucket_ownership_controls.logs", "object_ownership", None),
    ("aws_s3_bucket_policy.logs", "policy", None),
    ("aws_s3_bucket_logging.logs", "access_log_bucket", None),
    ("aws_s3_bucket_server_side_encryption_configuration.logs", "encryption", Encryption(algorithm="AES256")),
    ("aws_s3_bucket_object_lock_configuration.logs", "object_lock", ObjectLock(enabled=True)),
]


@pytest.mark.parametrize(("address", "field", "left"), SATELLITES, ids=[s[0] for s in SATELLITES])
def test_what_is_destroyed_is_gone_from_the_bucket(
    address: str, field: str, left: Any, tmp_path: Path
) -> None:
    changes: dict[str, Any] = {f"{address.removesuffix('.logs')}__bucket": BUCKET}
    changes["aws_cloudtrail__s3_bucket_name"] = BUCKET
    there = bucket_of(tmp_path, {"aws_s3_bucket.logs": ["no-op"]}, **changes)
    gone = bucket_of(tmp_path, {"aws_s3_bucket.logs": ["no-op"], address: ["delete"]}, **changes)
    assert content(getattr(there, field)) != left
    assert content(getattr(gone, field)) == left


def test_versions_that_are_destroyed_are_suspended(tmp_path: Path) -> None:
    changes = {"aws_s3_bucket_versioning__bucket": BUCKET, "aws_s3_bucket__object_lock_enabled": False}
    gone = bucket_of(
        tmp_path,
        {"aws_s3_bucket_versioning.logs": ["delete"]},
        aws_s3_bucket_object_lock_configuration=GONE,
        **changes,
    )
    assert content(gone.versioning).status == "Suspended"


def test_a_trail_that_is_destroyed_no_longer_logs(tmp_path: Path) -> None:
    found = observed(tmp_path, resources(), actions={"aws_cloudtrail.audit": ["delete"]})
    assert content(only(found.trails).status.is_logging) is False


DEFAULTS: list[tuple[str, str, Any]] = [
    ("aws_s3_bucket_public_access_block", "public_access_block", BLOCKED),
    ("aws_s3_bucket_ownership_controls", "object_ownership", "BucketOwnerEnforced"),
]


@pytest.mark.parametrize(("type", "field", "default"), DEFAULTS)
def test_what_s3_gives_new_buckets_alone_counts_for_new_buckets_alone(
    type: str, field: str, default: Any, tmp_path: Path
) -> None:
    change: dict[str, Any] = {type: GONE}
    new = getattr(bucket_of(tmp_path, {}, **change), field)
    assert content(new) == default
    assert "what S3 gives a new bucket" in new.origin.field
    replaced = getattr(bucket_of(tmp_path, {"aws_s3_bucket.logs": ["delete", "create"]}, **change), field)
    assert content(replaced) == default
    for action in (["no-op"], ["update"]):
        old = getattr(bucket_of(tmp_path, {"aws_s3_bucket.logs": action}, **change), field)
        assert isinstance(old, Unknown)
        assert old.cause is Cause.UNDECIDED


def test_the_provider_s_own_defaults_hold(tmp_path: Path) -> None:
    bare = {"aws_cloudtrail.x": {"name": "t", "s3_bucket_name": "b"}, "aws_s3_bucket.b": {"bucket": "b"}}
    found = observed(tmp_path, bare)
    trail, bucket = only(found.trails), only(found.buckets)
    assert content(trail.status.is_logging)
    assert content(trail.global_service_events)
    for setting in (trail.multi_region, trail.organization, trail.log_file_validation):
        assert content(setting) is False
    assert content(trail.kms_key_id) is None
    assert content(bucket.versioning).status is None
    assert content(bucket.encryption) == Encryption(algorithm="AES256")
    assert content(bucket.policy) is None


OPEN_TO_ALL = {
    "effect": "Allow",
    "actions": ["s3:GetObject"],
    "resources": [after("aws_s3_bucket.logs.arn")],
    "principals": [{"type": "*", "identifiers": ["*"]}],
    "condition": [],
}
STATEMENTS: list[tuple[str, Any, str, str]] = [
    ("open to everybody", OPEN_TO_ALL, "TH304", "pass"),
    (
        "a role that is still to be made",
        {**OPEN_TO_ALL, "principals": [{"type": "AWS", "identifiers": [after("aws_iam_role.to_logs.arn")]}]},
        "TH304",
        "fail or unknown",
    ),
    (
        "principals that nobody can tell",
        {**OPEN_TO_ALL, "principals": [{"type": "AWS", "identifiers": after("local.who")}]},
        "TH304",
        "fail or pass",
    ),
    (
        "actions that nobody can tell",
        {**OPEN_TO_ALL, "actions": after("local.what")},
        "TH304",
        "fail or pass",
    ),
]


@pytest.mark.parametrize(
    ("name", "statement", "control", "never"), STATEMENTS, ids=[s[0] for s in STATEMENTS]
)
def test_a_document_that_only_the_apply_writes_is_put_together(
    name: str, statement: dict[str, Any], control: str, never: str, tmp_path: Path
) -> None:
    found = resources(aws_s3_bucket_policy__policy=after("data.aws_iam_policy_document.p.json"))
    found["data.aws_iam_policy_document.p"] = {
        "statement": [statement],
        "json": after(),
        "version": None,
    }
    told = statuses(observed(tmp_path, found, actions={"data.aws_iam_policy_document.p": ["read"]}))
    assert told[control] not in never.split(" or ")


def test_statements_are_taken_from_other_documents(tmp_path: Path) -> None:
    found = resources(aws_s3_bucket_policy__policy=after("data.aws_iam_policy_document.p.json"))
    found["data.aws_iam_policy_document.p"] = {
        "source_policy_documents": [
            without(good.BUCKET_POLICY, 0),
            after("data.aws_iam_policy_document.q.json"),
        ],
        "override_policy_documents": ['{"Statement": {"Sid": "own", "Effect": "Deny", "Action": "x:*"}}'],
        "statement": [{"sid": "own", "actions": ["s3:*"], "resources": ["*"]}],
    }
    found["data.aws_iam_policy_document.q"] = {
        "statement": [
            {"sid": "q", "actions": ["s3:GetBucketAcl"], "resources": [after("aws_s3_bucket.logs.arn")]}
        ]
    }
    reads = {f"data.aws_iam_policy_document.{name}": ["read"] for name in "pq"}
    document = content(observed(tmp_path, found, actions=reads).buckets[BUCKET].policy)
    assert document.count('"Effect"') == 5
    assert '"Action": "x:*"' in document
    assert '"s3:*"' not in document.replace('"Action": "s3:*"', ""), "it was overridden"


def test_what_is_sensitive_is_not_read_unless_it_is_a_switch(tmp_path: Path) -> None:
    marks = {"aws_cloudtrail.audit": {"s3_key_prefix": True, "enable_logging": True}}
    found = observed(tmp_path, resources(aws_cloudtrail__s3_key_prefix="secret"), sensitive=marks)
    trail = only(found.trails)
    assert isinstance(trail.key_prefix, Unknown)
    assert "sensitive" in trail.key_prefix.reason
    assert content(trail.status.is_logging)


def providers(**expressions: Any) -> dict[str, Any]:
    return {"aws": {"name": "aws", "expressions": {"region": {"constant_value": HOME}, **expressions}}}


PLACES: list[tuple[str, dict[str, Any], dict[str, str], str | None]] = [
    ("by the caller's identity", {}, {}, ACCOUNT),
    ("by nobody", {"account": ""}, {}, None),
    ("by a parameter", {"account": ""}, {"AWS::AccountId": ACCOUNT}, ACCOUNT),
    (
        "by the only account that is allowed",
        {"account": "", "providers": providers(allowed_account_ids={"constant_value": [ACCOUNT]})},
        {},
        ACCOUNT,
    ),
    (
        "by the role that is assumed",
        {
            "account": "",
            "providers": providers(
                assume_role=[{"role_arn": {"constant_value": f"arn:aws:iam::{ACCOUNT}:role/deploy"}}]
            ),
        },
        {},
        ACCOUNT,
    ),
]


@pytest.mark.parametrize(("name", "more", "parameters", "account"), PLACES, ids=[p[0] for p in PLACES])
def test_the_account_is_told(
    name: str, more: dict[str, Any], parameters: dict[str, str], account: str | None, tmp_path: Path
) -> None:
    path = written(tmp_path, plan(resources(), **more))
    observation = terraform.load([path], parameters=parameters)
    assert observation.scan.accounts == ((account,) if account else ())
    told = statuses(observation.inventory)
    assert told["TH312"] == ("pass" if account else "unknown"), "the policies spell the account out"


def test_the_region_of_a_resource_counts_first(tmp_path: Path) -> None:
    found = observed(tmp_path, resources(aws_cloudtrail__region="eu-west-1"))
    assert only(found.trails).home_region == "eu-west-1"


def test_the_account_s_own_block_of_public_access_counts(tmp_path: Path) -> None:
    found = resources(aws_s3_bucket_public_access_block=GONE)
    flags = dict.fromkeys(BLOCKED.__struct_fields__, True)
    every = observed(
        tmp_path,
        {**found, "aws_s3_account_public_access_block.all": flags},
        actions={"aws_s3_bucket.logs": ["no-op"]},
    )
    assert content(every.accounts[ACCOUNT].public_access_block) == BLOCKED
    assert every.blocks_public(every.buckets[BUCKET], "block_public_policy")


def test_a_state_that_is_shown_is_judged_too(tmp_path: Path) -> None:
    existing = {
        "aws_cloudtrail.x": {
            "name": "t",
            "s3_bucket_name": "b",
            "arn": good.TRAIL_ARN,
            "enable_logging": False,
        }
    }
    made = plan(existing)
    state = {"format_version": "1.0", "terraform_version": "1.11.4", "values": made["planned_values"]}
    found: Observation = terraform.load([written(tmp_path, state)])
    assert found.scan.accounts == (ACCOUNT,)
    assert content(found.inventory.trails[good.TRAIL_ARN].status.is_logging) is False


def test_two_of_a_name_are_refused_with_their_addresses(tmp_path: Path) -> None:
    found = {**resources(), "module.m.aws_cloudtrail.again": {"name": "audit", "s3_bucket_name": "b"}}
    with pytest.raises(CannotObserve, match=r"aws_cloudtrail.audit .* module.m"):
        observed(tmp_path, found)


READ_BACK: dict[str, Any] = {
    "bucket": "b",
    "policy": "",
    "acl": None,
    "versioning": [{"enabled": False, "mfa_delete": False}],
    "lifecycle_rule": [],
    "logging": [],
}


def test_of_a_bucket_that_exists_what_the_provider_read_back_counts(tmp_path: Path) -> None:
    found = {"aws_cloudtrail.x": {"name": "t", "s3_bucket_name": "b"}, "aws_s3_bucket.b": READ_BACK}
    bucket = only(observed(tmp_path, found, actions={"aws_s3_bucket.b": ["no-op"]}).buckets)
    assert content(bucket.policy) is None
    assert content(bucket.versioning).status == "Suspended"
    assert content(bucket.lifecycle) == ()
    for silent in (bucket.replication, bucket.encryption, bucket.notifications):
        assert isinstance(silent, Unknown), "a provider that does not read it back tells nothing"


def test_subscribers_filters_and_policies_of_the_destinations_are_read(tmp_path: Path) -> None:
    found = resources(aws_sns_topic__sqs_failure_feedback_role_arn=after("aws_iam_role.to_logs.arn"))
    found |= {
        "aws_sqs_queue.q": {"name": "q"},
        "aws_sns_topic_subscription.q": {
            "topic_arn": after("aws_sns_topic.audit.arn"),
            "protocol": "sqs",
            "endpoint": after("aws_sqs_queue.q.arn"),
        },
        "aws_cloudwatch_log_subscription_filter.s": {
            "name": "s",
            "log_group_name": after("aws_cloudwatch_log_group.audit.name"),
            "destination_arn": "arn:aws:kinesis:us-east-1:222233334444:stream/x",
        },
        "aws_cloudwatch_log_account_policy.a": {
            "policy_name": "a",
            "policy_type": "SUBSCRIPTION_FILTER_POLICY",
            "policy_document": '{"DestinationArn": "arn:aws:lambda:::x"}',
            "selection_criteria": 'LogGroupName NOT IN ["audit"]',
        },
        "aws_cloudwatch_log_resource_policy.r": {"policy_name": "r", "policy_document": good.BUCKET_POLICY},
        "aws_s3_bucket_notification.n": {
            "bucket": after("aws_s3_bucket.logs.id"),
            "eventbridge": True,
            "queue": [{"queue_arn": after("aws_sqs_queue.q.arn"), "events": ["s3:ObjectRemoved:*"]}],
        },
        "aws_s3_bucket_website_configuration.w": {"bucket": BUCKET},
        "aws_s3_access_point.p": {
            "bucket": after("aws_s3_bucket.logs.id"),
            "name": "p",
            "public_access_block_configuration": [{"block_public_policy": False}],
        },
    }
    inventory = observed(tmp_path, found)
    topic, group, bucket = only(inventory.topics), only(inventory.log_groups), inventory.buckets[BUCKET]
    queue = f"arn:aws:sqs:{HOME}:{ACCOUNT}:q"
    (subscription,) = content(topic.subscriptions)
    assert (subscription.protocol, subscription.endpoint, subscription.confirmed) == ("sqs", queue, True)
    (feedback,) = content(topic.feedback)
    assert (feedback.protocol, feedback.success, feedback.failure) == ("SQS", None, good.ROLE_ARN)
    (sent,) = content(group.subscription_filters)
    assert (sent.name, sent.account_wide) == ("s", False)
    assert [policy.name for policy in content(group.region_policies)] == ["r"]
    assert content(group.own_policies) == ()
    assert content(bucket.notifications) == (queue, "EventBridge")
    assert content(bucket.website) is True
    assert content(bucket.access_log_prefix) == "s3/"
    (point,) = content(bucket.access_points)
    assert content(point.public_access_block) == PublicAccessBlock(
        block_public_acls=True, ignore_public_acls=True, restrict_public_buckets=True
    )


ALARM = {
    "alarm_name": "a",
    "metric_name": "m",
    "namespace": "n",
    "comparison_operator": "GreaterThanOrEqualToThreshold",
    "threshold": 1,
    "period": 300,
    "evaluation_periods": 1,
    "treat_missing_data": "missing",
    "alarm_actions": [after("aws_sns_topic.audit.arn")],
}
QUERIES = [
    {"id": "e", "expression": "m1 * 2", "return_data": True, "metric": []},
    {"id": "m1", "metric": [{"metric_name": "m", "namespace": "n", "stat": "Sum", "period": 60}]},
]


def test_alarms_are_read_with_what_narrows_them(tmp_path: Path) -> None:
    found = resources()
    found |= {
        "aws_cloudwatch_log_metric_filter.f": {
            "name": "f",
            "pattern": "{ $.x = 1 }",
            "log_group_name": "audit",
            "metric_transformation": [
                {
                    "name": "m",
                    "namespace": "n",
                    "value": "1",
                    "unit": "Count",
                    "dimensions": {"who": "$.user"},
                }
            ],
        },
        "aws_cloudwatch_metric_alarm.a": {
            **ALARM,
            "dimensions": {"who": "x"},
            "datapoints_to_alarm": 2,
            "unit": "Bytes",
        },
        "aws_cloudwatch_metric_alarm.q": {
            **ALARM,
            "alarm_name": "q",
            "metric_name": None,
            "namespace": None,
            "metric_query": QUERIES,
        },
        "aws_cloudwatch_metric_alarm.other": {**ALARM, "alarm_name": "other", "metric_name": "z"},
        "aws_cloudwatch_composite_alarm.c": {
            "alarm_name": "c",
            "alarm_rule": 'ALARM("a")',
            "alarm_actions": [after("aws_sns_topic.audit.arn")],
            "actions_suppressor": [{"alarm": "quiet", "wait_period": 1}],
        },
    }
    group = only(observed(tmp_path, found).log_groups)
    (fed,) = content(group.metric_filters)[0].transformations
    assert (fed.dimensions, fed.unit) == (("who",), "Count")
    plain, queried = content(group.alarms)
    assert (plain.name, plain.dimensions, plain.datapoints, plain.unit) == ("a", ("who",), 2, "Bytes")
    assert plain.actions == (good.TOPIC_ARN,)
    assert [(one.id, one.metric, one.returns) for one in queried.metrics] == [
        ("e", "", True),
        ("m1", "m", False),
    ]
    (composite,) = content(group.composites)
    assert (composite.rule, composite.suppressor) == ('ALARM("a")', "quiet")


def test_what_a_trail_still_names_and_the_plan_destroys_is_known_to_be_gone(tmp_path: Path) -> None:
    key = {"arn": good.KEY_ARN, "key_id": "0a1b2c3d-1111-2222-3333-444455556666"}
    found = {
        "aws_cloudtrail.x": {"name": "t", "s3_bucket_name": BUCKET, "kms_key_id": good.KEY_ARN},
        "aws_s3_bucket.logs": {"bucket": BUCKET},
        "aws_kms_key.logs": key,
    }
    gone = {"aws_s3_bucket.logs": ["delete"], "aws_kms_key.logs": ["delete"]}
    inventory = observed(tmp_path, found, actions=gone)
    assert content(only(inventory.buckets).exists) is False
    assert content(only(inventory.keys).state) == "PendingDeletion"
    told = statuses(inventory)
    assert (told["TH301"], told["TH403"]) == ("fail", "fail")
    kept = observed(tmp_path, found, actions={address: ["forget"] for address in gone})
    assert content(only(kept.buckets).exists) is True
    assert content(only(kept.keys).state) == "Enabled", "as it was"


@pytest.mark.parametrize("name", ["event_selector", "advanced_event_selector"])
def test_blocks_that_only_the_apply_repeats_are_open(name: str, tmp_path: Path) -> None:
    """Of a ``dynamic`` block a plan has no expression, and of what is unknown in it no more than that."""
    whole = plan({"aws_cloudtrail.x": {"name": "t", "s3_bucket_name": BUCKET}})
    whole["resource_changes"][0]["change"]["after_unknown"][name] = True
    (trail,) = terraform.load([written(tmp_path, whole)]).inventory.trails.values()
    assert isinstance(trail.selectors, Unknown)


def test_without_its_configuration_a_plan_does_not_tell_what_nobody_sets(tmp_path: Path) -> None:
    whole = plan(
        {"aws_cloudtrail.x": {"name": "t", "s3_bucket_name": BUCKET, "kms_key_id": after("local.k")}}
    )
    del whole["configuration"]
    (trail,) = terraform.load([written(tmp_path, whole)]).inventory.trails.values()
    assert isinstance(trail.kms_key_id, Unknown)


def test_rules_of_a_lifecycle_that_only_the_apply_repeats_are_open(tmp_path: Path) -> None:
    rules = "aws_s3_bucket_lifecycle_configuration.logs"
    found = resources()
    found[rules] = {"bucket": BUCKET}
    whole = plan(found)
    (change,) = [one for one in whole["resource_changes"] if one["address"] == rules]
    change["change"]["after_unknown"]["rule"] = True
    bucket = only(terraform.load([written(tmp_path, whole)]).inventory.buckets)
    assert isinstance(bucket.lifecycle, Unknown)


def test_of_two_policies_of_a_topic_the_last_one_remains(tmp_path: Path) -> None:
    found = resources()
    found["aws_sns_topic_policy.other"] = found["aws_sns_topic_policy.audit"]
    assert isinstance(only(observed(tmp_path, found).topics).policy, Unknown)
