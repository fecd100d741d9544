"""Resolves values: functions, references, parameters, conditions, as CloudFormation does at deployment."""

import re
from collections.abc import Iterator

from checker.evidence import Cause
from checker.sources.cloudformation.attributes import attribute, named_by, reference
from checker.sources.cloudformation.environment import symbolic
from checker.sources.cloudformation.node import Node, child, entries
from checker.sources.cloudformation.stack import Stack
from checker.sources.cloudformation.unresolved import NO_VALUE, NoValue, Resolved, Unresolved

MOST = 1_000_000
"""Characters of one text that functions put together."""
_VARIABLE = re.compile(r"\$\{([^}]*)\}")


def resolve(stack: Stack, node: Node) -> Resolved:
    """Return the value without functions; raises Unresolved with the reason when it cannot be told."""
    value = node.value
    if isinstance(value, list):
        items = (resolve(stack, item) for item in value)
        return [item for item in items if not isinstance(item, NoValue)]
    if isinstance(value, str) and "{{resolve:" in value:
        raise Unresolved("a dynamic reference is read when the template is deployed")
    if not isinstance(value, dict):
        return value
    function = next((name for name in value if name == "Ref" or name.startswith("Fn::")), None)
    if function and (len(value) == 1 or function != "Ref"):
        return call(stack, function, value[function])
    found = {name: resolve(stack, item) for name, item in value.items()}
    return {name: item for name, item in found.items() if not isinstance(item, NoValue)}


def call(stack: Stack, name: str, argument: Node) -> Resolved:
    """Apply a function to its argument as written."""
    match name:
        case "Ref":
            return ref(stack, text(resolve(stack, argument)))
        case "Fn::GetAtt":
            return _attribute(stack, argument)
        case "Fn::Sub":
            return _sub(stack, argument)
        case "Fn::Join":
            joint, parts = _items(argument, 2, name)
            return joined(text(resolve(stack, joint)), listed(resolve(stack, parts)))
        case "Fn::Split":
            return _split(stack, argument)
        case "Fn::Select":
            return _select(stack, argument)
        case "Fn::If":
            return _if(stack, argument)
        case "Fn::FindInMap":
            return _find_in_map(stack, argument)
        case "Fn::ImportValue":
            return _import(stack, argument)
    raise Unresolved(f"{name} is evaluated when the template is deployed")


def ref(stack: Stack, name: str) -> Resolved:
    """Return what Ref gives for a parameter, a pseudo parameter or a resource."""
    here = stack.environment
    match name:
        case "AWS::NoValue":
            return NO_VALUE
        case "AWS::AccountId":
            return here.account
        case "AWS::Region":
            return here.region
        case "AWS::Partition":
            return here.partition
        case "AWS::URLSuffix":
            return here.suffix
        case "AWS::StackName":
            return stack.name
        case "AWS::StackId":
            return here.arn("cloudformation", f"stack/{stack.name}/id")
    declared = child(stack.root, "Parameters", name)
    if declared is not None:
        return stack.once("parameter", name, lambda: _parameter(stack, name, declared))
    resource = stack.resources.get(name)
    if resource is None:
        raise Unresolved(f"{name} is defined nowhere in {stack.path.name}", Cause.MALFORMED)
    return reference(resource, lambda node: resolve(stack, node))


def _parameter(stack: Stack, name: str, declared: Node) -> Resolved:
    kind, default = child(declared, "Type"), child(declared, "Default")
    type = str(kind.value) if kind else "String"
    value = stack.given[name]() if name in stack.given else NO_VALUE
    if isinstance(value, NoValue):  # a nested stack that is given no value takes its default
        value = _default(stack, name, type, default)
    if isinstance(value, str) and "{{resolve:" in value:
        raise Unresolved("a dynamic reference is read when the template is deployed")
    if isinstance(value, str) and (type == "CommaDelimitedList" or type.startswith("List<")):
        return [part.strip() for part in value.split(",")]
    return value


