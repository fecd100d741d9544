"""``trailhold policy``: the least-privilege IAM policy of the auditor."""

import json
from argparse import Namespace

from checker.cli.errors import Refused
from checker.cli.terminal import emit
from checker.sources.aws.permissions import (
    ENTERED,
    cloudformation_template,
    policy_document,
    stackset_template,
)


def run(arguments: Namespace) -> int:
    """Print the policy document, or a template of a role that carries it in any partition."""
    _consistent(arguments)
    role = arguments.role_name or ENTERED
    enter = role if arguments.org else ""
    if arguments.stackset:
        made = stackset_template(role)
    elif arguments.format == "cloudformation":
        made = cloudformation_template(enter=enter)
    else:
        made = policy_document(arguments.partition or "aws", enter=enter)
    emit(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    return 0


def _consistent(arguments: Namespace) -> None:
    """Refuse options that contradict each other or would silently do nothing."""
    if arguments.stackset and arguments.org:
        raise Refused(
            "--stackset is the role in every account, and --org the policy of who assumes it: give one"
        )
    if arguments.role_name and not (arguments.stackset or arguments.org):
        raise Refused("--role-name is the role in each account of an organization: give --org or --stackset")
    if arguments.partition and (arguments.stackset or arguments.format == "cloudformation"):
        raise Refused("--partition is for the JSON policy: a template fits every partition")
