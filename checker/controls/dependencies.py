"""Which calls blind the trails of an account, and which the things that those depend on, as questions."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import product
from types import MappingProxyType

from msgspec import Struct

from checker.controls.bucket_tampering import ON_BUCKET, log_objects
from checker.controls.call_facts import of_iam, on_key, on_resource, on_role, tagged
from checker.evidence import Known, Observed, Unknown, Unobserved, sift
from checker.inventory import Account, Alarm, EventDataStore, Key, LogBucket, LogGroup, Role, Topic, Trail
from checker.inventory.arns import account_of
from checker.model import Context
from checker.monitoring import blinding
from checker.policy import document_of
from checker.policy.panel import Question
from checker.policy.request import Value

BUCKET = (
    *ON_BUCKET,
    "s3:DeleteBucket",
    "s3:PutEncryptionConfiguration",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketRequestPayment",
)
"""CloudTrail delivers nothing to a bucket whose requester pays."""
KEY = ("kms:DisableKey", "kms:ScheduleKeyDeletion", "kms:PutKeyPolicy")
GROUP = (
    *("logs:DeleteLogGroup", "logs:DeleteLogStream", "logs:PutRetentionPolicy"),
    *("logs:DeleteMetricFilter", "logs:PutMetricFilter"),
)
TOPIC = ("sns:DeleteTopic", "sns:SetTopicAttributes", "sns:RemovePermission")
RULE = ("events:DisableRule", "events:DeleteRule", "events:RemoveTargets", "events:PutRule")
ALARM = (
    *("cloudwatch:DeleteAlarms", "cloudwatch:DisableAlarmActions", "cloudwatch:PutAlarmMuteRule"),
    "cloudwatch:PutMetricAlarm",
)
ROLE = (
    *("iam:DeleteRole", "iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:DetachRolePolicy"),
    *("iam:UpdateAssumeRolePolicy", "iam:PutRolePermissionsBoundary"),
)


class Asked(Struct, frozen=True):
    """Questions about all that an account has to lose, and what of it could not be read."""

    questions: tuple[Question, ...]
    unread: tuple[Unknown, ...]


def about_trails(account: Account, context: Context) -> Asked:
    """Ask for the calls that blind trails and event data stores which the account may change."""
    inventory = context.inventory
    trails = [t for t in inventory.trails.values() if t.account == account.id]
    delegated, unread = _delegated(account, context)
    trails += delegated
    stores = [s for s in inventory.event_data_stores.values() if s.account == account.id and _alive(s)]
    unlisted = [s.status for s in stores if s.arn.endswith("/*") and isinstance(s.status, Unknown)]
    stores = [store for store in stores if not store.arn.endswith("/*")]
    questions = [
        _question(f"cloudtrail:{name}", trail.arn, account, Known(trail.home_region), more=tagged(trail.tags))
        for trail in trails
        for name in blinding.TRAIL
    ]
    questions += [
        _question(f"cloudtrail:{name}", store.arn, account, Known(store.region))
        for store in stores
        for name in blinding.STORE
    ]
    return Asked(tuple(questions), (*_undiscovered(account), *unread, *unlisted))


def _delegated(account: Account, context: Context) -> tuple[list[Trail], tuple[Unknown, ...]]:
    """Return the organization's trails, which a delegated administrator of CloudTrail may change."""
    organization = context.inventory.organization_of(account.id)
    if organization is None or not organization.told or organization.management_account == account.id:
        return [], ()
    try:
        if not organization.administers(account.id, "cloudtrail.amazonaws.com"):
            return [], ()
        theirs = context.inventory.trails.values()
        owned = [trail for trail in theirs if trail.account == organization.management_account]
        found, unknowns = sift(owned, lambda trail: trail.organization.value)
        return found, tuple(unknowns)
    except Unobserved as missing:
        return [], missing.unknowns


def _alive(store: EventDataStore) -> bool:
    return not (isinstance(store.status, Known) and store.status.content == "PENDING_DELETION")


def _undiscovered(account: Account) -> tuple[Unknown, ...]:
    """Return why trails of the account may have been missed."""
    unread = [d.trail_arns for d in account.discoveries if isinstance(d.trail_arns, Unknown)]
    if isinstance(account.regions, Unknown) and not account.scope:
        unread.append(account.regions)
    return tuple(dict.fromkeys(unread))


def about_dependencies(account: Account, context: Context) -> Asked:
    """Ask for the calls that take away what trails deliver with, or to, as far as the account owns it."""
    asking = _Asking(account, context)
    inventory = context.inventory
    for trail in inventory.trails.values():
        asking.follow(trail.bucket_name, partial(inventory.bucket_of, trail), asking.bucket)
        asking.follow(trail.kms_key_id, partial(inventory.key_of, trail), asking.key)
        asking.follow(trail.log_group_arn, partial(inventory.log_group_of, trail), asking.group)
        asking.follow(trail.log_role_arn, partial(inventory.role_of, trail), asking.role)
        asking.follow(trail.sns_topic_arn, partial(inventory.topic_of, trail), asking.topic)
        if trail.account == account.id:
            asking.rules(trail)
    for topic in inventory.alert_topics.values():
        asking.topic(topic)
    questions = {(q.action, q.resource): q for q in asking.questions}
    return Asked(tuple(questions.values()), (*_undiscovered(account), *dict.fromkeys(asking.unread)))


