"""How an organization governs its accounts, on the wire: read once, and only as far as somebody asks."""

from dataclasses import replace
from typing import Any

import pytest

from checker.catalog import CONTROLS
from checker.evidence import Known, Unknown
from checker.inventory import Inventory
from checker.inventory import Organization as Governed
from checker.model import Status, Verdict
from checker.sources import snapshot
from checker.sources.aws import Organization, collect, collect_organization
from checker.sources.aws.permissions import policy_document
from tests.controls.judging import worst, worst_of
from tests.governed import ID, LEAVING, ON_KEY, ON_LOGS, STRANGERS, TRAILS, policy
from tests.simulator import DENIED, EMPTY, GARBAGE, WRONG_SHAPE, WRONG_TYPES, Fault, Unit, World
from tests.simulator.world import Policy
from tests.simulator.worlds import LOG_ARCHIVE, MANAGEMENT, MEMBER
from tests.sources.aws.conftest import ServeWorld, options
from tests.sources.aws.organizations import ROLE, asked_twice, world
from tests.sources.aws.test_permissions import IAM_ACTION, allowed

READS = {read.partition(" ")[0] for control in CONTROLS.values() for read in control.reads}
SEVENS = {id: control for id, control in CONTROLS.items() if id.startswith("TH7")}
BASELINE = {read.partition(" ")[0] for c in CONTROLS.values() if "baseline" in c.sets for read in c.reads}
UNITS = (Unit(id="ou-root-security", name="Security", accounts=(LOG_ARCHIVE,)),)
PRIVATE = Policy(
    id="p-private",
    document='{"s3_attributes": {"public_access_block_configuration": {"@@assign": "all"}}}',
    type="S3_POLICY",
)


def on_wire(name: str, *statements: dict[str, Any], to: str, type: str = "SERVICE_CONTROL_POLICY") -> Policy:
    document = policy(name, *statements, type=type).document
    return Policy(id=name, document=str(document.value), type=type, targets=(to,))


def guarded(**changes: Any) -> World:
    """The organization of the simulator under the policies of the governed one."""
    settings: dict[str, Any] = {
        "units": UNITS,
        "policies": (
            on_wire("p-trails", TRAILS, LEAVING, to="r-root"),
            on_wire("p-logs", ON_LOGS, ON_KEY, to="ou-root-security"),
            on_wire("p-strangers", STRANGERS, to=LOG_ARCHIVE, type="RESOURCE_CONTROL_POLICY"),
            PRIVATE,
        ),
        "policy_types": ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "S3_POLICY"),
    }
    return world(**{**settings, **changes})


def seen(serving: ServeWorld, base: World, *faults: Fault, reads: set[str] = READS) -> Inventory:
    with serving(base, *faults):
        chosen = replace_reads(reads)
        return collect_organization(chosen, Organization(role_name=ROLE)).inventory


def replace_reads(reads: set[str]) -> Any:
    return options(reads=frozenset(reads - {"cloudtrail:LookupEvents"}))


def outcome(inventory: Inventory) -> dict[str, Status | None]:
    return {id: worst(control, inventory) for id, control in SEVENS.items()}


def test_a_guarded_organization_passes(serving: ServeWorld) -> None:
    found = outcome(seen(serving, guarded()))
    assert found == dict.fromkeys(SEVENS, Status.PASS)


def test_a_snapshot_keeps_what_was_read(serving: ServeWorld) -> None:
    with serving(guarded()):
        observed = collect_organization(replace_reads(READS), Organization(role_name=ROLE))
    kept = snapshot.normalised(observed).inventory
    assert kept.organizations == observed.inventory.organizations
    assert outcome(kept) == dict.fromkeys(SEVENS, Status.PASS)


@pytest.mark.parametrize("effect", [EMPTY, WRONG_SHAPE, WRONG_TYPES, GARBAGE])
def test_answers_that_are_none_are_unknown(serving: ServeWorld, effect: Any) -> None:
    faults = [
        Fault(effect, service="organizations", operation=operation)
        for operation in ("ListRoots", "ListPolicies", "ListDelegatedAdministrators")
    ]
    found = outcome(seen(serving, guarded(), *faults))
    assert {found[id] for id in ("TH709", "TH710")} == {Status.UNKNOWN}
    assert Status.FAIL not in found.values()


def test_everything_is_asked_once(serving: ServeWorld) -> None:
    with serving(guarded()) as aws:
        wanted = Organization(role_name=ROLE, units=("ou-root-security",))
        collect_organization(replace_reads(READS), wanted)
        requests = list(aws.requests)
    assert [call for call in asked_twice(requests) if call[1].startswith("organizations:")] == []
    made = {IAM_ACTION.get(r.name, r.name) for r in requests if r.name.startswith("organizations:")}
    assert made <= allowed(policy_document(enter=ROLE))
    assert {"organizations:ListRoots", "organizations:DescribeEffectivePolicy"} <= made


