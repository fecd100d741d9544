"""Organization policies that no administrator of a member account can lift: an SCP and an RCP."""

import re
from collections.abc import Sequence

from aws_cdk import Annotations, Stack, Token
from aws_cdk import aws_organizations as organizations
from constructs import Construct

from cdk_app import formats
from cdk_app.formats import check
from cdk_app.guardrail_statements import Protected, Statement, resource_statements, service_statements
from cdk_app.lengths import longest_json
from cdk_app.partitions import lacks

LIMIT = 5120
"""Characters that either policy may have (Organizations user guide, Quotas)."""


class Guardrails(Construct):
    """A service control policy for what members do, a resource control policy for what is done to them.

    It belongs into the management account, with both policy types enabled; ``OrganizationAccess`` does that.
    Neither policy applies to that account itself, its root, users and roles, or its resources: a trail,
    bucket or key there is protected by its own policy, by ``TamperAlerts`` and by ``AutoRestart``.
    Service-linked roles are exempt too. A target holds at most five policies of a type; these are one each.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        target_ids: Sequence[str],
        organization_id: str | None = None,
        trail_arns: Sequence[str] = ("*",),
        log_group_names: Sequence[str] | None = None,
        log_bucket_names: Sequence[str] | None = None,
        key_arns: Sequence[str] = (),
        key_aliases: Sequence[str] | None = None,
        break_glass_arns: Sequence[str] = (),
        deployer_arns: Sequence[str] = (),
        name_prefix: str = "trailhold",
        resource_policy: bool = True,
    ) -> None:
        """Add the policies to roots, organizational units or accounts.

        What is not named is what this package calls it: names that begin with the prefix. Names and ARNs may
        contain ``*``. ``deployer_arns`` may reconfigure, ``break_glass_arns`` may do everything but leave.
        """
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        self._check(target_ids, organization_id, break_glass_arns, deployer_arns)
        buckets = [f"{name_prefix}-{what}-*" for what in ("logs", "archive", "access-logs")]
        protected = Protected(
            partition=stack.partition,
            trail_arns=trail_arns,
            log_group_names=[f"/{name_prefix}/*"] if log_group_names is None else log_group_names,
            name_prefix=name_prefix,
            bucket_names=buckets if log_bucket_names is None else log_bucket_names,
            key_arns=key_arns,
            key_aliases=[f"alias/{name_prefix}-*"] if key_aliases is None else key_aliases,
            break_glass_arns=break_glass_arns,
            deployer_arns=deployer_arns,
            organization_id=organization_id,
        )
        self._add(
            "SERVICE_CONTROL_POLICY", f"{name_prefix}-principals", service_statements(protected), target_ids
        )
        if resource_policy and self._has_resource_policies():
            statements = resource_statements(protected)
            self._add("RESOURCE_CONTROL_POLICY", f"{name_prefix}-resources", statements, target_ids)

    def _check(
        self,
        target_ids: Sequence[str],
        organization_id: str | None,
        break_glass_arns: Sequence[str],
        deployer_arns: Sequence[str],
    ) -> None:
        check(
            bool(target_ids),
            "guardrails: there is no target; give the root, units or accounts",
        )
        for target in target_ids:
            known = r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|\d{12}"
            check(
                Token.is_unresolved(target) or bool(re.fullmatch(known, target)),
                f"guardrails: {target!r} is not the id of a root (r-), a unit (ou-) or an account",
            )
            check(
                target != Stack.of(self).account,
                f"guardrails: {target} is the management account, to which these do not apply",
            )
        if organization_id is not None and not Token.is_unresolved(organization_id):
            formats.organization_id(organization_id, "guardrails")
        literal = [arn for arn in (*break_glass_arns, *deployer_arns) if not Token.is_unresolved(arn)]
        formats.role_arns(literal, "guardrails")
        if not break_glass_arns:
            Annotations.of(self).add_info_v2(
                "trailhold:no-break-glass",
                "The guardrails except nobody: what they protect changes only after the management account "
                "detached them",
            )

    def _has_resource_policies(self) -> bool:
        region = Stack.of(self).region
        partition = "" if Token.is_unresolved(region) else formats.partition_of(region)
        if not lacks(partition, "resource control policies"):
            return True
        Annotations.of(self).add_warning_v2(
            "trailhold:resource-control-policy",
            f"{partition} has no resource control policies: that guardrail is left out",
        )
        return False

    def _add(self, kind: str, name: str, statements: Sequence[Statement], target_ids: Sequence[str]) -> None:
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        size = longest_json(Stack.of(self).resolve(document))
        words = kind.replace("_", " ").lower()
        check(
            size <= LIMIT,
            f"guardrails: the {words} takes up to {size} characters and AWS Organizations takes {LIMIT}: "
            "name fewer resources and exceptions, or use * in them",
        )
        organizations.CfnPolicy(
            self,
            "".join(part.capitalize() for part in kind.split("_")),
            name=name,
            type=kind,
            description="Keeps the audit trail, its logs and its alerts as they are",
            content=document,
            target_ids=list(target_ids),
        )
