"""What the values of options may be: types for argparse, each refusing with a sentence."""

import math
import re
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable
from pathlib import Path

from checker.cli.errors import Refused


def nearest(word: str, words: Iterable[str]) -> str:
    """Return `` (did you mean X?)`` or nothing; loaded only when something is wrong."""
    from checker.selection import nearest

    return nearest(word, words)


def listed(words: Iterable[str]) -> str:
    """Return what there is to choose from."""
    return f"there are {', '.join(words)}"


def one_of(what: str, words: tuple[str, ...]) -> Callable[[str], str]:
    """Return a type for argparse that accepts one of the words and suggests the nearest."""

    def chosen(text: str) -> str:
        if text not in words:
            raise ArgumentTypeError(f"unknown {what} {text}{nearest(text, words)}; {listed(words)}")
        return text

    chosen.words = words  # type: ignore[attr-defined]  # for completion
    return chosen


def parameter(text: str) -> tuple[str, str]:
    """Read NAME=VALUE; an account or a Region that is none would decide what policies mean."""
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise ArgumentTypeError(f"{text} is not NAME=VALUE")
    if name == "AWS::AccountId" and not re.fullmatch(r"[0-9]{12}", value):
        raise ArgumentTypeError(f"{value} is not the id of an account, such as 111122223333")
    if name == "AWS::Region":
        region(value)
    return name, value


def region(text: str) -> str:
    """Keep to the letters of Region names: the text becomes part of host names."""
    if not re.fullmatch(r"[a-z]{2,}(-[a-z]+)+-\d+", text):
        raise ArgumentTypeError(f"{text} is not the name of a Region, such as eu-west-1")
    return text


def bucket(text: str) -> str:
    """Keep to the letters of bucket names."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", text):
        raise ArgumentTypeError(f"{text} is not the name of a bucket")
    return text


def partition(text: str) -> str:
    """Keep to the letters of partitions."""
    if not re.fullmatch(r"aws(-[a-z]+)*", text):
        raise ArgumentTypeError(f"{text} is not the name of a partition, such as aws-us-gov")
    return text


def role(text: str) -> str:
    """Take the ARN of a role."""
    if not re.fullmatch(r"arn:aws[a-z-]*:iam::\d{12}:role/\S+", text):
        raise ArgumentTypeError(
            f"{text} is not the ARN of a role, such as arn:aws:iam::111122223333:role/auditor"
        )
    return text


def positive(text: str) -> int:
    """Read a number of things."""
    if not re.fullmatch(r"\d{1,4}", text) or int(text) == 0:
        raise ArgumentTypeError(f"{text} is not a number from 1 to 9999")
    return int(text)


def seconds(text: str) -> float:
    """Read a length of time."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number <= 3600:
        raise ArgumentTypeError(f"{text} is not a number of seconds above 0 and up to 3600")
    return number


def fingerprint(text: str) -> str:
    """Take the start of a fingerprint, long enough to be nobody else's."""
    if not re.fullmatch(r"[0-9a-f]{6,64}", text):
        raise ArgumentTypeError(f"{text} is not a fingerprint: give its first 6 to 64 characters (0-9, a-f)")
    return text


def path(text: str) -> Path:
    """Return a path; an address of something else is none."""
    if "://" in text:
        raise Refused(f"{text} is no place that is known: give a folder or s3://bucket/prefix")
    return Path(text)
