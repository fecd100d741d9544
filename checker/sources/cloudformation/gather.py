"""Finds the stacks of a set of paths: templates, what the CDK synthesised, and where each is deployed to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from checker.observation import CannotObserve
from checker.sources.cloudformation import assembly, files
from checker.sources.cloudformation.assemble import assemble
from checker.sources.cloudformation.environment import Environment, environment
from checker.sources.cloudformation.node import child
from checker.sources.cloudformation.stack import Stack
from checker.sources.cloudformation.text import Document, decoded
from checker.sources.cloudformation.unresolved import Resolved
from checker.sources.intake import STDIN, Intake, Unforgiving

_PSEUDO = ("AWS::AccountId", "AWS::Region", "AWS::Partition")


def gather(paths: Sequence[Path], parameters: Mapping[str, str]) -> list[Stack]:
    """Read every template of the paths as one set of stacks; raises CannotObserve when one cannot be read."""
    return assemble(roots(paths, parameters, Unforgiving()), Unforgiving())


def roots(paths: Sequence[Path], parameters: Mapping[str, str], intake: Intake) -> list[Stack]:
    """Read every template of the paths as a stack of its own.

    What cannot be read is refused to the intake. Raises CannotObserve where nothing is left to judge although
    nothing was refused, and for a parameter that no template asks for.
    """
    every = [stack for path in paths for stack in _at(path, parameters, intake)]
    found = list({(s.path.resolve(), s.name, s.environment): s for s in every}.values())
    if not found and not (intake.refused or intake.elsewhere or intake.lenient):
        named = ", ".join(str(path) for path in paths) or "no path at all"
        plan = ", and no plan of its Terraform: write it with: terraform show -json PLAN"
        raise CannotObserve(
            f"there is no CloudFormation template in {named}{plan if intake.language else ''}"
        )
    if found and not (intake.refused or intake.elsewhere):
        _declared(found, parameters)
    return found


def _declared(stacks: Sequence[Stack], parameters: Mapping[str, str]) -> None:
    """Raise CannotObserve for a value that no template asks for, which is a slip."""
    for name in parameters:
        if name not in _PSEUDO and not any(child(s.root, "Parameters", name) for s in stacks):
            raise CannotObserve(f"no template has a parameter {name}: correct its name, or leave it out")


def _at(path: Path, parameters: Mapping[str, str], intake: Intake) -> Iterator[Stack]:
    """Yield the stacks of one path; each file that cannot be read is refused by itself."""
    try:
        raw = intake.drain(path)
        if raw is not None:
            if not intake.claims(path):
                named = Path("<stdin>") if path == STDIN else path
                yield _plain(files.template(named, decoded(named, raw)), parameters)
        elif not path.exists():
            raise CannotObserve(f"there is no file or folder {path}", str(path))
        elif not path.is_dir():
            if not intake.claims(path):
                yield from _file(path, parameters, intake, intake.lenient)
        elif files.is_assembly(path):
            yield from _assembly(path, parameters, intake)
        else:
            yield from _folder(path, parameters, intake)
    except CannotObserve as refusal:
        intake.refuse(refusal)


def _folder(folder: Path, parameters: Mapping[str, str], intake: Intake) -> Iterator[Stack]:
    for path in files.in_folder(folder, intake.refuse, intake.language.append):
        if path.is_dir():
            yield from _assembly(path, parameters, intake)
            continue
        if intake.claims(path):
            continue
        try:
            yield from _file(path, parameters, intake, True)
        except CannotObserve as refusal:
            intake.refuse(refusal)


def _file(path: Path, parameters: Mapping[str, str], intake: Intake, lenient: bool) -> Iterator[Stack]:
    document = files.template_if_any(path) if lenient else files.template(path)
    if document is None:
        intake.passed_over += 1
    else:
        yield _plain(document, parameters)


def _assembly(folder: Path, parameters: Mapping[str, str], intake: Intake) -> Iterator[Stack]:
    try:
        artifacts = list(assembly.stacks(folder))
    except CannotObserve as refusal:
        intake.refuse(refusal)
        return
    for artifact in artifacts:
        try:
            yield _synthesised(artifact, parameters)
        except CannotObserve as refusal:
            intake.refuse(refusal)


def _plain(document: Document, parameters: Mapping[str, str]) -> Stack:
    account, region, partition = (parameters.get(name, "") for name in _PSEUDO)
    path = document.path
    name = path.name.removesuffix(path.suffix).removesuffix(".template")
    return Stack(document, name, environment(account, region, partition), _given(parameters))


def _synthesised(artifact: assembly.Artifact, parameters: Mapping[str, str]) -> Stack:
    account, region, partition = (parameters.get(name, "") for name in _PSEUDO)
    own = artifact.environment
    fallback = environment(account, region, partition)
    here = own if own.complete else _filled(own, fallback)
    document = files.template_of_stack(artifact.template)
    given = _given({**artifact.parameters, **parameters})
    return Stack(document, artifact.name, here, given, artifact.deployment)


def _filled(own: Environment, fallback: Environment) -> Environment:
    plain = environment()
    account = own.account if own.account != plain.account else fallback.account
    region = own.region if own.region != plain.region else fallback.region
    return environment(account, region, fallback.partition if region == fallback.region else "")


def _given(parameters: Mapping[str, str]) -> dict[str, Callable[[], Resolved]]:
    return {name: lambda value=value: value for name, value in parameters.items()}  # type: ignore[misc]
