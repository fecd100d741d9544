"""The copy of every log file, made by S3 itself as soon as the file is there."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from cdk_app.accepted import accept_wildcard
from cdk_app.key_statements import through_s3
from cdk_app.log_bucket import LogBucket

RULE = "copy-everything"


@dataclass(frozen=True, kw_only=True)
class Replica:
    """Where the copies go: names that are known before the other account or Region has anything."""

    bucket_name: str
    account: str
    region: str
    key_alias: str


class Replication(Construct):
    """Copy a delivery bucket to an archive; the archive, its policy and its key have to be there first.

    Deletions are not copied: neither delete markers nor deleted versions (S3 user guide, What does Amazon S3
    replicate). The alarm tells of files that could not be copied; without a topic it only changes its state.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        source: LogBucket,
        replica: Replica,
        role_name: str | None = None,
        alarm_topic: sns.ITopic | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.role = iam.Role(
            self,
            "Role",
            role_name=role_name,
            description="Copies log files to the archive",
            assumed_by=iam.ServicePrincipal("s3.amazonaws.com"),
        )
        policy = iam.ManagedPolicy(self, "Copy", roles=[self.role], statements=_permissions(source, replica))
        bucket = source.bucket.node.default_child
        assert isinstance(bucket, s3.CfnBucket)
        bucket.replication_configuration = _configuration(source, replica, self.role.role_arn)
        self.policy = policy
        self._accept(bucket, replica)
        self.alarm = self._alarm(source, replica)
        if alarm_topic:
            self.alarm.add_alarm_action(actions.SnsAction(alarm_topic))

    def _accept(self, bucket: s3.CfnBucket, replica: Replica) -> None:
        partition = Stack.of(self).partition
        copies = f"arn:{partition}:s3:::{replica.bucket_name}/*"
        keys = f"arn:{partition}:kms:{replica.region}:{replica.account}:key/*"
        for resource, reason in (
            (f"{bucket.attr_arn}/*", "Every log file is copied, whatever its name"),
            (copies, "Copies have the names of their originals"),
            (keys, "Bound to one key by its alias, since its id is not known here"),
        ):
            accept_wildcard(self.policy, resource, reason)

    def _alarm(self, source: LogBucket, replica: Replica) -> cloudwatch.Alarm:
        """Watch the failures, which S3 counts in the Region of the source, only when there is something."""
        metric = cloudwatch.Metric(
            namespace="AWS/S3",
            metric_name="OperationsFailedReplication",
            dimensions_map={
                "SourceBucket": source.bucket.bucket_name,
                "DestinationBucket": replica.bucket_name,
                "RuleId": RULE,
            },
            statistic="Sum",
            period=Duration.minutes(5),
        )
        return cloudwatch.Alarm(
            self,
            "Failed",
            alarm_description="Log files of the trail could not be copied to the archive",
            metric=metric,
            threshold=0,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )


def _configuration(
    source: LogBucket, replica: Replica, role_arn: str
) -> s3.CfnBucket.ReplicationConfigurationProperty:
    stack = Stack.of(source)
    foreign = replica.account != stack.account
    destination = s3.CfnBucket.ReplicationDestinationProperty(
        bucket=f"arn:{stack.partition}:s3:::{replica.bucket_name}",
        account=replica.account if foreign else None,
        access_control_translation=(
            s3.CfnBucket.AccessControlTranslationProperty(owner="Destination") if foreign else None
        ),
        encryption_configuration=s3.CfnBucket.EncryptionConfigurationProperty(
            replica_kms_key_id=_key_alias_arn(stack.partition, replica)
        ),
        metrics=s3.CfnBucket.MetricsProperty(status="Enabled"),
    )
    rule = s3.CfnBucket.ReplicationRuleProperty(
        id=RULE,
        status="Enabled",
        priority=1,
        filter=s3.CfnBucket.ReplicationRuleFilterProperty(prefix=""),
        delete_marker_replication=s3.CfnBucket.DeleteMarkerReplicationProperty(status="Disabled"),
        source_selection_criteria=s3.CfnBucket.SourceSelectionCriteriaProperty(
            sse_kms_encrypted_objects=s3.CfnBucket.SseKmsEncryptedObjectsProperty(status="Enabled")
        ),
        destination=destination,
    )
    return s3.CfnBucket.ReplicationConfigurationProperty(role=role_arn, rules=[rule])


def _key_alias_arn(partition: str, replica: Replica) -> str:
    return f"arn:{partition}:kms:{replica.region}:{replica.account}:{replica.key_alias}"


def _permissions(source: LogBucket, replica: Replica) -> list[iam.PolicyStatement]:
    """Let the role read the source and write copies, and nothing else; not even delete a copy."""
    stack = Stack.of(source)
    bucket = source.bucket.bucket_arn
    copies = f"arn:{stack.partition}:s3:::{replica.bucket_name}/*"
    writing = ["s3:ReplicateObject", "s3:ReplicateTags"]
    if replica.account != stack.account:
        writing.append("s3:ObjectOwnerOverrideToBucketOwner")
    reading = [
        "s3:GetObjectLegalHold",
        "s3:GetObjectRetention",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionTagging",
    ]
    through_source = {"StringEquals": {"kms:ViaService": through_s3(stack.region)}}
    through_archive = {
        "StringEquals": {"kms:ViaService": through_s3(replica.region)},
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": replica.key_alias},
    }
    keys = f"arn:{stack.partition}:kms:{replica.region}:{replica.account}:key/*"
    return [
        _statement("SeeTheSource", ["s3:GetReplicationConfiguration", "s3:ListBucket"], bucket),
        _statement("ReadLogFiles", reading, f"{bucket}/*"),
        _statement("WriteCopies", writing, copies),
        _statement("DecryptLogFiles", ["kms:Decrypt"], source.key.key_arn, through_source),
        _statement("EncryptCopies", ["kms:Encrypt", "kms:GenerateDataKey"], keys, through_archive),
    ]


def _statement(
    sid: str, actions: list[str], resource: str, conditions: Mapping[str, object] | None = None
) -> iam.PolicyStatement:
    return iam.PolicyStatement(sid=sid, actions=actions, resources=[resource], conditions=conditions)
