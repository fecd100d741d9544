"""Where an account stands in its organization, and what requests from there, or from elsewhere, carry."""

from collections.abc import Callable

from msgspec import Struct

from checker.inventory.organization import ANY_MEMBER
from checker.policy.globs import Glob, Reach, Wild, glob, reach
from checker.policy.request import Chosen, Mark, Value


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
            "aws:principalisawsservice": ("false",),
            "aws:resourceaccount": self._id,
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
            if any(reach(glob(within(name, self.account)), pattern) is Reach.ALL for name in but):
                return Reach.NONE
            if any(reach(glob(name), pattern) is Reach.ALL for name in but):
                return Reach.NONE
            reaches = {reach(pattern, some) for some in everybody}
            return reaches.pop() if len(reaches) == 1 else Reach.SOME

        return reached

    def outsider(self, trusted: tuple[str, ...], anonymous: bool) -> dict[str, Value]:
        """Return what somebody carries who is not of the organization, nor of a trusted account."""
        told: dict[str, Value] = dict.fromkeys(
            ("aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount"), Mark.ABSENT
        )
        if not anonymous:
            told = {
                "aws:principalorgid": _stranger((self.organization,)),
                "aws:principalorgpaths": _stranger((self.path,)),
                "aws:principalaccount": Chosen(_strangers(trusted)),
            }
        return {**self.resource, **told}


def within(name: str, account: str) -> str:
    """Read an ARN with ``*`` for an account as the principals of one account that it means."""
    parts = name.split(":", 5)
    if len(parts) == 6 and set(parts[4]) <= {"*", "?"}:
        return ":".join((*parts[:4], account, parts[5]))
    return name


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
        ours = any(reach(pattern, glob(name)) is Reach.ALL for name in own)
        return Reach.NONE if ours and Wild.MANY not in pattern else Reach.SOME

    return reached
