"""Controls on templates: whether logs and keys outlive their stack, and whether CreateTrail would succeed.

A live account has no declarations, so nothing of this is asked of it, termination protection apart.
"""

import re

from msgspec.structs import replace

from checker.controls.granting import delivery_of
from checker.evidence import Known, Observed, first
from checker.inventory import DESTROYED, Declaration, DeployedStack, Key, LogBucket, Trail
from checker.model import (
    BASELINE,
    CLOUDFORMATION,
    IN_TEMPLATES,
    STRICT,
    Context,
    Judgement,
    NotApplicable,
    Remediation,
    Severity,
    control,
    failed,
    passed,
)
from checker.policy import document_of
from checker.policy.delivery import allows_delivery

RETAINED = ("Retain", "RetainExceptOnCreate")
LONGEST = 30
"""Days; the longest that KMS lets a key wait for its deletion."""
ANY_ORGANIZATION = "o-0000000000"
"""Stands for an organization that a policy does not name."""
_ORGANIZATION = re.compile(r"\bo-[a-z0-9]{10,32}\b")
NO_TEMPLATE = NotApplicable("no template declares it")


def _kept(declared: Declaration) -> Judgement | None:
    """Fail what is deleted with its stack or when it is replaced; None where both leave it."""
    deletion = declared.on_deletion.value
    if deletion not in RETAINED:
        return failed(f"it is deleted with its stack (DeletionPolicy {deletion})", observed=deletion)
    replacement = declared.on_replacement.value
    if replacement not in RETAINED:
        return failed(
            f"it is deleted when it is replaced (UpdateReplacePolicy {replacement})", observed=replacement
        )
    return None


def _removed(what: str, removal: Known[str]) -> Judgement:
    """Fail what a plan takes away, with what was kept in it."""
    instead = "" if removal.value == DESTROYED else " and makes another in its place"
    return failed(f"the plan destroys the {what}{instead}", observed=removal.content, at=removal)


@control(
    id="TH001",
    name="iac-log-bucket-retained",
    title="The log bucket outlives the template that declares it",
    severity=Severity.HIGH,
    applies_to=LogBucket,
    told_by=IN_TEMPLATES,
    of_destroyed=True,
    sets=BASELINE,
    expected="DeletionPolicy and UpdateReplacePolicy Retain, and nothing that empties the bucket",
    reads=(
        "template:Resource DeletionPolicy",
        "template:Resource UpdateReplacePolicy",
        "template:Custom::S3AutoDeleteObjects BucketName",
        "template:aws_s3_bucket force_destroy",
        "template:resource_changes actions",
    ),
    remediation=Remediation(
        text="Retain the bucket on deletion and on replacement, and take out whatever empties it first.",
        cli="aws s3api get-bucket-versioning --bucket $bucket",
        cdk="Bucket(removal_policy=RemovalPolicy.RETAIN, auto_delete_objects=False)",
        terraform="aws_s3_bucket.force_destroy = false, with lifecycle { prevent_destroy = true }",
    ),
)
def bucket_retained(bucket: LogBucket, context: Context) -> Judgement:
    """Who may delete a stack deletes the history with it, unless the template says that the bucket stays.

    Terraform keeps nothing by itself, but S3 refuses to delete a bucket that holds anything: without
    force_destroy it passes, since a plan does not tell prevent_destroy. A plan that destroys the bucket, or
    makes another one in its place, fails either way: it is not for S3 to stop it.
    """
    declared = context.inventory.declarations.get(bucket.arn)
    if declared is None:
        return NO_TEMPLATE
    if declared.removal is not None:
        return _removed("bucket", declared.removal)
    if declared.emptied.value:
        return failed("whatever deletes the bucket deletes all log files first", observed="emptied")
    if declared.language == "terraform":
        return passed("S3 refuses to delete the bucket while it holds log files", observed="not emptied")
    return _kept(declared) or passed("the bucket stays when its stack is deleted", observed="Retain")


