"""The two calls that reach Security Hub: what is there, and what to write."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from botocore.exceptions import ClientError
from msgspec import Struct

from checker.actions.aws import Aws, CannotAct, words
from checker.actions.security_hub import PERMISSIONS, Asff, batches
from checker.report.asff import GENERATOR
from checker.sources.aws.failures import FORESEEN

ATTEMPTS = 6
"""Of one call, by the SDK; it waits between them when the service throttles (10 calls a second)."""
AGAIN = 3
"""Times that findings which only the service kept from being imported are sent again."""
PASSING = (
    "InternalError",
    "InternalException",
    "LimitExceeded",
    "Throttling",
    "TooManyRequests",
    "Unavailable",
)
"""What error codes begin with that may pass."""


class Refusal(Struct, frozen=True, kw_only=True):
    """A finding that Security Hub did not take, and why."""

    id: str
    code: str
    message: str


class Hub:
    """Security Hub of one account and Region; every failure is CannotAct with one sentence."""

    def __init__(self, aws: Aws, account: str, region: str, partition: str) -> None:
        self.account, self.region = account, region
        self._client = aws.client("securityhub", region, attempts=ATTEMPTS)
        self._product = f"arn:{partition}:securityhub:{region}:{account}:product/{account}/default"

    def existing(self) -> list[Asff]:
        """Return our active findings, as the service filters them."""
        filters = {
            "ProductArn": [{"Value": self._product, "Comparison": "EQUALS"}],
            "GeneratorId": [{"Value": GENERATOR, "Comparison": "PREFIX"}],
            "RecordState": [{"Value": "ACTIVE", "Comparison": "EQUALS"}],
        }
        found: list[Asff] = []
        token: dict[str, str] = {}
        while True:
            page = partial(self._client.get_findings, Filters=filters, MaxResults=100, **token)
            answer = self._asked(page, "Findings")
            found += answer["Findings"]
            if not answer.get("NextToken"):
                return found
            token = {"NextToken": answer["NextToken"]}

    def write(
        self, findings: Sequence[Asff], sleep: Callable[[float], None] = time.sleep
    ) -> tuple[int, list[Refusal]]:
        """Import the findings in batches; return how many were taken, and those that were not.

        What has been written stays written when a later batch fails: findings have ids, so the next run
        continues where this one ended.
        """
        taken, refused = 0, []
        for batch in batches(findings):
            rejected = self._batch(batch)
            for wait in range(AGAIN):
                passing = {r.id for r in rejected if r.code.startswith(PASSING)}
                if not passing:
                    break
                sleep(2.0**wait)
                again = self._batch([f for f in batch if f["Id"] in passing])
                rejected = [r for r in rejected if r.id not in passing] + again
            taken += len(batch) - len(rejected)
            refused += rejected
        return taken, refused

    def _batch(self, batch: list[Asff]) -> list[Refusal]:
        answer = self._asked(partial(self._client.batch_import_findings, Findings=batch), "SuccessCount")
        return list(_refusals(answer.get("FailedFindings", ())))

    def _asked(self, call: Callable[[], Any], field: str) -> Any:
        try:
            answer = call()
            if field not in answer:
                raise CannotAct("what answers is not Security Hub: look at the endpoint")
        except FORESEEN as error:
            raise CannotAct(self._sentence(error)) from error
        return answer

    def _sentence(self, error: Exception) -> str:
        place = f"account {self.account} in {self.region}"
        code = error.response["Error"].get("Code", "") if isinstance(error, ClientError) else ""
        if code == "InvalidAccessException":
            return f"Security Hub is not enabled in {place}: enable it there, or choose another --region"
        if code in ("AccessDenied", "AccessDeniedException"):
            return f"Security Hub of {place} denied it: grant {' and '.join(PERMISSIONS)} ({words(error)})"
        return f"Security Hub of {place} did not do it: {words(error)}"


def _refusals(failed: Any) -> Iterator[Refusal]:
    for each in failed:
        yield Refusal(
            id=str(each.get("Id", "")),
            code=str(each.get("ErrorCode", "")),
            message=str(each.get("ErrorMessage", "")),
        )
