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
    kept = parser.add_argument_group("history").add_argument
    kept(
        "--notify",
        action="append",
        default=[],
        metavar="TARGET",
        help="tell this SNS topic (ARN) or https:// address what changed, if anything did; env: as "
        "TRAILHOLD_NOTIFY says; repeatable",
    )
    kept("--since", type=Path, metavar="FILE", help="the earlier result (default: the last in --save)")
    kept("--save", metavar="PLACE", help="keep the result in this folder or s3://bucket/prefix")
    hub = parser.add_argument_group(
        "Security Hub",
        "It writes to AWS, as --save s3://... and --notify do. It needs securityhub:GetFindings and "
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


def diff(parser: ArgumentParser) -> None:
    """Declare the options of ``report diff``."""
    parser.add_argument("earlier", type=Path, metavar="OLD", help="the earlier result")
    parser.add_argument("later", type=Path, metavar="NEW", help="the later result")
    options.output_format(parser.add_argument, ("console", "json", "markdown", "html"))
    parser.add_argument("--html", type=Path, metavar="FILE", help="also write it into this file, to read")
    parser.add_argument(
        "--fail-on",
        type=values.one_of("severity", options.FAIL_ON),
        default="none",
        metavar="SEVERITY",
        help="exit 1 for new failures from this severity on (default none)",
    )
    options.console(parser.add_argument)


def trend(parser: ArgumentParser) -> None:
    """Declare the options of ``report trend``."""
    parser.add_argument("place", metavar="PLACE", help="what --save filled: a folder or s3://bucket/prefix")
    options.output_format(parser.add_argument, ("console", "json", "html"))
    parser.add_argument("--html", type=Path, metavar="FILE", help="also write the charts into this file")
    parser.add_argument(
        "--profile", metavar="NAME", help="profile of the AWS configuration [env: AWS_PROFILE]"
    )
    parser.add_argument("--region", type=values.region, metavar="REGION", help="Region of the bucket")
    options.console(parser.add_argument)