@control(
    id="TH002",
    name="iac-trail-key-retained",
    title="The trail's key outlives the template that declares it",
    severity=Severity.HIGH,
    applies_to=Key,
    told_by=(CLOUDFORMATION,),
    of_destroyed=True,
    sets=BASELINE,
    expected="DeletionPolicy and UpdateReplacePolicy Retain, or prevent_destroy and a window of 30 days",
    reads=(
        "template:Resource DeletionPolicy",
        "template:Resource UpdateReplacePolicy",
        "template:aws_kms_key deletion_window_in_days",
        "template:resource_changes actions",
    ),
    remediation=Remediation(
        text="Retain the key on deletion and on replacement.",
        cli="aws kms describe-key --key-id $key_id --region $region",
        cdk="Key(removal_policy=RemovalPolicy.RETAIN)",
        terraform="aws_kms_key.deletion_window_in_days = 30, with lifecycle { prevent_destroy = true }",
    ),
)
def key_retained(key: Key, context: Context) -> Judgement:
    """Without the key every log file is noise, retained or not.

    A key that CloudFormation retains is never scheduled for deletion, so that its window does not matter. A
    plan of Terraform does not tell prevent_destroy: a shorter window fails, and the longest leaves it open. A
    plan that destroys the key, or makes another one in its place, fails: what the old one encrypted needs it.
    """
    declared = context.inventory.declarations.get(key.arn)
    if declared is None:
        return NO_TEMPLATE
    if declared.removal is not None:
        return _removed("key", declared.removal)
    if declared.language == "terraform":
        days = declared.waiting_days.value
        if days < LONGEST:
            return failed(
                f"a key that is destroyed waits {days} days",
                observed=f"{days} days",
                expected=f"{LONGEST} days",
                at=declared.waiting_days,
            )
    return _kept(declared) or passed("the key stays when its stack is deleted", observed="Retain")


@control(
    id="TH003",
    name="iac-stack-termination-protection",
    title="Stacks that hold a trail, its bucket or its key are protected against deletion",
    severity=Severity.MEDIUM,
    applies_to=DeployedStack,
    told_by=(CLOUDFORMATION,),
    sets=STRICT,
    expected="termination protection is on",
    reads=("template:manifest.json terminationProtection",),
    remediation=Remediation(
        text="Turn termination protection on.",
        cli="aws cloudformation update-termination-protection --enable-termination-protection "
        "--stack-name $stack --region $region",
        cdk="Stack(termination_protection=True)",
        terraform="aws_cloudformation_stack has no such argument: protect the stack with the command",
    ),
)
def stack_protected(stack: DeployedStack, context: Context) -> Judgement:
    """Deleting its stack ends a trail as surely as DeleteTrail, and looks like tidying up.

    What the CDK synthesised tells; a template by itself cannot, since protection belongs to the stack. A
    stack policy, which neither can tell, is not asked for.
    """
    if stack.protected.value:
        return passed("termination protection is on", observed="on")
    return failed(f"termination protection of the stack {stack.name} is off", observed="off")


@control(
    id="TH004",
    name="iac-trail-depends-on-bucket-policy",
    title="The trail is created after what it needs",
    severity=Severity.LOW,
    applies_to=Trail,
    told_by=IN_TEMPLATES,
    sets=BASELINE,
    expected="the trail waits for the policies of its bucket, topic and role, and for these themselves",
    reads=("template:Resource DependsOn", "template:aws_cloudtrail depends_on"),
    remediation=Remediation(
        text="Let the trail depend on the policies: nothing in its settings names them, so that they may be "
        "created after it.",
        cli="aws cloudtrail get-trail-status --name $trail_arn --region $home_region",
        cdk="trail.node.add_dependency(bucket.policy)",
        terraform="aws_cloudtrail.depends_on = [aws_s3_bucket_policy.logs]",
    ),
)
def ordered(trail: Trail, context: Context) -> Judgement:
    """CreateTrail looks at the policies and refuses when they are not there yet.

    Without the order a deployment succeeds or fails by chance (InsufficientS3BucketPolicyException). What
    exists already, and what another stack brings that is deployed before, is there in time.
    """
    declared = context.inventory.declarations.get(trail.arn)
    if declared is None:
        return NO_TEMPLATE
    needed = declared.prerequisites.value
    if not needed:
        return NotApplicable("nothing that the trail needs is part of these templates")
    late = first(needed, lambda one: not one.awaited.value)
    if late is None:
        return passed("the trail waits for what it needs", observed=f"{len(needed)} in order")
    return failed(f"the trail does not wait for {late.name}", observed=late.name, at=late.awaited)


