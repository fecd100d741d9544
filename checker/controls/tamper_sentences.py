"""How findings say who may blind a trail, by what, and over which roles."""

from collections.abc import Iterable

from checker.controls.assuming import Opened, Way
from checker.controls.principals import listed, short
from checker.inventory import Account, Principal
from checker.policy.entitled import Entitlement


def _names(may: Iterable[Entitlement]) -> list[str]:
    return list(dict.fromkeys(one.question.action for one in may))


def sentence(principal: Principal, may: tuple[Entitlement, ...]) -> str:
    """Name somebody, what they may do and the first reason."""
    names = _names(may)
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return f"{short(principal)} may {', '.join(names[:2])}{more} ({may[0].why})"


def becoming(way: Way, account: Account) -> str:
    """Name somebody, the roles on their way, and what the last of them may."""
    who = short(way.who) if f":{account.id}:" in way.who.arn else way.who.arn
    names = _names(way.may)
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{who} may assume {way.text(account.id)}, which may {names[0]}{more}"


def anybody(opened: Opened, account: Account) -> str:
    """Name a role that anybody may assume, and what there is to get by it."""
    names = _names(opened.may)
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{opened.who} may assume {opened.text(account.id)}, which may {names[0]}{more}"


def open_way(opened: Opened) -> str:
    """Say each step from a role that anybody may assume, and all that the last one may."""
    role = opened.steps[-1].role if opened.steps else opened.role
    return f"{opened.who} may assume {opened.text()}, which may: {line_of(role, opened.may)}"


def way_of(way: Way) -> str:
    """Say each step, by which statement, and all that the last role may."""
    return f"{way.who.arn} may assume {way.text()}, which may: {line_of(way.steps[-1].role, way.may)}"


def line_of(principal: Principal, may: tuple[Entitlement, ...]) -> str:
    """Say all of it: which calls, by which statement, on what."""
    by_resource: dict[tuple[str, str], list[str]] = {}
    for one in may:
        by_resource.setdefault((one.question.resource, one.why), []).append(one.question.action)
    grouped: dict[tuple[str, str], list[str]] = {}
    for (resource, why), actions in by_resource.items():
        grouped.setdefault((", ".join(actions), why), []).append(resource)
    said = [f"{names} on {listed(on, ', ')} by {why}" for (names, why), on in grouped.items()]
    return f"{principal.arn}: {'; '.join(said)}"
