"""`trailhold audit --org` and `doctor` as commands: what they say, how they end."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from checker.catalog import CONTROLS
from tests.cli.running import Ended, environment, refused, trailhold
from tests.modern import modern
from tests.simulator import DENIED, HANG, Endpoint, Fault, World, hardened_world, serve
from tests.simulator.worlds import LOG_ARCHIVE, MANAGEMENT, MEMBER
from tests.sources.aws.organizations import OTHER, joined_by, world

ORG = ("--org", "--role-name=auditor")
KEY = world().accounts[0].access_key


def run(
    base: World, folder: Path, *arguments: str, faults: tuple[Fault, ...] = (), account: str = ""
) -> Ended:
    key = base.account(account).access_key if account else base.accounts[0].access_key
    with serve(base, faults=faults) as aws:
        return trailhold(*arguments, cwd=folder, env=aws.env(key))


@pytest.fixture(scope="module")
def aws() -> Iterator[Endpoint]:
    with serve(world()) as endpoint:
        yield endpoint


def closed(base: World, account: str) -> World:
    """Return the world without the auditor's role in an account."""
    return replace(base, roles=tuple(role for role in base.roles if account not in role.arn))


def test_a_row_an_account_and_one_finding_a_trail(aws: Endpoint, tmp_path: Path) -> None:
    ended = trailhold(
        "audit", *ORG, "--format=json", "--export=a.txt", "--export=a.html", cwd=tmp_path, env=aws.env(KEY)
    )
    report = json.loads(ended.out)
    assert [(row["id"], row["name"], row["problem"]) for row in report["scan"]["roster"]] == [
        (MANAGEMENT, "Management", ""),
        (LOG_ARCHIVE, "Log archive", ""),
        (MEMBER, "Workload", ""),
    ]
    owned = {f["control_id"]: f for f in report["findings"] if f["resource_type"] == "AWS::CloudTrail::Trail"}
    assert len(owned) == sum(f["resource_type"] == "AWS::CloudTrail::Trail" for f in report["findings"])
    assert {(f["account_id"], f["account_name"]) for f in owned.values()} == {(MANAGEMENT, "Management")}
    buckets = {(f["account_id"], f["account_name"]) for f in report["findings"] if "S3" in f["resource_type"]}
    assert buckets == {(LOG_ARCHIVE, "Log archive")}
    for name in ("a.txt", "a.html"):
        assert "Log archive" in (tmp_path / name).read_text()


@modern
def test_a_hardened_organization_is_clean(aws: Endpoint, tmp_path: Path) -> None:
    ended = trailhold("audit", *ORG, "--format=json", cwd=tmp_path, env=aws.env(KEY))
    report = json.loads(ended.out)
    assert (ended.code, report["scan"]["incomplete"]) == (0, [])
    assert {f["status"] for f in report["findings"]} == {"pass"}
    assert {f["account_id"] for f in report["findings"]} == {MANAGEMENT, LOG_ARCHIVE, MEMBER}


def test_an_account_that_is_closed_to_us_is_3_and_never_dropped(tmp_path: Path) -> None:
    ended = run(
        closed(world(), MEMBER), tmp_path, "audit", *ORG, "--format=json", "--fail-on=none", "--export=a.txt"
    )
    assert ended.code == 3
    unknown = [f for f in json.loads(ended.out)["findings"] if f["account_id"] == MEMBER]
    assert {f["status"] for f in unknown} == {"unknown"}
    text = " ".join((tmp_path / "a.txt").read_text().split())
    assert f"account {MEMBER} (Workload) cannot be entered" in text
    assert "1 account not read, see ACCOUNTS" in text


def test_a_member_that_could_not_be_read_leaves_delivery_open(tmp_path: Path) -> None:
    ended = run(closed(world(), MEMBER), tmp_path, "audit", *ORG, "--format=json", "--select=TH115,TH110")
    statuses = {f["control_id"]: f["status"] for f in json.loads(ended.out)["findings"]}
    assert statuses == {"TH110": "pass", "TH115": "unknown"}


def test_a_suspended_account_is_not_applicable_and_shown(tmp_path: Path) -> None:
    ended = run(
        world(states={MEMBER: "SUSPENDED"}), tmp_path, "audit", *ORG, "--format=json", "--export=a.html"
    )
    report = json.loads(ended.out)
    assert MEMBER not in {f["account_id"] for f in report["findings"]}
    assert {s["reason"] for s in report["scan"]["not_applicable"] if s["account_id"] == MEMBER} == {
        "the account is suspended"
    }
    assert f"account {MEMBER} (Workload) is suspended" in (tmp_path / "a.html").read_text()


