"""An organization with its policies: CloudFormation attaches them by a property, the provider by a resource.

What is attached to its root is told; where units and accounts are, no template says.
"""

import json

from tests.simulator.world import ROOT, Organization, Policy
from tests.sources.four_ways.words import Resources, address, logical, parsed
from tests.sources.terraform.planning import after

THIS = "aws_organizations_organization.this"


def template(organization: Organization) -> Resources:
    found: Resources = {"Organization": {"Type": "AWS::Organizations::Organization", "Properties": {}}}
    for policy in organization.policies:
        found[logical("Policy", policy.id)] = {
            "Type": "AWS::Organizations::Policy",
            "Properties": {
                "Name": policy.id,
                "Type": policy.type,
                "Content": parsed(policy.document),
                "TargetIds": [_named(target) for target in policy.targets],
            },
        }
    return found


def _named(target: str) -> object:
    return {"Fn::GetAtt": ["Organization", "RootId"]} if target == ROOT else target


def plan(organization: Organization) -> Resources:
    found: Resources = {
        THIS: {
            "id": organization.id,
            "feature_set": organization.features,
            "enabled_policy_types": list(organization.policy_types),
            "aws_service_access_principals": list(organization.trusted),
        }
    }
    for policy in organization.policies:
        found |= _attached(policy)
    return found


def _attached(policy: Policy) -> Resources:
    own = address("aws_organizations_policy", policy.id)
    found: Resources = {
        own: {"name": policy.id, "type": policy.type, "content": json.dumps(json.loads(policy.document))}
    }
    for target in policy.targets:
        name = address("aws_organizations_policy_attachment", f"{policy.id}-{target}")
        where = after(f"{THIS}.roots[0].id") if target == ROOT else target
        found[name] = {"policy_id": after(f"{own}.id"), "target_id": where}
    return found
