"""The hardened plan once it was applied: every value is known, and nothing changes unless a test says so."""

from typing import Any

from tests import hardened as good
from tests.hardened import ACCOUNT, HOME
from tests.sources.terraform import hardened
from tests.sources.terraform.planning import After, plan

KEY_ID = "11111111-2222-3333-4444-555555555555"
KEY_ARN = f"arn:aws:kms:{HOME}:{ACCOUNT}:key/{KEY_ID}"
NAMED = {"aws_s3_bucket.logs": good.BUCKET, "aws_s3_bucket.access": "access-logs-111122223333"}
ARNS = {
    "aws_kms_key.logs": KEY_ARN,
    "aws_cloudwatch_log_group.audit": good.GROUP_ARN,
    "aws_iam_role.to_logs": good.ROLE_ARN,
    "aws_sns_topic.audit": good.TOPIC_ARN,
}


def resources(**changes: Any) -> dict[str, dict[str, Any]]:
    """Return the resources of the hardened plan with the names and ARNs that the apply gave them."""
    found: dict[str, dict[str, Any]] = {
        address: _applied(values) for address, values in hardened.resources(**changes).items()
    }
    for address, arn in ARNS.items():
        found[address]["arn"] = arn
    found["aws_kms_key.logs"]["key_id"] = KEY_ID
    found["aws_cloudtrail.audit"] |= {
        "arn": good.TRAIL_ARN,
        "cloud_watch_logs_group_arn": f"{good.GROUP_ARN}:*",
    }
    return found


def _applied(value: Any) -> Any:
    if isinstance(value, After):
        address, _, attribute = value.references[0].rpartition(".")
        if attribute in ("arn", "topic_arn", "kms_master_key_id") and address in ARNS:
            return ARNS[address]
        name = NAMED.get(address.replace("_policy.", ".")) or ARNS.get(address, "").rpartition(":")[2]
        return name.rpartition("/")[2] or address
    if isinstance(value, dict):
        return {name: _applied(one) for name, one in value.items()}
    return [_applied(one) for one in value] if isinstance(value, list) else value


def changed(actions: dict[str, list[str]], **changes: Any) -> dict[str, Any]:
    """Return a plan with these actions, in which all else stays as it is."""
    found = resources(**changes)
    return plan(found, actions={**{address: ["no-op"] for address in found}, **actions})
