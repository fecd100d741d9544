"""The custom resource that prepares an organization, run for real over HTTP."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest

from cdk_app.organization_access_function.index import handler
from checker.demo.server import embedded_aws
from tests import hardened as good
from tests.simulator import DENIED, Answering, AwsError, Fault, Refuse, World, organization_world, serve

OWNER = "123456789012"
"""The account of moto."""
MEMBER, OTHER = "222233334444", "333344445555"
SERVICE = "cloudtrail.amazonaws.com"
ROLE = "AWSServiceRoleForCloudTrail"
TYPES = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]


@dataclass
class CloudFormation:
    """Sends requests, and hears the answers."""

    url: str = ""
    answers: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, request: str, **properties: Any) -> dict[str, Any]:
        """Return the one answer to a request."""
        self.answers.clear()
        event = {
            "RequestType": request,
            "ResponseURL": f"{self.url}/answer?Signature=x",
            "StackId": "arn:aws:cloudformation:eu-central-1:123456789012:stack/It/1",
            "RequestId": "5d2c1f0a",
            "LogicalResourceId": "Access",
            "ResourceProperties": {"ServiceToken": "arn", "DelegatedAdministrator": "", **properties},
        }
        handler(event, None)
        (answer,) = self.answers
        assert {name: answer[name] for name in ("StackId", "RequestId", "LogicalResourceId")} == {
            name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")
        }
        return answer


@pytest.fixture
def cloudformation(monkeypatch: pytest.MonkeyPatch) -> Iterator[CloudFormation]:
    stack = CloudFormation()

    class Listener(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            stack.answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setenv("SETTLE_SECONDS", "0")
    monkeypatch.setenv("ACCOUNT_ID", OWNER)
    server = HTTPServer(("127.0.0.1", 0), Listener)
    stack.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield stack
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with embedded_aws() as port:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():
            monkeypatch.setenv(name, value)
        yield


def organization(features: str = "ALL") -> None:
    boto3.client("organizations").create_organization(FeatureSet=features)


def trusted() -> bool:
    found = boto3.client("organizations").list_aws_service_access_for_organization()
    return SERVICE in {one["ServicePrincipal"] for one in found["EnabledServicePrincipals"]}


def has_role() -> bool:
    """By its path: moto calls it by another name."""
    return bool(boto3.client("iam").list_roles(PathPrefix=f"/aws-service-role/{SERVICE}/")["Roles"])


def test_it_brings_about_what_is_missing(aws: None, cloudformation: CloudFormation) -> None:
    organization()
    assert not trusted()
    assert not has_role()
    answer = cloudformation.ask("Create", PolicyTypes=TYPES)
    assert answer["Status"] == "SUCCESS"
    assert answer["Data"] == {
        "TrustedAccess": "enabled",
        "ServiceLinkedRole": "created",
        "PolicyTypes": f"enabled {', '.join(TYPES)}",
    }
    assert trusted()
    assert has_role()
    (root,) = boto3.client("organizations").list_roots()["Roots"]
    assert {one["Type"] for one in root["PolicyTypes"]} >= set(TYPES)


@pytest.mark.parametrize("again", ["Create", "Update"])
def test_what_is_there_stays_as_it_is(aws: None, cloudformation: CloudFormation, again: str) -> None:
    organization()
    first = cloudformation.ask("Create", PolicyTypes=TYPES)
    answer = cloudformation.ask(again, PolicyTypes=TYPES)
    assert answer["Status"] == "SUCCESS"
    assert answer["Data"] == {
        "TrustedAccess": "was there",
        "ServiceLinkedRole": "was there",
        "PolicyTypes": "were there",
    }
    # Another id would make CloudFormation delete the old resource.
    assert answer["PhysicalResourceId"] == first["PhysicalResourceId"]


def test_deletion_and_rollback_take_nothing_back(aws: None, cloudformation: CloudFormation) -> None:
    organization()
    cloudformation.ask("Create", PolicyTypes=TYPES)
    answer = cloudformation.ask("Delete", PolicyTypes=TYPES)
    assert answer["Status"] == "SUCCESS"
    assert trusted()
    assert has_role()
    (root,) = boto3.client("organizations").list_roots()["Roots"]
    assert {one["Type"] for one in root["PolicyTypes"]} >= set(TYPES)


def test_deletion_needs_no_organization(aws: None, cloudformation: CloudFormation) -> None:
    assert cloudformation.ask("Delete")["Status"] == "SUCCESS"


def test_without_an_organization_it_fails_with_the_reason(aws: None, cloudformation: CloudFormation) -> None:
    answer = cloudformation.ask("Create")
    assert answer["Status"] == "FAILED"
    assert "AWSOrganizationsNotInUseException" in answer["Reason"]


def test_consolidated_billing_is_not_enough(aws: None, cloudformation: CloudFormation) -> None:
    organization("CONSOLIDATED_BILLING")
    answer = cloudformation.ask("Create")
    assert (answer["Status"], answer["Reason"]) == (
        "FAILED",
        "The organization has consolidated billing only: enable all features first",
    )
    assert not trusted()


def test_a_member_account_is_not_the_place(
    aws: None, cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    organization()
    monkeypatch.setenv("ACCOUNT_ID", MEMBER)
    answer = cloudformation.ask("Create")
    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == (
        f"Account {MEMBER} is not the organization's management account {OWNER}: deploy this stack there"
    )
    assert not trusted()


ADMINISTRATORS = {"DelegatedAdministrators": [{"Id": OTHER}]}
NONE_YET: dict[str, Any] = {"DelegatedAdministrators": []}
TRUST = {"EnabledServicePrincipals": [{"ServicePrincipal": SERVICE}]}
ROLE_FOUND = {"Role": {"RoleName": ROLE, "Arn": f"arn:aws:iam::{good.ACCOUNT}:role/{ROLE}"}}
REGISTER = "RegisterOrganizationDelegatedAdmin"


def simulated(
    cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch, request: str, *faults: Fault
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the answer, and what was asked of AWS, in a world where everything but a delegate is there."""
    world: World = organization_world()
    others = (
        Fault(Answering(TRUST), operation="ListAWSServiceAccessForOrganization"),
        Fault(Answering(ROLE_FOUND), operation="GetRole"),
        Fault(Answering({}), operation=REGISTER),
    )
    monkeypatch.setenv("ACCOUNT_ID", good.ACCOUNT)
    with serve(world, faults=[*faults, *others]) as aws:
        for name, value in aws.env(world.accounts[0].access_key).items():
            monkeypatch.setenv(name, value)
        answer = cloudformation.ask(request, DelegatedAdministrator=MEMBER)
        return answer, {one.operation: one.params for one in aws.requests}


