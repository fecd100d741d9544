"""What moto does not do as AWS does, where a deployment would end otherwise because of it."""

import json
from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend, Stack
from moto.cloudformation.responses import CloudFormationResponse
from moto.cloudtrail.exceptions import S3BucketDoesNotExistException
from moto.cloudtrail.models import Trail
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.iam import models
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.kms.models import kms_backends
from moto.logs.models import LogGroup
from moto.logs.responses import LogsResponse
from moto.s3.models import FakeBucket, s3_backends
from moto.s3.responses import S3Response
from moto.sns.models import sns_backends

from checker.demo.teach import Lesson


def check_bucket_exists(self: Trail) -> None:
    """Look for the bucket in every account: log files may go to another one."""
    if self.bucket_name not in s3_backends.bucket_accounts:
        raise S3BucketDoesNotExistException(f"S3 bucket {self.bucket_name} does not exist!")


def topic_arn(self: Trail) -> str | None:
    """Take the topic's ARN as well as its name."""
    name = self.sns_topic_name
    if not name or name.startswith("arn:"):
        return name or None
    return f"arn:{self.partition}:sns:{self.region_name}:{self.account_id}:{name}"


def check_topic_exists(self: Trail) -> None:
    """Look for the topic in the account and Region of its ARN."""
    if self.topic_arn:
        _, _, _, region, account, _ = self.topic_arn.split(":")
        sns_backends[account][region].get_topic(self.topic_arn)


def kms_key_id(self: Trail) -> str | None:
    """Return the key as CloudTrail does: by its ARN."""
    return getattr(self, "_key_arn", None)


def resolve_key(self: Trail, given: str | None) -> None:
    """Take an alias, too, and keep the ARN of its key."""
    if not given or ":alias/" not in given:
        self._key_arn = given  # type: ignore[attr-defined]
        return
    _, partition, _, region, account, alias = given.split(":")
    key = kms_backends[account][region].get_key_id_from_alias(alias)
    if key is None:
        raise JsonRESTError("KmsKeyDoesNotExistException", f"{given} does not exist")
    self._key_arn = f"arn:{partition}:kms:{region}:{account}:key/{key}"  # type: ignore[attr-defined]


def put_event_selectors(
    self: Trail, event_selectors: list[dict[str, Any]], advanced_event_selectors: list[dict[str, Any]]
) -> None:
    """Let selectors of one sort replace those of the other."""
    self.event_selectors = event_selectors or []
    self.advanced_event_selectors = advanced_event_selectors or []


def put_insight_selectors(self: Trail, insight_selectors: list[dict[str, str]]) -> None:
    """Replace the selectors: moto adds to them."""
    self.insight_selectors = list(insight_selectors)


def get_permission(self: FakeBucket, action: str, resource: str) -> Any:
    """Ask only the statements without a condition: moto takes a conditional Deny for an absolute one."""
    if self.policy is None:
        return PermissionResult.NEUTRAL
    document = json.loads(self.policy)
    document["Statement"] = [s for s in document["Statement"] if "Condition" not in s]
    return IAMPolicy(json.dumps(document)).is_action_permitted(action, resource)


def may_log(self: FakeBucket, target_bucket: FakeBucket, target_prefix: str | None) -> bool:
    """Take any target for access logs, as S3 does: its policy may be written later."""
    return True


def resolve_update_parameters(
    self: CloudFormationBackend, instance: Stack, incoming_params: list[dict[str, Any]]
) -> dict[str, Any]:
    """Let a parameter stay as it was when it was never given: then its default holds."""
    known = [
        given
        for given in incoming_params
        if not given.get("UsePreviousValue") or given["ParameterKey"] in instance.parameters
    ]
    return dict(_resolve_update_parameters(self, instance, known))


def update_termination_protection(self: CloudFormationResponse) -> ActionResult:
    """Protect a stack against deletion, or no longer."""
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    stack.enable_termination_protection = bool(self._get_param("EnableTerminationProtection"))
    return ActionResult({"StackId": stack.stack_id})


def delete_stack(self: CloudFormationBackend, name_or_stack_id: str) -> None:
    """Refuse for a protected stack, and let nobody find that there is none while it is being deleted."""
    stack = self.get_stack(name_or_stack_id)
    if stack.enable_termination_protection:
        raise ValidationError(message=f"Stack [{stack.name}] cannot be deleted while it is protected")
    self.deleted_stacks[stack.stack_id] = stack
    _delete_stack(self, stack.stack_id)


_resolve_update_parameters: Any = CloudFormationBackend._resolve_update_parameters
_delete_stack = CloudFormationBackend.delete_stack

SERVICES = models.SERVICE_NAME_CONVERSION | {"cloudtrail": "CloudTrail"}
"""The names of services in those of their roles."""


def create_log_group(self: LogsResponse) -> str:
    """Keep whether the group is protected from deletion: moto takes no notice."""
    answer = _create_log_group(self)
    group = self.logs_backend.groups[self._get_param("logGroupName")]
    group.protected = bool(self._get_param("deletionProtectionEnabled"))  # type: ignore[attr-defined]
    return answer


def describe_log_group(self: LogGroup) -> dict[str, Any]:
    """Tell of its protection."""
    return _describe_log_group(self) | {"deletionProtectionEnabled": getattr(self, "protected", False)}


def get_bucket_replication(self: S3Response) -> Any:
    """Return the rules as they were put: moto leaves out which objects they choose."""
    found = self.backend.get_bucket_replication(self.bucket_name)
    if not found:
        return _get_bucket_replication(self)
    self.data["Action"] = "GetBucketReplication"
    rules = [{**rule, "Filter": {"Prefix": rule["Filter"]["Prefix"] or ""}} for rule in found["Rule"]]
    configuration = {"Role": found["Role"], "Rules": rules}
    return self.serialized(ActionResult({"ReplicationConfiguration": configuration}))


_create_log_group = LogsResponse.create_log_group
_describe_log_group = LogGroup.to_describe_dict
_get_bucket_replication = S3Response.get_bucket_replication

LESSONS = (
    Lesson(models, "SERVICE_NAME_CONVERSION", SERVICES),
    Lesson(CloudFormationBackend, "_resolve_update_parameters", resolve_update_parameters),
    Lesson(CloudFormationResponse, "update_termination_protection", update_termination_protection),
    Lesson(CloudFormationBackend, "delete_stack", delete_stack),
    Lesson(Trail, "check_bucket_exists", check_bucket_exists),
    Lesson(Trail, "topic_arn", property(topic_arn)),
    Lesson(Trail, "check_topic_exists", check_topic_exists),
    Lesson(Trail, "kms_key_id", property(kms_key_id, resolve_key)),
    Lesson(Trail, "put_event_selectors", put_event_selectors),
    Lesson(Trail, "put_insight_selectors", put_insight_selectors),
    Lesson(FakeBucket, "get_permission", get_permission),
    Lesson(FakeBucket, "_log_permissions_enabled_policy", may_log),
    Lesson(LogsResponse, "create_log_group", create_log_group),
    Lesson(LogGroup, "to_describe_dict", describe_log_group),
    Lesson(S3Response, "get_bucket_replication", get_bucket_replication),
)
