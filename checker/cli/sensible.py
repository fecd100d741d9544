"""Values of a configuration file that have the right type and mean nothing all the same."""

import re
from argparse import ArgumentTypeError
from pathlib import Path

from checker.cli import values
from checker.cli.errors import Refused
from checker.cli.options import FAIL_ON
from checker.cli.values import listed, nearest
from checker.model import Thresholds

MOST = 100_000
"""Largest threshold, in days or hours: nobody keeps logs longer, and dates do not reach much further."""


def sensible(path: Path, fail_on: str, min_severity: str, thresholds: Thresholds) -> None:
    """Raise Refused for a severity that is none, and for a figure or an entry that can mean nothing."""
    if fail_on not in FAIL_ON:
        hint = nearest(fail_on, FAIL_ON)
        raise Refused(f"{path}: fail-on: unknown severity {fail_on}{hint}; {listed(FAIL_ON)}")
    if min_severity not in FAIL_ON[:-1]:
        hint = nearest(min_severity, FAIL_ON[:-1])
        raise Refused(f"{path}: min-severity: unknown severity {min_severity}{hint}; {listed(FAIL_ON[:-1])}")
    for name in Thresholds.__struct_fields__:
        value = getattr(thresholds, name)
        if isinstance(value, int) and not 0 <= value <= MOST:
            side = "below 0" if value < 0 else f"above {MOST}"
            raise Refused(f"{path}: thresholds.{name.replace('_', '-')}: {value} is {side}")
    _accounts(path, "trusted-accounts", thresholds.trusted_accounts)
    _accounts(path, "delegated-administrators", thresholds.delegated_administrators)
    _listed_well(path, thresholds)
    _accounts(path, "log-archive-account", (thresholds.log_archive_account or "0" * 12,))


SHAPES = {
    "allowed_kms_keys": (r"arn:[^:]+:kms:\S+", "the ARN of a key, such as arn:aws:kms:*:111122223333:key/*"),
    "designated_buckets": (r"[a-z0-9.*?-]{3,63}", "the name of a bucket"),
    "designated_topics": (r"arn:[^:]+:sns:\S+", "the ARN of a topic, such as arn:aws:sns:*:111122223333:*"),
    "designated_log_groups": (r"arn:[^:]+:logs:\S+", "the ARN of a log group"),
    "sensitive_buckets": (r"[a-z0-9.-]{3,63}", "the name of a bucket"),
    "required_data_types": (r"AWS::\w+::\w+", "a resource type, such as AWS::DynamoDB::Table"),
    "network_activity_sources": (r"[a-z0-9.-]+\.amazonaws\.com", "an event source, such as s3.amazonaws.com"),
}
"""What the entries of a list look like: one that can match nothing is a slip."""


def _listed_well(path: Path, figures: Thresholds) -> None:
    for name, (shape, what) in SHAPES.items():
        for entry in getattr(figures, name):
            if not re.fullmatch(shape, entry):
                raise Refused(f"{path}: thresholds.{name.replace('_', '-')}: {entry!r} is not {what}")


def _accounts(path: Path, key: str, ids: tuple[str, ...]) -> None:
    for id in ids:
        if not (len(id) == 12 and id.isascii() and id.isdecimal()):
            raise Refused(f"{path}: thresholds.{key}: {id!r} is no account id, which has 12 digits")


def as_typed(path: Path, name: str, value: object) -> None:
    """Raise Refused for what the option of the same name would not take."""
    read = {"region": values.region, "max-concurrency": values.positive, "timeout": values.seconds}[name]
    for each in value if isinstance(value, tuple) else () if value is None else (value,):
        try:
            read(str(each))
        except ArgumentTypeError as error:
            raise Refused(f"{path}: {name}: {error}") from error