@pytest.mark.parametrize(
    ("changes", "fails"),
    [
        ({"policies": ()}, {"TH709", "TH710", "TH711", "TH712", "TH713"}),
        ({"policy_types": ()}, {"TH709", "TH710", "TH711", "TH712", "TH713"}),
        ({"policies": (on_wire("p", TRAILS, to="r-root"),)}, {"TH710", "TH711", "TH712", "TH713"}),
        ({"policies": (PRIVATE,)}, {"TH709", "TH710", "TH711", "TH713"}),
        ({"trusted": ()}, {"TH707"}),
        ({"features": "CONSOLIDATED_BILLING"}, {"TH701"}),
        ({"apart": (MEMBER,)}, {"TH704"}),
    ],
)
def test_what_is_missing_fails(serving: ServeWorld, changes: dict[str, Any], fails: set[str]) -> None:
    found = outcome(seen(serving, guarded(**changes)))
    assert {id for id, status in found.items() if status is Status.FAIL} == fails


def test_an_administrator_that_nobody_expects_stays_open(serving: ServeWorld) -> None:
    base = guarded(administered={MEMBER: ("cloudtrail.amazonaws.com",)})
    inventory = seen(serving, base)
    assert inventory.organizations[ID].administers(MEMBER, "cloudtrail.amazonaws.com")
    assert outcome(inventory)["TH708"] is Status.UNKNOWN


@pytest.mark.parametrize(
    ("operation", "unknown"),
    [
        ("ListRoots", {"TH709", "TH710", "TH711", "TH713"}),
        ("ListPolicies", {"TH709", "TH710", "TH711", "TH713"}),
        ("DescribePolicy", {"TH709", "TH710", "TH711", "TH713"}),
        ("ListTargetsForPolicy", {"TH709", "TH710", "TH711", "TH713"}),
        ("ListDelegatedAdministrators", {"TH702", "TH708"}),
        ("ListAWSServiceAccessForOrganization", {"TH707"}),
        ("DescribeEffectivePolicy", {"TH712"}),
    ],
)
def test_a_denied_call_is_unknown(serving: ServeWorld, operation: str, unknown: set[str]) -> None:
    fault = Fault(DENIED, service="organizations", operation=operation)
    found = outcome(seen(serving, guarded(), fault))
    assert {id for id, status in found.items() if status is Status.UNKNOWN} == unknown
    assert {id for id, status in found.items() if status is Status.FAIL} == set()


def test_an_organization_that_is_not_described_is_unknown_and_not_gone(serving: ServeWorld) -> None:
    fault = Fault(DENIED, service="organizations", operation="DescribeOrganization")
    found = outcome(seen(serving, guarded(), fault))
    assert {found[id] for id in ("TH702", "TH707", "TH708", "TH709", "TH710", "TH711", "TH713")} == {
        Status.UNKNOWN
    }
    assert Status.FAIL not in found.values()


def alone(serving: ServeWorld, base: World, account: str) -> tuple[Inventory, set[str]]:
    with serving(base, account=account) as aws:
        inventory = collect(replace_reads(READS)).inventory
        return inventory, {r.name for r in aws.requests if r.name.startswith("organizations:")}


def test_the_management_account_judges_its_organization(serving: ServeWorld) -> None:
    inventory, asked = alone(serving, guarded(), MANAGEMENT)
    assert asked <= allowed(policy_document())
    found = outcome(inventory)
    assert {id for id, status in found.items() if status is Status.FAIL} == set()
    assert {id for id, status in found.items() if status is Status.UNKNOWN} == {"TH711", "TH712", "TH713"}
    (account,) = inventory.accounts.values()
    assert (account.trail_role.value, account.feature_set.value) == (True, "ALL")


def test_a_member_asks_nothing_and_is_not_failed(serving: ServeWorld) -> None:
    inventory, asked = alone(serving, guarded(), MEMBER)
    assert asked == {"organizations:DescribeOrganization"}
    of_organization = {id for id, control in SEVENS.items() if control.applies_to is Governed}
    assert {outcome(inventory)[id] for id in of_organization} == {None}


def test_a_member_is_told_once_what_nobody_judges_here(serving: ServeWorld) -> None:
    with serving(guarded(), account=MEMBER):
        (note,) = collect(replace_reads(READS)).scan.notes
    assert note.endswith(f"audit its management account {MANAGEMENT}, or with --org")
    with serving(guarded(), account=MANAGEMENT):
        assert collect(replace_reads(READS)).scan.notes == ()


