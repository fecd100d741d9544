"""``trailhold policy``: the least-privilege IAM policy of the auditor."""

import json
from argparse import Namespace

from checker.cli.terminal import emit
from checker.sources.aws.permissions import cloudformation_template, policy_document


def run(arguments: Namespace) -> int:
    """Print the policy document, or the template of a role that carries it in any partition."""
    made = (
        cloudformation_template()
        if arguments.format == "cloudformation"
        else policy_document(arguments.partition)
    )
    emit(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    return 0
