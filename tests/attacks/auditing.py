"""Makes the calls of an attack with the real boto3, and audits the world that they leave."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from msgspec.structs import replace

from checker.catalog import CONTROLS
from checker.engine import evaluate
from checker.model import Finding, Status
from checker.observation import Observation
from checker.sources.aws import Organization, collect_organization
from checker.sources.aws.observe import usable_clients
from checker.sources.cloudformation.expect import expect
from tests.attacks.attack import Step
from tests.attacks.world import PLACE, TEMPLATE, THRESHOLDS, hardened
from tests.simulator import Endpoint, World, serve
from tests.sources.aws.conftest import options

HISTORY = CONTROLS["TH618"]
"""It asks for every call of the past, which is a third of all questions, so it has tests of its own."""
JUDGING = tuple(control for control in CONTROLS.values() if control is not HISTORY)
READS = frozenset(read.partition(" ")[0] for control in JUDGING for read in control.reads)
AT_ONCE = 1
"""Calls under way: the answers take no time to arrive, so more would only wait for the interpreter."""
Findings = dict[str, Finding]


@dataclass
class Ground:
    """The simulated AWS, which an attack may change and ``restore`` brings back."""

    aws: Endpoint
    template: Path
    world: World
    session: boto3.Session = field(default_factory=boto3.Session)
    clients: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    def restore(self) -> None:
        """Undo all attacks."""
        assert self.aws.become
        self.aws.become(self.world)
        self.aws.forget()

    def make(self, step: Step) -> None:
        """Make one call; raises what boto3 raises."""
        key = (step.service, step.account, step.region)
        if key not in self.clients:
            self.clients[key] = self._client(*key)
        getattr(self.clients[key], step.operation)(**step.params)

    def _client(self, service: str, account: str, region: str) -> Any:
        build: Any = self.session.client
        secrets = {"aws_access_key_id": f"AKIA{account}USER", "aws_secret_access_key": "secret"}
        config = Config(retries={"total_max_attempts": 1})
        return build(service, region, config=config, **secrets)

    def observe(self, reads: frozenset[str]) -> Observation:
        """Read the organization, and what its template says of it."""
        asked = replace(options(), reads=reads, history_pause=0.0, max_concurrency=AT_ONCE)
        seen = collect_organization(asked, Organization(role_name="auditor"))
        expected = expect([self.template], PLACE, seen.inventory)
        return replace(seen, inventory=replace(seen.inventory, expected=expected))

    def audit(self) -> Findings:
        """Judge all, the strict set included, and return the findings by what identifies them."""
        found = evaluate(self.observe(READS).inventory, JUDGING, THRESHOLDS).findings
        return {finding.fingerprint: finding for finding in found}


@contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    """Serve the hardened organization, and point every AWS SDK of this process at it.

    Audits share their botocore clients, which cost as much to build as all the calls of an audit to make.
    They keep connections, and nothing of what was answered.
    """
    template = folder / "trail.template.json"
    template.write_text(TEMPLATE)
    world = hardened()
    with pytest.MonkeyPatch.context() as patch, serve(world) as aws:
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_CA_BUNDLE"):
            patch.delenv(name, raising=False)
        for name, value in aws.env(world.accounts[0].access_key).items():
            patch.setenv(name, value)
        patch.setattr("checker.sources.aws.fleet.usable_clients", cache(usable_clients))
        yield Ground(aws, template, world)


def with_status(findings: Findings, status: Status) -> set[str]:
    """Return the ids of the controls that have a finding of a status."""
    return {finding.control_id for finding in findings.values() if finding.status is status}


def silent(before: Findings, after: Findings) -> list[Finding]:
    """Return what is no longer judged at all."""
    return [finding for key, finding in before.items() if key not in after]
