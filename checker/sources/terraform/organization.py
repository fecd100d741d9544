"""The part of an organization that plans declare: policies, what they are attached to, and administrators.

Source of names and defaults: Terraform AWS provider documentation, aws_organizations_organization (resource
and data source), aws_organizations_policy, aws_organizations_policy_attachment,
aws_organizations_delegated_administrator, aws_cloudtrail_organization_delegated_admin_account. What an
aws_organizations_organization leaves out, its next apply switches off.
"""

from collections.abc import Iterator
from typing import Any

from checker.evidence import Known, Observed, Unknown, derive
from checker.inventory import Administrator, Organization, OrganizationPolicy
from checker.inventory.organization import SERVICE_CONTROL
from checker.sources.cloudformation.environment import ACCOUNT
from checker.sources.cloudformation.settings import word, words
from checker.sources.organization import JUDGED, ROOT, organizations
from checker.sources.terraform.documents import policy
from checker.sources.terraform.resource import Open, Resource
from checker.sources.terraform.settings import setting, unknown, value_of
from checker.sources.terraform.world import World

ORGANIZATION, POLICY = "aws_organizations_organization", "aws_organizations_policy"
ATTACHMENT, ADMINISTRATOR = "aws_organizations_policy_attachment", "aws_organizations_delegated_administrator"
TRAIL_ADMINISTRATOR = "aws_cloudtrail_organization_delegated_admin_account"
CLOUDTRAIL = "cloudtrail.amazonaws.com"
_TARGETS = (ORGANIZATION, "aws_organizations_organizational_unit", "aws_organizations_account")


def read_organizations(world: World) -> dict[str, Organization]:
    """Read the organization that plans are for, by its id; none where nothing of it is declared."""
    managed = next((one for one in world.of(ORGANIZATION) if not _is_data(one)), None)
    judged = [resource for resource in world.of(POLICY) if _kind(resource) in (*JUDGED, None)]
    administrators = list(_administrators(world))
    if managed is None and not judged and not administrators:
        return {}
    return organizations(
        (_policy(resource, world) for resource in judged),
        id=_told(world, "id"),
        management=_told(world, "master_account_id") or (_account(managed) if managed else ""),
        policy_types=_listed(managed, "enabled_policy_types"),
        trusted_services=_listed(managed, "aws_service_access_principals"),
        administrators=administrators or None,
    )


def _is_data(resource: Resource) -> bool:
    return ".data." in f".{resource.address}"


def _told(world: World, attribute: str) -> str:
    """Return an attribute of the organization, where it exists already."""
    values = (value_of(one, attribute) for one in world.of(ORGANIZATION))
    return next((value for value in values if isinstance(value, str)), "")


def _account(resource: Resource) -> str:
    """Return the account that manages the organization, which alone can declare it."""
    return "" if resource.environment.account == ACCOUNT else resource.environment.account


def _listed(managed: Resource | None, attribute: str) -> Observed[tuple[str, ...]] | None:
    return setting(managed, attribute, words, ()) if managed else None


def _kind(resource: Resource) -> str | None:
    """Return the type of a policy; None for one that is not told."""
    kind = setting(resource, "type", word, SERVICE_CONTROL)
    return kind.content if isinstance(kind, Known) else None


def _policy(resource: Resource, world: World) -> OrganizationPolicy:
    kind = setting(resource, "type", word, SERVICE_CONTROL)
    document: Any = policy(resource, "content", world)
    return OrganizationPolicy(
        id=resource.address,
        name=resource.address,
        type=kind.content if isinstance(kind, Known) else JUDGED[0],
        targets=kind if isinstance(kind, Unknown) else _targets(resource, world),
        document=derive(document, lambda text: text or ""),
    )


def _targets(attached: Resource, world: World) -> Observed[tuple[str, ...]]:
    """Return the places that a policy is attached to; one that nobody can tell leaves them open."""
    found: set[str] = set()
    for attachment in world.of(ATTACHMENT):
        ours = world.identified(attachment, "policy_id", (POLICY,), _id)
        if isinstance(ours, Unknown):
            return ours
        if ours.content == _id(attached):
            target = _target(attachment, world)
            if isinstance(target, Unknown):
                return target
            found.add(target.content)
    return Known(tuple(sorted(found)), attached.origin("id"))


def _id(resource: Resource) -> str:
    """Return an id, or the address where it is known only after the apply."""
    found = resource.values.get("id")
    return found if isinstance(found, str) and found else resource.address


def _target(attachment: Resource, world: World) -> Observed[str]:
    found, origin = value_of(attachment, "target_id"), attachment.origin("target_id")
    if not isinstance(found, Open):
        return setting(attachment, "target_id", word, "")
    behind = world.targets(found, _TARGETS, attachment)
    if len(behind) != 1:
        return unknown(attachment, "target_id", found)
    if behind[0].type != ORGANIZATION:
        return Known(_id(behind[0]), origin)
    if all(reference.attribute == "roots" for reference in found.references):
        return Known(ROOT, origin)
    return unknown(attachment, "target_id", found)


def _administrators(world: World) -> Iterator[Administrator]:
    """Yield the members that plans make administrators of a service."""
    for resource in (*world.of(ADMINISTRATOR), *world.of(TRAIL_ADMINISTRATOR)):
        account = setting(resource, "account_id", word, "")
        service: Observed[str] = (
            setting(resource, "service_principal", word, "")
            if resource.type == ADMINISTRATOR
            else Known(CLOUDTRAIL, resource.origin("account_id"))
        )
        if isinstance(account, Known) and account.content:
            yield Administrator(account=account.content, services=derive(service, lambda name: (name,)))