@control(
    id="TH005",
    name="iac-partition-neutral-arns",
    title="Policies of the template name no partition",
    severity=Severity.LOW,
    applies_to=Trail,
    told_by=(CLOUDFORMATION,),
    sets=STRICT,
    expected="AWS::Partition or data.aws_partition in ARNs",
    reads=("template:Resource PolicyDocument",),
    remediation=Remediation(
        text="Write ARNs with the partition that the template is deployed to.",
        cli="aws cloudtrail get-trail --name $trail_arn --region $home_region",
        cdk='f"arn:{Aws.PARTITION}:s3:::{name}"',
        terraform='"arn:${data.aws_partition.current.partition}:s3:::..."',
    ),
)
def neutral(trail: Trail, context: Context) -> Judgement:
    """An ARN of another partition means nothing there: the policy refuses delivery, or does not bind.

    Judged are the policies of the trail's bucket, key, topic and role. What the CDK synthesised for a Region
    is deployed nowhere else, and may spell out the partition of that Region.
    """
    declared = [one for one in _around(trail, context) if one is not None]
    if not declared:
        return NO_TEMPLATE
    wrong = first(declared, lambda one: bool(_foreign(one)))
    if wrong is None:
        return passed("no policy names a partition that it may not be deployed to", observed="neutral")
    named = ", ".join(_foreign(wrong))
    return failed(
        f"a policy of {wrong.arn} spells out the partition {named}", observed=named, at=wrong.literals
    )


def _foreign(declared: Declaration) -> list[str]:
    return [name for name in declared.literals.value if name != declared.partition]


def _around(trail: Trail, context: Context) -> list[Declaration | None]:
    """Return what is declared of the trail's bucket, key, topic and role."""
    told = context.inventory.declarations
    named: tuple[Observed[str | None], ...] = (trail.kms_key_id, trail.sns_topic_arn, trail.log_role_arn)
    arns = [one.content for one in named if isinstance(one, Known) and one.content]
    if isinstance(trail.bucket_name, Known):
        bucket = context.inventory.buckets.get(trail.bucket_name.content)
        arns += [bucket.arn] if bucket else []
    return [told.get(arn) for arn in arns]


@control(
    id="TH006",
    name="iac-org-trail-bucket-policy",
    title="The bucket policy lets the template's organization trail deliver",
    severity=Severity.HIGH,
    applies_to=Trail,
    told_by=IN_TEMPLATES,
    sets=BASELINE,
    expected="s3:PutObject below AWSLogs of the trail's account and of the organization, for this trail",
    reads=(
        "template:AWS::CloudTrail::Trail IsOrganizationTrail",
        "template:AWS::S3::BucketPolicy PolicyDocument",
    ),
    remediation=Remediation(
        text="Allow cloudtrail.amazonaws.com s3:PutObject on [prefix/]AWSLogs/ACCOUNT/* and on "
        "[prefix/]AWSLogs/ORGANIZATION/*, both with the aws:SourceArn of the trail.",
        cli="aws s3api get-bucket-policy --bucket $bucket --query Policy --output text > policy.json && "
        "$${EDITOR:-vi} policy.json && aws s3api put-bucket-policy --bucket $bucket --policy "
        "file://policy.json",
        cdk="two PolicyStatements with conditions={'StringEquals': {'aws:SourceArn': trail_arn}}",
        terraform="aws_iam_policy_document with a statement for each prefix",
    ),
)
def organization_delivery(trail: Trail, context: Context) -> Judgement:
    """A policy that admits the owner's prefix alone lets the trail be refused, or members go unrecorded.

    No template tells which organization an account belongs to: the policy has to admit one that it names, or
    whichever it is. Whether that is the right one, only a live audit can tell.
    """
    if context.inventory.declarations.get(trail.arn) is None:
        return NO_TEMPLATE
    if not trail.organization.value:
        return NotApplicable("it is no organization trail")
    bucket = context.inventory.bucket_of(trail)
    if isinstance(bucket.exists, Known) and not bucket.exists.content:
        return NotApplicable(f"the bucket {bucket.name} does not exist")
    document, text = document_of(bucket.policy), bucket.policy.value or ""
    delivery = delivery_of(trail, context, bucket)
    named = sorted(set(_ORGANIZATION.findall(text))) or [ANY_ORGANIZATION]
    tried = [replace(delivery, organization=Known(id)) for id in named]
    admitted = first(tried, lambda one: allows_delivery(document, one).yes)
    if admitted is not None:
        told = "the organization" if named == [ANY_ORGANIZATION] else named[tried.index(admitted)]
        return passed(f"the bucket policy lets CloudTrail deliver for {told}", observed="delivery allowed")
    why = allows_delivery(document, tried[0]).why.replace(ANY_ORGANIZATION, "ORGANIZATION")
    return failed(why, observed="delivery refused", at=bucket.policy)
