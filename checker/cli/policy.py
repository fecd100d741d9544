"""``trailhold policy``: the least-privilege IAM policy of the auditor."""

import json
from argparse import Namespace

from checker.cli.errors import Refused
from checker.cli.terminal import emit
from checker.sources.aws.permissions import cloudformation_template, policy_document, stackset_template


def run(arguments: Namespace) -> int:
    """Print the policy document, or a template of a role that carries it in any partition."""
    if arguments.stackset and arguments.org:
        raise Refused(
            "--stackset is the role in every account, and --org the policy of who assumes it: give one"
        )
    enter = arguments.role_name if arguments.org else ""
    if arguments.stackset:
        made = stackset_template(arguments.role_name)
    elif arguments.format == "cloudformation":
        made = cloudformation_template(enter=enter)
    else:
        made = policy_document(arguments.partition, enter=enter)
    emit(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    return 0
