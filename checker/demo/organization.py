"""The embedded organization: its accounts are founded, entered and left through the API."""

from typing import Any

from boto3 import Session
from moto.organizations import utils

from checker.demo.environment import REGION
from checker.demo.members import MANAGEMENT, PAYMENTS, SANDBOX, Member
from checker.demo.teach import replaced


def session_of(member: Member) -> Session:
    """Return a session as the account's administrator."""
    role = f"arn:aws:iam::{member.id}:role/OrganizationAccountAccessRole"
    sts: Any = Session(region_name=REGION).client("sts")
    credentials = sts.assume_role(RoleArn=role, RoleSessionName="builder")["Credentials"]
    return Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=REGION,
    )


def found_organization() -> str:
    """Create the organization and its accounts from the management account, and return its id (o-...)."""
    organizations: Any = session_of(MANAGEMENT).client("organizations")
    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    organizations.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
    iam: Any = session_of(MANAGEMENT).client("iam")
    iam.create_service_linked_role(AWSServiceName="cloudtrail.amazonaws.com")
    # AWS, and moto after it, draws account ids; a report that can be compared needs the same ones each time.
    invited = (SANDBOX, PAYMENTS)
    ids = iter([member.id for member in invited])
    with replaced(utils, "make_random_account_id", lambda: next(ids)):
        for member in invited:
            organizations.create_account(Email=f"{member.id}@example.com", AccountName=member.name)
    return str(organization)


def take_out(member: Member) -> None:
    """Remove an account from the organization, whose trail then no longer records it."""
    organizations: Any = session_of(MANAGEMENT).client("organizations")
    organizations.remove_account_from_organization(AccountId=member.id)
