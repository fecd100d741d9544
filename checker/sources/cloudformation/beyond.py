"""What resources bring about that no template here shows: modules, stacks whose templates lie elsewhere.

Source: CloudFormation User Guide, Using modules; template reference, AWS::CloudFormation::Stack and StackSet.
"""

from collections.abc import Iterator

from checker.sources.cloudformation.assemble import NESTED
from checker.sources.cloudformation.world import World

MODULE = "::MODULE"
ELSEWHERE = frozenset((
    NESTED, "AWS::CloudFormation::StackSet", "AWS::Serverless::Application",
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
))  # fmt: skip
"""Types that deploy a template of their own."""


def beyond(world: World) -> Iterator[str]:
    """Name each resource that brings others about of which nothing is told, with its place."""
    mentioned = {type for stack in world.stacks for type in stack.document.mentions}
    for type in sorted(one for one in mentioned if one in ELSEWHERE or one.endswith(MODULE)):
        for resource in world.of(type):
            if resource.id not in resource.stack.nested:
                place = ":".join(map(str, (resource.stack.path, *resource.node.place)))
                yield f"{place} {resource.label} ({type})"
