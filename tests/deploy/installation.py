"""A deployment to the embedded AWS: its CLI, its templates, and what the auditor says of it."""

import hashlib
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from checker.model import Status
from tests.cli.screen import at_terminal
from tests.deploy.embedded import root_user
from tests.deploy.embedded.cdk import Cdk
from tests.deploy.embedded.server import ROOT, Aws

HOME, COPY = "eu-central-1", "eu-west-1"
"""The Regions of cdk.json: where the trail is at home, and where the archive is."""
DEPLOY = ("deploy", "--all", "--method=direct", "--require-approval=never")
APP = f"{sys.executable} -m cdk_app"

EXTRA = "data events cost extra, so none is recorded unless it is asked for"
NETWORK = "events of VPC endpoints cost extra, and not every account has endpoints"
ACCOUNT_WIDE = "what holds for all buckets of an account is not for a trail to set; its own buckets block it"
BUCKET_KEY = "the context of a bucket key names the bucket, not the trail; the grant is for that bucket alone"
UNDOCUMENTED = "AWS documents no source with which CloudTrail takes on the role, so it is bound on request"
TOGETHER = "one account holds all: the trail, its bucket and the copy"
SUBSCRIBER = "whether SNS logs deliveries is for whoever subscribes"
FILE_BY_FILE = "tamper alerts tell of changes of the bucket, and nobody wants word of each log file"
ADMINISTRATORS = (
    "the account has administrators, as the role that deploys, and the settings list none of them"
)
ALONE = "the account stands alone"
BY_DEFAULT = {
    **dict.fromkeys(("TH205", "TH206", "TH207", "TH208", "TH212", "TH214"), EXTRA),
    "TH215": NETWORK,
    "TH322": ACCOUNT_WIDE,
    "TH324": FILE_BY_FILE,
    "TH334": TOGETHER,
    "TH410": BUCKET_KEY,
    "TH509": UNDOCUMENTED,
    "TH514": SUBSCRIBER,
    "TH701": ALONE,
    "TH804": ADMINISTRATORS,
}
"""Controls of the strict set that fail by choice where one account holds all, each with its reason."""
NOT_SHOWN = {"TH618": "it keeps no history of the calls that were made"}
"""Controls that the embedded AWS cannot represent, each with its reason."""
TEMPLATES = tuple(f"TH{number:03}" for number in range(1, 7))
OF_ORGANIZATIONS = tuple(f"TH{number}" for number in range(702, 714))
NO_LAKE = ("TH901", "TH902", "TH903", "TH904", "TH905", "TH906", "TH907", "TH908", "TH909", "TH910", "TH911")
NOT_ASKED = {
    **dict.fromkeys(("TH122", "TH123", "TH213", "TH216"), "the settings list nothing that it asks for"),
    "TH127": "without --expect there is nothing to compare with",
    "TH330": "there are no access points",
    "TH508": "nobody subscribes to the log group",
    **dict.fromkeys(TEMPLATES, "they are about templates"),
    **dict.fromkeys(OF_ORGANIZATIONS, ALONE),
    **dict.fromkeys(NO_LAKE, "there is nothing of CloudTrail Lake"),
}
"""Controls that have nothing to judge, each with its reason."""


def settings(**changes: Any) -> tuple[str, str]:
    """Return the options that change settings of cdk.json, of a group only those that are given."""
    found: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]["trailhold"]
    for name, value in changes.items():
        key = name.replace("_", "-")
        found[key] = {**found[key], **value} if isinstance(value, Mapping) else value
    return "--context", f"trailhold={json.dumps(found)}"


def done(ended: subprocess.CompletedProcess[str]) -> str:
    """Return what a command said; its failure is the test's."""
    assert ended.returncode == 0, ended.stdout[-2000:]
    return ended.stdout


def bootstrap(
    aws: Aws, account: str, home: Path, *options: str, regions: Iterable[str] = (HOME, COPY)
) -> Cdk:
    """Prepare Regions of an account as its administrator, who is returned with the CLI."""
    cdk = Cdk(aws, account, home)
    done(cdk("bootstrap", *(f"aws://{account}/{region}" for region in regions), *options))
    return cdk


def sabotage(synthesised: Path, folder: Path, type: str, properties: Mapping[str, Any]) -> Path:
    """Write what was synthesised again with all resources of a type changed; return where it is.

    A property that is None is taken away.
    """
    files = {path.name: path.read_text() for path in synthesised.iterdir() if path.is_file()}
    for name in [name for name in files if name.endswith(".template.json")]:
        template = json.loads(files[name])
        for resource in template["Resources"].values():
            if resource["Type"] == type:
                both = {**resource["Properties"], **properties}
                resource["Properties"] = {key: value for key, value in both.items() if value is not None}
        was, files[name] = files[name], json.dumps(template)
        if json.loads(was) != template:
            _rename(files, was, files[name])
    for name, content in files.items():
        (folder / name).write_text(content)
    return folder


def _rename(files: dict[str, str], was: str, now: str) -> None:
    """Give a template its new name in the asset bucket: what is there under the old one is not replaced."""
    old, new = (hashlib.sha256(content.encode()).hexdigest() for content in (was, now))
    for name, content in files.items():
        if not name.endswith(".template.json"):
            files[name] = content.replace(old, new)


def audit(cdk: Cdk, *options: str) -> dict[Status, set[str]]:
    """Run ``trailhold audit`` and return the controls by the status of any of their findings."""
    command = [sys.executable, "-m", "checker", "audit", "--format", "json", "--quiet", *options]
    ended = subprocess.run(
        command, cwd=ROOT, env=cdk.environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode in (0, 1, 3), ended.stderr
    found = defaultdict(set)
    for finding in json.loads(ended.stdout)["findings"]:
        found[Status(finding["status"])].add(finding["control_id"])
    return found


def turn_on_mfa_delete(aws: Aws, account: str, bucket: str, folder: Path) -> str:
    """Take the one step that only root can take, with ``trailhold mfa-delete``; return what was to be seen.

    Root types at a terminal of its own what the command asks for.
    """
    root = {"AWS_ACCESS_KEY_ID": root_user.access_key(account), "AWS_SECRET_ACCESS_KEY": "root"}
    answers = {
        "of the MFA device of root:": f"{root_user.device(account)}\n",
        "Code shown by": f"{root_user.CODE}\n",
    }
    command = ("mfa-delete", "enable", "--bucket", bucket)
    screen = at_terminal(folder, aws.settings() | root, answers, *command)
    assert screen.code == 0, screen.shown
    return screen.shown


def listen(aws: Aws, account: str) -> None:
    """Subscribe to the topics of the alerts, as cdk.json does not: whose address would that be."""
    for region in (HOME, COPY):
        sns = aws.client("sns", account, region)
        for topic in sns.list_topics()["Topics"]:
            sns.subscribe(TopicArn=topic["TopicArn"], Protocol="email", Endpoint="security@example.com")