def _default(stack: Stack, name: str, type: str, default: Node | None) -> Resolved:
    if type.startswith("AWS::SSM::"):
        raise Unresolved(f"the parameter {name} comes from Systems Manager: {_give(name)}")
    if default is None:
        stand_in = named_by(stack, name)
        if stand_in is None:
            raise Unresolved(f"the parameter {name} has no value: {_give(name)}")
        return stand_in
    if isinstance(default.value, list | dict):
        raise Unresolved(f"the default of the parameter {name} is no text", Cause.MALFORMED)
    return default.value


def _give(name: str) -> str:
    return f"give it one with --parameters {name}=VALUE"


def _attribute(stack: Stack, argument: Node) -> Resolved:
    if isinstance(argument.value, str):
        name, _, field = argument.value.partition(".")
    else:
        parts = _items(argument, 2, "Fn::GetAtt")
        name, field = (text(resolve(stack, part)) for part in parts)
    return get_attribute(stack, name, field)


def get_attribute(stack: Stack, name: str, field: str) -> Resolved:
    """Return an attribute of a resource; an output where the resource is a nested stack of the set."""
    resource = stack.resources.get(name)
    if resource is None:
        raise Unresolved(f"{name} is defined nowhere in {stack.path.name}", Cause.MALFORMED)
    inner = stack.nested.get(name)
    if inner is not None and field.startswith("Outputs."):
        return output(inner, field.removeprefix("Outputs."))
    return attribute(resource, field, lambda node: resolve(stack, node))


def output(stack: Stack, name: str) -> Resolved:
    """Return the value of an output."""
    node = child(stack.root, "Outputs", name, "Value")
    if node is None or not is_put_out(stack, name):
        raise Unresolved(f"{stack.path.name} has no output {name}", Cause.MALFORMED)
    return stack.once("output", name, lambda: resolve(stack, node))


def is_put_out(stack: Stack, name: str) -> bool:
    """Say whether the condition of an output holds, if it has any."""
    node = child(stack.root, "Outputs", name, "Condition")
    return node is None or not isinstance(node.value, str) or condition(stack, node.value)


def _sub(stack: Stack, argument: Node) -> Resolved:
    template, given = argument, None
    if isinstance(argument.value, list):
        template, given = _items(argument, 2, "Fn::Sub")

    def value(found: re.Match[str]) -> str:
        name = found[1].strip()
        if name.startswith("!"):
            return f"${{{name[1:]}}}"
        own = child(given, name)
        if own is not None:
            return text(resolve(stack, own))
        if "." in name:
            return text(get_attribute(stack, *name.split(".", 1)))
        return text(ref(stack, name))

    return _bounded(_VARIABLE.sub(value, text(resolve(stack, template))))


def _split(stack: Stack, argument: Node) -> Resolved:
    mark, whole = (text(resolve(stack, part)) for part in _items(argument, 2, "Fn::Split"))
    if not mark:
        raise Unresolved("Fn::Split has an empty delimiter", Cause.MALFORMED)
    return [*whole.split(mark)]


def _select(stack: Stack, argument: Node) -> Resolved:
    place, source = _items(argument, 2, "Fn::Select")
    wanted, found = text(resolve(stack, place)), listed(resolve(stack, source))
    if not wanted.isdecimal() or int(wanted) >= len(found):
        raise Unresolved(f"Fn::Select asks for item {wanted} of {len(found)}", Cause.MALFORMED)
    return found[int(wanted)]


def _if(stack: Stack, argument: Node) -> Resolved:
    """Choose a branch; one that nobody can choose does not matter where both give the same."""
    name, yes, no = _items(argument, 3, "Fn::If")
    try:
        chosen = yes if condition(stack, _name(name)) else no
    except Unresolved:
        first, second = resolve(stack, yes), resolve(stack, no)
        if first == second:
            return first
        raise
    return resolve(stack, chosen)


def _find_in_map(stack: Stack, argument: Node) -> Resolved:
    if not isinstance(argument.value, list) or len(argument.value) not in (3, 4):
        raise Unresolved("Fn::FindInMap does not have three parts", Cause.MALFORMED)
    keys = [text(resolve(stack, part)) for part in argument.value[:3]]
    found = child(stack.root, "Mappings", *keys)
    if found is None and not any(symbolic(key) for key in keys) and len(argument.value) == 4:
        found = child(argument.value[3], "DefaultValue")
    if found is None:
        raise Unresolved(f"the mapping {keys[0]} has no {keys[1]}.{keys[2]}")
    return resolve(stack, found)


