"""Controls on the alarms of the CIS AWS Foundations Benchmark.

All are for the strict set and their frameworks: what they ask for is sound, but a SIEM, GuardDuty or rules on
the event bus serve as well, and CIS itself has them assessed by hand since version 5.
"""

from checker.controls.alerting import EXPECTED, READS, alerted, fix
from checker.inventory import Trail
from checker.model import STRICT, Context, Control, Judgement, Severity, control
from checker.monitoring import kinds
from checker.monitoring.kinds import Requirement

_HOW = """

Filters are understood, not compared: any pattern that matches all of these events will do, and so will
several together; one with a further condition that some of them do not meet will not. The filter has to be on
the log group of the trail, or of another one that logs and records the same for the same accounts, and that
trail has to be multi-Region. Its metric needs an alarm that fires at these events, with an enabled action
that reaches a function, an incident or a confirmed subscription. Trails are judged, not accounts, so that an
organization trail which nobody listens to is one finding, and that templates can be judged too.
"""


def _declared(
    id: str, name: str, title: str, severity: Severity, what: str, requirement: Requirement, why: str
) -> Control:
    def judge(trail: Trail, context: Context) -> Judgement:
        return alerted(trail, context, what, lambda _trail, _inventory: requirement)

    judge.__doc__ = why + _HOW
    metric = "".join(part.capitalize() for part in name.removeprefix("mon-filter-").split("-"))
    return control(
        id=id,
        name=name,
        title=title,
        severity=severity,
        applies_to=Trail,
        sets=STRICT,
        expected=EXPECTED,
        reads=READS,
        remediation=fix(metric, requirement.pattern, 10 if requirement.noisy else 1),
    )(judge)


unauthorized_calls = _declared(
    "TH601",
    "mon-filter-unauthorized-api-calls",
    "Refused calls raise an alarm",
    Severity.MEDIUM,
    "calls that were not authorized",
    kinds.UNAUTHORIZED,
    "Whoever holds stolen credentials tries what they are good for. A filter may leave out HeadBucket and "
    "what log delivery does, as CIS has it; the alarm may wait for a few such calls (alarm_noise_events).",
)
sign_in_without_mfa = _declared(
    "TH602",
    "mon-filter-console-signin-no-mfa",
    "A console sign-in without MFA raises an alarm",
    Severity.LOW,
    "console sign-ins without MFA",
    kinds.NO_MFA,
    "A password alone is guessed, phished and bought. Federated users and failed attempts may be left out: "
    "the first bring their MFA along, where CloudTrail does not see it.",
)
root_use = _declared(
    "TH603",
    "mon-filter-root-usage",
    "Use of the root user raises an alarm",
    Severity.HIGH,
    "the use of the root user",
    kinds.ROOT,
    "No policy binds root, so nobody should work as root unnoticed.",
)
iam_policies = _declared(
    "TH604",
    "mon-filter-iam-policy-changes",
    "Changes to IAM policies raise an alarm",
    Severity.MEDIUM,
    "changes to IAM policies",
    kinds.IAM_POLICIES,
    "A policy is how an intruder comes to more rights, and stays.",
)
trail_changes = _declared(
    "TH605",
    "mon-filter-cloudtrail-config-changes",
    "Changes to trails raise an alarm",
    Severity.HIGH,
    "changes to trails",
    kinds.TRAILS,
    "Who stops or redirects a trail wants to work unseen, and this is the last that the trail tells.",
)
sign_in_failures = _declared(
    "TH606",
    "mon-filter-console-auth-failures",
    "Failed console sign-ins raise an alarm",
    Severity.LOW,
    "failed console sign-ins",
    kinds.SIGN_IN_FAILURES,
    "Many failures are somebody who guesses passwords. The alarm may wait for a few (alarm_noise_events).",
)
keys = _declared(
    "TH607",
    "mon-filter-cmk-disable-or-delete",
    "Disabling or deleting a key raises an alarm",
    Severity.HIGH,
    "keys that are disabled or deleted",
    kinds.KEYS,
    "Without its key, data and logs cannot be read again; a deletion can be stopped while it is pending.",
)
buckets = _declared(
    "TH608",
    "mon-filter-s3-bucket-policy-changes",
    "Changes to bucket policies raise an alarm",
    Severity.MEDIUM,
    "changes to the policies of buckets",
    kinds.BUCKETS,
    "One call makes a bucket public, lets its objects expire or sends copies elsewhere.",
)
config = _declared(
    "TH609",
    "mon-filter-aws-config-changes",
    "Changes to AWS Config raise an alarm",
    Severity.LOW,
    "changes to AWS Config",
    kinds.CONFIG,
    "The recorder is the memory of how resources were configured; without it, changes leave no history.",
)
security_groups = _declared(
    "TH610",
    "mon-filter-security-group-changes",
    "Changes to security groups raise an alarm",
    Severity.LOW,
    "changes to security groups",
    kinds.SECURITY_GROUPS,
    "A security group is what keeps the world away from a server. ModifySecurityGroupRules is worth watching "
    "too, but CIS does not list it.",
)
network_acls = _declared(
    "TH611",
    "mon-filter-nacl-changes",
    "Changes to network ACLs raise an alarm",
    Severity.LOW,
    "changes to network ACLs",
    kinds.NETWORK_ACLS,
    "A network ACL opens or closes a whole subnet.",
)
gateways = _declared(
    "TH612",
    "mon-filter-network-gateway-changes",
    "Changes to network gateways raise an alarm",
    Severity.LOW,
    "changes to network gateways",
    kinds.GATEWAYS,
    "A gateway is the way out for data, and the way in for others.",
)
routes = _declared(
    "TH613",
    "mon-filter-route-table-changes",
    "Changes to route tables raise an alarm",
    Severity.LOW,
    "changes to route tables",
    kinds.ROUTES,
    "A route leads traffic past what inspects it.",
)
vpcs = _declared(
    "TH614",
    "mon-filter-vpc-changes",
    "Changes to VPCs raise an alarm",
    Severity.LOW,
    "changes to VPCs",
    kinds.VPCS,
    "Peering joins networks that were kept apart. The calls on ClassicLink, long retired, are asked for "
    "because CIS lists them.",
)
organizations = _declared(
    "TH615",
    "mon-filter-organizations-changes",
    "Changes to the organization raise an alarm",
    Severity.MEDIUM,
    "changes to the organization",
    kinds.ORGANIZATIONS,
    "An account that leaves takes no policy and no trail of the organization along. It is asked of accounts "
    "outside an organization too, since whoever accepts an invitation puts the account into foreign hands.",
)
