"""The options of ``report``: a saved result, shown again."""

from argparse import ArgumentParser
from pathlib import Path

from checker.cli import options, options_risks, values


def report(parser: ArgumentParser) -> None:
    """Declare the options of ``report``."""
    parser.add_argument("result", type=Path, metavar="FILE", help="a result, as --format json writes it")
    options.console(options.output(parser))
    options_risks.declare(parser)
    options.exit_code(parser)
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="instead of the nearest trailhold.toml, as of an audit"
    )
    hub = parser.add_argument_group(
        "Security Hub",
        "The only option that writes to AWS. It needs securityhub:GetFindings and "
        "securityhub:BatchImportFindings.",
    )
    hub.add_argument(
        "--security-hub",
        action="store_true",
        help="import the findings into Security Hub of the account and Region of your AWS credentials",
    )
    hub.add_argument("--profile", metavar="NAME", help="profile of the AWS configuration [env: AWS_PROFILE]")
    hub.add_argument(
        "--region", type=values.region, metavar="REGION", help="Region of Security Hub [env: AWS_REGION]"
    )
