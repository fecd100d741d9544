"""The trail itself, on ``CfnTrail``.

The L2 ``Trail`` adds statements to the policies of bucket and topic that name no trail, takes no advanced
selectors, and passes the topic by its name.
"""

from collections.abc import Sequence

from aws_cdk import Stack, Token
from aws_cdk import aws_cloudtrail as cloudtrail
from constructs import Construct, IConstruct

from cdk_app.formats import check, is_opt_in
from cdk_app.realtime_delivery import RealtimeDelivery
from cdk_app.selectors import check_basic, selectors
from cdk_app.settings_trail import DataEvents, Insight, NetworkActivity
from cdk_app.trail_identity import TrailIdentity
from cdk_app.trail_topic import TrailTopic

BOTH_INSIGHTS: tuple[Insight, ...] = ("ApiCallRateInsight", "ApiErrorRateInsight")


class OrganizationTrail(Construct):
    """A multi-Region trail with signed and encrypted log files, of an organization if its identity names one.

    It goes into the account and Region of its identity, behind bucket policy, key, role and topic: those of
    the same stack it waits for, for the others let its stack depend on theirs.

    ``log_bucket_names`` are left out of S3 data events in addition to ``bucket_name``. ``basic_selectors``
    replace the advanced ones, for a team that has to keep them.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        trail: TrailIdentity,
        bucket_name: str,
        key_arn: str,
        realtime: RealtimeDelivery | None = None,
        topic: TrailTopic | None = None,
        after: Sequence[IConstruct] = (),
        data_events: Sequence[DataEvents] = (),
        network_activity: Sequence[NetworkActivity] = (),
        basic_selectors: Sequence[cloudtrail.CfnTrail.EventSelectorProperty] = (),
        insights: Sequence[Insight] = BOTH_INSIGHTS,
        insights_on_data_events: bool = False,
        log_bucket_names: Sequence[str] = (),
        allow_second_organization_trail: bool = False,
        allow_opt_in_home_region: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        self.identity = trail
        self._check_place(allow_opt_in_home_region)
        self._check_alone(allow_second_organization_trail)
        check_basic(basic_selectors)
        check(
            not (basic_selectors and (data_events or network_activity)),
            "trail: CloudTrail takes basic or advanced event selectors for a trail, not both",
        )
        buckets = [f"arn:{trail.partition}:s3:::{name}" for name in (bucket_name, *log_bucket_names)]
        self.trail = cloudtrail.CfnTrail(
            self,
            "Trail",
            trail_name=trail.name,
            is_logging=True,
            is_organization_trail=trail.organization_id is not None,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            s3_bucket_name=bucket_name,
            s3_key_prefix=trail.key_prefix,
            kms_key_id=key_arn,
            sns_topic_name=topic.topic.topic_arn if topic else None,
            cloud_watch_logs_log_group_arn=realtime.log_group_arn if realtime else None,
            cloud_watch_logs_role_arn=realtime.role.role_arn if realtime else None,
            event_selectors=list(basic_selectors) or None,
            advanced_event_selectors=(
                None if basic_selectors else selectors(data_events, network_activity, buckets)
            ),
            insight_selectors=_insights(insights, insights_on_data_events),
        )
        first = [realtime.log_group, realtime.policy] if realtime else []
        self.trail.node.add_dependency(*first, *([topic.policy] if topic else []), *after)

    @property
    def trail_arn(self) -> str:
        """Return the computed ARN, which makes nobody wait for the trail."""
        return self.identity.arn

    def _check_place(self, allow_opt_in: bool) -> None:
        stack, trail = Stack.of(self), self.identity
        check(
            _may_be_same(stack.account, trail.account),
            f"trail {trail.name}: its owner is {trail.account}, and its stack goes to {stack.account}; as a "
            "delegated administrator CloudFormation creates a trail but cannot start it, and rolls back",
        )
        check(
            _may_be_same(stack.region, trail.home_region),
            f"trail {trail.name}: its home Region is {trail.home_region}, and its stack is in {stack.region}",
        )
        check(
            trail.organization_id is None
            or allow_opt_in
            or Token.is_unresolved(trail.home_region)
            or not is_opt_in(trail.home_region),
            f"trail {trail.name}: {trail.home_region} has to be opted in to, and an organization trail does "
            "not reach member accounts that did not; choose a Region that every account has",
        )

    def _check_alone(self, allow_second: bool) -> None:
        if self.identity.organization_id is None or allow_second:
            return
        others = [
            other.node.path
            for other in self.node.root.node.find_all()
            if isinstance(other, OrganizationTrail) and other is not self and other.identity.organization_id
        ]
        check(
            not others,
            f"trail {self.identity.name}: {', '.join(others)} is an organization trail already, and every "
            "further copy of management events is billed in every account",
        )


def _may_be_same(one: str, other: str) -> bool:
    return one == other or Token.is_unresolved(one) or Token.is_unresolved(other)


def _insights(
    kinds: Sequence[Insight], on_data_events: bool
) -> list[cloudtrail.CfnTrail.InsightSelectorProperty]:
    """Return the selectors; without categories CloudTrail analyses management events."""
    categories = ["Management", "Data"] if on_data_events else ["Management"]
    return [
        cloudtrail.CfnTrail.InsightSelectorProperty(insight_type=kind, event_categories=categories)
        for kind in kinds
    ]