def test_an_audit_of_a_suspended_account_alone_lacks_nothing(tmp_path: Path) -> None:
    base = world(states={MEMBER: "SUSPENDED"})
    ended = run(base, tmp_path, "audit", *ORG, f"--account={MEMBER}", "--format=json", "--export=a.txt")
    report = json.loads(ended.out)
    assert (ended.code, report["summary"]["unknown"], report["scan"]["incomplete"]) == (0, 0, [])
    text = " ".join((tmp_path / "a.txt").read_text().split())
    assert "1 account suspended or closed: not applicable, see ACCOUNTS" in text
    assert "not read" not in text


@pytest.mark.parametrize(
    ("base", "status", "says"),
    [
        (joined_by(world(apart=(OTHER,)), OTHER), "fail", "sees no trail in any Region"),
        (joined_by(world(), OTHER), "pass", "logs"),
        (
            joined_by(world(), OTHER, regions=("eu-west-1",), disabled=("us-west-2",)),
            "fail",
            "sends nothing to a trail at home in a Region that is not enabled",
        ),
    ],
    ids=["sees nothing", "fine", "home Region not enabled"],
)
def test_members_that_the_trail_does_not_reach(tmp_path: Path, base: World, status: str, says: str) -> None:
    with serve(base) as aws:
        env = aws.env(KEY, region="eu-west-1")
        ended = trailhold("audit", *ORG, "--format=json", "--select=TH101", cwd=tmp_path, env=env)
    found = {f["account_id"]: f for f in json.loads(ended.out)["findings"]}
    assert (found[OTHER]["status"], says in found[OTHER]["detail"]) == (status, True)
    assert found[MEMBER]["status"] == "pass"


def test_saved_evidence_of_an_organization_gives_the_same_report(tmp_path: Path) -> None:
    base = closed(world(states={LOG_ARCHIVE: "SUSPENDED"}), MEMBER)
    live = run(base, tmp_path, "audit", *ORG, "--format=json", "--snapshot=s.json")
    saved = trailhold("audit", "--format=json", "--from=s.json", cwd=tmp_path)
    assert (saved.code, saved.out) == (live.code, live.out)
    text = (tmp_path / "s.json").read_text()
    assert "token" not in text.replace("token included", "")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("--ou=ou-abcd-11112222", "--ou chooses among accounts: give --org as well"),
        ("--role-name=auditor", "--role-name chooses among accounts: give --org as well"),
        ("--account-timeout=9", "--account-timeout chooses among accounts: give --org as well"),
        ("--org --from=s.json", "--org is for a live audit"),
        ("--org --account=111122223333 --exclude=111122223333", "both name 111122223333"),
        ("--org --account=12", "12 is not the id of an account"),
        ("--org --ou=root", "root is not the id of an organizational unit"),
        ("--org --role-name=arn:aws:iam::111122223333:role/x", "an ARN goes to --role-arn"),
    ],
)
def test_options_that_contradict(aws: Endpoint, tmp_path: Path, line: str, says: str) -> None:
    aws.forget()
    for command in ("audit", "doctor"):
        if command == "audit" or "--from" not in line:
            assert says in refused(trailhold(command, *line.split(), cwd=tmp_path, env=aws.env(KEY)))
    assert aws.requests == []


@pytest.mark.parametrize(
    ("line", "faults", "says"),
    [
        ("", (Fault(DENIED, operation="ListAccounts"),), "organizations:ListAccounts"),
        (f"--account={OTHER}", (), f"{OTHER} is not among its accounts"),
        ("--ou=ou-none-11112222", (), "organizational unit ou-none-11112222"),
    ],
)
def test_nothing_to_audit_is_one_sentence_and_2(
    tmp_path: Path, line: str, faults: tuple[Fault, ...], says: str
) -> None:
    arguments = ("audit", *ORG, *line.split(), "--export=a.json", "--snapshot=s.json")
    assert says in refused(run(world(), tmp_path, *arguments, faults=faults))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("account", "role"),
    [
        (MANAGEMENT, "the management account of organization o-exampleorg"),
        (LOG_ARCHIVE, "a delegated administrator of organization o-exampleorg"),
        (MEMBER, "a member account of organization o-exampleorg"),
    ],
)
def test_doctor_knows_who_asks(tmp_path: Path, account: str, role: str) -> None:
    ended = run(world(delegated=(LOG_ARCHIVE,)), tmp_path, "doctor", account=account)
    assert f"{account}, {role}" in ended.out
    assert ("cannot be listed" in ended.out) is (account == MEMBER)


