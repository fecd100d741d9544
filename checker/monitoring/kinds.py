"""The events that monitoring must not miss, as data.

Source: CIS AWS Foundations Benchmark, section Monitoring (4 in 1.4 to 5.0, 5 since 6.0), for what it lists;
the service's API references for what it leaves out.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from checker.evidence import Observed
from checker.monitoring.blinding import STOPPING
from checker.patterns import ABSENT, Kind, parse_filter
from checker.patterns.cover import Facts


class Requirement(Struct, frozen=True, kw_only=True):
    """Kinds of events that have to raise an alarm."""

    kinds: tuple[tuple[Kind, ...], ...]
    """Of each group one kind is enough: names that one call was recorded under."""
    pattern: str
    """A filter pattern that finds them all."""
    sources: tuple[str, ...]
    """Event sources that the trail must record for that; empty means all."""
    account: Observed[str] | None = None
    """Where the calls are made; None for the trail's own account."""
    noisy: bool = False
    """Whether single events are everyday, so that an alarm may wait for a few."""


_CALL: Facts = {
    "eventType": "AwsApiCall",
    "eventCategory": "Management",
    "managementEvent": True,
    "readOnly": False,
}


def call(source: str, name: str, facts: Mapping[str, str] | None = None, only: str = "") -> Kind:
    """Return the calls of one operation, successful or refused, whoever makes them."""
    known = {**_CALL, "eventSource": source, "eventName": name, **(facts or {})}
    return Kind(label=name, facts=known, only=parse_filter(only))


def calls(
    source: str, names: str, facts: Iterable[Mapping[str, str]] = ({},), only: str = ""
) -> tuple[tuple[Kind, ...], ...]:
    """Return the calls of operations, for each of ``facts`` apart; ``A|B`` are two names of one."""
    return tuple(
        tuple(call(source, name, more, only) for name in pair.split("|"))
        for pair in names.split()
        for more in facts
    )


def requirement(source: str, names: str) -> Requirement:
    """Return the requirement that calls of one service are watched."""
    named = " || ".join(f"($.eventName = {name})" for name in names.split())
    return Requirement(
        kinds=calls(source, names),
        pattern=f"{{ ($.eventSource = {source}) && ({named}) }}",
        sources=(source,),
    )


def within(requirement: Requirement, account: str) -> Requirement:
    """Return the requirement for what is recorded of one account alone, which its events all name."""
    facts = {"recipientAccountId": account}
    return replace(
        requirement,
        kinds=tuple(
            tuple(replace(kind, facts={**facts, **kind.facts}) for kind in kinds)
            for kinds in requirement.kinds
        ),
    )


_SIGN_IN: Facts = {
    "eventSource": "signin.amazonaws.com",
    "eventName": "ConsoleLogin",
    "eventType": "AwsConsoleSignIn",
    "eventCategory": "Management",
    "managementEvent": True,
    "readOnly": False,
}

