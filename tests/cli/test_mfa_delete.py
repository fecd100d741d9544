"""`trailhold mfa-delete` against an account on the wire, typed at a real terminal."""

from pathlib import Path

import pytest

from tests.cli.root_account import ACCOUNT, BUCKET, CODE, DEVICE, ROOT, RootAccount, serve
from tests.cli.running import Ended, refused, trailhold
from tests.cli.screen import Screen, at_terminal
from tests.simulator.call import AwsError

SECOND = f"arn:aws:iam::{ACCOUNT}:mfa/phone"
PASSKEY = f"arn:aws:iam::{ACCOUNT}:u2f/root-account/laptop"
DENIED = AwsError("AccessDenied", "no identity-based policy allows it", 403)
RULE = {"ID": "expire", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
ON = {"Status": "Enabled", "MFADelete": "Enabled"}
ENABLE = ("mfa-delete", "enable", f"--bucket={BUCKET}")
STATUS = ("mfa-delete", "status", f"--bucket={BUCKET}")


def enable(folder: Path, account: RootAccount, code: str = CODE, *more: str, **env: str) -> Screen:
    """Turn MFA delete on as a user would who types the code and, if asked, the device."""
    answers = {"Code shown by": f"{code}\n", "of the MFA device of root:": f"{DEVICE}\n"}
    with serve(account) as base:
        return at_terminal(folder, {**base, **env}, answers, *ENABLE, *more)


def sentence(screen: Screen) -> str:
    """Return the one sentence with which a run at a terminal was refused."""
    assert screen.code == 2, screen
    assert "Traceback" not in screen.shown
    (line,) = [line for line in screen.shown.splitlines() if "trailhold: " in line]
    return line.rpartition("trailhold: ")[2]


def test_root_turns_it_on_and_it_is_read_back(tmp_path: Path) -> None:
    account = RootAccount()
    screen = enable(tmp_path, account)
    assert screen.code == 0, screen
    assert account.versioning == ON
    assert account.asked.count("PutBucketVersioning") == 1
    assert account.asked.index("PutBucketVersioning") < len(account.asked) - 1
    assert account.asked[-3:].count("GetBucketVersioning") == 1
    for promise in ("no lifecycle", f"MFA delete is on for {BUCKET}", "suspend versioning", "template"):
        assert promise in screen.shown


def test_the_code_is_never_shown(tmp_path: Path) -> None:
    assert CODE not in enable(tmp_path, RootAccount()).shown


@pytest.mark.parametrize(
    ("account", "more"),
    [
        pytest.param(RootAccount(devices=(PASSKEY, DEVICE)), (), id="beside a passkey"),
        pytest.param(RootAccount(devices=(SECOND, DEVICE)), (), id="asked which"),
        pytest.param(RootAccount(devices=None), (), id="asked since not told"),
        pytest.param(RootAccount(devices=(SECOND, DEVICE)), (f"--mfa-device={DEVICE}",), id="given"),
    ],
)
def test_which_device(tmp_path: Path, account: RootAccount, more: tuple[str, ...]) -> None:
    assert enable(tmp_path, account, CODE, *more).code == 0
    assert account.versioning == ON


def test_an_answer_that_is_lost_does_not_hide_the_deed(tmp_path: Path) -> None:
    account = RootAccount(forgetful=True)
    screen = enable(tmp_path, account)
    assert (screen.code, account.versioning) == (0, ON)
    assert account.asked.count("PutBucketVersioning") == 1


def test_what_is_on_already_asks_for_nothing(tmp_path: Path) -> None:
    account = RootAccount(versioning=ON)
    with serve(account) as env:
        ended = trailhold(*ENABLE, cwd=tmp_path, env=env)
    assert (ended.code, ended.out) == (0, f"MFA delete is on already for {BUCKET}.\n")
    assert "PutBucketVersioning" not in account.asked


USER = f"arn:aws:iam::{ACCOUNT}:user/admin"
ASSUMED = f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/me"
OTHER_ROOT = "arn:aws:iam::444455556666:root"
REFUSED = [
    ("a user", RootAccount(caller=USER), f"{USER} is not a root user"),
    ("a role", RootAccount(caller=ASSUMED), "is not a root user"),
    ("root of another account", RootAccount(caller=OTHER_ROOT), "does not belong to account 444455556666"),
    ("a lifecycle", RootAccount(lifecycle=(RULE,)), "has 1 lifecycle rule"),
    ("Object Lock", RootAccount(lock=True), "has Object Lock"),
    ("no versioning", RootAccount(versioning={}), "versioning of audit-logs is off"),
    ("suspended", RootAccount(versioning={"Status": "Suspended"}), "versioning of audit-logs is Suspended"),
    ("no device", RootAccount(devices=()), "root of 111122223333 has no MFA device"),
    ("passkeys alone", RootAccount(devices=(PASSKEY,)), "is a passkey or security key"),
    *(
        (f"{operation} denied", RootAccount(failing={operation: DENIED}), f"{what} could not be read")
        for operation, what in (
            ("GetBucketVersioning", "MFA delete of audit-logs"),
            ("GetBucketLifecycleConfiguration", "lifecycle of audit-logs"),
            ("GetObjectLockConfiguration", "Object Lock of audit-logs"),
        )
    ),
    *(
        (f"{operation} garbled", RootAccount(garbled=operation), "an HTML page")
        for operation in (
            "GetCallerIdentity",
            "GetBucketVersioning",
            "GetBucketLifecycleConfiguration",
            "GetObjectLockConfiguration",
        )
    ),
    ("who denied", RootAccount(failing={"GetCallerIdentity": DENIED}), "AWS does not say who is calling"),
]


@pytest.mark.parametrize(
    ("account", "says"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_stands_in_the_way_is_said_before_a_code_is_asked_for(
    tmp_path: Path, account: RootAccount, says: str
) -> None:
    screen = enable(tmp_path, account)
    assert says in sentence(screen)
    assert "Code shown by" not in screen.shown
    assert "PutBucketVersioning" not in account.asked


def test_temporary_credentials_are_refused(tmp_path: Path) -> None:
    account = RootAccount()
    assert "temporary credentials" in sentence(enable(tmp_path, account, AWS_SESSION_TOKEN="token"))
    assert "PutBucketVersioning" not in account.asked


@pytest.mark.parametrize("device", ["has spaces", "arn:aws:iam::444455556666:mfa/root", PASSKEY])
def test_a_device_that_cannot_be_it(tmp_path: Path, device: str) -> None:
    account = RootAccount()
    assert device.split()[0] in sentence(enable(tmp_path, account, CODE, f"--mfa-device={device}"))
    assert "PutBucketVersioning" not in account.asked


@pytest.mark.parametrize("code", ["12345", "1234567", "abcdef", "", "\u0661\u0662\u0663\u0664\u0665\u0666"])
def test_what_is_no_code_is_not_sent(tmp_path: Path, code: str) -> None:
    account = RootAccount()
    assert "six digits" in sentence(enable(tmp_path, account, code))
    assert "PutBucketVersioning" not in account.asked


def test_a_wrong_code_changes_nothing_and_is_sent_once(tmp_path: Path) -> None:
    account = RootAccount()
    says = sentence(enable(tmp_path, account, "654321"))
    assert "the code may be wrong or used already" in says
    assert says.endswith("MFA delete is off, and nothing was changed")
    assert account.versioning == {"Status": "Enabled"}
    assert account.asked.count("PutBucketVersioning") == 1


def test_leaving_at_the_prompt_changes_nothing(tmp_path: Path) -> None:
    account = RootAccount()
    with serve(account) as env:
        screen = at_terminal(tmp_path, env, {"Code shown by": "\x03"}, *ENABLE)
    assert screen.code == 130
    assert "PutBucketVersioning" not in account.asked


def test_without_a_terminal_no_code_is_taken(tmp_path: Path) -> None:
    account = RootAccount()
    with serve(account) as env:
        assert "at a terminal" in refused(trailhold(*ENABLE, cwd=tmp_path, env=env))
    assert "PutBucketVersioning" not in account.asked


def test_a_code_does_not_travel_in_the_open(tmp_path: Path) -> None:
    account = RootAccount()
    with serve(account) as env:
        # The bucket is read through a proxy, as any HTTP request to a distant host may be.
        proxied = {**env, "AWS_ENDPOINT_URL_S3": "http://s3.test", "http_proxy": env["AWS_ENDPOINT_URL"]}
        screen = at_terminal(tmp_path, {**proxied, "no_proxy": "127.0.0.1"}, {}, *ENABLE)
    assert "not HTTPS" in sentence(screen)
    assert "PutBucketVersioning" not in account.asked


def status(folder: Path, account: RootAccount) -> Ended:
    with serve(account) as env:
        return trailhold(*STATUS, cwd=folder, env=env)


@pytest.mark.parametrize(
    ("account", "says"),
    [
        (RootAccount(), "Ready for MFA delete"),
        (RootAccount(versioning=ON), "MFA delete is on"),
        (RootAccount(lifecycle=(RULE, RULE)), "Not ready for MFA delete: audit-logs has 2 lifecycle rules"),
        (RootAccount(failing={"GetObjectLockConfiguration": DENIED}), "not read: AccessDenied"),
        (RootAccount(caller=USER), "Ready for MFA delete"),
    ],
)
def test_status_tells_and_only_reads(tmp_path: Path, account: RootAccount, says: str) -> None:
    ended = status(tmp_path, account)
    assert (ended.code, ended.err) == (0, "")
    assert says in ended.out
    assert all(operation.startswith(("Get", "Head")) for operation in account.asked)


def test_status_of_a_bucket_that_is_not_there(tmp_path: Path) -> None:
    with serve(RootAccount()) as env:
        ended = trailhold("mfa-delete", "status", "--bucket=other", cwd=tmp_path, env=env)
    assert refused(ended) == "there is no bucket other"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("mfa-delete disable --bucket=logs", "unknown action disable"),
        ("mfa-delete status", "--bucket"),
        ("mfa-delete status --bucket=No_Bucket", "No_Bucket is not the name of a bucket"),
        ("mfa-delete status --bucket=logs --profile=nobody", "nobody"),
        ("mfa-delete enable --bucket=logs --code=123456", "unknown argument --code"),
    ],
)
def test_a_slip_on_the_command_line(tmp_path: Path, line: str, says: str) -> None:
    assert says in refused(trailhold(*line.split(), cwd=tmp_path))


def test_only_root_of_the_account_itself_is_root() -> None:
    from checker.actions.mfa_delete import Caller

    assert Caller(arn=ROOT, account=ACCOUNT, temporary=False).is_root
    assert not Caller(arn=ROOT, account="444455556666", temporary=False).is_root
    assert not Caller(arn=f"{ROOT}/x", account=ACCOUNT, temporary=False).is_root
