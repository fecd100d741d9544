"""What ``cdk synth`` runs: settings, stacks, templates."""

import sys

from aws_cdk import App

from cdk_app.refusal import Refusal
from cdk_app.settings import KEY, load
from cdk_app.stacks import build


def main() -> int:
    """Write the templates; a refused setting is one sentence, exit code 2 and no template."""
    app = App()
    try:
        build(app, load(app.node.try_get_context(KEY)))
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 2
    app.synth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
