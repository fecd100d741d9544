"""Credentials in the embedded AWS: every account lets its administrator in."""

from functools import cache
from typing import Any

from boto3 import Session

ADMINISTRATOR = "OrganizationAccountAccessRole"


def credentials(role: str, endpoint: str | None = None) -> dict[str, str]:
    """Assume a role, and return its keys under the names of the environment."""
    anybody = Session(aws_access_key_id="any", aws_secret_access_key="any", region_name="us-east-1")
    sts: Any = anybody.client("sts", endpoint_url=endpoint)
    found = sts.assume_role(RoleArn=role, RoleSessionName="embedded")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": found["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": found["SecretAccessKey"],
        "AWS_SESSION_TOKEN": found["SessionToken"],
    }


@cache
def client(service: str, account: str, region: str, endpoint: str | None = None) -> Any:
    """Return a client in the hands of an account's administrator; to make one takes longer than to use it."""
    keys = credentials(f"arn:aws:iam::{account}:role/{ADMINISTRATOR}", endpoint)
    session: Any = Session(
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=keys["AWS_SESSION_TOKEN"],
        region_name=region,
    )
    return session.client(service, endpoint_url=endpoint)