def test_doctor_finds_nothing_missing_in_a_standalone_account(tmp_path: Path) -> None:
    ended = run(hardened_world(), tmp_path, "doctor")
    assert (ended.code, ended.err) == (0, "")
    assert "an account without an organization" in ended.out
    assert ended.out.endswith("Ready: everything that an audit asks for can be read\n")


def test_doctor_names_the_permission_and_the_accounts(tmp_path: Path) -> None:
    denied = Fault(DENIED, operation="GetBucketPolicy")
    ended = run(closed(world(), MEMBER), tmp_path, "doctor", *ORG, faults=(denied,))
    assert ended.code == 3
    assert "2 of 3 can be read" in ended.out
    assert f"{MEMBER}  Workload: account {MEMBER} (Workload) cannot be entered" in ended.out
    assert "permission  s3:GetBucketPolicy\n" in ended.out
    assert f"where       {LOG_ARCHIVE} in us-east-1" in ended.out


@modern
@pytest.mark.parametrize(
    ("operation", "options", "lacks"),
    [
        ("ListAWSServiceAccessForOrganization", (), True),
        ("ListPolicies", (), False),
        ("ListPolicies", ("--set=strict",), True),
        ("ListPolicies", ("--select=TH709",), True),
        ("GetBucketPolicy", ("--select=TH709",), False),
    ],
)
def test_doctor_asks_what_the_audit_asks(
    tmp_path: Path, operation: str, options: tuple[str, ...], lacks: bool
) -> None:
    denied = Fault(DENIED, operation=operation)
    doctor = run(world(), tmp_path, "doctor", *ORG, *options, faults=(denied,))
    audit = run(world(), tmp_path, "audit", *ORG, *options, "--fail-on=none", faults=(denied,))
    assert (doctor.code, audit.code) == ((3, 3) if lacks else (0, 0))
    assert (operation in doctor.out) is lacks


def test_doctor_takes_the_settings_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "trailhold.toml").write_text('set = "strict"\nregion = ["eu-west-1"]\n')
    ended = run(world(), tmp_path, "doctor")
    assert "Regions        1 Region enabled" in ended.out
    assert f"Controls       {len(CONTROLS)}, whose evidence" in ended.out


def test_log_archive_of_a_file_is_looked_into_first(tmp_path: Path) -> None:
    named = f'[thresholds]\nlog-archive-account = "{MEMBER}"\n'
    base = world()
    stray = replace(base.buckets[0], name="strays", account=MEMBER)
    base = replace(base, trails=(replace(base.trails[0], bucket="strays"),), buckets=(*base.buckets, stray))
    listing: dict[str, set[str]] = {}
    for text in ("", named):
        (tmp_path / "trailhold.toml").write_text(text)
        with serve(base) as aws:
            trailhold("audit", *ORG, "--select=TH333", cwd=tmp_path, env=aws.env(KEY))
            asked = [r for r in aws.requests if r.operation == "ListBuckets"]
        listing[text] = {r.account for r in asked}
    assert listing[named] < listing[""]


def test_doctor_names_a_member_that_may_not_list(tmp_path: Path) -> None:
    says = refused(run(world(), tmp_path, "doctor", *ORG, account=MEMBER))
    assert says.startswith(f"account {MEMBER} is a member account: the accounts of the organization cannot")


@modern
def test_doctor_counts_an_unknown_id_as_missing_and_a_suspended_account_not(tmp_path: Path) -> None:
    base = world(states={MEMBER: "SUSPENDED"})
    ended = run(base, tmp_path, "doctor", *ORG)
    assert (ended.code, "2 of 3 can be read, 1 not active\n" in ended.out) == (0, True)
    ended = run(base, tmp_path, "doctor", *ORG, f"--account={LOG_ARCHIVE}", f"--account={OTHER}")
    assert (ended.code, "1 of 2 can be read\n" in ended.out) == (3, True)
    assert f"account {OTHER} is not in organization o-exampleorg" in ended.out


def test_doctor_says_so_when_nobody_tells_its_part(tmp_path: Path) -> None:
    denied = tuple(Fault(DENIED, operation=name) for name in ("DescribeOrganization", "ListAccounts"))
    ended = run(world(), tmp_path, "doctor", faults=denied)
    assert f"{MANAGEMENT}, an account whose part in an organization is not known\n" in ended.out


def test_doctor_does_not_deny_a_landing_zone_that_it_could_not_see(tmp_path: Path) -> None:
    ended = run(world(trusted=("controltower.amazonaws.com",)), tmp_path, "doctor", account=MEMBER)
    assert "no sign of one in its trails, and trusted access is not told" in ended.out


