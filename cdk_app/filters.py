"""What is worth an alarm according to CIS AWS Foundations, as data; ``tampering`` has what CIS leaves out."""

from collections.abc import Iterable
from dataclasses import dataclass

PATTERN_LIMIT = 1024
"""Characters that a filter pattern may have (API reference, PutMetricFilter)."""


@dataclass(frozen=True, kw_only=True)
class MetricFilter:
    """A pattern that is searched for in the trail's log group."""

    id: str
    title: str
    pattern: str
    cis: str | None = None
    """Its number in CIS AWS Foundations 1.3 to 5.0; since 6.0 the section is 5 and not 4."""

    @property
    def metric_name(self) -> str:
        """Return the name of the metric that counts its events."""
        return "".join(part.capitalize() for part in self.id.split("-"))


def any_of(events: Iterable[str], quote: str = "") -> str:
    """Return the condition that the event has one of the names."""
    return " || ".join(f"($.eventName = {quote}{event}{quote})" for event in events)


def _calls(events: str) -> str:
    return f"{{ {any_of(events.split())} }}"


def _of_service(source: str, events: str, quote: str = "") -> str:
    return f"{{ ($.eventSource = {source}) && ({any_of(events.split(), quote)}) }}"


CIS: tuple[MetricFilter, ...] = (
    MetricFilter(
        id="unauthorized-api-calls",
        title="Calls that were not authorized",
        cis="4.1",
        # CIS 1.4 joins the exclusions with ||, which matches every event; later versions leave out the
        # parentheses around the alternative. This is what they mean.
        pattern='{ (($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*"))'
        ' && ($.sourceIPAddress != "delivery.logs.amazonaws.com") && ($.eventName != "HeadBucket") }',
    ),
    MetricFilter(
        id="console-sign-in-without-mfa",
        title="Console sign-in without MFA",
        cis="4.2",
        # The longer of CIS's two: federated users bring their MFA along, where CloudTrail cannot see it.
        pattern='{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes")'
        ' && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
    ),
    MetricFilter(
        id="root-use",
        title="Use of the root user",
        cis="4.3",
        pattern='{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS'
        ' && $.eventType != "AwsServiceEvent" }',
    ),
    MetricFilter(
        id="iam-policy-changes",
        title="Changes to IAM policies",
        cis="4.4",
        pattern=_calls(
            "DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy PutUserPolicy "
            "CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion AttachRolePolicy "
            "DetachRolePolicy AttachUserPolicy DetachUserPolicy AttachGroupPolicy DetachGroupPolicy"
        ),
    ),
    MetricFilter(
        id="cloudtrail-changes",
        title="Changes to CloudTrail's configuration",
        cis="4.5",
        pattern=_calls("CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging"),
    ),
    MetricFilter(
        id="console-sign-in-failures",
        title="Failed console sign-ins",
        cis="4.6",
        pattern='{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
    ),
    MetricFilter(
        id="key-disabled-or-deleted",
        title="Customer managed keys disabled or scheduled for deletion",
        cis="4.7",
        pattern=_of_service("kms.amazonaws.com", "DisableKey ScheduleKeyDeletion"),
    ),
    MetricFilter(
        id="bucket-policy-changes",
        title="Changes to the policies of S3 buckets",
        cis="4.8",
        pattern=_of_service(
            "s3.amazonaws.com",
            "PutBucketAcl PutBucketPolicy PutBucketCors PutBucketLifecycle PutBucketReplication "
            "DeleteBucketPolicy DeleteBucketCors DeleteBucketLifecycle DeleteBucketReplication",
        ),
    ),
    MetricFilter(
        id="config-changes",
        title="Changes to AWS Config's configuration",
        cis="4.9",
        pattern=_of_service(
            "config.amazonaws.com",
            "StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel PutConfigurationRecorder",
        ),
    ),
    MetricFilter(
        id="security-group-changes",
        title="Changes to security groups",
        cis="4.10",
        pattern=_calls(
            "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress "
            "RevokeSecurityGroupEgress CreateSecurityGroup DeleteSecurityGroup "
            "ModifySecurityGroupRules"
        ),
    ),
    MetricFilter(
        id="network-acl-changes",
        title="Changes to network access control lists",
        cis="4.11",
        pattern=_calls(
            "CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry "
            "ReplaceNetworkAclEntry ReplaceNetworkAclAssociation"
        ),
    ),
    MetricFilter(
        id="network-gateway-changes",
        title="Changes to network gateways",
        cis="4.12",
        pattern=_calls(
            "CreateCustomerGateway DeleteCustomerGateway AttachInternetGateway CreateInternetGateway "
            "DeleteInternetGateway DetachInternetGateway"
        ),
    ),
    MetricFilter(
        id="route-table-changes",
        title="Changes to route tables",
        cis="4.13",
        pattern=_of_service(
            "ec2.amazonaws.com",
            "CreateRoute CreateRouteTable ReplaceRoute ReplaceRouteTableAssociation DeleteRouteTable "
            "DeleteRoute DisassociateRouteTable",
        ),
    ),
    MetricFilter(
        id="vpc-changes",
        title="Changes to VPCs",
        cis="4.14",
        pattern=_calls(
            "CreateVpc DeleteVpc ModifyVpcAttribute AcceptVpcPeeringConnection CreateVpcPeeringConnection "
            "DeleteVpcPeeringConnection RejectVpcPeeringConnection AttachClassicLinkVpc DetachClassicLinkVpc "
            "DisableVpcClassicLink EnableVpcClassicLink"
        ),
    ),
    MetricFilter(
        id="organizations-changes",
        title="Changes to the AWS organization",
        cis="4.15",
        pattern=_of_service(
            "organizations.amazonaws.com",
            "AcceptHandshake AttachPolicy CreateAccount CreateOrganizationalUnit CreatePolicy "
            "DeclineHandshake DeleteOrganization DeleteOrganizationalUnit DeletePolicy DetachPolicy "
            "DisablePolicyType EnablePolicyType InviteAccountToOrganization LeaveOrganization MoveAccount "
            "RemoveAccountFromOrganization UpdatePolicy UpdateOrganizationalUnit",
            quote='"',
        ),
    ),
)
"""The 15 filters of CIS AWS Foundations, as the versions from 3.0 on prescribe them."""
