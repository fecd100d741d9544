"""What no chosen control reads is not asked: no verdict changes for it, and nothing passes unread."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from checker.assessment import assess
from checker.catalog import CONTROLS
from checker.evidence import Cause
from checker.model import Control, Status
from checker.observation import Observation
from checker.sources import snapshot
from checker.sources.aws import Options, Organization, collect_organization
from checker.sources.aws.calls import CALLS
from checker.sources.aws.clients import Clients
from checker.sources.aws.observe import observe, usable_clients
from tests import hardened as good
from tests.modern import modern
from tests.simulator import Bucket, Trail, World, hardened_world, organization_world, serve
from tests.sources.aws.conftest import ServeWorld, options
from tests.sources.aws.organizations import ROLE, world
from tests.sources.aws.test_lake import FEDERATION, OF_SERVICE, PARTNER, SHOWN, STORE

EVERYTHING = frozenset(call.action for call in CALLS.values())
ALWAYS = frozenset(call.action for call in CALLS.values() if call.always)
BASELINE = tuple(control for control in CONTROLS.values() if "baseline" in control.sets)

GONE = Trail(
    name="gone",
    account=good.ACCOUNT,
    home="eu-west-1",
    bucket="gone",
    settings={
        "KmsKeyId": good.KEY_ARN.replace("0a1b", "ffff"),
        "CloudWatchLogsLogGroupArn": f"{good.GROUP_ARN}-gone:*",
        "CloudWatchLogsRoleArn": f"{good.ROLE_ARN}-gone",
        "SnsTopicARN": f"{good.TOPIC_ARN}-gone",
    },
)
"""Whatever it names does not exist."""
WEAK = Trail(
    name="weak",
    account=good.ACCOUNT,
    home="eu-west-1",
    bucket="weak",
    multi_region=False,
    settings={"LogFileValidationEnabled": False},
    status={"IsLogging": False},
    selectors=({"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True},),
)
OPEN = Bucket(name="weak", account=good.ACCOUNT, region="eu-west-1")
"""With no setting at all."""
MANAGED = f"arn:aws:iam::{good.ACCOUNT}:policy/write"
EXCESSIVE = good.document(good.statement(Action="s3:*", Resource="*"))
HARDENED = hardened_world()
RICH = replace(
    HARDENED,
    lake=(STORE, PARTNER, OF_SERVICE, SHOWN),
    roles=(
        *(replace(role, managed={MANAGED: next(iter(role.inline.values()))}) for role in HARDENED.roles),
        replace(FEDERATION, managed={MANAGED: EXCESSIVE}),
    ),
    organizations=organization_world().organizations,
    accounts=(*HARDENED.accounts, *organization_world().accounts[1:]),
)
WORLDS = {
    "good": RICH,
    "mixed": replace(RICH, trails=(*RICH.trails, GONE, WEAK), buckets=(*RICH.buckets, OPEN)),
    "bad": replace(HARDENED, trails=(GONE, WEAK), buckets=(*HARDENED.buckets, OPEN)),
}
Verdicts = dict[tuple[str, ...], tuple[str, ...]]
Look = Callable[[frozenset[str]], Observation]


def read_by(controls: Iterable[Control]) -> frozenset[str]:
    """Return the IAM actions that controls read, as the command line does."""
    return frozenset(read.partition(" ")[0] for control in controls for read in control.reads)


def verdicts(observation: Observation, controls: Iterable[Control]) -> Verdicts:
    """Return what controls say of each resource."""
    judged = assess(observation, tuple(controls), version="0")
    found = {
        (f.control_id, f.resource_arn, f.region): (f.status.value, f.detail, f.observed)
        for f in judged.findings
    }
    return found | {(s.control_id, s.resource_arn): (s.reason,) for s in judged.not_applicable}


@contextmanager
def looking(base: World) -> Iterator[Look]:
    """Serve a world to whoever looks at it, with the same clients again and again."""
    with serve(base) as aws, pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_CA_BUNDLE"):
            patch.delenv(name, raising=False)
        for name, value in aws.env(base.accounts[0].access_key).items():
            patch.setenv(name, value)
        clients: Clients = usable_clients(options())

        def look(reads: frozenset[str]) -> Observation:
            chosen: Options = options(reads=reads, history_pause=0.0)
            return observe(chosen, lambda _: None, clients)

        yield look


@modern
@pytest.mark.parametrize("name", WORLDS)
def test_control_alone_says_what_it_says_among_all(name: str) -> None:
    """Controls that read the same are asked for together."""
    groups: dict[frozenset[str], list[Control]] = {}
    for control in CONTROLS.values():
        groups.setdefault(read_by([control]), []).append(control)
    with looking(WORLDS[name]) as look:
        everything = look(EVERYTHING)
        wrong = {
            control.id: (expected, found)
            for reads, controls in groups.items()
            for alone in (look(reads),)
            for control in controls
            if (expected := verdicts(everything, [control])) != (found := verdicts(alone, [control]))
        }
    assert wrong == {}
    assert len(verdicts(everything, CONTROLS.values())) > 150


@modern
@pytest.mark.parametrize("name", WORLDS)
def test_snapshot_of_fewer_controls_is_unknown_to_the_others(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever was not read leaves UNKNOWN, and no verdict that nobody looked for."""
    path = tmp_path_factory.mktemp("saved") / "snapshot.json"
    with looking(WORLDS[name]) as look:
        everything = look(EVERYTHING)
        path.write_bytes(snapshot.dump(look(read_by(BASELINE))))
    saved = snapshot.load(path)
    left_out = 0
    for control in CONTROLS.values():
        expected, found = verdicts(everything, [control]), verdicts(saved, [control])
        if expected == found:
            continue
        left_out += 1
        lost = [key for key in expected if found.get(key) != expected[key] and key in found]
        assert {found[key][0] for key in lost} <= {Status.UNKNOWN.value}, control.id
        assert Status.UNKNOWN.value in {verdict[0] for verdict in found.values()}, control.id
        assert control not in BASELINE
    assert left_out > 10