def test_many_accounts_that_are_closed_are_one_obstacle(tmp_path: Path) -> None:
    base = world()
    for number in range(12):
        base = joined_by(base, f"55550000{number:04}", name=f"Team {number} (new)")
    base = replace(base, roles=tuple(role for role in base.roles if not role.arn.endswith("/auditor")))
    for command in ("audit", "doctor"):
        ended = run(base, tmp_path, command, *ORG)
        text = " ".join(ended.out.split())
        assert ended.code == 3
        assert text.count("check that the role exists there") == 2
        assert "account ACCOUNT_ID cannot be entered as arn:aws:iam::ACCOUNT_ID:role/auditor" in text
        assert f"not read, for the same reason as account {LOG_ARCHIVE}" in text
        assert all(account.id in ended.out for account in base.accounts)


@modern
def test_choosing_accounts_leaves_nothing_open(tmp_path: Path) -> None:
    for options in ((f"--exclude={MANAGEMENT}",), (f"--account={MEMBER}",), (f"--exclude={LOG_ARCHIVE}",)):
        ended = run(world(), tmp_path, "audit", *ORG, *options, "--format=json")
        found = json.loads(ended.out)["findings"]
        assert (ended.code, {f["status"] for f in found}) == (0, {"pass"}), options


@pytest.mark.parametrize(
    ("arguments", "account", "closed_to", "says"),
    [
        ((), MEMBER, (), "trailhold audit --org: reads in every account"),
        (ORG, "", (MEMBER,), "trailhold policy --stackset: the role"),
    ],
)
def test_the_next_step_helps(
    tmp_path: Path, arguments: tuple[str, ...], account: str, closed_to: tuple[str, ...], says: str
) -> None:
    base = world()
    for each in closed_to:
        base = closed(base, each)
    text = " ".join(run(base, tmp_path, "audit", *arguments, account=account).out.split())
    assert says in text
    assert "trailhold policy: the permissions" not in text


def test_passes_in_some_accounts_are_not_nothing(tmp_path: Path) -> None:
    ended = run(closed(world(), MEMBER), tmp_path, "audit", *ORG, "--select=TH101")
    assert "No control could be judged everywhere, 1 undecided" in ended.out


def test_doctor_speaks_json(aws: Endpoint, tmp_path: Path) -> None:
    ended = trailhold("doctor", *ORG, "--format=json", cwd=tmp_path, env=aws.env(KEY))
    found = json.loads(ended.out)
    assert (ended.code, found["lacking"], found["may_list_accounts"]) == (0, [], True)
    assert [each["id"] for each in found["accounts"]] == [MANAGEMENT, LOG_ARCHIVE, MEMBER]


def test_doctor_recognises_control_tower(tmp_path: Path) -> None:
    ended = run(world(trusted=("controltower.amazonaws.com",)), tmp_path, "doctor")
    assert "Landing zone   AWS Control Tower" in ended.out


def test_doctor_without_credentials_is_2(tmp_path: Path) -> None:
    assert "credentials" in refused(trailhold("doctor", cwd=tmp_path))


def test_policies_of_an_organization_are_printed(tmp_path: Path) -> None:
    assert "sts:AssumeRole" in trailhold("policy", "--org", cwd=tmp_path).out
    template = json.loads(trailhold("policy", "--stackset", "--role-name=audit/me", cwd=tmp_path).out)
    assert template["Resources"]["AuditorRole"]["Properties"]["RoleName"] == "me"
    assert "give one" in refused(trailhold("policy", "--stackset", "--org", cwd=tmp_path))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")
def test_ctrl_c_ends_all_processes(tmp_path: Path) -> None:
    with serve(world(), faults=[Fault(HANG, operation="DescribeTrails")]) as aws:
        running = subprocess.Popen(
            [sys.executable, "-m", "checker", "audit", *ORG, "--processes=3"],
            cwd=tmp_path,
            env=environment(tmp_path, aws.env(KEY)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        hanging = {MANAGEMENT, LOG_ARCHIVE, MEMBER}
        until = time.monotonic() + 60
        while {r.account for r in aws.requests if r.operation == "DescribeTrails"} != hanging:
            assert time.monotonic() < until
            assert running.poll() is None
            time.sleep(0.05)
        threads = Path(f"/proc/{running.pid}/task").iterdir()
        children = [child for thread in threads for child in (thread / "children").read_text().split()]
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
        assert (running.returncode, out, err) == (130, b"", b"trailhold: interrupted\n")
        while any(_runs(child) for child in children):
            assert time.monotonic() < until
            time.sleep(0.05)
    assert len(children) >= 2


def _runs(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] not in ("Z", "X")
    except FileNotFoundError:
        return False
