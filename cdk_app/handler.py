"""A function as this package deploys them: a role with exactly its rights, and an encrypted log."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from aws_cdk import ArnFormat, CfnResource, Duration, Names, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from cdk_app.accepted import accept, accept_checkov, accept_wildcard
from cdk_app.key_statements import encrypt_log_group

_CONCURRENCY = (
    "A reservation fails in an account with the quota of 10 that new ones have; runs are idempotent"
)
_VPC = "It calls public AWS APIs alone; in a VPC it would need endpoints or NAT, and could be cut off there"
_DEAD_LETTERS = (
    "CloudFormation waits for the answer of each call, so that a failed one is a failed deployment"
)


class Handler(Construct):
    """A Python function whose code is a folder of this package; ``handler`` in its ``index`` is called."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        folder: str,
        description: str,
        key: kms.IKey,
        statements: Sequence[iam.PolicyStatement],
        environment: Mapping[str, str],
        timeout: Duration,
        failures: sns.ITopic | None = None,
    ) -> None:
        """Add function, role and log; ``failures`` gets the events that the function failed on for good.

        ``key`` encrypts environment and log; an imported one has to let CloudWatch Logs use it already.
        """
        super().__init__(scope, construct_id)
        self.log, streams = self._encrypted_log(key)
        self.role = iam.Role(
            self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"), description=description
        )
        self.rights = iam.ManagedPolicy(
            self,
            "Rights",
            roles=[self.role],
            statements=[
                _allow("Log", ["logs:CreateLogStream", "logs:PutLogEvents"], streams),
                _allow("Decrypt", ["kms:Decrypt"], key.key_arn),
                *statements,
                *([_allow("ReportFailures", ["sns:Publish"], failures.topic_arn)] if failures else []),
            ],
        )
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_14,
            handler="index.handler",
            code=lambda_.Code.from_asset(
                str(Path(__file__).parent / folder), exclude=["__pycache__", "*.pyc"]
            ),
            description=description,
            # Without grants of the framework's own: the rights are those above and no others.
            role=self.role.without_policy_updates(),
            environment={**environment, "ROLE_ARN": self.role.role_arn},
            environment_encryption=key,
            log_group=self.log,
            timeout=timeout,
            memory_size=256,
            dead_letter_topic=failures,
        )
        self._wait_for_rights()
        self._accept(failures is not None)
        accept_wildcard(self.rights, streams, "Lambda makes up the names of the streams")

    def _encrypted_log(self, key: kms.IKey) -> tuple[logs.LogGroup, str]:
        """Add the log group that Lambda writes to, and return it with the ARN of its streams."""
        stack = Stack.of(self)
        name = f"/aws/lambda/{Names.unique_resource_name(self, max_length=64)}"
        arn = stack.format_arn(
            service="logs",
            resource="log-group",
            resource_name=name,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        statement = encrypt_log_group(stack.region, arn)
        statement.sid = f"EncryptLog{self.node.addr[-8:]}"
        key.add_to_resource_policy(statement)
        log = logs.LogGroup(
            self,
            "Log",
            log_group_name=name,
            encryption_key=key,
            retention=logs.RetentionDays.ONE_YEAR,
            removal_policy=RemovalPolicy.DESTROY,
        )
        return log, f"{arn}:log-stream:*"

    def _wait_for_rights(self) -> None:
        """Let the function come after its rights; of itself it waits for the role, and twice for that."""
        rights, function = self.rights.node.default_child, self.function.node.default_child
        assert isinstance(rights, CfnResource)
        assert isinstance(function, CfnResource)
        function.add_override("DependsOn", [Stack.of(self).get_logical_id(rights)])

    def _accept(self, has_dead_letters: bool) -> None:
        accept(
            self,
            {
                "NIST.800.53.R5-LambdaConcurrency": _CONCURRENCY,
                "NIST.800.53.R5-LambdaInsideVPC": _VPC,
                "PCI.DSS.321-LambdaInsideVPC": _VPC,
                **({} if has_dead_letters else {"NIST.800.53.R5-LambdaDLQ": _DEAD_LETTERS}),
            },
        )
        function = self.function.node.default_child
        assert isinstance(function, lambda_.CfnFunction)
        accept_checkov(
            function,
            {
                "CKV_AWS_115": _CONCURRENCY,
                "CKV_AWS_117": _VPC,
                **({} if has_dead_letters else {"CKV_AWS_116": _DEAD_LETTERS}),
            },
        )


def _allow(sid: str, actions: Sequence[str], resource: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(sid=sid, actions=list(actions), resources=[resource])
