"""The key of what delivers events in real time: it is where the trail is, whatever account keeps the logs."""

from collections.abc import Sequence

from aws_cdk import Stack
from constructs import Construct

from cdk_app.key_statements import encrypt_log_group, new_key, publish_log_files
from cdk_app.trail_identity import TrailIdentity


class RealtimeKey(Construct):
    """A customer managed key for the log group and the topic of one trail."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        trail: TrailIdentity,
        log_group_arn: str | None = None,
        alias: str | None = None,
        break_glass_arns: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        # The topic's own ARN would make topic and key wait for each other.
        statements = [publish_log_files(trail, stack.format_arn(service="sns", resource="*"))]
        if log_group_arn:
            statements.append(encrypt_log_group(stack.region, log_group_arn))
        self.key = new_key(
            self, f"Log group and topic of the trail {trail.name}", statements, alias, break_glass_arns
        )
