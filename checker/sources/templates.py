"""Reads whatever tells what will be deployed, in one run: CloudFormation, ``cdk.out``, Terraform plans.

Each plan, and each variant of a set of templates, becomes an observation of its own, and their assessments
are joined: a name in a plan and the same name in a template are two resources.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from checker.model import Location
from checker.observation import CannotObserve, Observation
from checker.sources import cloudformation
from checker.sources.intake import STDIN, Intake
from checker.sources.suppression import Suppression

_NEVER = (".yaml", ".yml", ".template")
_BLANK = b" \t\r\n\xef\xbb\xbf\xff\xfe"
_VERSION, _ARCHIVE, _LOG = b'"terraform_version"', b"PK\x03\x04", b'{"@level":'


class Told(Struct, frozen=True, kw_only=True):
    """What one set of templates, or one plan, comes to."""

    observation: Observation
    declared: Mapping[str, Location]
    """Where each resource is declared, by ARN."""


class Reading(Struct, frozen=True, kw_only=True):
    """What was found in the paths of a run."""

    told: tuple[Told, ...]
    suppressions: tuple[Suppression, ...]
    refused: tuple[CannotObserve, ...]
    passed_over: int
    """Files of folders that hold something else."""
    texts: Mapping[str, str]
    """The text of each file by its path, to show lines of it."""
    beyond: tuple[str, ...] = ()
    """Resources that bring others about of which nothing is told, each with its place."""
    language: tuple[Path, ...] = ()
    """Files of folders in Terraform's language, of which nothing is judged."""


class _Intake(Intake):
    """Keeps what Terraform wrote for the reader of plans."""

    def claims(self, path: Path) -> bool:
        if path in self.piped:
            ours = _is_terraforms(self.piped[path])
        else:
            ours = path.suffix.lower() not in _NEVER and _mentions_terraform(path) and _recognised(path)
        if ours:
            self.elsewhere.append(path)
        return ours


def _recognised(path: Path) -> bool:
    from checker.sources import terraform

    return terraform.recognise(path)


def _is_terraforms(raw: bytes) -> bool:
    if raw.startswith((_ARCHIVE, _LOG)):
        return True
    head = raw[: 1 << 12].replace(b"\0", b"")
    return head.lstrip(_BLANK).startswith(b"{") and (_VERSION in head or _VERSION in raw)


def _mentions_terraform(path: Path) -> bool:
    """Say quickly whether Terraform may have written a file; the reader of plans is loaded only then."""
    try:
        with path.open("rb") as file:
            head = file.read(1 << 12)
            if head.startswith((_ARCHIVE, _LOG)) or _VERSION in head.replace(b"\0", b""):
                return True
            return _VERSION in file.read(1 << 27)
    except (OSError, ValueError):
        return False


def read(
    paths: Sequence[Path],
    parameters: Mapping[str, str],
    stdin: bytes | None = None,
    *,
    lenient: bool = False,
) -> Reading:
    """Read templates, folders of them, ``cdk.out`` folders and Terraform plans; ``-`` stands for ``stdin``.

    A file that cannot be read is refused and named, and the others are read. ``lenient`` passes over named
    files that are no template. Raises CannotObserve with one
    sentence when there is nothing to read at all.
    """
    started = datetime.now(UTC)
    intake = _Intake(stdin, lenient)
    told: list[Told] = []
    asked: list[Suppression] = []
    texts: dict[str, str] = {}
    beyond: list[str] = []
    for world in cloudformation.read(paths, parameters, intake):
        try:
            observation = cloudformation.observe(world, started)
        except CannotObserve as refusal:
            intake.refuse(refusal)
            continue
        told.append(
            Told(observation=observation, declared=cloudformation.declared(world, observation.inventory))
        )
        beyond += cloudformation.beyond(world)
        for stack in world.stacks:
            texts[str(stack.path)] = stack.document.text
            try:
                asked += cloudformation.suppressions(stack)
            except CannotObserve as refusal:
                intake.refuse(refusal)
    for plan, text, others in _plans(intake, parameters):
        told.append(plan)
        texts |= text
        beyond += others
    return Reading(
        told=tuple(told),
        suppressions=tuple(dict.fromkeys(asked)),
        refused=tuple(intake.refused),
        passed_over=intake.passed_over,
        texts=texts,
        beyond=tuple(dict.fromkeys(beyond)),
        language=tuple(dict.fromkeys(intake.language)),
    )


def _plans(intake: Intake, parameters: Mapping[str, str]) -> Iterator[tuple[Told, dict[str, str], list[str]]]:
    """Yield what each plan comes to, its text by its path, and what it brings of which nothing is told."""
    for path in dict.fromkeys(intake.elsewhere):
        from checker.sources import terraform

        raw = intake.piped.get(path)
        try:
            shown = terraform.read(Path("<stdin>") if path == STDIN else path, raw)
            observation = terraform.load_shown([shown], parameters)
            declared = terraform.declared(observation.inventory)
            told = Told(observation=observation, declared=declared)
            yield told, {str(shown.path): shown.text}, list(terraform.beyond(shown))
        except CannotObserve as refusal:
            intake.refuse(refusal)
