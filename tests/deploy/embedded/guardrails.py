"""Organizations in CloudFormation: policies and what they are attached to."""

import json

from tests.deploy.embedded.resource import Kind, Physical, Request


def put_policy(request: Request) -> Physical:
    """Create a policy and attach it, or bring one to what the template says."""
    organizations = request.client("organizations")
    name, kind = request.take("Name"), request.take("Type")
    content = request.take("Content")
    document = content if isinstance(content, str) else json.dumps(content)
    told = {"Name": name, "Description": request.take("Description", ""), "Content": document}
    tags = request.take("Tags", [])
    if request.existing:
        policy = request.existing
        organizations.update_policy(PolicyId=policy, **told)
    else:
        made = organizations.create_policy(Type=kind, Tags=tags, **told)
        policy = made["Policy"]["PolicySummary"]["Id"]
    attached = organizations.list_targets_for_policy(PolicyId=policy)["Targets"]
    there = {target["TargetId"] for target in attached}
    for target in request.take("TargetIds", []):
        if target not in there:
            organizations.attach_policy(PolicyId=policy, TargetId=target)
    arn = organizations.describe_policy(PolicyId=policy)["Policy"]["PolicySummary"]["Arn"]
    return Physical(policy, {"Id": policy, "Arn": arn})


def delete_policy(request: Request) -> None:
    """Delete a policy after taking it from what it is attached to."""
    organizations = request.client("organizations")
    for target in organizations.list_targets_for_policy(PolicyId=request.existing)["Targets"]:
        organizations.detach_policy(PolicyId=request.existing, TargetId=target["TargetId"])
    organizations.delete_policy(PolicyId=request.existing)


KINDS = {"AWS::Organizations::Policy": Kind(put_policy, delete_policy)}
