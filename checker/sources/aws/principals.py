"""Reads who may act in an account: users, roles and groups with the policies that they hold."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, TypeVar
from urllib.parse import unquote

import msgspec
from msgspec import Meta, Struct

from checker.evidence import Cause, Known, Observed, Origin, Unknown, derive
from checker.inventory import Group, Identities, InlinePolicy, Principal, Principals
from checker.sources.aws.api import MAX_PAGES, Answer, Api, Target, malformed
from checker.sources.aws.calls import iam
from checker.sources.aws.calls import principals as calls
from checker.sources.aws.failures import line
from checker.sources.aws.fields import optional, required

T = TypeVar("T")


class _Inline(Struct, frozen=True, rename="pascal"):
    policy_name: str
    policy_document: dict[str, Any] | str

    def kept(self) -> InlinePolicy:
        """Return it as the inventory has it."""
        return InlinePolicy(name=self.policy_name, document=_text(self.policy_document))


class _Attached(Struct, frozen=True, rename="pascal"):
    policy_arn: str


class _Boundary(Struct, frozen=True, rename="pascal"):
    permissions_boundary_arn: str


class _Tag(Struct, frozen=True, rename="pascal"):
    key: str
    value: str


class _Holder(Struct, frozen=True, rename="pascal", kw_only=True):
    """What users, roles and groups have in common."""

    arn: Annotated[str, Meta(pattern="^arn:")]
    attached_managed_policies: tuple[_Attached, ...] = ()

    @property
    def attached(self) -> tuple[str, ...]:
        """ARNs of managed policies."""
        return tuple(sorted(one.policy_arn for one in self.attached_managed_policies))


class _User(_Holder, frozen=True, rename="pascal", kw_only=True):
    id: str = msgspec.field(name="UserId")
    user_policy_list: tuple[_Inline, ...] = ()
    group_list: tuple[str, ...] = ()
    permissions_boundary: _Boundary | None = None
    tags: tuple[_Tag, ...] = ()


class _Role(_Holder, frozen=True, rename="pascal", kw_only=True):
    id: str = msgspec.field(name="RoleId")
    assume_role_policy_document: dict[str, Any] | str | None = None
    role_policy_list: tuple[_Inline, ...] = ()
    permissions_boundary: _Boundary | None = None
    tags: tuple[_Tag, ...] = ()


class _Group(_Holder, frozen=True, rename="pascal", kw_only=True):
    group_name: str
    group_policy_list: tuple[_Inline, ...] = ()


class _Version(Struct, frozen=True, rename="pascal"):
    is_default_version: bool
    document: dict[str, Any] | str


class _Policy(Struct, frozen=True, rename="pascal", kw_only=True):
    arn: str
    policy_version_list: tuple[_Version, ...] = ()


class _Found:
    """What the pages told so far, in the shapes of the inventory."""

    def __init__(self) -> None:
        self.principals: list[Principal] = []
        self.groups: dict[str, Group] = {}
        self.documents: dict[str, str] = {}

    def add(self, page: Known[Answer]) -> Unknown | None:
        """Take a page in; return why that cannot be done."""
        for field, kind, keep in (
            ("UserDetailList", tuple[_User, ...], self._users),
            ("RoleDetailList", tuple[_Role, ...], self._roles),
            ("GroupDetailList", tuple[_Group, ...], self._groups),
            ("Policies", tuple[_Policy, ...], self._policies),
        ):
            entries: Observed[Any] = optional(page, field, kind)
            if isinstance(entries, Unknown):
                return entries
            keep(entries.content or ())
        return None

    def _users(self, users: Iterable[_User]) -> None:
        self.principals += (_principal(u, u.user_policy_list, u.group_list) for u in users)

    def _roles(self, roles: Iterable[_Role]) -> None:
        self.principals += (
            msgspec.structs.replace(_principal(r, r.role_policy_list), trust=_trust(r)) for r in roles
        )

    def _groups(self, groups: Iterable[_Group]) -> None:
        self.groups |= {
            g.group_name: Group(arn=g.arn, inline=_inline(g.group_policy_list), attached=g.attached)
            for g in groups
        }

    def _policies(self, policies: Iterable[_Policy]) -> None:
        for policy in policies:
            document = next((v.document for v in policy.policy_version_list if v.is_default_version), None)
            if document is not None:
                self.documents[policy.arn] = _text(document)

    def named(self) -> set[str]:
        """Return the managed policies that somebody holds or is bounded by."""
        holders: Iterator[Principal | Group] = iter((*self.principals, *self.groups.values()))
        bounding = {p.boundary for p in self.principals if p.boundary}
        return bounding | {arn for holder in holders for arn in holder.attached}


def _principal(found: _User | _Role, inline: Iterable[_Inline], groups: Iterable[str] = ()) -> Principal:
    boundary = found.permissions_boundary
    return Principal(
        arn=found.arn,
        id=found.id,
        inline=_inline(inline),
        attached=found.attached,
        groups=tuple(sorted(groups)),
        boundary=boundary.permissions_boundary_arn if boundary else None,
        tags=tuple(sorted((tag.key, tag.value) for tag in found.tags)),
    )


def _trust(role: _Role) -> Observed[str]:
    """Return who may assume a role, which IAM tells of every role."""
    document = role.assume_role_policy_document
    if document is None:
        return Unknown(f"IAM told no trust policy of {line(role.arn)}", Cause.MALFORMED)
    return Known(_text(document))


def _inline(policies: Iterable[_Inline]) -> tuple[InlinePolicy, ...]:
    return tuple(sorted((one.kept() for one in policies), key=lambda one: one.name))


def _text(document: dict[str, Any] | str) -> str:
    """Return a policy as text: botocore has decoded and parsed it, unless it is no JSON."""
    return unquote(document) if isinstance(document, str) else msgspec.json.encode(document).decode()


async def read_principals(api: Api) -> Principals:
    """Read all users, roles, groups and the policies that they hold: one chain of pages.

    A policy that somebody holds and that no page had is asked for by itself.
    """
    caller = await api.caller
    target = Target(name=f"the users and roles of account {caller.account}", region=api.clients.region)
    found = _Found()
    last = await _pages(api, target, found)
    if isinstance(last, Unknown):
        return Principals(account=caller.account, identities=last)
    named = sorted(found.named())
    missing = [arn for arn in named if arn not in found.documents]
    fetched = dict(zip(missing, await asyncio.gather(*(_document(api, arn) for arn in missing)), strict=True))
    policies = {arn: fetched.get(arn) or Known(found.documents[arn]) for arn in named}
    identities = Identities(
        principals=tuple(sorted(found.principals, key=lambda one: one.arn)),
        groups=dict(sorted(found.groups.items())),
        policies=policies,
    )
    return Principals(account=caller.account, identities=Known(identities, last))


async def _pages(api: Api, target: Target, found: _Found) -> Origin | Unknown:
    """Take in page after page; return where the last one came from, or why one could not be read."""
    request: dict[str, Any] = {"Filter": list(calls.KINDS), "MaxItems": calls.PAGE}
    for _ in range(MAX_PAGES):
        page = await api.ask(calls.DETAILS, target, request)
        more = required(page, "IsTruncated", bool)
        if isinstance(page, Unknown):
            return page
        if isinstance(more, Unknown):
            return more
        if wrong := found.add(page):
            return wrong
        if not more.content:
            return msgspec.structs.replace(more.origin, field="UserDetailList")
        marker = optional(page, "Marker", str)
        if isinstance(marker, Unknown) or marker.content in (None, request.get("Marker")):
            return malformed(page.origin, "the same page again and again")
        request["Marker"] = marker.content
    return malformed(page.origin, f"more than {MAX_PAGES} pages")


async def _document(api: Api, arn: str) -> Observed[str]:
    target = Target(name=f"policy {arn}", region=api.clients.region)
    version = required(
        await api.ask(iam.MANAGED_POLICY, target, {"PolicyArn": arn}), "Policy.DefaultVersionId", str
    )
    if isinstance(version, Unknown):
        return version
    asked = {"PolicyArn": arn, "VersionId": version.content}
    answer = await api.ask(iam.MANAGED_POLICY_VERSION, target, asked)
    return derive(required(answer, "PolicyVersion.Document", dict[str, Any]), _text)


def wanted(reads: Iterable[str]) -> bool:
    """Say whether a control that was chosen asks for the users and roles."""
    return calls.DETAILS.action in set(reads)
