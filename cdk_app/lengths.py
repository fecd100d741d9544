"""How long a text with tokens can become, because AWS counts characters that only a deployment knows."""

import json
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_app.formats import check

BUCKET_POLICY, KEY_POLICY = 20 * 1024, 32 * 1024
"""Bytes that S3 and KMS take (S3 user guide, Bucket policies; KMS developer guide, Resource quotas)."""
_PSEUDO = {"AWS::Partition": 10, "AWS::AccountId": 12, "AWS::Region": 14, "AWS::URLSuffix": 16}
_LONGEST_NAME = 63
"""Of what another resource's attribute may turn out to be: the longest bucket name, longer than a key id."""


def longest(resolved: Any) -> int:
    """Return how many characters a resolved text has at most; any other reference counts as a long name."""
    match resolved:
        case str():
            return len(resolved)
        case {"Ref": str(name)}:
            return _PSEUDO.get(name, _LONGEST_NAME)
        case {"Fn::Join": [str(joint), list(parts)]}:
            return sum(longest(part) for part in parts) + len(joint) * max(len(parts) - 1, 0)
    return _LONGEST_NAME


def check_policy(scope: Construct, what: str, policy: iam.PolicyDocument, most: int) -> None:
    """Refuse a policy that may turn out to be larger than AWS takes, before anything is deployed."""
    size = longest_json(Stack.of(scope).resolve(policy))
    check(
        size <= most,
        f"the policy of {what} takes up to {size} characters and AWS takes {most}: name fewer break-glass "
        "and deployer roles, or use * in them",
    )


def longest_json(resolved: Any) -> int:
    """Return how many characters a resolved document has at most, as JSON without spaces."""
    return len(json.dumps(_filled(resolved), separators=(",", ":")))


def _filled(resolved: Any) -> Any:
    match resolved:
        case {"Ref": _, **rest} if not rest:
            return "x" * longest(resolved)
        case dict() if len(resolved) == 1 and next(iter(resolved)).startswith("Fn::"):
            return "x" * longest(resolved)
        case dict():
            return {key: _filled(value) for key, value in resolved.items()}
        case list():
            return [_filled(value) for value in resolved]
    return resolved