class _Asking:
    """The questions about one account's things, as far as they were read."""

    def __init__(self, account: Account, context: Context) -> None:
        self.account = account
        self.context = context
        self.questions: list[Question] = []
        self.unread: list[Unknown] = []

    def follow(
        self,
        named: Observed[str] | Observed[str | None],
        find: Callable[[], object],
        ask: Callable[..., None],
    ) -> None:
        """Follow what a trail names; an ARN of another account is that account's to judge."""
        if isinstance(named, Known) and account_of(named.content or "") not in ("", self.account.id):
            return
        try:
            found = find()
            if found is not None:
                ask(found)
        except Unobserved as missing:
            self.unread += missing.unknowns

    def _ask(
        self,
        actions: Iterable[str],
        resources: Iterable[str],
        region: Observed[str] | None,
        policy: str | None = None,
    ) -> None:
        self.questions += [
            _question(action, resource, self.account, region, policy)
            for action, resource in product(actions, resources)
        ]

    def bucket(self, bucket: LogBucket) -> None:
        """Ask about a bucket that the account owns, and about the log files in it."""
        if self.account.id in bucket.disowned or _gone(bucket.exists):
            return
        if bucket.account.value != self.account.id:
            return
        policy = _policy(bucket.policy)
        self._ask(BUCKET, (bucket.arn,), bucket.region, policy)
        self._ask(_on_objects(bucket), log_objects(bucket, self.context), bucket.region, policy)

    def key(self, key: Key) -> None:
        """Ask about a key; its policy has to leave it to IAM."""
        if key.account == self.account.id and not _gone(key.exists):
            imported = isinstance(key.origin, Known) and key.origin.content == "EXTERNAL"
            actions = (*KEY, "kms:DeleteImportedKeyMaterial") if imported else KEY
            policy, region = _policy(key.policy), Known(key.region)
            self.questions += [
                _question(
                    *(action, key.arn, self.account, region, policy),
                    delegating=True,
                    more=on_key(key, action),
                )
                for action in actions
            ]

    def group(self, group: LogGroup) -> None:
        """Ask about a log group and the alarms on its metrics."""
        if group.account != self.account.id or _gone(group.exists):
            return
        streams = f"{group.arn}:log-stream:"
        stream = f"{streams}{group.account}_CloudTrail_{group.region}"
        # CloudWatch Logs asks IAM for a group with and without what its streams begin with.
        self._ask(GROUP, (group.arn, streams, stream), Known(group.region))
        if isinstance(group.alarms, Unknown):
            raise Unobserved(group.alarms)
        alarms: tuple[Alarm, ...] = group.alarms.content
        self._ask(ALARM, (alarm.arn for alarm in alarms), Known(group.region))

    def role(self, role: Role) -> None:
        """Ask about the role that writes to a log group."""
        if role.account == self.account.id and not _gone(role.exists):
            inventory = self.context.inventory
            known, region = inventory.principals_of(self.account.id).identities, of_iam(inventory.partition)
            self.questions += [
                _question(action, role.arn, self.account, region, more=on_role(role.arn, action, known))
                for action in ROLE
            ]

    def topic(self, topic: Topic) -> None:
        """Ask about a topic that a trail or an alarm tells."""
        if topic.account != self.account.id or _gone(topic.exists):
            return
        try:
            self._ask(TOPIC, (topic.arn,), Known(topic.region), _policy(topic.policy))
        except Unobserved as missing:
            self.unread += missing.unknowns

    def rules(self, trail: Trail) -> None:
        """Ask about the rules on the event bus of a trail's home."""
        rules = self.context.inventory.watch(trail.account, trail.home_region).rules
        if isinstance(rules, Unknown):
            self.unread.append(rules)
            return
        self._ask(RULE, (rule.arn for rule in rules.content), Known(trail.home_region))


def _gone(exists: Observed[bool]) -> bool:
    return isinstance(exists, Known) and not exists.content


def _on_objects(bucket: LogBucket) -> Iterator[str]:
    """Yield what takes log files away: nothing while COMPLIANCE retains them, while GOVERNANCE its bypass."""
    mode = bucket.object_lock.content.mode if isinstance(bucket.object_lock, Known) else None
    if mode == "GOVERNANCE":
        yield "s3:BypassGovernanceRetention"
    elif mode != "COMPLIANCE":
        yield from ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:UpdateObjectEncryption")


def _policy(policy: Observed[str | None]) -> str | None:
    """Return a resource's policy; raises Unobserved for one that was not read, or that is none."""
    document_of(policy)
    return policy.content if isinstance(policy, Known) else None


def _question(
    action: str,
    resource: str,
    account: Account,
    region: Observed[str] | None,
    policy: str | None = None,
    delegating: bool = False,
    more: Mapping[str, Value] = MappingProxyType({}),
) -> Question:
    return Question(
        action=action,
        resource=resource,
        facts={**on_resource(account_of(resource) or account.id, account, region), **more},
        resource_policy=policy,
        delegating=delegating,
    )
