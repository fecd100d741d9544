"""Where each provider of a plan deploys to, as far as the plan tells.

Source of names: Terraform AWS provider documentation, provider configuration reference.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from checker.sources.cloudformation.environment import Environment, environment

_PSEUDO = ("AWS::AccountId", "AWS::Region", "AWS::Partition")
_ARN = re.compile(r"arn:([^:]+):[^:]+:([^:]*):(\d{12}):.+")
_ROLE = re.compile(r"arn:([^:]+):iam::(\d{12}):role/.+")
_ELSEWHERE = frozenset(("assume_role", "assume_role_with_web_identity", "profile", "access_key", "token"))
"""What may lead a provider to another account than the first one."""


class Told(Struct):
    """What a plan tells of one provider; empty where it does not."""

    account: str = ""
    region: str = ""
    partition: str = ""


class Providers:
    """The providers of one plan, by the key that the configuration gives them."""

    def __init__(
        self,
        config: Mapping[str, Any],
        variables: Mapping[str, Any],
        parameters: Mapping[str, str],
    ) -> None:
        self._config = config
        self._variables = variables
        self._told: dict[str, Told] = {}
        self._given = [parameters.get(name, "") for name in _PSEUDO]

    def learn(self, key: str, type: str, values: Mapping[str, Any]) -> None:
        """Take from a data source, or from the ARN of what exists, where its provider leads to."""
        told = self._told.setdefault(key, Told())
        if type == "aws_caller_identity":
            told.account = _text(values.get("account_id")) or told.account
        elif type == "aws_region":
            told.region = _text(values.get("region")) or _text(values.get("name")) or told.region
        elif type == "aws_partition":
            told.partition = _text(values.get("partition")) or told.partition
        else:
            arn = _ARN.fullmatch(_text(values.get("arn")))
            if arn:
                told.partition, told.account = told.partition or arn[1], told.account or arn[3]
                told.region = told.region or arn[2]

    def environment(self, key: str, values: Mapping[str, Any]) -> Environment:
        """Return where a resource of a provider is; its own ARN and its own Region say it best."""
        arn = _ARN.fullmatch(_text(values.get("arn")))
        own = self._of(key)
        account, region, partition = self._given
        region = _text(values.get("region")) or own.region or region
        if arn:
            return environment(arn[3], arn[2] or region, arn[1])
        return environment(own.account or account, region, own.partition or partition)

    def _of(self, key: str) -> Told:
        known = self._told.get(key, Told())
        entry = self._config.get(key) or self._config.get(key.rpartition(":")[2]) or {}
        expressions = entry.get("expressions") if isinstance(entry, dict) else None
        written = expressions if isinstance(expressions, dict) else {}
        account, partition = self._account(written), known.partition
        if not (account or known.account) and key != "aws" and not _ELSEWHERE & written.keys():
            first = self._of("aws")
            account, partition = first.account, partition or first.partition
        region = _text(self._value(written.get("region"))) or known.region
        return Told(account=account or known.account, region=region, partition=partition)

    def _account(self, written: Mapping[str, Any]) -> str:
        """Return the account that a provider is bound to, or the one of the role that it takes."""
        allowed = self._value(written.get("allowed_account_ids"))
        if isinstance(allowed, list) and len(allowed) == 1:
            return _text(allowed[0])
        for role in _dicts(written.get("assume_role")):
            arn = _ROLE.fullmatch(_text(self._value(role.get("role_arn"))))
            if arn:
                return arn[2]
        return ""

    def _value(self, expression: Any) -> Any:
        """Return what an expression is: a constant, or a variable of the root by itself."""
        if not isinstance(expression, dict):
            return None
        if "constant_value" in expression:
            return expression["constant_value"]
        references = expression.get("references")
        if isinstance(references, list) and len(references) == 1 and str(references[0]).startswith("var."):
            found = self._variables.get(str(references[0]).removeprefix("var."))
            return found.get("value") if isinstance(found, dict) else None
        return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _dicts(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()
