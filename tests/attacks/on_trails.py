"""Attacks on the trail itself: switch it off, send it elsewhere, make it see less than it seems to."""

from typing import Any

from tests import hardened as good
from tests.attacks.attack import Attack, Step, call
from tests.attacks.consequences import (
    ALARMS,
    DATA,
    OF_THE_BUCKET,
    OF_THE_KEY,
    OF_THE_TOPIC,
    OF_THE_TRAIL_AND_BUCKET,
    UNRECORDED,
)
from tests.attacks.world import COPY, ELSEWHERE, KEY_POLICY, OUTSIDER, THEIRS
from tests.simulator.worlds import MEMBER

TRAIL, NAMED = good.TRAIL_ARN, {"Name": good.TRAIL_ARN}
NEW_KEY = f"arn:aws:kms:{good.HOME}:{good.ACCOUNT}:key/00000000-0000-0000-0000-000000000000"
THEIR_KEY = good.KEY_ARN.replace(good.ACCOUNT, OUTSIDER)


def update(**settings: Any) -> tuple[Step, ...]:
    return (call("cloudtrail.update_trail", **NAMED, **settings),)


BARE = "TH104 TH110 TH111 TH112 TH114 TH116 TH122 TH123 TH204 TH207 TH211"
"""What a trail lacks that was created with nothing but a name and a bucket."""
DELIVERIES = "TH119 TH124 TH405 TH406 TH410 TH411 TH503 TH504 TH509 TH517 TH518"
"""Asked only of a trail with a key, a log group and a topic."""
ATTACKS = (
    Attack(
        "stop",
        TRAIL,
        (call("cloudtrail.stop_logging", **NAMED),),
        fails=f"TH703 TH106 TH120 TH127 {UNRECORDED}",
        moot=f"TH107 TH113 TH117 TH118 {ALARMS}",
    ),
    Attack(
        "stop and start",
        TRAIL,
        (call("cloudtrail.stop_logging", **NAMED), call("cloudtrail.start_logging", **NAMED)),
        fails="TH120",
    ),
    Attack(
        "delete",
        TRAIL,
        (call("cloudtrail.delete_trail", **NAMED),),
        fails=f"TH703 TH706 TH127 {UNRECORDED}",
        moot="TH704 TH711 TH712 TH713 TH807 TH623",
        gone=(
            good.TRAIL_ARN,
            good.KEY_ARN,
            good.GROUP_ARN,
            good.BUCKET_ARN,
            good.TOPIC_ARN,
        ),
    ),
    Attack(
        "delete and leave a decoy",
        TRAIL,
        (
            call("cloudtrail.delete_trail", **NAMED),
            call(
                "cloudtrail.create_trail",
                Name="audit",
                S3BucketName=good.BUCKET,
                IsMultiRegionTrail=False,
                IncludeGlobalServiceEvents=True,
            ),
        ),
        fails=f"TH703 TH706 {BARE} TH106 TH127 {UNRECORDED}",
        moot=f"TH704 TH705 TH107 TH113 TH117 TH118 TH120 TH209 TH332 {DELIVERIES} {ALARMS}",
        gone=(
            good.KEY_ARN,
            good.GROUP_ARN,
            good.TOPIC_ARN,
        ),
    ),
    Attack(
        "one Region",
        TRAIL,
        update(IsMultiRegionTrail=False),
        fails=f"TH703 TH704 TH706 TH102 TH103 TH104 TH105 TH127 TH201 TH210 {DATA} {ALARMS}",
    ),
    Attack(
        "no organization",
        TRAIL,
        update(IsOrganizationTrail=False),
        fails=f"TH703 TH706 TH127 TH620 {UNRECORDED}",
        moot="TH704 TH705",
    ),
    Attack(
        "no global events",
        TRAIL,
        update(IsMultiRegionTrail=False, IncludeGlobalServiceEvents=False),
        fails=f"TH703 TH704 TH706 TH102 TH103 TH104 TH105 TH107 TH121 TH127 TH201 TH210 {DATA} {ALARMS}",
    ),
    Attack(
        "no digests", TRAIL, update(EnableLogFileValidation=False), fails="TH105 TH110 TH127", moot="TH118"
    ),
    Attack(
        "no key",
        TRAIL,
        update(KmsKeyId=""),
        fails="TH105 TH111 TH122 TH127",
        moot="TH405 TH406 TH410 TH411",
        gone=(good.KEY_ARN,),
    ),
    Attack(
        "foreign key",
        TRAIL,
        update(KmsKeyId=THEIR_KEY),
        fails="TH122 TH127 TH411",
        unknown=f"TH621 {OF_THE_KEY}",
        gone=(good.KEY_ARN,),
    ),
    Attack(
        "no log group",
        TRAIL,
        update(CloudWatchLogsLogGroupArn="", CloudWatchLogsRoleArn=""),
        fails=f"TH112 TH123 TH127 {ALARMS}",
        moot="TH113 TH119 TH503 TH509 TH517",
        gone=(good.GROUP_ARN,),
    ),
    Attack(
        "log group that nobody watches",
        TRAIL,
        update(CloudWatchLogsLogGroupArn=f"{good.GROUP_ARN}-2:*"),
        fails=f"TH123 TH127 TH503 TH517 {ALARMS}",
        gone=(good.GROUP_ARN,),
    ),
    Attack(
        "no topic",
        TRAIL,
        update(SnsTopicName=""),
        fails="TH114 TH123 TH127",
        moot="TH124 TH504 TH518",
        gone=(good.TOPIC_ARN,),
    ),
    Attack(
        "foreign topic",
        TRAIL,
        update(SnsTopicName=good.TOPIC_ARN.replace(good.ACCOUNT, OUTSIDER)),
        fails="TH123 TH127",
        unknown=f"TH514 {OF_THE_TOPIC}",
        gone=(good.TOPIC_ARN,),
    ),
    Attack(
        "foreign bucket",
        THEIRS,
        update(S3BucketName=THEIRS),
        fails="TH123 TH127 TH333 TH334 TH411 TH620",
        unknown=f"TH711 TH712 TH713 {OF_THE_BUCKET}",
        moot="TH807",
        gone=(good.BUCKET_ARN,),
    ),
    Attack(
        "bucket of a member",
        COPY,
        update(S3BucketName=COPY),
        fails="TH711 TH712 TH713 TH123 TH127 TH333 TH334 TH411 TH620 TH332 TH317 "
        "TH306 TH308 TH310 TH311 TH312 TH313 TH314 TH320 TH323 TH324 TH325",
        moot="TH807 TH318 TH319 TH335 TH336",
        gone=(good.BUCKET_ARN,),
    ),
    Attack(
        "bucket that does not exist",
        "no-such-bucket",
        update(S3BucketName="no-such-bucket"),
        fails="TH123 TH127 TH301 TH620",
        moot=OF_THE_TRAIL_AND_BUCKET,
        gone=(good.BUCKET_ARN,),
    ),
    Attack(
        "prefix that the policy does not allow", TRAIL, update(S3KeyPrefix="elsewhere"), fails="TH127 TH317"
    ),
    Attack(
        "everything minimal",
        TRAIL,
        update(
            IsMultiRegionTrail=False,
            IncludeGlobalServiceEvents=False,
            EnableLogFileValidation=False,
            KmsKeyId="",
            CloudWatchLogsLogGroupArn="",
            CloudWatchLogsRoleArn="",
            SnsTopicName="",
        ),
        fails="TH703 TH704 TH706 "
        "TH102 TH103 TH104 TH105 TH107 TH110 TH111 TH112 TH114 TH121 TH122 TH123 TH127 TH201 TH210 "
        f"{DATA} {ALARMS}",
        moot=f"TH113 TH118 {DELIVERIES}",
        gone=(
            good.KEY_ARN,
            good.GROUP_ARN,
            good.TOPIC_ARN,
        ),
    ),
    Attack(
        "no tags",
        TRAIL,
        (call("cloudtrail.remove_tags", ResourceId=TRAIL, TagsList=[{"Key": "owner"}]),),
        fails="TH116 TH127",
    ),
    Attack(
        "no Insights",
        TRAIL,
        (call("cloudtrail.put_insight_selectors", TrailName=TRAIL, InsightSelectors=[]),),
        fails="TH127 TH204 TH211",
    ),
    Attack(
        "one kind of Insights",
        TRAIL,
        (
            call(
                "cloudtrail.put_insight_selectors",
                TrailName=TRAIL,
                InsightSelectors=[{"InsightType": "ApiErrorRateInsight"}],
            ),
        ),
        fails="TH127 TH211",
    ),
    Attack(
        "Insights of data events alone",
        TRAIL,
        (
            call(
                "cloudtrail.put_insight_selectors",
                TrailName=TRAIL,
                InsightSelectors=[
                    {"InsightType": kind, "EventCategories": ["Data"]}
                    for kind in ("ApiCallRateInsight", "ApiErrorRateInsight")
                ],
            ),
        ),
        fails="TH127 TH211",
    ),
    Attack(
        "summaries of data events",
        TRAIL,
        (
            call(
                "cloudtrail.put_event_configuration",
                TrailName=TRAIL,
                AggregationConfigurations=[{"EventCategory": "Data", "Templates": ["API_ACTIVITY"]}],
            ),
        ),
        fails="TH127",
    ),
    Attack("its own deliveries", TRAIL, update(RecursiveLogging=True), fails="TH217"),
    Attack(
        "own key without material",
        NEW_KEY,
        (call("kms.create_key", Policy=KEY_POLICY, Origin="EXTERNAL"), *update(KmsKeyId=NEW_KEY)),
        fails="TH122 TH127 TH403 TH621",
        gone=(good.KEY_ARN,),
    ),
    Attack(
        "own key of many Regions",
        NEW_KEY,
        (call("kms.create_key", Policy=KEY_POLICY, MultiRegion=True), *update(KmsKeyId=NEW_KEY)),
        fails="TH122 TH127 TH401 TH408 TH621",
        gone=(good.KEY_ARN,),
    ),
    Attack(
        "trail of a member into the log bucket",
        f"arn:aws:cloudtrail:{ELSEWHERE}:{MEMBER}:trail/noise",
        (
            call(
                "cloudtrail.create_trail",
                by=MEMBER,
                at=ELSEWHERE,
                Name="noise",
                S3BucketName=good.BUCKET,
                IsMultiRegionTrail=False,
            ),
        ),
        fails="TH106 TH110 TH111 TH112 TH114 TH116 TH122 TH123 TH204 TH207 TH211 TH317 TH623",
    ),
)
