"""Goes into accounts: assumes the role in each once, when first needed, and keeps what came of it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.credentials import RefreshableCredentials
from botocore.exceptions import CredentialRetrievalError

from checker.evidence import Cause
from checker.sources.aws.api import Api, Caller, Limits
from checker.sources.aws.calls import organization as calls
from checker.sources.aws.calls.organization import CLOSED_STATES
from checker.sources.aws.chosen import speaking_for
from checker.sources.aws.clients import Clients
from checker.sources.aws.failures import FORESEEN, Failure, diagnose, line
from checker.sources.aws.options import Options, Organization
from checker.sources.aws.organization import Member, named
from checker.sources.aws.threads import Threads


class Refusal(Exception):
    """AssumeRole has no credentials for us, and why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


@dataclass(eq=False)
class Entrance:
    """The way into every account of the organization; what it opens stays open for the whole run."""

    clients: Clients
    threads: Threads
    caller: Caller
    own: Api
    """The caller's: its own account is read with it, without a role."""
    options: Options
    wanted: Organization
    members: Mapping[str, Member]
    opened: dict[str, "asyncio.Task[Api]"] = field(default_factory=dict)

    async def api(self, account: str) -> Api | None:
        """Return what asks in an account, closed if there is no way in; None outside of the organization."""
        if account == self.caller.account:
            api = self.own
        elif account not in self.members:
            return None
        else:
            if account not in self.opened:
                self.opened[account] = asyncio.create_task(self._open(account))
            api = await self.opened[account]
        if api.limits:
            api.limits.renew(asyncio.get_running_loop().time())
        return api

    @property
    def calls(self) -> int:
        """How many calls were made by all that was opened."""
        return self.own.calls + sum(task.result().calls for task in self.opened.values() if task.done())

    async def _open(self, account: str) -> Api:
        loop = asyncio.get_running_loop()
        identity: asyncio.Future[Caller] = loop.create_future()
        api = Api(
            self.clients,
            self.threads,
            identity,
            account=account,
            limits=self.limits(account, loop.time()),
            reads=self.options.reads,
        )
        member, role = self.members[account], self._role(account)
        if closed := CLOSED_STATES.get(member.standing):
            api.closed = Failure(cause=Cause.OUT_OF_SCOPE, reason=f"{named(member)} {closed}")
        else:
            await self._enter(api, role, member, identity)
        if not identity.done():
            identity.set_result(Caller(account=account, arn="", partition=self.caller.partition))
        return api

    async def _enter(self, api: Api, role: str, member: Member, identity: asyncio.Future[Caller]) -> None:
        """Assume the role within the account's time, which starts here."""
        assert api.limits is not None
        api.calls += 1
        fetched = self.threads.start(self._assume, role)
        done, _ = await asyncio.wait((fetched,), timeout=self.wanted.account_timeout)
        if not done:
            fetched.cancel()
            api.closed = api.limits.late
            return
        try:
            answer = fetched.result()
        except Refusal as refused:
            api.closed = self._refused(member, role, refused.failure)
            return
        api.credentials = self._renewable(role, answer["Credentials"])
        arn = str(answer["AssumedRoleUser"]["Arn"])
        identity.set_result(Caller(account=member.id, arn=arn, partition=self.caller.partition))

    def limits(self, account: str, now: float) -> Limits:
        """Return what one account may take, its time counted from now."""
        seconds = self.wanted.account_timeout
        reason = f"{named(self.members[account])} was not read within {seconds:g} s (--account-timeout)"
        return Limits(
            slots=asyncio.Semaphore(self.wanted.calls_an_account),
            until=now + seconds,
            seconds=seconds,
            late=Failure(cause=Cause.LATE, reason=reason),
        )

    def _role(self, account: str) -> str:
        return f"arn:{self.caller.partition}:iam::{account}:role/{self.wanted.role_name}"

    def _assume(self, role: str) -> dict[str, Any]:
        """Ask for credentials as the caller, in a thread; raise Refusal."""
        request = {"RoleArn": role, "RoleSessionName": self.options.session_name}
        if self.wanted.external_id:
            request["ExternalId"] = self.wanted.external_id
        try:
            with speaking_for(None):
                answer = self.clients.get(calls.ENTRY.service, self.clients.region).assume_role(**request)
            if not all(
                answer["Credentials"][name] for name in ("AccessKeyId", "SecretAccessKey", "Expiration")
            ):
                raise LookupError("Credentials")
            answer["AssumedRoleUser"]["Arn"]
        except FORESEEN as error:
            raise Refusal(diagnose(error)) from error
        return dict(answer)

    def _renewable(self, role: str, credentials: Mapping[str, Any]) -> RefreshableCredentials:
        return RefreshableCredentials.create_from_metadata(
            _metadata(credentials), refresh_using=self._renewal(role), method="assume-role"
        )

    def _renewal(self, role: str) -> Callable[[], dict[str, Any]]:
        def renew() -> dict[str, Any]:
            try:
                return _metadata(self._assume(role)["Credentials"])
            except Refusal as refused:
                why = f"{role} cannot be assumed again: {refused.failure.code} {refused.failure.detail}"
                raise CredentialRetrievalError(provider="assume-role", error_msg=line(why)) from refused

        return renew

    def _refused(self, member: Member, role: str, failure: Failure) -> Failure:
        """Say in one sentence why an account cannot be entered, and what to do."""
        answered = line(": ".join(part for part in (failure.code, failure.detail) if part))
        reason = f"{named(member)} cannot be entered as {role} by {self.caller.arn} ({answered})"
        return Failure(
            cause=Cause.NOT_ENTERED,
            code=failure.code,
            detail=failure.detail,
            reason=f"{reason}: {_todo(failure)}",
        )


def _todo(failure: Failure) -> str:
    """Say what would help; AWS does not tell a role that is missing from one that trusts nobody of ours."""
    match failure.cause:
        case Cause.DENIED if "control policy" in failure.detail:
            return f"let the policies of the organization allow {calls.ENTRY.action} to this caller"
        case Cause.DENIED:
            return (
                "check that the role exists there and trusts this caller, the external id, and that "
                f"{calls.ENTRY.action} is allowed here"
            )
        case Cause.EXPIRED:
            return "renew the credentials and run again"
        case Cause.REGION_CLOSED:
            return "check the credentials and the Region that is asked first"
        case Cause.THROTTLED:
            return "run again with a lower --max-concurrency"
        case Cause.UNREACHABLE:
            return "check the network path to STS, then run again"
        case _:
            return "look at what answers there, then run again"


def _metadata(credentials: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "access_key": credentials["AccessKeyId"],
        "secret_key": credentials["SecretAccessKey"],
        "token": credentials.get("SessionToken"),
        "expiry_time": credentials["Expiration"].isoformat(),
    }
