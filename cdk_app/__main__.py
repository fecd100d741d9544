"""What ``cdk synth`` runs: settings, stacks, templates, and the controls on them."""

import sys

from aws_cdk import App, Validations

from cdk_app.refusal import Refusal
from cdk_app.settings import KEY, load
from cdk_app.stacks import build
from policies.cdk import TrailholdValidation


def main() -> int:
    """Write the templates; a refused setting is one sentence, exit code 2 and no template.

    A template that fails a control ends with 1, after the CDK has said which construct and why.
    """
    app = App()
    try:
        settings = load(app.node.try_get_context(KEY))
        build(app, settings)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 2
    ours = (settings.accounts.management, settings.accounts.of_logs, settings.accounts.of_archive)
    Validations.of(app).add_plugins(TrailholdValidation(trusted_accounts=ours))
    try:
        app.synth()
    except RuntimeError as error:
        if "ValidationFailed" not in str(error):
            raise
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