_REFUSED = (
    '{ ($.errorCode = "*UnauthorizedOperation" || $.errorCode = "AccessDenied*")'
    ' && $.sourceIPAddress != "delivery.logs.amazonaws.com" && $.eventName != "HeadBucket" }'
)
UNAUTHORIZED = Requirement(
    pattern=_REFUSED,
    kinds=(
        (
            Kind(
                label="calls that were not authorized",
                facts={"eventType": "AwsApiCall", "eventCategory": "Management", "managementEvent": True},
                only=parse_filter(_REFUSED),
            ),
        ),
    ),
    sources=(),
    noisy=True,
)
NO_MFA = Requirement(
    pattern="{ $.eventName = ConsoleLogin && $.additionalEventData.MFAUsed != Yes"
    " && $.userIdentity.type = IAMUser && $.responseElements.ConsoleLogin = Success }",
    kinds=(
        (
            Kind(
                label="console sign-in without MFA",
                facts={
                    **_SIGN_IN,
                    "additionalEventData.MFAUsed": "No",
                    "userIdentity.type": "IAMUser",
                    "responseElements.ConsoleLogin": "Success",
                    "errorMessage": ABSENT,
                    "errorCode": ABSENT,
                },
            ),
        ),
    ),
    sources=("signin.amazonaws.com",),
)
ROOT = Requirement(
    pattern="{ $.userIdentity.type = Root && $.userIdentity.invokedBy NOT EXISTS"
    " && $.eventType != AwsServiceEvent }",
    kinds=(
        (
            Kind(
                label="use of the root user",
                facts={"userIdentity.type": "Root", "userIdentity.invokedBy": ABSENT},
                only=parse_filter('{ $.eventType != "AwsServiceEvent" }'),
            ),
        ),
    ),
    sources=(),
)
SIGN_IN_FAILURES = Requirement(
    pattern='{ $.eventName = ConsoleLogin && $.errorMessage = "Failed authentication" }',
    kinds=(
        (
            Kind(
                label="failed console sign-ins",
                facts={
                    **_SIGN_IN,
                    "errorMessage": "Failed authentication",
                    "responseElements.ConsoleLogin": "Failure",
                },
            ),
        ),
    ),
    sources=("signin.amazonaws.com",),
    noisy=True,
)
IAM_POLICIES = requirement(
    "iam.amazonaws.com",
    "DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy PutUserPolicy "
    "CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion AttachRolePolicy DetachRolePolicy "
    "AttachUserPolicy DetachUserPolicy AttachGroupPolicy DetachGroupPolicy",
)
TRAILS = requirement(
    "cloudtrail.amazonaws.com", "CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging"
)
KEYS = requirement("kms.amazonaws.com", "DisableKey ScheduleKeyDeletion")
BUCKETS = requirement(
    "s3.amazonaws.com",
    "PutBucketAcl PutBucketPolicy PutBucketCors PutBucketLifecycle PutBucketReplication DeleteBucketPolicy "
    "DeleteBucketCors DeleteBucketLifecycle DeleteBucketReplication",
)
CONFIG = requirement(
    "config.amazonaws.com",
    "StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel PutConfigurationRecorder",
)
SECURITY_GROUPS = requirement(
    "ec2.amazonaws.com",
    "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress "
    "RevokeSecurityGroupEgress CreateSecurityGroup DeleteSecurityGroup",
)
NETWORK_ACLS = requirement(
    "ec2.amazonaws.com",
    "CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry ReplaceNetworkAclEntry "
    "ReplaceNetworkAclAssociation",
)
GATEWAYS = requirement(
    "ec2.amazonaws.com",
    "CreateCustomerGateway DeleteCustomerGateway AttachInternetGateway CreateInternetGateway "
    "DeleteInternetGateway DetachInternetGateway",
)
ROUTES = requirement(
    "ec2.amazonaws.com",
    "CreateRoute CreateRouteTable ReplaceRoute ReplaceRouteTableAssociation DeleteRouteTable DeleteRoute "
    "DisassociateRouteTable",
)
VPCS = requirement(
    "ec2.amazonaws.com",
    "CreateVpc DeleteVpc ModifyVpcAttribute AcceptVpcPeeringConnection CreateVpcPeeringConnection "
    "DeleteVpcPeeringConnection RejectVpcPeeringConnection AttachClassicLinkVpc DetachClassicLinkVpc "
    "DisableVpcClassicLink EnableVpcClassicLink",
)
ORGANIZATIONS = requirement(
    "organizations.amazonaws.com",
    "AcceptHandshake AttachPolicy CreateAccount CreateOrganizationalUnit CreatePolicy DeclineHandshake "
    "DeleteOrganization DeleteOrganizationalUnit DeletePolicy DetachPolicy DisablePolicyType "
    "EnablePolicyType InviteAccountToOrganization LeaveOrganization MoveAccount "
    "RemoveAccountFromOrganization UpdatePolicy UpdateOrganizationalUnit",
)
TRAIL_TAMPERING = requirement(
    "cloudtrail.amazonaws.com",
    "PutEventSelectors PutInsightSelectors PutEventConfiguration DeleteEventDataStore UpdateEventDataStore "
    "StopEventDataStoreIngestion PutResourcePolicy DeleteResourcePolicy DeleteChannel "
    "RegisterOrganizationDelegatedAdmin DeregisterOrganizationDelegatedAdmin AddTags RemoveTags",
)


def on_bus(account: str, region: str) -> tuple[Kind, ...]:
    """Return the calls that blind a trail as EventBridge delivers them: to the Region where they are made."""
    return tuple(
        Kind(
            label=name,
            facts={
                "version": "0",
                "source": "aws.cloudtrail",
                "detail-type": "AWS API Call via CloudTrail",
                "account": account,
                "region": region,
                **{f"detail.{path}": value for path, value in _CALL.items()},
                "detail.eventSource": "cloudtrail.amazonaws.com",
                "detail.eventName": name,
                "detail.awsRegion": region,
                "detail.recipientAccountId": account,
            },
        )
        for name in STOPPING
    )
