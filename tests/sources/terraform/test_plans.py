"""A whole plan: a genuine one, an older style, a state, and what only the apply tells."""

from pathlib import Path

import pytest

from checker.evidence import Cause, Unknown
from checker.inventory import Encryption, Inventory
from checker.observation import CannotObserve, Observation
from checker.sources import terraform
from tests import hardened as good
from tests.hardened import ACCOUNT, BUCKET, HOME
from tests.sources.cloudformation.judging import findings, statuses
from tests.sources.terraform.hardened import inline, resources
from tests.sources.terraform.planning import after, plan, written
from tests.sources.terraform.reading import content, observed, only

GENUINE = Path(__file__).parent / "plans" / "modules.json"
"""What Terraform 1.11.4 made of ``plans/main.tf``, with the schemas of the AWS provider."""


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
    assert line.strip() == '"enable_logging": false,'
    assert line.index('"enable_logging"') + 1 == finding.location.column
    assert terraform.declared(found)[good.TRAIL_ARN].construct == "aws_cloudtrail.audit"


def test_the_older_style_of_the_provider_tells_the_same(tmp_path: Path) -> None:
    """But for MFA delete, which the older style speaks of even where nobody does."""
    older, newer = statuses(observed(tmp_path, inline())), statuses(observed(tmp_path, resources()))
    judged = [id for id, status in newer.items() if status != "apart"]
    assert {id: older[id] for id in judged} == {id: newer[id] for id in judged}


def test_what_is_sensitive_is_not_read_unless_it_is_a_switch(tmp_path: Path) -> None:
    marks = {"aws_cloudtrail.audit": {"s3_key_prefix": True, "enable_logging": True}}
    found = observed(tmp_path, resources(aws_cloudtrail__s3_key_prefix="secret"), sensitive=marks)
    trail = only(found.trails)
    assert isinstance(trail.key_prefix, Unknown)
    assert "sensitive" in trail.key_prefix.reason
    assert content(trail.status.is_logging)


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
