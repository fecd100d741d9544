"""The part of an organization that templates declare: AWS::Organizations::Policy, and its Organization.

Source of names: CloudFormation template reference, AWS Organizations. Units and accounts are places of which
nobody knows what is above them, and a resource policy of the organization delegates, and denies nothing that
is judged.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from checker.evidence import Known, Observed, derive
from checker.inventory import Organization, OrganizationPolicy
from checker.model import Location
from checker.sources.cloudformation.attributes import ORGANIZATION
from checker.sources.cloudformation.documents import policy
from checker.sources.cloudformation.environment import ACCOUNT
from checker.sources.cloudformation.settings import doubt, setting, word, words
from checker.sources.cloudformation.stack import Resource
from checker.sources.cloudformation.world import World
from checker.sources.organization import JUDGED, organizations

POLICY = "AWS::Organizations::Policy"


def read_organizations(world: World) -> dict[str, Organization]:
    """Read the organization that all templates of a set are for, by its id; none without its policies."""
    policies = [_policy(resource, world) for resource in _judged(world)]
    own = next(world.of(ORGANIZATION), None)
    if not policies:
        return {}
    management = own.stack.environment.account if own else ""
    return organizations(policies, management="" if management == ACCOUNT else management)


def declared_at(world: World, organizations: Mapping[str, Organization]) -> Iterator[Location]:
    """Yield where an organization is declared: itself, or the first of its policies."""
    for resource in (*world.of(ORGANIZATION), *_judged(world)) if organizations else ():
        at = resource.origin("")
        yield Location(path=at.path, line=at.line, column=at.column, construct=at.address)


def _judged(world: World) -> Iterator[Resource]:
    """Yield the policies of the types that are judged, and those whose type is not told."""
    for resource in world.of(POLICY):
        kind = setting(resource, "Type", word, "")
        if not isinstance(kind, Known) or kind.content in JUDGED:
            yield resource


def _policy(resource: Resource, world: World) -> OrganizationPolicy:
    kind: Observed[str] = setting(resource, "Type", word, "")
    targets = setting(resource, "TargetIds", _targets, ())
    document: Any = policy(resource, "Content", world)
    open_ = doubt(resource) or (None if isinstance(kind, Known) else kind)
    return OrganizationPolicy(
        id=resource.label,
        name=resource.label,
        type=kind.content if isinstance(kind, Known) else JUDGED[0],
        targets=open_ or targets,
        document=open_ or derive(document, lambda text: text or ""),
    )


def _targets(value: Any) -> tuple[str, ...]:
    return tuple(sorted(set(words(value))))
