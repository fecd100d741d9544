"""What STS, Account Management, EC2 and Organizations answer: who calls, and which Regions there are."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.simulator.call import Answer, AwsError, Call, denial, page
from tests.simulator.world import World, session_arn, session_key


def get_caller_identity(world: World, call: Call) -> dict[str, Any]:
    return {"UserId": "AIDAEXAMPLE", "Account": call.account, "Arn": call.caller}


def assume_role(world: World, call: Call) -> dict[str, Any]:
    arn = call.params["RoleArn"]
    role = next((r for r in world.roles if r.arn == arn), None)
    external_id = call.params.get("ExternalId")
    if role is None or call.account not in role.assumable_from or role.external_id not in (None, external_id):
        raise denial(call, f"on resource: {arn}")
    return {
        "Credentials": {
            "AccessKeyId": session_key(role),
            "SecretAccessKey": "secret",
            "SessionToken": "token",
            "Expiration": datetime.now(UTC) + timedelta(hours=1),
        },
        "AssumedRoleUser": {"AssumedRoleId": "AROAEXAMPLE:session", "Arn": session_arn(role)},
    }


def list_regions(world: World, call: Call) -> dict[str, Any]:
    account = world.account(call.account)
    states = dict.fromkeys(account.regions, "ENABLED_BY_DEFAULT")
    states |= dict.fromkeys(account.chosen, "ENABLED") | dict.fromkeys(account.disabled, "DISABLED")
    wanted = call.params.get("RegionOptStatusContains") or set(states.values())
    regions = [
        {"RegionName": name, "RegionOptStatus": state} for name, state in states.items() if state in wanted
    ]
    return page(world, call, "Regions", regions)


def describe_regions(world: World, call: Call) -> dict[str, Any]:
    """List Regions; of the filters only opt-in-status is known."""
    account = world.account(call.account)
    every = call.params.get("AllRegions") == "true"
    wanted = {value for name, value in call.params.items() if name.startswith("Filter.1.Value.")}
    states = dict.fromkeys(account.regions, "opt-in-not-required") | dict.fromkeys(account.chosen, "opted-in")
    states |= dict.fromkeys(account.disabled if every else (), "not-opted-in")
    return {
        "Regions": [
            {"RegionName": name, "Endpoint": f"ec2.{name}.amazonaws.com", "OptInStatus": state}
            for name, state in states.items()
            if not wanted or state in wanted
        ]
    }


def describe_organization(world: World, call: Call) -> dict[str, Any]:
    organization = world.organization_of(call.account)
    if organization is None:
        raise AwsError(
            "AWSOrganizationsNotInUseException", "Your account is not a member of an organization."
        )
    prefix = f"arn:{world.partition}:organizations::{organization.management}"
    return {
        "Organization": {
            "Id": organization.id,
            "Arn": f"{prefix}:organization/{organization.id}",
            "FeatureSet": organization.features,
            "MasterAccountId": organization.management,
            "MasterAccountArn": f"{prefix}:account/{organization.id}/{organization.management}",
            "MasterAccountEmail": "root@example.com",
        }
    }


ANSWERS: dict[tuple[str, str], Answer] = {
    ("sts", "GetCallerIdentity"): get_caller_identity,
    ("sts", "AssumeRole"): assume_role,
    ("account", "ListRegions"): list_regions,
    ("ec2", "DescribeRegions"): describe_regions,
    ("organizations", "DescribeOrganization"): describe_organization,
}
