"""What a grant to CloudTrail is measured against: what the trail delivers, and whose trails are known."""

from collections.abc import Iterable

from checker.evidence import Cause, Known, Observed, Unknown
from checker.inventory import Inventory, LogBucket, Trail
from checker.model import Context
from checker.policy import Decision, Delivery, Named, Statement, owners_named
from checker.policy.globs import covers


def delivery_of(trail: Trail, context: Context, bucket: LogBucket | None = None) -> Delivery:
    """Describe what the trail delivers; raises Unobserved when its settings were not read."""
    return Delivery(
        trail_arn=trail.arn,
        account=trail.account,
        organization=_organization(trail, context.inventory),
        organization_trail=trail.organization.value,
        bucket_arn=bucket.arn if bucket else "",
        bucket_owner=bucket.account.content if bucket and isinstance(bucket.account, Known) else None,
        key_prefix=trail.key_prefix.value,
        kms_key_arn=trail.kms_key_id.value,
        digests=trail.log_file_validation.value,
    )


def _organization(trail: Trail, inventory: Inventory) -> Observed[str | None]:
    """Return the owner's organization, which any account that sees its organization trail can tell.

    Only members see the trail, and only as long as they belong to the organization (CloudTrail User Guide,
    Creating a trail for an organization).
    """
    unread = Unknown(
        f"the organization of account {trail.account} was not part of this observation", Cause.OUT_OF_SCOPE
    )
    owner = inventory.accounts.get(trail.account)
    own = owner.organization if owner else unread
    if isinstance(own, Known) or not trail.organization.value:
        return own
    watchers = [inventory.accounts.get(sighting.account) for sighting in inventory.sightings_of(trail)]
    told = (w.organization for w in watchers if w and isinstance(w.organization, Known))
    return next((organization for organization in told if organization.content), own)


def known_owners(trail: Trail, context: Context) -> Named:
    """Return whose trails a grant may serve: every audited account and every trail's owner that was seen.

    An organization is known when an audited account belongs to it.
    """
    accounts = context.inventory.accounts
    organizations = (a.organization.content for a in accounts.values() if isinstance(a.organization, Known))
    trails = context.inventory.trails.values()
    return Named(
        accounts=frozenset({trail.account, *accounts, *(t.account for t in trails)}),
        organizations=frozenset(o for o in organizations if o),
    )


def among(text: str, patterns: Iterable[str]) -> bool:
    """Say whether one of the patterns (``*`` and ``?``) matches the text."""
    return any(covers(pattern, text) for pattern in patterns)


def unlisted(open_to: Decision, known: Named, keys: tuple[str, ...]) -> Unknown:
    """Say that a grant serves named owners of whom this observation cannot tell whose they are."""
    statement: Statement = open_to.statements[0]
    owners = [
        owner
        for owner in owners_named(statement, keys)
        if owner not in known.accounts and owner not in known.organizations
    ]
    who = ", ".join(owners) or "others"
    reason = f"{statement.label} is bound to {who}, which was not part of this observation"
    return Unknown(reason, Cause.OUT_OF_SCOPE)
