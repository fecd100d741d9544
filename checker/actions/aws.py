"""The calls of the actions: who is calling, what a bucket is like, and the one call that changes it."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session

from checker.actions.mfa_delete import BucketState, Caller, Unread
from checker.sources.aws.failures import FORESEEN, diagnose
from checker.sources.aws.guard import check

DEFAULT_REGION = "us-east-1"
ABSENT = ("NoSuchLifecycleConfiguration", "ObjectLockConfigurationNotFoundError")
"""What S3 answers for a setting that a bucket does not have."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class CannotAct(Exception):
    """Nothing was changed; the message is one sentence that says why."""


class Aws:
    """Calls with one set of credentials; every failure is CannotAct with one sentence."""

    def __init__(self, profile: str | None = None) -> None:
        try:
            self._session = Session(profile=profile)
            self.configured_region: str = self._session.get_config_variable("region") or ""
            self._region = self.configured_region or DEFAULT_REGION
            self._credentials = self._session.get_credentials()
        except FORESEEN as error:
            raise CannotAct(diagnose(error).detail) from error

    def caller(self) -> Caller:
        """Return who is calling."""
        try:
            identity = self.client("sts").get_caller_identity()
            token = self._credentials and self._credentials.get_frozen_credentials().token
            return Caller(arn=identity["Arn"], account=identity["Account"], temporary=bool(token))
        except FORESEEN as error:
            raise CannotAct(f"AWS does not say who is calling: {words(error)}") from error

    def bucket(self, name: str, owner: str | None = None) -> BucketState:
        """Read a bucket; ``owner`` is the account that has to own it."""
        target = {"Bucket": name, **({"ExpectedBucketOwner": owner} if owner else {})}
        region = self._region_of(name, target, owner)
        s3 = self.client("s3", region)
        versioning = _read(lambda: s3.get_bucket_versioning(**target))
        lifecycle = _read(lambda: s3.get_bucket_lifecycle_configuration(**target))
        lock = _read(lambda: s3.get_object_lock_configuration(**target))
        known = not isinstance(versioning, Unread)
        return BucketState(
            name=name,
            region=region,
            versioning=versioning.get("Status") if known else versioning,
            mfa_delete=versioning.get("MFADelete") == "Enabled" if known else versioning,
            lifecycle_rules=lifecycle if isinstance(lifecycle, Unread) else len(lifecycle.get("Rules", ())),
            object_lock=lock if isinstance(lock, Unread) else bool(lock.get("ObjectLockConfiguration")),
        )

    def devices(self) -> list[str] | None:
        """Return the serial numbers of the caller's own MFA devices, or None when AWS does not tell."""
        try:
            found = self.client("iam").list_mfa_devices()["MFADevices"]
            return [device["SerialNumber"] for device in found]
        except FORESEEN:
            return None

    def hides_codes(self, region: str) -> bool:
        """Say whether a code travels encrypted; a simulated AWS on this machine needs no encryption."""
        endpoint = urlsplit(self.client("s3", region).meta.endpoint_url)
        return endpoint.scheme == "https" or endpoint.hostname in LOOPBACK

    def turn_on(self, bucket: BucketState, owner: str, serial: str, code: str) -> None:
        """Turn MFA delete on, and versioning with it, as the API demands; once, for a code works once."""
        s3 = self.client("s3", bucket.region, attempts=1)
        try:
            s3.put_bucket_versioning(
                Bucket=bucket.name,
                ExpectedBucketOwner=owner,
                MFA=f"{serial} {code}",
                VersioningConfiguration={"Status": "Enabled", "MFADelete": "Enabled"},
            )
        except FORESEEN as error:
            raise CannotAct(_refusal(error, owner)) from error

    def _region_of(self, name: str, target: dict[str, str], owner: str | None) -> str:
        """Return the Region of a bucket, which is also the proof that it exists and may be seen."""
        try:
            answer = self.client("s3").head_bucket(**target)
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            if status == 404:
                raise CannotAct(f"there is no bucket {name}") from error
            if status == 403:
                whose = f"it does not belong to account {owner}, or " if owner else ""
                raise CannotAct(f"bucket {name} refuses the caller: {whose}a policy denies access") from error
            raise CannotAct(f"bucket {name} could not be read: {words(error)}") from error
        except FORESEEN as error:
            raise CannotAct(f"bucket {name} could not be read: {words(error)}") from error
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        region = str(answer.get("BucketRegion") or headers.get("x-amz-bucket-region") or self._region)
        if not re.fullmatch(r"[a-z0-9-]+", region):  # it becomes part of a host name
            raise CannotAct(f"bucket {name} could not be read: its Region is unintelligible")
        return region

    def client(self, service: str, region: str | None = None, attempts: int = 3) -> Any:
        """Return a client that refuses what is not an answer of AWS; raises CannotAct."""
        retries: Any = {"mode": "standard", "total_max_attempts": attempts}
        config = Config(user_agent="trailhold", connect_timeout=5, read_timeout=20, retries=retries)
        try:
            client = self._session.create_client(service, region_name=region or self._region, config=config)
        except FORESEEN as error:
            raise CannotAct(words(error)) from error
        client.meta.events.register("before-parse", check)
        return client


def _read(call: Callable[[], Any]) -> Any:
    """Return an answer, an empty one for a setting that is absent, or why there is none."""
    try:
        return call()
    except FORESEEN as error:
        failure = diagnose(error)
        return {} if failure.code in ABSENT else Unread(words(error))


def _refusal(error: Exception, owner: str) -> str:
    failure = diagnose(error)
    if failure.code == "AccessDenied":
        return (
            f"S3 denied it ({failure.detail or failure.code}): the code may be wrong or used already, or a "
            f"bucket policy or an organization policy denies s3:PutBucketVersioning to root of {owner} too"
        )
    return f"S3 did not do it: {words(error)}"


def words(error: Exception) -> str:
    """Return what AWS, the SDK or the network said, in a few words."""
    failure = diagnose(error)
    return ", ".join(part for part in (failure.code, failure.detail) if part) or failure.cause.value
