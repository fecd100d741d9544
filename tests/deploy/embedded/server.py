"""Runs the embedded AWS in a process of its own, so that nobody else's environment or state changes."""

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.deploy.embedded import access

ROOT = Path(__file__).parents[3]
REGION = "us-east-1"
FOREIGN = ("AWS_", "BOTO", "MOTO_", "CDK_")


def serve() -> None:
    """Serve until the input ends, with whoever started this; the first line of the output is the port."""
    from checker.demo.environment import isolated, lead_to

    with isolated(), ExitStack() as stack:
        # moto looks at the environment while it is imported.
        os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
        from flask import got_request_exception

        from checker.demo.server import embedded_aws
        from checker.demo.teach import replaced
        from tests.deploy.embedded import lessons, root_user
        from tests.deploy.embedded import stack as cloudformation

        # An error of the embedded AWS itself would be no more than "500" to whoever met it.
        got_request_exception.connect(_tell)
        port = stack.enter_context(embedded_aws())
        lead_to(port)
        for lesson in (*lessons.LESSONS, *root_user.LESSONS, *cloudformation.LESSONS):
            stack.enter_context(replaced(*lesson))
        print(json.dumps(port), flush=True)
        sys.stdin.read()


def _tell(_: object, exception: BaseException) -> None:
    traceback.print_exception(exception, limit=-4, chain=False)


class Aws:
    """The embedded AWS as its users see it: an endpoint, and credentials for any account."""

    def __init__(self, port: int) -> None:
        # moto knows the URLs of templates by this name, and not by an address.
        self.endpoint = f"http://localhost:{port}"

    def environment(self, account: str) -> dict[str, str]:
        """Return an environment in which AWS is this one and the caller administers an account."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.upper().startswith(FOREIGN) and not name.upper().endswith("_PROXY")
        }
        administrator = f"arn:aws:iam::{account}:role/{access.ADMINISTRATOR}"
        return kept | access.credentials(administrator, self.endpoint) | self.settings()

    def settings(self) -> dict[str, str]:
        """Return the variables that make this one AWS, without credentials."""
        return {
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ENDPOINT_URL_S3": self.endpoint,
            # S3 Control puts the account in front of the host name: see checker.demo.environment.
            "AWS_ENDPOINT_URL_S3_CONTROL": "http://s3-control.test",
            "HTTP_PROXY": self.endpoint,
            "http_proxy": self.endpoint,
            "NO_PROXY": "localhost",
            "no_proxy": "localhost",
        }

    def client(self, service: str, account: str, region: str = REGION) -> Any:
        """Return a client that administers an account."""
        return access.client(service, account, region, self.endpoint)


@contextmanager
def running() -> Iterator[Aws]:
    """Start an empty AWS, and end it with the block."""
    command = [sys.executable, "-m", "tests.deploy.embedded.server"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        try:
            yield Aws(json.loads(process.stdout.readline()))
        finally:
            process.kill()


if __name__ == "__main__":
    serve()
