"""The baseline split over three accounts of an organization, deployed with the roles of ``cdk bootstrap``.

The tests build on one deployment, in the order of this file.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from checker.assessment import assess
from checker.catalog import CONTROLS
from checker.model import Status
from checker.selection import choose
from checker.sources import snapshot
from checker.sources.aws import merge
from tests.deploy.embedded.access import ADMINISTRATOR
from tests.deploy.embedded.cdk import Cdk
from tests.deploy.embedded.server import Aws
from tests.deploy.installation import (
    APP,
    COPY,
    DEPLOY,
    HOME,
    audit,
    bootstrap,
    done,
    settings,
    turn_on_mfa_delete,
)

MANAGEMENT = "444455556666"
ORGANIZATIONS = "us-east-1"
"""Where the events of AWS Organizations appear."""


class Landscape(NamedTuple):
    """An organization in which the baseline was deployed."""

    cdk: Cdk
    """In the hands of the management account's administrator."""
    logs: str
    archive: str
    organization: str
    root: str

    @property
    def bucket(self) -> str:
        return f"trailhold-logs-{self.logs}-{HOME}"


@pytest.fixture(scope="module")
def deployed(aws: Aws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landscape]:
    organizations = aws.client("organizations", MANAGEMENT)
    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    root = organizations.list_roots()["Roots"][0]["Id"]
    logs, archive = (
        organizations.create_account(Email=f"{name}@example.com", AccountName=name)["CreateAccountStatus"][
            "AccountId"
        ]
        for name in ("logs", "archive")
    )
    policy = "arn:aws:iam::aws:policy/AdministratorAccess"
    trust = ("--trust", MANAGEMENT, "--cloudformation-execution-policies", policy)
    for account, region in ((logs, HOME), (archive, COPY)):
        bootstrap(aws, account, tmp_path_factory.mktemp("member"), *trust, regions=[region])
    home = tmp_path_factory.mktemp("management")
    cdk = bootstrap(aws, MANAGEMENT, home, regions=[HOME, ORGANIZATIONS])
    wanted = settings(
        accounts={"management": MANAGEMENT, "log-archive": logs, "archive": archive},
        organization={"id": organization},
        deployment={"termination-protection": False},
        guardrails={"target-ids": [root]},
    )
    done(cdk(*DEPLOY, *wanted, app=APP))
    yield Landscape(cdk, logs, archive, organization, root)


def stacks(aws: Aws, account: str, region: str) -> set[str]:
    found = aws.client("cloudformation", account, region).describe_stacks()["Stacks"]
    return {stack["StackName"] for stack in found} - {"CDKToolkit"}


def test_each_account_has_what_belongs_to_it(aws: Aws, deployed: Landscape) -> None:
    assert stacks(aws, deployed.archive, COPY) == {"trailhold-archive"}
    assert {"trailhold-log-archive"} <= stacks(aws, deployed.logs, HOME)
    assert {"trailhold-organization", "trailhold-guardrails"} <= stacks(aws, MANAGEMENT, HOME)


def test_the_organization_trusts_cloudtrail_and_has_its_role(aws: Aws, deployed: Landscape) -> None:
    organizations = aws.client("organizations", MANAGEMENT)
    trusted = organizations.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert "cloudtrail.amazonaws.com" in {service["ServicePrincipal"] for service in trusted}
    role = aws.client("iam", MANAGEMENT).get_role(RoleName="AWSServiceRoleForCloudTrail")["Role"]
    assert role["Path"] == "/aws-service-role/cloudtrail.amazonaws.com/"


def test_the_trail_is_of_the_organization_and_delivers_to_the_other_account(
    aws: Aws, deployed: Landscape
) -> None:
    (trail,) = aws.client("cloudtrail", MANAGEMENT, HOME).describe_trails()["trailList"]
    assert trail["IsOrganizationTrail"]
    assert trail["S3BucketName"] == deployed.bucket
    assert trail["KmsKeyId"].startswith(f"arn:aws:kms:{HOME}:{deployed.logs}:key/")


def test_the_copy_is_kept_in_the_third_account(aws: Aws, deployed: Landscape) -> None:
    s3 = aws.client("s3", deployed.logs, HOME)
    replication = s3.get_bucket_replication(Bucket=deployed.bucket)["ReplicationConfiguration"]
    assert {rule["Destination"]["Account"] for rule in replication["Rules"]} == {deployed.archive}


def test_the_guardrails_are_attached_to_the_root(aws: Aws, deployed: Landscape) -> None:
    organizations = aws.client("organizations", MANAGEMENT)
    attached = {
        kind: organizations.list_policies_for_target(TargetId=deployed.root, Filter=kind)["Policies"]
        for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
    }
    own = {kind: [one for one in found if not one["AwsManaged"]] for kind, found in attached.items()}
    assert {kind: bool(found) for kind, found in own.items()} == dict.fromkeys(own, True)


def test_the_guardrails_are_what_the_audit_asks_for(deployed: Landscape) -> None:
    found = audit(deployed.cdk, "--select", "TH701,TH703,TH704,TH705,TH706,TH707,TH708,TH709,TH710")
    assert set(found) == {Status.PASS}
    assert len(found[Status.PASS]) == 9


def test_seen_from_the_management_account_alone_what_is_elsewhere_is_unknown(deployed: Landscape) -> None:
    found = audit(deployed.cdk)
    assert found[Status.FAIL] == set()
    assert "TH302" in found[Status.UNKNOWN]


def test_seen_from_all_accounts_at_once_everything_passes(
    aws: Aws, deployed: Landscape, tmp_path: Path
) -> None:
    turn_on_mfa_delete(aws, deployed.logs, deployed.bucket, tmp_path)
    found = audit(deployed.cdk, "--org", "--role-name", ADMINISTRATOR)
    assert found[Status.FAIL] | found[Status.UNKNOWN] == set()
    assert "TH332" in found[Status.PASS]


def test_joined_audits_know_all_but_what_one_looks_for_in_another(
    deployed: Landscape, tmp_path: Path
) -> None:
    seen = []
    for account in (MANAGEMENT, deployed.logs, deployed.archive):
        role = f"arn:aws:iam::{account}:role/{ADMINISTRATOR}"
        saved = tmp_path / f"{account}.json"
        audit(deployed.cdk, "--role-arn", role, "--snapshot", str(saved))
        seen.append(snapshot.load(saved))
    assessment = assess(merge(seen), choose(CONTROLS.values(), frameworks={}), version="0")
    by_status: dict[Status, set[str]] = {status: set() for status in Status}
    for finding in assessment.findings:
        by_status[finding.status].add(finding.control_id)
    assert by_status[Status.FAIL] == set()
    # The owner of the trail knows which files there should be; only the owner of the bucket can list them.
    assert by_status[Status.UNKNOWN] == {"TH332"}


def test_the_organization_keeps_its_access_when_everything_is_deleted(aws: Aws, deployed: Landscape) -> None:
    done(deployed.cdk("destroy", "--all", "--force", app=deployed.cdk.synthesised))
    test_the_organization_trusts_cloudtrail_and_has_its_role(aws, deployed)
    for account, region in ((deployed.archive, COPY), (deployed.logs, HOME), (MANAGEMENT, HOME)):
        assert stacks(aws, account, region) == set()
    policy: Any = aws.client("s3", deployed.logs, HOME).get_bucket_policy(Bucket=deployed.bucket)
    assert json.loads(policy["Policy"])["Statement"]
