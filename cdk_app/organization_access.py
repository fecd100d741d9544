"""What an organization needs before it can have a trail, and what CloudFormation has no resources for."""

from collections.abc import Mapping, Sequence

from aws_cdk import Annotations, CustomResource, Duration, RemovalPolicy, Stack, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from cdk_app.accepted import accept_wildcard
from cdk_app.formats import account_id, check, one_of, partition_of
from cdk_app.handler import Handler
from cdk_app.partitions import lacks

POLICY_TYPES = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
_SERVICE = "cloudtrail.amazonaws.com"
_ANY_RESOURCE = (
    "Organizations and CloudTrail know no resource for this; it reads, or a condition names CloudTrail"
)


class OrganizationAccess(Construct):
    """Trusted access for CloudTrail, its service-linked role and, if asked, a delegated administrator.

    It belongs into the management account, and the trail has to depend on it. All of it may be there already,
    and all of it stays when the stack is rolled back or deleted, or when another administrator is named.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        delegated_administrator: str | None = None,
        policy_types: Sequence[str] = (),
        key: kms.IKey | None = None,
    ) -> None:
        """Add the custom resource; ``policy_types`` are enabled too, which ``Guardrails`` needs.

        ``key`` encrypts the log of its function; without one it gets its own.
        """
        super().__init__(scope, construct_id)
        for wanted in policy_types:
            one_of(wanted, POLICY_TYPES, "policy type")
        administrator = self._possible(delegated_administrator)
        own = key or kms.Key(
            self,
            "Key",
            description="Log of what prepares the organization for its trail",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.handler = Handler(
            self,
            "Handler",
            folder="organization_access_function",
            description="Prepares the organization for its trail",
            key=own,
            statements=self._rights(bool(administrator), bool(policy_types)),
            environment={"ACCOUNT_ID": Stack.of(self).account, "SETTLE_SECONDS": "15"},
            timeout=Duration.minutes(2),
        )
        accept_wildcard(self.handler, "*", _ANY_RESOURCE)
        if policy_types:
            accept_wildcard(
                self.handler, self._roots(), "The id of the root is not known before it is asked for"
            )
        self.resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::TrailholdOrganizationAccess",
            service_token=self.handler.function.function_arn,
            service_timeout=Duration.minutes(5),
            removal_policy=RemovalPolicy.RETAIN,
            properties={
                "DelegatedAdministrator": administrator or "",
                "PolicyTypes": list(policy_types),
            },
        )

    def _possible(self, administrator: str | None) -> str | None:
        """Return the delegated administrator unless the partition, or common sense, knows none."""
        stack = Stack.of(self)
        if administrator is None:
            return None
        if not Token.is_unresolved(administrator):
            account_id(administrator, "delegated administrator")
        check(
            administrator != stack.account,
            "delegated administrator: the management account cannot be its own",
        )
        partition = "" if Token.is_unresolved(stack.region) else partition_of(stack.region)
        if lacks(partition, "delegated administrator"):
            Annotations.of(self).add_warning_v2(
                "trailhold:delegated-administrator",
                f"CloudTrail has no delegated administrator in {partition}: it is left out",
            )
            return None
        return administrator

    def _rights(self, delegates: bool, enables_policies: bool) -> list[iam.PolicyStatement]:
        of_cloudtrail = {"StringEquals": {"organizations:ServicePrincipal": _SERVICE}}
        looking = ["organizations:DescribeOrganization", "organizations:ListAWSServiceAccessForOrganization"]
        changing = ["organizations:EnableAWSServiceAccess"]
        if delegates:
            looking.append("organizations:ListDelegatedAdministrators")
            changing.append("organizations:RegisterDelegatedAdministrator")
        if enables_policies:
            looking.append("organizations:ListRoots")
        return [
            _allow("SeeTheOrganization", looking, "*"),
            _allow("TrustCloudTrail", changing, "*", of_cloudtrail),
            *self._role_rights(delegates),
            *(
                [_allow("Delegate", ["cloudtrail:RegisterOrganizationDelegatedAdmin"], "*")]
                if delegates
                else []
            ),
            *([self._policy_right()] if enables_policies else []),
        ]

    def _role_rights(self, delegates: bool) -> list[iam.PolicyStatement]:
        # Registering an administrator also makes the role for enriched events, where it is missing.
        services = {_SERVICE: "AWSServiceRoleForCloudTrail"}
        if delegates:
            services[f"context.{_SERVICE}"] = "AWSServiceRoleForCloudTrailEventContext"
        roles = [
            Stack.of(self).format_arn(
                service="iam", region="", resource="role", resource_name=f"aws-service-role/{service}/{role}"
            )
            for service, role in services.items()
        ]
        return [
            iam.PolicyStatement(sid="SeeTheServiceRole", actions=["iam:GetRole"], resources=roles),
            iam.PolicyStatement(
                sid="CreateTheServiceRole",
                actions=["iam:CreateServiceLinkedRole"],
                resources=roles,
                conditions={"StringEquals": {"iam:AWSServiceName": list(services)}},
            ),
        ]

    def _policy_right(self) -> iam.PolicyStatement:
        return _allow("EnablePolicyTypes", ["organizations:EnablePolicyType"], self._roots())

    def _roots(self) -> str:
        return Stack.of(self).format_arn(
            service="organizations", region="", resource="root", resource_name="*"
        )


def _allow(
    sid: str, actions: Sequence[str], resource: str, conditions: Mapping[str, object] | None = None
) -> iam.PolicyStatement:
    return iam.PolicyStatement(sid=sid, actions=list(actions), resources=[resource], conditions=conditions)