def _import(stack: Stack, argument: Node) -> Resolved:
    name = text(resolve(stack, argument))
    export = stack.exports().get(name)
    if export is None:
        raise Unresolved(f"the export {name} is not part of these templates", Cause.OUT_OF_SCOPE)
    return export()


def condition(stack: Stack, name: str) -> bool:
    """Say whether a condition of the template holds."""
    node = child(stack.root, "Conditions", name)
    if node is None:
        raise Unresolved(f"the condition {name} is defined nowhere", Cause.MALFORMED)
    return stack.once("condition", name, lambda: _holds(stack, node))


def _holds(stack: Stack, node: Node) -> bool:
    if not isinstance(node.value, dict) or len(node.value) != 1:
        raise Unresolved("a condition is no function", Cause.MALFORMED)
    ((name, argument),) = node.value.items()
    match name:
        case "Condition":
            return condition(stack, _name(argument))
        case "Fn::Not":
            return not _holds(stack, *_items(argument, 1, name))
        case "Fn::And":
            return not _any(stack, argument, False)
        case "Fn::Or":
            return _any(stack, argument, True)
        case "Fn::Equals":
            left, right = (resolve(stack, part) for part in _items(argument, 2, name))
            return _equal(stack, left, right)
    raise Unresolved(f"{name} is evaluated when the template is deployed")


def _any(stack: Stack, argument: Node, wanted: bool) -> bool:
    """Say whether any part has the wanted outcome; one that has decides, whatever the others depend on."""
    doubt: Unresolved | None = None
    for part in argument.value if isinstance(argument.value, list) else []:
        try:
            if _holds(stack, part) is wanted:
                return True
        except Unresolved as error:
            doubt = doubt or error
    if doubt:
        raise doubt
    return False


def _equal(stack: Stack, left: Resolved, right: Resolved) -> bool:
    if left == right:
        return True
    if isinstance(left, list | dict) or isinstance(right, list | dict):
        return False
    if text(left) == text(right):
        return True
    if symbolic(text(left)) or symbolic(text(right)):
        raise Unresolved(
            "it depends on AWS::AccountId or AWS::Region: give them with --parameters NAME=VALUE"
        )
    for name, stand_in in _stand_ins(stack):
        if stand_in in text(left) or stand_in in text(right):
            raise Unresolved(f"the parameter {name} has no value: {_give(name)}")
    return False


def _stand_ins(stack: Stack) -> Iterator[tuple[str, str]]:
    """Yield the parameters for which a name stands that CloudFormation would make up: no value equals it."""
    for name, declared in entries(child(stack.root, "Parameters")):
        if name not in stack.given and child(declared, "Default") is None:
            stand_in = named_by(stack, name)
            if stand_in:
                yield name, stand_in


def _items(argument: Node, count: int, name: str) -> list[Node]:
    if not isinstance(argument.value, list) or len(argument.value) != count:
        raise Unresolved(f"{name} does not have the {count} parts that it needs", Cause.MALFORMED)
    return argument.value


def _name(node: Node) -> str:
    if not isinstance(node.value, str):
        raise Unresolved("a condition is not named by a text", Cause.MALFORMED)
    return node.value


def text(value: Resolved) -> str:
    """Return a value as text, the way CloudFormation puts it into one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    raise Unresolved("a text is needed where there is none", Cause.MALFORMED)


def listed(value: Resolved) -> list[Resolved]:
    """Return a list as such."""
    if isinstance(value, list):
        return value
    raise Unresolved("a list is needed where there is none", Cause.MALFORMED)


def joined(joint: str, parts: list[Resolved]) -> str:
    """Join texts."""
    return _bounded(joint.join(text(part) for part in parts))


def _bounded(found: str) -> str:
    if len(found) > MOST:
        raise Unresolved(f"a text would be longer than {MOST} characters")
    return found
