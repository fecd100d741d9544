"""How the names that AWS gives look, so that a typing error is found before anything is deployed."""

import re
from collections.abc import Iterable

from cdk_app.refusal import Refusal

_DEFAULT_REGIONS = frozenset(
    [
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
        *("eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1"),
        *(
            "ap-south-1",
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-southeast-1",
            "ap-southeast-2",
        ),
        *("us-gov-east-1", "us-gov-west-1", "cn-north-1", "cn-northwest-1"),
        *("us-iso-east-1", "us-iso-west-1", "us-isob-east-1"),
    ]
)
"""Regions that every account has; all that were opened since March 2019 have to be opted in to.

Source: AWS Account Management reference guide, Enable or disable Regions.
"""
_PARTITIONS = {
    "cn": "aws-cn",
    "us-gov": "aws-us-gov",
    "us-iso": "aws-iso",
    "us-isob": "aws-iso-b",
    "eu-isoe": "aws-iso-e",
    "us-isof": "aws-iso-f",
    "eusc": "aws-eusc",
}
LOG_GROUP_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip
"""The retentions that CloudWatch Logs knows (API reference, PutRetentionPolicy)."""


def check(holds: bool, sentence: str) -> None:
    """Refuse with the sentence unless it holds."""
    if not holds:
        raise Refusal(sentence)


def account_id(value: str, what: str) -> None:
    """Refuse what is not an account id."""
    check(bool(re.fullmatch(r"\d{12}", value)), f"{what}: {value!r} is not a 12-digit account id")


def organization_id(value: str, what: str) -> None:
    """Refuse what is not an organization id."""
    check(
        bool(re.fullmatch(r"o-[a-z0-9]{10,32}", value)),
        f"{what}: {value!r} is not an organization id (o- and 10 to 32 lower-case letters or digits)",
    )


def region(value: str, what: str) -> None:
    """Refuse what cannot be the code of a Region."""
    check(
        bool(re.fullmatch(r"[a-z]{2,4}(-[a-z]+)+-\d{1,2}", value)),
        f"{what}: {value!r} is not a Region code such as eu-central-1",
    )


def bucket_name(value: str, what: str) -> None:
    """Refuse what cannot be a bucket's name; dots are legal but break TLS host names."""
    check(
        bool(re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", value)),
        f"{what}: {value!r} is not a bucket name (3 to 63 lower-case letters, digits and hyphens)",
    )


def role_arns(values: Iterable[str], what: str) -> None:
    """Refuse what is not the ARN of an IAM user or role without wildcards in its account."""
    for value in values:
        check(
            bool(re.fullmatch(r"arn:aws[a-z-]*:iam::\d{12}:(role|user)/[\w+=,.@/*-]*[\w+=,.@-]", value)),
            f"{what}: {value!r} is not the ARN of an IAM role or user",
        )


def one_of(value: str, known: Iterable[str], what: str) -> None:
    """Refuse a value that is not listed."""
    check(value in known, f"{what}: {value!r} is none of {', '.join(known)}")


def partition_of(code: str) -> str:
    """Return the partition that a Region belongs to."""
    parts = code.split("-")
    return _PARTITIONS.get("-".join(parts[:2])) or _PARTITIONS.get(parts[0], "aws")


def is_opt_in(code: str) -> bool:
    """Say whether an account has the Region only after somebody enabled it."""
    return code not in _DEFAULT_REGIONS
