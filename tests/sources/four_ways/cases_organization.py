"""Rows on what the policies of an organization deny, and what it has enabled.

Live, all of its tree is read, as its management account sees it. What belongs to a member of it is not read
from there: where a row is about that, it is told once live, by what a trail names, and once in a plan.
"""

import json
from dataclasses import replace

from checker.model import LIVE, TERRAFORM
from tests import governed
from tests import hardened as good
from tests.simulator import World
from tests.simulator.world import Organization, Policy
from tests.sources.four_ways.case import Case
from tests.sources.four_ways.worlds import base

MEMBER = governed.ARCHIVE
KEY = good.KEY_ARN.replace(good.ACCOUNT, MEMBER)


def policy(id: str, *statements: object, type: str = "SERVICE_CONTROL_POLICY") -> Policy:
    return Policy(
        id=id, type=type, document=json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    )


GUARDS = policy("guards", governed.TRAILS, governed.LEAVING, governed.ON_LOGS, governed.ON_KEY)
OUTSIDE = policy("outside", {"Principal": "*", **governed.STRANGERS}, type="RESOURCE_CONTROL_POLICY")
GUARDED = Organization(management=good.ACCOUNT, members=(MEMBER,), policies=(GUARDS, OUTSIDE))
OPEN = replace(GUARDED, policies=(), policy_types=())


def world(organization: Organization) -> World:
    return base(organizations=(organization,))


def elsewhere(organization: Organization) -> World:
    """The world where the key of the trail belongs to a member."""
    found = world(organization)
    (trail,), (key,) = found.trails, found.keys
    text = key.policy.replace(good.ACCOUNT, MEMBER)
    return replace(
        found,
        trails=(replace(trail, settings={**trail.settings, "KmsKeyId": KEY}),),
        keys=(replace(key, arn=KEY, policy=text),),
    )


ON_MEMBERS = ("TH711", "TH713")
CASES = [
    Case("policies of the organization guard it", world(GUARDED), passes=("TH709", "TH710")),
    Case("the organization has no policies enabled", world(OPEN), fails=("TH709", "TH710")),
    Case("a member's key is guarded", elsewhere(GUARDED), ways=(LIVE,), passes=ON_MEMBERS),
    Case("a member's key is guarded by a plan", elsewhere(GUARDED), ways=(TERRAFORM,), passes=ON_MEMBERS),
    Case("nothing guards a member's key", elsewhere(OPEN), ways=(LIVE,), fails=ON_MEMBERS),
    Case("nothing in a plan guards a member's key", elsewhere(OPEN), ways=(TERRAFORM,), fails=ON_MEMBERS),
]
