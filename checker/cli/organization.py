"""The options that choose accounts of an organization, for every command that has them."""

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import TYPE_CHECKING

from checker.cli.errors import Refused

if TYPE_CHECKING:
    from checker.sources.aws import Organization

ONLY_WITH = (
    *("role_name", "ou", "account", "exclude", "log_archive_account"),
    *("account_timeout", "processes"),
)
"""Options that mean nothing without --org."""


def declare(parser: ArgumentParser) -> None:
    """Declare the options; a module of its own, since help must not load what they lead to."""
    from checker.cli.values import positive, seconds

    group = parser.add_argument_group(
        "organization", "From the management account or any delegated administrator."
    )
    add = group.add_argument
    add("--org", action="store_true", help="every account of the organization, by a role in each")
    add(
        "--role-name",
        type=role_name,
        metavar="NAME",
        help="the role to assume in each account, with its path (default trailhold-auditor)",
    )
    add(
        "--ou",
        type=_unit,
        action="append",
        default=[],
        metavar="ID",
        help="only accounts below this organizational unit; repeatable",
    )
    add("--account", type=_account, action="append", default=[], metavar="ID", help="only this; repeatable")
    add("--exclude", type=_account, action="append", default=[], metavar="ID", help="not this; repeatable")
    add(
        "--log-archive-account",
        type=_account,
        metavar="ID",
        help="where to look first for log buckets (default: by their names, then everywhere)",
    )
    add(
        "--account-timeout",
        type=seconds,
        metavar="SECONDS",
        help="give up what is left of an account after this (default 180)",
    )
    add(
        "--processes",
        type=positive,
        metavar="N",
        help="how many to read with (default: by cores, if worth it)",
    )


def consistent(arguments: Namespace) -> None:
    """Raise Refused for options that contradict each other or would silently do nothing."""
    if arguments.org and getattr(arguments, "source", None):
        raise Refused("--org is for a live audit, and --from judges a saved one: give one of the two")
    for name in ONLY_WITH:
        if getattr(arguments, name) and not arguments.org:
            raise Refused(f"--{name.replace('_', '-')} chooses among accounts: give --org as well")
    both = sorted(set(arguments.account) & set(arguments.exclude))
    if both:
        raise Refused(f"--account and --exclude both name {', '.join(both)}: give one of the two")


def wanted(arguments: Namespace, units: tuple[str, ...] = ()) -> "Organization":
    """Return which accounts to read, and how to get into them; ``units`` are those to be told."""
    from checker.sources.aws import Organization

    given = {
        "role_name": arguments.role_name,
        "external_id": arguments.external_id,
        "units": tuple(dict.fromkeys(arguments.ou)),
        "accounts": tuple(dict.fromkeys(arguments.account)),
        "exclude": tuple(dict.fromkeys(arguments.exclude)),
        "told_units": units,
        "log_archive": arguments.log_archive_account,
        "account_timeout": arguments.account_timeout,
        "processes": arguments.processes,
    }
    return Organization(**{name: value for name, value in given.items() if value})


def _account(text: str) -> str:
    if not re.fullmatch(r"\d{12}", text):
        raise ArgumentTypeError(f"{text} is not the id of an account, such as 111122223333")
    return text


def _unit(text: str) -> str:
    """Take units and the root (Organizations API reference, ListAccountsForParent)."""
    if not re.fullmatch(r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}", text):
        raise ArgumentTypeError(
            f"{text} is not the id of an organizational unit, such as ou-abcd-11112222, or of a root"
        )
    return text


def role_name(text: str) -> str:
    """Take a name with its path, as it stands in an ARN after ``role/``."""
    if not re.fullmatch(r"([\w+=,.@-]+/)*[\w+=,.@-]{1,64}", text, re.ASCII):
        raise ArgumentTypeError(f"{text} is not the name of a role; an ARN goes to --role-arn")
    return text
