"""``make deploy-demo``: the baseline deployed and audited before one's eyes, without an AWS account."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.deploy.embedded.cdk import Cdk
from tests.deploy.embedded.server import ROOT, running
from tests.deploy.installation import APP, COPY, DEPLOY, HOME, settings, turn_on_mfa_delete

ACCOUNT = "111122223333"
BUCKET = f"trailhold-logs-{ACCOUNT}-{HOME}"
ALONE = settings(
    home_region=HOME,
    name_prefix="trailhold",
    accounts={"management": ACCOUNT, "log-archive": None, "archive": None},
    organization={"id": None, "control-tower": False, "delegated-administrator": None},
    archive={"region": COPY},
)
"""The settings of cdk.json, but for the account."""


def main() -> int:
    """Bootstrap, deploy, audit, take the step of root, audit again; 0 when all is well at the end."""
    print("An AWS on the loopback address takes the place of yours; nothing outside this machine is reached.")
    with running() as aws, tempfile.TemporaryDirectory() as home:
        cdk = Cdk(aws, ACCOUNT, Path(home))
        places = (f"aws://{ACCOUNT}/{HOME}", f"aws://{ACCOUNT}/{COPY}")
        stage(1, f"$ cdk bootstrap {' '.join(places)}")
        if cdk.show("bootstrap", *places):
            return 1
        stage(2, "$ cdk deploy --all")
        if cdk.show(*DEPLOY, *ALONE, app=APP):
            return 1
        stage(3, "$ trailhold audit")
        audit(cdk)
        stage(4, f"root of {ACCOUNT}$ trailhold mfa-delete enable --bucket {BUCKET}")
        print(turn_on_mfa_delete(aws, ACCOUNT, BUCKET, Path(home)).replace("\r\n", "\n"))
        stage(5, "$ trailhold audit")
        return audit(cdk)


def stage(number: int, title: str) -> None:
    """Say what comes next."""
    print(f"\n{number}/5  {title}\n", flush=True)


def audit(cdk: Cdk) -> int:
    """Audit what was deployed and return the exit code."""
    command = [sys.executable, "-m", "checker", "audit"]
    return subprocess.run(command, cwd=ROOT, env=cdk.environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
