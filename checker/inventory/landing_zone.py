"""Recognises what a landing zone deployed, because it is to be changed there and not where it is seen.

A change by hand is undone at the next update of the landing zone, or breaks it. Sources: AWS Control Tower
User Guide, "Naming conventions" and "Logging in AWS Control Tower"; Landing Zone Accelerator on AWS,
``globalConfig.logging.cloudtrail`` and its default prefixes; AWS Landing Zone (2018, superseded).
"""

import re
from typing import NamedTuple

from checker.evidence import Known
from checker.inventory.trail import Trail


class LandingZone(NamedTuple):
    """A product that deploys trails, and where its settings are."""

    name: str
    change: str


CONTROL_TOWER = LandingZone(
    "AWS Control Tower",
    "change it in Control Tower: landing zone settings, logging; a change by hand is drift",
)
ACCELERATOR = LandingZone(
    "Landing Zone Accelerator",
    "change it in the accelerator's configuration: global-config.yaml, logging",
)
LANDING_ZONE = LandingZone(
    "AWS Landing Zone",
    "change it in the landing zone's manifest, which deploys it as a StackSet",
)

NAMES: tuple[tuple[re.Pattern[str], LandingZone], ...] = (
    (re.compile(r"aws-?controltower", re.IGNORECASE), CONTROL_TOWER),
    (re.compile(r"aws-?accelerator|^(asea|pbmmaccel)-", re.IGNORECASE), ACCELERATOR),
    (re.compile(r"aws-landing-zone", re.IGNORECASE), LANDING_ZONE),
)
"""How names of trails, buckets, log groups, roles and topics begin, wherever in a path that is."""
TAGS = {"Accelerator": ACCELERATOR, "AWSControlTower": CONTROL_TOWER}
"""Keys of tags that only these products set."""


def of_name(name: str) -> LandingZone | None:
    """Tell whose naming convention a name or ARN follows, None for nobody's."""
    last = name.rpartition(":")[2]
    parts = [last, *last.split("/")]
    return next((zone for pattern, zone in NAMES if any(pattern.match(part) for part in parts)), None)


def of_trail(trail: Trail) -> LandingZone | None:
    """Tell which landing zone deployed a trail, by its name, its tags, or the names of where it delivers to.

    A bucket that several trails share says nothing of each of them, so where a trail delivers to counts only
    when its bucket and one more destination agree.
    """
    if zone := of_name(trail.name):
        return zone
    tags = trail.tags.content if isinstance(trail.tags, Known) else {}
    if tagged := next((zone for key, zone in TAGS.items() if key in tags), None):
        return tagged
    bucket, *others = (
        of_name(setting.content) if isinstance(setting, Known) and setting.content else None
        for setting in (trail.bucket_name, trail.log_group_arn, trail.log_role_arn, trail.sns_topic_arn)
    )
    return bucket if bucket in others else None
