"""``trailhold mfa-delete``: the one step of the baseline that no template can take, and only root may."""

import getpass
import re
import sys
import warnings
from argparse import Namespace

from checker.actions import mfa_delete
from checker.actions.aws import Aws, CannotAct
from checker.actions.mfa_delete import BucketState, Caller, Unread
from checker.cli.errors import Refused
from checker.cli.terminal import emit, one_line

NOW = """\
MFA delete is on for {bucket}, as S3 confirms.

Only root of {account} with a code can now
  - delete a version of a log file for good
  - suspend versioning, or turn MFA delete off

Nobody can now
  - give the bucket a lifecycle: it keeps and bills every version until root deletes some
  - change versioning from a template: leave it as it is there, or the deployment fails and rolls back

Still possible, and not prevented by MFA delete
  - to hide log files behind delete markers, to change the bucket policy, to disable the key
    (the bucket policy, the key policy and the organization's policies are there for that)

Next: delete the access key of root, which is not needed any more.
"""


def run(arguments: Namespace) -> int:
    """Show whether MFA delete is on, or turn it on; raises Refused with one sentence otherwise."""
    try:
        aws = Aws(arguments.profile)
        if arguments.action == "status":
            emit(f"{mfa_delete.describe(aws.bucket(arguments.bucket))}\n")
            return 0
        return _enable(aws, arguments)
    except CannotAct as refusal:
        raise Refused(str(refusal)) from refusal


def _enable(aws: Aws, arguments: Namespace) -> int:
    caller = aws.caller()
    _stop(mfa_delete.caller_obstacle(caller))
    bucket = aws.bucket(arguments.bucket, owner=caller.account)
    if bucket.mfa_delete is True:
        emit(f"MFA delete is on already for {bucket.name}.\n")
        return 0
    _stop(mfa_delete.obstacle(bucket))
    if not aws.hides_codes(bucket.region):
        raise Refused("the endpoint of S3 is not HTTPS, so the code would travel in the open")
    if not sys.stdin or not sys.stdin.isatty():
        raise Refused("the code is asked for at a terminal, and there is none")
    serial = arguments.mfa_device or _device(aws.devices(), caller.account)
    _stop(mfa_delete.device_obstacle(serial, caller))
    emit(
        f"This turns on MFA delete for {bucket.name} ({bucket.region}) as root of {caller.account}.\n"
        f"Afterwards the bucket can have no lifecycle, and no template can change its versioning.\n"
        f"Ctrl-C leaves everything as it is.\n"
    )
    code = _code(serial)
    _turn_on(aws, bucket, caller, serial, code)
    emit(NOW.format(bucket=bucket.name, account=caller.account))
    return 0


def _turn_on(aws: Aws, bucket: BucketState, caller: Caller, serial: str, code: str) -> None:
    """Make the call and believe only what is read back: an answer may be lost after the deed is done."""
    problem = f"S3 accepted it, but reports MFA delete of {bucket.name} as off"
    try:
        aws.turn_on(bucket, caller.account, serial, code)
    except CannotAct as refusal:
        problem = str(refusal)
    try:
        now = aws.bucket(bucket.name, owner=caller.account).mfa_delete
    except CannotAct as refusal:
        now = Unread(str(refusal))
    if isinstance(now, Unread):
        raise Refused(f"{problem}; whether MFA delete is on could not be read ({now.reason})")
    if not now:
        raise Refused(f"{problem}; MFA delete is off, and nothing was changed")


def _stop(sentence: str | None) -> None:
    if sentence:
        raise Refused(sentence)


def _device(found: list[str] | None, account: str) -> str:
    """Return the one device that shows codes, or what the user says it is."""
    if found == []:
        raise Refused(f"root of {account} has no MFA device: add an authenticator app to it, then come back")
    with_codes = [serial for serial in found or () if not mfa_delete.PASSKEY.match(serial)]
    if found and len(with_codes) <= 1:
        return (with_codes or found)[0]
    for serial in with_codes:
        emit(f"MFA device of root: {one_line(serial)}\n")
    emit("ARN or serial number of the MFA device of root: ")
    return _line(sys.stdin.readline())


def _line(text: str) -> str:
    if not text.strip():
        raise Refused("no MFA device was given; nothing was changed")
    return text.strip()


def _code(serial: str) -> str:
    """Ask for the code without showing it; it is never an option, which would stay in the shell's history."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            code = getpass.getpass(f"Code shown by {one_line(serial)}: ").strip()
    except getpass.GetPassWarning as warning:
        raise Refused("this terminal cannot hide what is typed") from warning
    except EOFError as end:
        raise Refused("no code was given; nothing was changed") from end
    if not re.fullmatch(r"\d{6}", code, re.ASCII):
        raise Refused("a code has six digits; nothing was changed")
    return code