@pytest.mark.parametrize("request_type", ["Create", "Update"])
@pytest.mark.parametrize(
    ("found", "registers", "says"),
    [
        (NONE_YET, True, f"{MEMBER} is one now"),
        (ADMINISTRATORS, True, f"{MEMBER} is one now; {OTHER} stayed one"),
        ({"DelegatedAdministrators": [{"Id": MEMBER}]}, False, f"{MEMBER} was one"),
    ],
)
def test_the_delegated_administrator_is_added_and_none_removed(
    cloudformation: CloudFormation,
    monkeypatch: pytest.MonkeyPatch,
    request_type: str,
    found: dict[str, Any],
    registers: bool,
    says: str,
) -> None:
    listed = Fault(Answering(found), operation="ListDelegatedAdministrators")
    answer, asked = simulated(cloudformation, monkeypatch, request_type, listed)
    assert answer["Status"] == "SUCCESS", answer["Reason"]
    assert answer["Data"]["DelegatedAdministrator"] == says
    assert asked["ListDelegatedAdministrators"] == {"ServicePrincipal": SERVICE}
    assert asked.get(REGISTER) == ({"MemberAccountId": MEMBER} if registers else None)
    assert not [operation for operation in asked if operation.startswith(("Deregister", "Disable", "Delete"))]


TOO_MANY = AwsError("DelegatedAdminAccountLimitExceededException", "There are three already")


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault(DENIED, operation=REGISTER), "AccessDenied"),
        (Fault(Refuse(TOO_MANY), operation=REGISTER), "There are three already"),
        (Fault(DENIED, operation="ListAWSServiceAccessForOrganization"), "AccessDenied"),
        (Fault(Answering({"Organization": {}}), operation="DescribeOrganization"), "KeyError: 'FeatureSet'"),
    ],
)
def test_whatever_goes_wrong_cloudformation_hears_of_it(
    cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch, fault: Fault, says: str
) -> None:
    listed = Fault(Answering(NONE_YET), operation="ListDelegatedAdministrators")
    answer, _ = simulated(cloudformation, monkeypatch, "Create", fault, listed)
    assert answer["Status"] == "FAILED"
    assert says in answer["Reason"]


MISSING = AwsError("NoSuchEntity", "The role cannot be found", 404)
TAKEN = AwsError("InvalidInput", f"Service role name {ROLE} has been taken in this account")


def test_a_role_that_came_in_the_meantime_is_as_good(
    cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, _ = simulated(
        cloudformation,
        monkeypatch,
        "Create",
        Fault(Refuse(MISSING), operation="GetRole"),
        Fault(Refuse(TAKEN), operation="CreateServiceLinkedRole"),
        Fault(Answering(NONE_YET), operation="ListDelegatedAdministrators"),
    )
    assert answer["Data"]["ServiceLinkedRole"] == "was there"


def test_a_deletion_asks_aws_nothing(cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, asked = simulated(cloudformation, monkeypatch, "Delete")
    assert answer["Status"] == "SUCCESS"
    assert asked == {}
