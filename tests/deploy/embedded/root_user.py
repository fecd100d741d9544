"""The root user of each account: an access key, a device that shows codes, and what S3 asks them for."""

from typing import Any

from moto.iam import models
from moto.s3.exceptions import S3AccessDeniedError
from moto.s3.responses import S3Response
from moto.sts.models import STSBackend

from checker.demo import teach
from checker.demo.teach import Lesson

CODE = "123456"
"""What the device shows, at any time."""
_KEY = "AKIAROOT"


def access_key(account: str) -> str:
    """Return the id of the access key that root of an account has made for this occasion."""
    return f"{_KEY}{account}"


def device(account: str) -> str:
    """Return the ARN of root's device."""
    return f"arn:aws:iam::{account}:mfa/root-account-mfa-device"


def get_account_id_from(access_key: str) -> str:
    """Know root's keys besides those of users and roles."""
    return access_key.removeprefix(_KEY) if access_key.startswith(_KEY) else _get_account_id_from(access_key)


def get_caller_identity(self: STSBackend, access_key_id: str, region: str) -> tuple[str, str, str]:
    """Know root by its key."""
    if access_key_id.startswith(_KEY):
        return self.account_id, f"arn:aws:iam::{self.account_id}:root", self.account_id
    user_id, arn, account = _get_caller_identity(self, access_key_id, region)
    return user_id, arn, account


def put_bucket(self: S3Response, request: Any, bucket_name: str, querystring: dict[str, Any]) -> Any:
    """Keep MFA delete, which only root of the bucket's account sets, with a code: moto drops it."""
    if "versioning" in querystring and b"MfaDelete>" in self.body:
        bucket: Any = self.backend.get_bucket(bucket_name)
        given = request.headers.get("x-amz-mfa")
        owner = bucket.account_id
        if (self.get_access_key(), given) != (access_key(owner), f"{device(owner)} {CODE}"):
            raise S3AccessDeniedError
        bucket.mfa_delete = b"<MfaDelete>Enabled</MfaDelete>" in self.body
    return _put_bucket(self, request, bucket_name, querystring)


def get_bucket_versioning(self: S3Response) -> Any:
    """Tell of MFA delete."""
    status, headers, body = _get_bucket_versioning(self)
    if getattr(self.backend.get_bucket(self.bucket_name), "mfa_delete", False):
        element = "<MfaDelete>Enabled</MfaDelete></VersioningConfiguration>"
        body = body.replace("</VersioningConfiguration>", element)
    return status, headers, body


_get_account_id_from: Any = models.get_account_id_from
_get_caller_identity: Any = STSBackend.get_caller_identity
_put_bucket: Any = S3Response._bucket_response_put
_get_bucket_versioning = teach.get_bucket_versioning

LESSONS = (
    Lesson(models, "get_account_id_from", get_account_id_from),
    Lesson(STSBackend, "get_caller_identity", get_caller_identity),
    Lesson(S3Response, "_bucket_response_put", put_bucket),
    Lesson(S3Response, "get_bucket_versioning", get_bucket_versioning),
)