@pytest.mark.parametrize("base", [hardened_world(), WORLDS["mixed"]], ids=["one account", "mixed"])
def test_every_call_of_an_audit_is_read_by_a_control(serving: ServeWorld, base: World) -> None:
    reads = read_by(BASELINE)
    with serving(base) as aws:
        observe(options(reads=reads), lambda _: None)
        made = {CALLS[request.service, request.operation].action for request in aws.requests}
    assert made - ALWAYS - reads == set()
    assert {"cloudtrail:ListChannels", "cloudtrail:ListDashboards", "s3:GetBucketPolicy"} & made == {
        "s3:GetBucketPolicy"
    }


@pytest.mark.parametrize("processes", [1, 2])
def test_accounts_of_an_organization_are_asked_no_more(serving: ServeWorld, processes: int) -> None:
    reads = read_by([CONTROLS["TH110"]])
    with serving(world()) as aws:
        wanted = Organization(role_name=ROLE, processes=processes)
        observation = collect_organization(options(reads=reads), wanted)
        made = {CALLS[request.service, request.operation].action for request in aws.requests}
    assert made - ALWAYS == set()
    assert {key[0]: verdict[0] for key, verdict in verdicts(observation, [CONTROLS["TH110"]]).items()} == {
        "TH110": "pass"
    }


def test_what_was_left_out_says_so(serving: ServeWorld) -> None:
    with serving(hardened_world()):
        seen = observe(options(reads=read_by([CONTROLS["TH110"]])), lambda _: None)
    judged = assess(seen, [CONTROLS["TH312"], CONTROLS["TH909"]], version="0")
    assert [(f.control_id, f.status, f.unknowns[0].cause) for f in judged.findings] == [
        ("TH312", Status.UNKNOWN, Cause.OUT_OF_SCOPE),
        ("TH909", Status.UNKNOWN, Cause.OUT_OF_SCOPE),
    ]
    assert [gap.reason for gap in judged.incomplete] == [
        "cloudtrail:ListChannels was not asked: none of the controls that were chosen for the audit reads it",
        "s3:GetBucketPolicy was not asked: none of the controls that were chosen for the audit reads it",
    ]


def test_nothing_said_leaves_out_what_takes_long(serving: ServeWorld) -> None:
    with serving(RICH) as aws:
        observe(options(), lambda _: None)
        made = {CALLS[request.service, request.operation].action for request in aws.requests}
    assert {"cloudtrail:ListChannels", "s3:GetBucketAcl", "kms:ListGrants"} <= made
    assert made.isdisjoint(
        {"cloudtrail:LookupEvents", "iam:GetAccountAuthorizationDetails", "organizations:ListPolicies"}
    )
