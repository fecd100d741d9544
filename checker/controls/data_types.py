"""Controls on events beside objects and functions: of Bedrock, of chosen types, of networks, in summaries."""

from collections.abc import Callable, Sequence
from functools import partial

from checker.controls.data_events import SELECTORS, TRAILS, fix
from checker.evidence import Unknown, Unobserved
from checker.inventory import Account, AdvancedSelector, Inventory, Trail
from checker.model import (
    CLOUDFORMATION,
    LIVE,
    STRICT,
    Context,
    Judgement,
    NotApplicable,
    Remediation,
    Severity,
    Verdict,
    control,
    failed,
    passed,
)
from checker.recording import BEDROCK, Lack, data_lacks, data_types, network_lacks, spell, unfold
from checker.visibility import by_region, pool, unlisted

REGIONS = ("account:ListRegions RegionName", *TRAILS, *SELECTORS)
Lacks = Callable[[Sequence[AdvancedSelector]], list[Lack]]

_NETWORK = (
    """'[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]},"""
    """{"FieldSelectors":[{"Field":"eventCategory","Equals":["NetworkActivity"]},"""
    """{"Field":"eventSource","Equals":["s3.amazonaws.com"]},"""
    """{"Field":"errorCode","Equals":["VpceAccessDenied"]}]}]'"""
)


@control(
    id="TH214",
    name="ct-data-events-bedrock",
    title="What is asked of models and agents in Bedrock is recorded",
    severity=Severity.MEDIUM,
    applies_to=Account,
    sets=STRICT,
    expected="data events of every Bedrock resource type in every Region",
    reads=REGIONS,
    remediation=fix(BEDROCK[5]),
)
def bedrock(account: Account, context: Context) -> Judgement:
    """Stolen keys are turned into model calls within minutes, and agents act on what they are told.

    Management events show single model invocations, but nothing of agents, flows, guardrails, knowledge
    bases, prompts and streams, which are data events; so management events alone are no pass here. All
    trails that log are taken together Region by Region, and any condition that leaves something out fails.
    """
    return _of_types(account, context, BEDROCK)


@control(
    id="TH216",
    name="ct-required-data-resource-types",
    title="Data events of the required resource types are recorded",
    severity=Severity.LOW,
    applies_to=Account,
    sets=STRICT,
    expected="all data events of the types that the setting required-data-types lists, in every Region",
    reads=REGIONS,
    remediation=fix("AWS::DynamoDB::Table"),
)
def required_types(account: Account, context: Context) -> Judgement:
    """Which data deserves a trace is for its owner to say; what they listed has to be recorded without gaps.

    Types are CloudTrail's names, such as AWS::DynamoDB::Table; without a list the control asks nothing.
    """
    types = context.thresholds.required_data_types
    if not types:
        return NotApplicable("the setting required-data-types lists no resource type")
    return _of_types(account, context, types)


@control(
    id="TH215",
    name="ct-network-activity-events",
    title="Calls that VPC endpoints deny are recorded",
    severity=Severity.LOW,
    applies_to=Account,
    sets=STRICT,
    expected="network activity of CloudTrail, EC2, KMS, S3 and Secrets Manager (default), in every Region",
    reads=REGIONS,
    remediation=Remediation(
        text="Add a selector for network activity events of each service. The command replaces every "
        "selector of the trail; VpceAccessDenied keeps the number of events small.",
        cli="aws cloudtrail put-event-selectors --trail-name TRAIL_ARN --region HOME_REGION "
        f"--advanced-event-selectors {_NETWORK}",
        cdk="CfnTrail(advanced_event_selectors=[...]) with "
        'AdvancedFieldSelectorProperty(field="eventCategory", equal_to=["NetworkActivity"])',
        terraform="aws_cloudtrail: advanced_event_selector with field_selector "
        '{ field = "eventCategory", equals = ["NetworkActivity"] }',
    ),
)
def network_activity(account: Account, context: Context) -> Judgement:
    """An endpoint policy that stops stolen credentials, or data on its way out, shows here and nowhere else.

    The services are a setting (network-activity-sources). Denied calls are enough; a selector for them alone
    and one for all calls count alike.
    """
    sources = context.thresholds.network_activity_sources
    wanted: dict[str, Lacks] = {source: partial(network_lacks, source=source) for source in sources}
    if not wanted:
        return NotApplicable("the setting network-activity-sources lists no service")
    return _everywhere(account, context.inventory, wanted, "network activity events")


def _of_types(account: Account, context: Context, types: Sequence[str]) -> Verdict:
    both = partial(data_lacks, partition=context.inventory.partition, accesses=("read", "write"))
    wanted: dict[str, Lacks] = {type: partial(both, type=type) for type in types}
    return _everywhere(account, context.inventory, wanted, "data events")


def _everywhere(account: Account, inventory: Inventory, wanted: dict[str, Lacks], events: str) -> Verdict:
    """Ask in each Region what all trails that log there leave out of each kind of events."""
    undecided: list[Unknown] = unlisted(account)
    lacking: dict[str, list[str]] = {}
    for region, trails, unread in by_region(account, inventory):
        pooled, unread = pool(trails, unread)
        for what, lacks_of in wanted.items():
            lacks = lacks_of(pooled)
            if lacks and unread:
                undecided.extend(unread)
            elif lacks:
                lacking.setdefault(spell(lacks, f"{events} of {what}"), []).append(region)
    if lacking:
        text = "; ".join(f"{what} in {', '.join(where)}" for what, where in lacking.items())
        return failed(f"no trail records {text}", observed="not all")
    if undecided:
        raise Unobserved(*dict.fromkeys(undecided))
    named = ", ".join(wanted)
    return passed(f"{events} of {named} are recorded in every Region", observed=named)


@control(
    id="TH218",
    name="ct-event-aggregation-not-lossy",
    title="Summaries of data events stand beside the events, not in their place",
    severity=Severity.INFO,
    applies_to=Trail,
    told_by=(LIVE, CLOUDFORMATION),
    sets=STRICT,
    expected="no aggregation, or data events recorded beside it",
    reads=("cloudtrail:GetEventConfiguration AggregationConfigurations", *SELECTORS),
    remediation=Remediation(
        text="Record the data events that are summarised, or take the aggregation off the trail.",
        cli="aws cloudtrail get-event-configuration --trail-name $trail_arn --region $home_region",
        cdk="CfnTrail(aggregation_configurations=[...], advanced_event_selectors=[...])",
        terraform="aws_cloudtrail with advanced_event_selector for data events",
    ),
)
def aggregation(trail: Trail, context: Context) -> Judgement:
    """A summary tells how often something happened, and not what was done to which object by whom.

    Aggregation adds summaries of five minutes to the data events that selectors ask for. An aggregation on a
    trail that asks for none says that there were some once, and that nobody should take the summaries for
    them.
    """
    aggregated = trail.aggregations.value
    if not aggregated:
        return passed("no events are aggregated", observed="no aggregation")
    templates = ", ".join(sorted({name for one in aggregated for name in one.templates})) or "no template"
    if data_types(unfold(trail.selectors.value)):
        return passed(f"data events are recorded beside their summaries ({templates})", observed=templates)
    return failed(f"events are aggregated ({templates}), but no data events recorded", observed=templates)