def test_an_account_that_may_not_ask_for_its_organization_is_unknown(serving: ServeWorld) -> None:
    fault = Fault(DENIED, service="organizations", operation="DescribeOrganization")
    with serving(guarded(), fault, account=MEMBER) as aws:
        inventory = collect(replace_reads(READS)).inventory
        assert {r.name for r in aws.requests if r.name.startswith("organizations:")} == {
            "organizations:DescribeOrganization"
        }
    found = outcome(inventory)
    of_organization = {id for id, control in SEVENS.items() if control.applies_to is Governed}
    # That the trail which the account sees is an organization's needs nothing that was refused.
    assert {id for id in of_organization if found[id] is Status.UNKNOWN} == of_organization - {"TH706"}
    assert Status.FAIL not in found.values()
    missing = worst_of(SEVENS["TH709"], inventory)
    assert isinstance(missing, Verdict)
    assert {one.origin.action for one in missing.unknowns} == {"organizations:DescribeOrganization"}


BY_ALIAS = {
    **ON_KEY,
    "Action": "kms:*",
    "Condition": {
        **ON_KEY["Condition"],
        "ForAnyValue:StringLike": {"kms:ResourceAliases": "alias/logs-*"},
    },
}


def aliased(*aliases: str) -> World:
    """The guarded organization with a key of the log archive that a policy names by its alias."""
    base = guarded(
        policies=(
            on_wire("p-trails", TRAILS, LEAVING, to="r-root"),
            on_wire("p-logs", ON_LOGS, BY_ALIAS, to="ou-root-security"),
            on_wire("p-strangers", STRANGERS, to=LOG_ARCHIVE, type="RESOURCE_CONTROL_POLICY"),
        )
    )
    (key,), (trail,) = base.keys, base.trails
    arn = key.arn.replace(MANAGEMENT, LOG_ARCHIVE)
    return replace(
        base,
        keys=(key, replace(key, arn=arn, aliases=aliases, readers=(MANAGEMENT,))),
        trails=(replace(trail, settings={**trail.settings, "KmsKeyId": arn}),),
    )


ALIASES = "kms:ListAliases"


@pytest.mark.parametrize(
    ("aliases", "status"),
    [(("alias/logs-1",), Status.PASS), (("alias/other", "alias/logs-1"), Status.PASS), ((), Status.FAIL)],
)
def test_a_key_is_known_by_its_aliases(serving: ServeWorld, aliases: tuple[str, ...], status: Status) -> None:
    with serving(aliased(*aliases)) as aws:
        found = collect_organization(replace_reads(READS), Organization(role_name=ROLE)).inventory
        asked = [r for r in aws.requests if r.name == ALIASES]
        assert [r for r in asked_twice(list(aws.requests)) if r[1] in (ALIASES, "sts:AssumeRole")] == []
    assert {r.account for r in asked} == {LOG_ARCHIVE}
    assert outcome(found)["TH711"] is status
    assert ALIASES in allowed(policy_document())


def test_aliases_that_are_not_told_leave_it_open(serving: ServeWorld) -> None:
    found = seen(serving, aliased("alias/logs-1"), Fault(DENIED, service="kms", operation="ListAliases"))
    verdict = worst_of(SEVENS["TH711"], found)
    assert isinstance(verdict, Verdict)
    assert verdict.status is Status.UNKNOWN
    assert ALIASES in {one.origin.action for one in verdict.unknowns}


def test_nobody_asks_for_aliases_that_no_policy_names(serving: ServeWorld) -> None:
    with serving(guarded()) as aws:
        collect_organization(replace_reads(READS), Organization(role_name=ROLE))
        assert ALIASES not in {r.name for r in aws.requests}


def test_the_baseline_asks_for_trusted_access_and_the_role_alone(serving: ServeWorld) -> None:
    with serving(guarded()) as aws:
        inventory = collect(replace_reads(BASELINE)).inventory
        names = {r.name for r in aws.requests if r.name.startswith("organizations:")}
    assert names == {
        "organizations:DescribeOrganization",
        "organizations:ListAWSServiceAccessForOrganization",
    }
    for id, control in SEVENS.items():
        if "baseline" in control.sets:
            assert worst(control, inventory) is Status.PASS, id


def test_without_its_role_cloudtrail_is_not_trusted(serving: ServeWorld) -> None:
    base = guarded()
    bare = replace(base, roles=tuple(r for r in base.roles if "aws-service-role" not in r.arn))
    inventory = seen(serving, bare)
    role = inventory.accounts[MANAGEMENT].trail_role
    assert isinstance(role, Known)
    assert role.content is False
    assert outcome(inventory)["TH707"] is Status.FAIL


def test_members_have_no_say_in_the_role(serving: ServeWorld) -> None:
    inventory = seen(serving, guarded())
    roles = [a.trail_role for a in inventory.accounts.values() if a.id != MANAGEMENT]
    assert all(isinstance(role, Unknown) for role in roles)
