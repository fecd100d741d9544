"""Controls on the policy of the key that encrypts log files."""

from checker.controls.granting import delivery_of, known_owners, unlisted
from checker.evidence import Known, Unobserved
from checker.inventory import Key, Trail
from checker.model import Context, Judgement, NotApplicable, Remediation, Severity, control, failed, passed
from checker.policy import (
    CONTEXT_KEYS,
    SOURCE_KEYS,
    allows_encryption,
    document_of,
    is_public,
    open_grant,
)

ENCRYPTING = ("kms:GenerateDataKey*", "kms:Encrypt", "kms:ReEncrypt*")
TOPIC = ("kms:encryptioncontext:aws:sns:topicarn",)
"""What SNS encrypts for a topic carries this context, and what CloudTrail encrypts for a trail never does
(SNS developer guide, Key management: encryption context)."""
EDIT = (
    "aws kms get-key-policy --key-id $key_id --region {region} --policy-name default --query Policy "
    "--output text > policy.json && $${{EDITOR:-vi}} policy.json && "
    "aws kms put-key-policy --key-id $key_id --region {region} --policy-name default --policy file://policy.json"
)


@control(
    id="TH404",
    name="trail-key-policy-not-public",
    title="The trail's key is not public",
    severity=Severity.HIGH,
    applies_to=Key,
    expected="every grant names a principal, or binds everybody by a fixed account, organization or source",
    reads=("kms:GetKeyPolicy Policy",),
    remediation=Remediation(
        text="Name the principals of every Allow statement, or bind it by kms:CallerAccount, "
        "aws:PrincipalOrgID or aws:SourceAccount with a fixed value.",
        cli=EDIT.format(region="$region"),
        cdk="key.grant_decrypt(reader_role) in place of a statement for AnyPrincipal()",
        terraform="aws_kms_key_policy with principals other than *",
    ),
)
def not_public(key: Key, context: Context) -> Judgement:
    """With the key's use open to everybody, encryption protects the log from nobody who gets at a file.

    kms:ViaService and conditions on the request itself bind no one: anybody's requests can meet them.
    """
    decision = is_public(document_of(key.policy), ("kms:*",))
    if decision.yes:
        return failed(decision.why, observed="public")
    return passed("the key policy grants nothing to the public", observed="not public")


@control(
    id="TH405",
    name="trail-key-policy-cloudtrail-scoped",
    title="The key policy lets CloudTrail encrypt for known trails only",
    severity=Severity.HIGH,
    applies_to=Trail,
    expected="kms:GenerateDataKey* for CloudTrail, bound by aws:SourceArn and by the encryption context, and "
    "kms:DescribeKey",
    reads=(
        "cloudtrail:DescribeTrails KmsKeyId",
        "cloudtrail:DescribeTrails IsOrganizationTrail",
        "kms:GetKeyPolicy Policy",
    ),
    remediation=Remediation(
        text="Allow cloudtrail.amazonaws.com kms:GenerateDataKey* with StringEquals aws:SourceArn = "
        "TRAIL_ARN and StringLike kms:EncryptionContext:aws:cloudtrail:arn = "
        "arn:aws:cloudtrail:*:ACCOUNT:trail/*, and kms:DescribeKey with the former alone.",
        cli=EDIT.format(region="KEY_REGION"),
        cdk='key.add_to_resource_policy(PolicyStatement(actions=["kms:GenerateDataKey*"], conditions={'
        '"StringEquals": {"aws:SourceArn": trail_arn}, "StringLike": '
        '{"kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{account}:trail/*"}}, ...))',
        terraform='aws_kms_key_policy with condition blocks for "aws:SourceArn" and '
        '"kms:EncryptionContext:aws:cloudtrail:arn"',
    ),
)
def scoped(trail: Trail, context: Context) -> Judgement:
    """A missing grant stops delivery; an open one lets any account's trail encrypt with, and bill, your key.

    Both the source and the encryption context have to bind, each by itself: they name the trail in two ways
    that do not depend on each other. aws:SourceAccount and aws:SourceOrgID count as the source. DescribeKey
    and Decrypt may stand without conditions, as AWS documents them: the one tells nothing, and CloudTrail
    hands out nothing that it decrypts. A grant for the encryption context of one SNS topic serves no trail's
    files, so a key may be shared with the topic that the trail notifies.
    """
    key = context.inventory.key_of(trail)
    if key is None:
        return NotApplicable("the trail uses no KMS key")
    if isinstance(key.exists, Known) and not key.exists.value:
        return NotApplicable(f"the key {key.arn} does not exist")
    document = document_of(key.policy)
    allowed = allows_encryption(document, delivery_of(trail, context))
    if not allowed.yes:
        return failed(allowed.why, observed="encryption refused", at=key.policy)
    for keys, what in ((SOURCE_KEYS, "source"), (CONTEXT_KEYS, "encryption context")):
        anybody = open_grant(document, ENCRYPTING, (key.arn,), keys + TOPIC)
        if anybody.yes:
            return failed(
                f"{anybody.why} whatever the {what}, by the policy of {key.arn}",
                observed=f"{what} not bound",
                at=key.policy,
            )
    known = known_owners(trail, context)
    outside = open_grant(document, ENCRYPTING, (key.arn,), SOURCE_KEYS + CONTEXT_KEYS + TOPIC, known)
    if outside.yes:
        raise Unobserved(unlisted(outside, known, SOURCE_KEYS + CONTEXT_KEYS))
    return passed("CloudTrail may encrypt for known accounts only", observed="bound")
