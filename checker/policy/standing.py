"""Where an account stands in its organization, and what requests from there, or from elsewhere, carry."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from checker.inventory.arns import account_of
from checker.inventory.organization import ANY_MEMBER
from checker.policy.globs import Glob, Reach, Wild, glob, is_fixed, reach, render
from checker.policy.request import Chosen, Mark, Value

NO_SERVICE: dict[str, Value] = {
    "aws:principalisawsservice": ("false",),
    **dict.fromkeys(
        (
            *("aws:principalservicename", "aws:principalservicenameslist"),
            *("aws:sourcearn", "aws:sourceaccount", "aws:sourceowner"),
            *("aws:sourceorgid", "aws:sourceorgpaths"),
        ),
        Mark.ABSENT,
    ),
}
"""What requests carry that no service makes on its own behalf."""


class Standing(Struct, frozen=True, kw_only=True):
    """An account, or any member (ANY_MEMBER); what is empty nobody knows."""

    account: str
    partition: str
    organization: str
    path: str
    """As ``aws:PrincipalOrgPaths`` has it: ``o-a1/r-b2/ou-c3/``."""

    @property
    def resource(self) -> dict[str, Value]:
        """What each request carries because of whose resources it is about."""
        return {
            **NO_SERVICE,
            "aws:resourceaccount": self._id,
            "s3:resourceaccount": self._id,
            "aws:resourceorgid": _known(self.organization),
            "aws:resourceorgpaths": _known(self.path),
            # What is tagged so is not part of the inventory.
            "aws:resourcetag/*": Mark.UNKNOWN,
        }

    @property
    def _id(self) -> Value:
        return Chosen(_some_account) if self.account == ANY_MEMBER else (self.account,)

    def insider(self, but: tuple[str, ...]) -> dict[str, Value]:
        """Return what every principal of the account carries that is not left out (``but``)."""
        return {
            **self.resource,
            "aws:principalarn": Chosen(self._insiders(but)),
            "aws:userid": Chosen(_with_id(but)),
            "aws:principalaccount": self._id,
            "aws:principalorgid": _known(self.organization),
            "aws:principalorgpaths": _known(self.path),
        }

    def _insiders(self, but: tuple[str, ...]) -> Callable[[Glob], Reach]:
        owner = "*" if self.account == ANY_MEMBER else self.account
        everybody = [glob(f"arn:{self.partition}:{service}::{owner}:*") for service in ("iam", "sts")]

        def reached(pattern: Glob) -> Reach:
            if Wild.VARIABLE in pattern:
                return Reach.UNSURE
            pattern = _inside(pattern, self.account)
            if any(reach(glob(within(name, self.account)), pattern) is Reach.ALL for name in but):
                return Reach.NONE
            if any(reach(glob(name), pattern) is Reach.ALL for name in but):
                return Reach.NONE
            reaches = {reach(pattern, some) for some in everybody}
            return reaches.pop() if len(reaches) == 1 else Reach.SOME

        return reached

    def outsiders(self, trusted: tuple[str, ...], own: tuple[str, ...]) -> Iterator[dict[str, Value]]:
        """Yield what somebody carries who is not of the organization, nor of a trusted account.

        First anybody of another organization, then of none, then whoever does not sign in. ``own`` are the
        accounts of the organization, as far as they are known.
        """
        organization = ("aws:principalorgid", "aws:principalorgpaths")
        identity: dict[str, Value] = {
            "aws:principalaccount": Chosen(_strangers((*trusted, *own))),
            "aws:principalarn": Chosen(_named_strangers((*trusted, *own))),
        }
        of_none: dict[str, Value] = dict.fromkeys(organization, Mark.ABSENT)
        of_another = dict(
            zip(organization, map(_stranger, ((self.organization,), (self.path,))), strict=True)
        )
        yield {**self.resource, **of_another, **identity}
        yield {**self.resource, **of_none, **identity}
        yield {**self.resource, **dict.fromkeys((*organization, *identity), Mark.ABSENT)}


def within(name: str, account: str) -> str:
    """Read an ARN with ``*`` for an account as the principals of one account that it means.

    ``*:role/...`` stands for such an ARN.
    """
    name = f"arn:*:iam::{name}" if name.startswith(("*:role/", "*:user/")) else name
    parts = name.split(":", 5)
    if len(parts) == 6 and set(parts[4]) <= {"*", "?"}:
        return ":".join((*parts[:4], account, parts[5]))
    return name


def _inside(pattern: Glob, account: str) -> Glob:
    """Read an ARN with a wildcard in its account as what it means within one account."""
    ends = [position for position, token in enumerate(pattern) if token == ":"][3:5]
    if len(ends) < 2 or account == ANY_MEMBER:
        return pattern
    owner = pattern[ends[0] + 1 : ends[1]]
    if owner and not is_fixed(owner) and reach(owner, tuple(account)) is Reach.ALL:
        return (*pattern[: ends[0] + 1], *account, *pattern[ends[1] :])
    return pattern


def _known(value: str) -> Value:
    return (value,) if value else Mark.UNKNOWN


def _some_account(pattern: Glob) -> Reach:
    """Say how many of the ids that any member may have a pattern means."""
    if Wild.VARIABLE in pattern:
        return Reach.UNSURE
    return Reach.ALL if pattern == (Wild.MANY,) else Reach.SOME


def _with_id(but: tuple[str, ...]) -> Callable[[Glob], Reach]:
    def reached(pattern: Glob) -> Reach:
        if Wild.VARIABLE in pattern:
            return Reach.UNSURE
        inside = any(reach(glob(name), pattern) is Reach.ALL for name in but)
        return Reach.NONE if inside else Reach.ALL if pattern == (Wild.MANY,) else Reach.SOME

    return reached


def _stranger(own: tuple[str, ...]) -> Value:
    """Return a stranger's organization: nobody can tell it apart from one that is not known."""
    return Chosen(_strangers(own)) if all(own) else Mark.UNKNOWN


def _strangers(own: tuple[str, ...]) -> Callable[[Glob], Reach]:
    def reached(pattern: Glob) -> Reach:
        if Wild.VARIABLE in pattern:
            return Reach.UNSURE
        if pattern == (Wild.MANY,):
            return Reach.ALL
        organization, below, _ = render(pattern).partition("/")
        if below and any(name.startswith(f"{organization}/") for name in own):
            return Reach.NONE
        ours = any(reach(pattern, glob(name)) is Reach.ALL for name in own)
        return Reach.NONE if ours and Wild.MANY not in pattern else Reach.SOME

    return reached


def _named_strangers(own: tuple[str, ...]) -> Callable[[Glob], Reach]:
    """Reach strangers by ARN: none of them is of an account of ours."""

    def reached(pattern: Glob) -> Reach:
        if Wild.VARIABLE in pattern:
            return Reach.UNSURE
        if pattern == (Wild.MANY,):
            return Reach.ALL
        return Reach.NONE if account_of(render(pattern)) in own else Reach.SOME

    return reached
