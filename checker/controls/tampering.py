"""Controls on what the event bus tells of tampering with trails, and on tampering that has happened.

Both are for the strict set: rules on the event bus are one way among several to be told, and calls that
change trails are an intruder's or an administrator's, which only a list of administrators can tell apart.
"""

from functools import partial

from checker.evidence import Cause, Unknown, Unobserved, first
from checker.inventory import Coverage, EventRule, Inventory, TamperEvent
from checker.inventory.arns import service_of
from checker.model import (
    STRICT,
    Context,
    Judgement,
    NotApplicable,
    Remediation,
    Severity,
    control,
    failed,
    passed,
)
from checker.monitoring.blinding import STOPPING
from checker.monitoring.kinds import on_bus
from checker.monitoring.listening import at_home, hears
from checker.monitoring.looking_back import expected_caller, since
from checker.patterns import Gap, Malformed, Opaque, Term, gaps, parse_rule
from checker.visibility import unlisted

_ON = ("ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
_NAMES = ", ".join(f'"{name}"' for name in STOPPING)
RULE_PATTERN = (
    '{"source": ["aws.cloudtrail"], "detail-type": ["AWS API Call via CloudTrail"], '
    f'"detail": {{"eventSource": ["cloudtrail.amazonaws.com"], "eventName": [{_NAMES}]}}}}'
)


@control(
    id="TH618",
    name="ct-tamper-events-recent",
    title="Nobody but their administrators changed trails lately",
    severity=Severity.HIGH,
    applies_to=Coverage,
    sets=STRICT,
    expected="no call in 90 days (default) that blinds a trail, but by trail_admin_arns",
    reads=("cloudtrail:LookupEvents Events",),
    remediation=Remediation(
        text="Look into each call: who made it, from where, what it changed. List those who manage trails "
        "in the threshold trail_admin_arns.",
        cli="aws cloudtrail lookup-events --lookup-attributes "
        "AttributeKey=EventSource,AttributeValue=cloudtrail.amazonaws.com --region $region",
        cdk="Guardrails(break_glass_arns=[...]) refuses such calls by everybody else",
        terraform="aws_organizations_policy that denies cloudtrail:StopLogging and the like",
    ),
)
def no_tampering(coverage: Coverage, context: Context) -> Judgement:
    """A trail that logs today may have been blind last week, and the gap is what an intruder wanted.

    CloudTrail's own event history answers, which nobody can switch off, for 90 days and Region by Region.
    Calls that were refused count: whoever tries is worth a look. Callers are recognised by the ARN of their
    identity or of the role behind their session. The history takes two questions a second, so it is asked
    only when this control is chosen; where it is too long to be read to its end, what was read must decide.
    Asked is for calls on trails and stores. Leaving the organization, which takes an account out of its trail
    as well, is for its policies to deny (TH710) and for alarms to tell (TH615).
    """
    if not coverage.region:
        raise Unobserved(*unlisted(coverage.account))
    history = context.inventory.watch(coverage.account.id, coverage.region).history.value
    start = since(context)
    strange = [
        event
        for event in history.events
        if event.time >= start and not expected_caller(event, context.thresholds.trail_admin_arns)
    ]
    if strange:
        return failed(_told(strange), observed=f"{len(strange)} calls")
    if history.since > start:
        reason = f"the history of {coverage.region} was read back to {history.since:%Y-%m-%d} only"
        raise Unobserved(Unknown(reason, Cause.UNDECIDED))
    return passed(f"no such call since {start:%Y-%m-%d}", observed="none")


def _told(events: list[TamperEvent]) -> str:
    """Name the latest calls."""
    latest = sorted(events, key=lambda event: (event.time, event.id), reverse=True)
    named = [
        f"{event.name} by {event.caller or 'an unknown caller'} on {event.time:%Y-%m-%d %H:%M} UTC"
        + (f" (refused: {event.error})" if event.error else "")
        for event in latest[:3]
    ]
    more = [f"{len(latest) - 3} more"] if len(latest) > 3 else []
    return "; ".join([*named, *more])


@control(
    id="TH623",
    name="mon-eventbridge-tamper-rule",
    title="A rule on the event bus tells of calls that blind a trail",
    severity=Severity.MEDIUM,
    applies_to=Coverage,
    sets=STRICT,
    expected="an enabled rule with a target for StopLogging, DeleteTrail, UpdateTrail and PutEventSelectors",
    reads=(
        "cloudtrail:DescribeTrails HomeRegion",
        "events:ListRules Rules",
        "events:ListTargetsByRule Targets",
        "sns:GetTopicAttributes SubscriptionsConfirmed",
        "sns:GetTopicAttributes Policy",
        "sns:GetTopicAttributes KmsMasterKeyId",
        "sns:ListSubscriptionsByTopic Subscriptions",
        "sns:GetSubscriptionAttributes Attributes",
    ),
    remediation=Remediation(
        text="Add a rule for these calls to the default event bus of each Region where a trail is at home.",
        cli=f"aws events put-rule --name trail-tampering --event-pattern '{RULE_PATTERN}' --region $region "
        "&& aws events put-targets --rule trail-tampering --targets Id=alerts,Arn=TOPIC_ARN --region $region",
        cdk="TamperAlerts(emails=[...])",
        terraform="aws_cloudwatch_event_rule with aws_cloudwatch_event_target",
    ),
)
def tamper_rule(coverage: Coverage, context: Context) -> Judgement:
    """An alarm on a log group takes minutes, and the group is the first thing to go; a rule takes seconds.

    Calls on a trail are made, and arrive, in its home Region alone: rules are asked for there, and nowhere
    else. Several rules together will do. Patterns are understood, so that one with a further condition that
    some of the calls do not meet is not enough. A target may be anything, the bus of another Region too; a
    topic counts when somebody has confirmed a subscription. State ENABLED is enough, for all these calls
    change something.
    """
    account, region, inventory = coverage.account, coverage.region, context.inventory
    if not region:
        raise Unobserved(*unlisted(account))
    own = [t for t in inventory.trails.values() if (t.account, t.home_region) == (account.id, region)]
    if not own:
        return _none_at_home(coverage)
    rules = [rule for rule in inventory.watch(account.id, region).rules.value if rule.state in _ON]
    sure, open_, unknowns = _listening(rules, inventory)
    kinds = on_bus(account.id, region)
    left = [gap for kind in kinds if (gap := gaps(kind, sure))]
    if not left:
        return passed(f"rules tell of every such call: {', '.join(r.name for r in rules)}", observed="told")
    maybe = [gap for kind in kinds if (gap := gaps(kind, [*sure, *open_]))]
    lost = [gap for gap in maybe if gap.sure]
    if lost:
        return failed(f"no rule in {region} tells anybody of {_texts(lost)}", observed="not told")
    reason = f"whether rules in {region} match {_texts(maybe or left)} cannot be told"
    raise Unobserved(*(unknowns or [Unknown(reason, Cause.UNDECIDED)]))


def _none_at_home(coverage: Coverage) -> NotApplicable:
    """Say that there is nothing to watch; raise Unobserved where a trail may have been missed."""
    found = [d.trail_arns for d in coverage.account.discoveries if d.region == coverage.region]
    unread = [arns for arns in found if isinstance(arns, Unknown)]
    if unread:
        raise Unobserved(*unread)
    return NotApplicable("no trail of the account is at home in the Region")


def _listening(rules: list[EventRule], inventory: Inventory) -> tuple[list[Term], list[Term], list[Unknown]]:
    """Return the patterns of rules with a target that listens, those with one that may, and why only may."""
    sure: list[Term] = []
    open_: list[Term] = []
    unknowns: list[Unknown] = []
    for rule in rules:
        term = _term(rule)
        try:
            if first(rule.targets, partial(_hears, rule, inventory)):
                sure.append(term)
        except Unobserved as missing:
            open_.append(term)
            unknowns += missing.unknowns
    return sure, open_, list(dict.fromkeys(unknowns))


def _hears(rule: EventRule, inventory: Inventory, arn: str) -> bool:
    check = hears if service_of(arn) == "sns" else at_home
    return check(arn, rule.arn, inventory)


def _term(rule: EventRule) -> Term:
    try:
        return parse_rule(rule.pattern)
    except Malformed as error:
        return Opaque(str(error))


def _texts(found: list[Gap]) -> str:
    return ", ".join(dict.fromkeys(gap.text for gap in found))
