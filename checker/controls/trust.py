"""Which accounts a bucket or key may be opened to, and what templates leave open of that."""

from checker.evidence import Cause, Known, Observed, Unknown, Unobserved
from checker.model import Context
from checker.policy import Decision, Document, Named, open_to_outsiders, organizations_named

NOT_GIVEN = frozenset({"000000000000", "any-region"})
"""What stands in templates for an account and a Region that nobody gave."""
NO_ACCOUNT = "the account of the template is not given: give it with --parameters AWS::AccountId=VALUE"


def trusted(owner: str, context: Context) -> Named:
    """Return the owner, its organization as far as it is known, and the accounts that the user trusts.

    An audited account of the owner's own organization is trusted as well: it is known to belong there.
    """
    accounts, own = context.inventory.accounts, _organization(owner, context)
    organization = own.content if isinstance(own, Known) else None
    fellows = {
        id
        for id, account in accounts.items()
        if organization
        and isinstance(account.organization, Known)
        and account.organization.content == organization
    }
    configured = context.thresholds
    return Named(
        accounts=frozenset({owner, *fellows, *configured.trusted_accounts, configured.log_archive_account}),
        organizations=frozenset({organization} if organization else ()),
    )


def seen(owner: str, context: Context) -> Named:
    """Return whom ``trusted`` has, all that were audited, the owners of trails, and their organizations."""
    inventory, ours = context.inventory, trusted(owner, context)
    belongs = (a.organization for a in inventory.accounts.values() if isinstance(a.organization, Known))
    return Named(
        accounts=ours.accounts | inventory.accounts.keys() | {t.account for t in inventory.trails.values()},
        organizations=ours.organizations | {one.value for one in belongs if one.value},
    )


def _organization(owner: str, context: Context) -> Observed[str | None]:
    reason = f"the organization of account {owner} was not part of this observation"
    account = context.inventory.accounts.get(owner)
    return account.organization if account else Unknown(reason, Cause.OUT_OF_SCOPE)


def opened(
    document: Document,
    actions: tuple[str, ...],
    resources: tuple[str, ...],
    owner: str,
    context: Context,
    known: Named | None = None,
    *,
    by_source: bool = False,
) -> Decision:
    """Say whether a policy lets in an account that is not trusted (``known``, where those are not all).

    Raises Unobserved where that hangs on an organization, or on the owner's account, that is not known.
    """
    known = known or trusted(owner, context)
    found = open_to_outsiders(document, actions, resources, known, by_source=by_source)
    if not found.yes:
        return found
    if owner in NOT_GIVEN:
        reason = f"{found.why}, and the account of the template is not given: give it with --parameters"
        raise Unobserved(Unknown(f"{reason} AWS::AccountId=VALUE", Cause.UNDECIDED))
    own = _organization(owner, context)
    if isinstance(own, Unknown):
        named = Named(accounts=known.accounts, organizations=organizations_named(document))
        if not open_to_outsiders(document, actions, resources, named, by_source=by_source).yes:
            raise Unobserved(own)
    return found
