"""Keeps the demo away from the user's AWS: its credentials, profiles, endpoints and proxies do not count."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

LOOPBACK = "127.0.0.1"
REGION = "us-east-1"
FOREIGN = ("AWS_", "BOTO", "MOTO_")


@contextmanager
def isolated() -> Iterator[None]:
    """Put credentials that are valid nowhere in the place of the user's AWS and proxy settings."""
    before = dict(os.environ)
    for name in before:
        if name.upper().startswith(FOREIGN) or name.upper().endswith("_PROXY"):
            del os.environ[name]
    os.environ.update(_nowhere())
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def lead_to(port: int) -> None:
    """Lead every AWS client that is made from now on to the server on a loopback port."""
    server = f"http://{LOOPBACK}:{port}"
    os.environ.update(
        {
            "AWS_ENDPOINT_URL": server,
            # S3 Control puts the account in front of the host name, which no IP address survives. Under a
            # name that resolves nowhere (RFC 6761) the server is the proxy to itself.
            "AWS_ENDPOINT_URL_S3_CONTROL": "http://s3-control.test",
            "HTTP_PROXY": server,
            "http_proxy": server,
        }
    )


def _nowhere() -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": "embedded",
        "AWS_SECRET_ACCESS_KEY": "embedded",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": LOOPBACK,
        "no_proxy": LOOPBACK,
        # Another account's bucket answers 403, as on AWS.
        "MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS": "false",
    }
