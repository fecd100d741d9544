"""IAM in CloudFormation: roles, their policies, and the roles that AWS makes for itself."""

import json
from typing import Any

from tests.deploy.embedded.resource import Kind, Physical, Request, given


def put_role(request: Request) -> Physical:
    """Create a role, or bring one to what the template says."""
    iam = request.client("iam")
    name = request.take("RoleName", request.name)[:64]
    trust = request.take_document("AssumeRolePolicyDocument")
    told = given(
        Description=request.take("Description"), MaxSessionDuration=request.take("MaxSessionDuration")
    )
    boundary, path, tags = (
        request.take("PermissionsBoundary"),
        request.take("Path"),
        request.take("Tags", []),
    )
    if request.existing == name:
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust)
        iam.update_role(RoleName=name, **told)
        iam.tag_role(RoleName=name, Tags=tags)
    else:
        made = given(PermissionsBoundary=boundary, Path=path)
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, Tags=tags, **told, **made)
    _attach(iam, name, request.take("ManagedPolicyArns", []))
    _write(iam, name, request.take("Policies", []))
    role = iam.get_role(RoleName=name)["Role"]
    return Physical(name, {"Arn": role["Arn"], "RoleId": role["RoleId"]})


def _attach(iam: Any, role: str, wanted: list[str]) -> None:
    """Attach what is wanted and is not attached yet."""
    attached = {p["PolicyArn"] for p in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]}
    for arn in wanted:
        if arn not in attached:
            iam.attach_role_policy(RoleName=role, PolicyArn=arn)


def _write(iam: Any, role: str, policies: list[dict[str, Any]]) -> None:
    for policy in policies:
        document = json.dumps(policy["PolicyDocument"])
        iam.put_role_policy(RoleName=role, PolicyName=policy["PolicyName"], PolicyDocument=document)


def delete_role(request: Request) -> None:
    """Delete a role after all that hangs on it, as CloudFormation does."""
    iam, role = request.client("iam"), request.existing
    for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        iam.delete_role_policy(RoleName=role, PolicyName=name)
    iam.delete_role(RoleName=role)


def put_policy(request: Request) -> Physical:
    """Write an inline policy into its roles."""
    iam = request.client("iam")
    name, document = request.take("PolicyName"), request.take_document("PolicyDocument")
    for role in request.take("Roles", []):
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=document)
    return Physical(request.existing or request.name)


def delete_policy(request: Request) -> None:
    """Take an inline policy out of its roles."""
    iam, name = request.client("iam"), request.take("PolicyName")
    for role in request.take("Roles", []):
        iam.delete_role_policy(RoleName=role, PolicyName=name)


def put_managed_policy(request: Request) -> Physical:
    """Create a managed policy, or a new default version of it."""
    iam = request.client("iam")
    name, document = request.take("ManagedPolicyName", request.name), request.take_document("PolicyDocument")
    made = given(
        Path=request.take("Path"), Description=request.take("Description"), Tags=request.take("Tags")
    )
    if request.existing:
        arn = request.existing
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
    else:
        arn = iam.create_policy(PolicyName=name, PolicyDocument=document, **made)["Policy"]["Arn"]
    for role in request.take("Roles", []):
        iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    return Physical(arn, {"PolicyArn": arn})


def delete_managed_policy(request: Request) -> None:
    """Delete a managed policy after taking it from its roles."""
    iam = request.client("iam")
    for role in iam.list_entities_for_policy(PolicyArn=request.existing)["PolicyRoles"]:
        iam.detach_role_policy(RoleName=role["RoleName"], PolicyArn=request.existing)
    for version in iam.list_policy_versions(PolicyArn=request.existing)["Versions"]:
        if not version["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=request.existing, VersionId=version["VersionId"])
    iam.delete_policy(PolicyArn=request.existing)


def put_service_role(request: Request) -> Physical:
    """Create the role of a service, which only that service can assume."""
    iam = request.client("iam")
    service = request.take("AWSServiceName")
    told = given(Description=request.take("Description"), CustomSuffix=request.take("CustomSuffix"))
    if request.existing:
        return Physical(request.existing)
    return Physical(iam.create_service_linked_role(AWSServiceName=service, **told)["Role"]["RoleName"])


def delete_service_role(request: Request) -> None:
    """Ask for the deletion of the role of a service."""
    request.client("iam").delete_service_linked_role(RoleName=request.existing)


KINDS = {
    "AWS::IAM::Role": Kind(put_role, delete_role, "RoleName"),
    "AWS::IAM::Policy": Kind(put_policy, delete_policy),
    "AWS::IAM::ManagedPolicy": Kind(put_managed_policy, delete_managed_policy, "ManagedPolicyName"),
    "AWS::IAM::ServiceLinkedRole": Kind(put_service_role, delete_service_role),
}
