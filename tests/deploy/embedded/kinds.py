"""Every resource type that is deployed through the public API, and by whom."""

from tests.deploy.embedded import (
    functions,
    guardrails,
    identities,
    keys,
    logs,
    messages,
    queries,
    storage,
    trails,
)

KINDS = {
    **functions.KINDS,
    **guardrails.KINDS,
    **identities.KINDS,
    **keys.KINDS,
    **logs.KINDS,
    **messages.KINDS,
    **queries.KINDS,
    **storage.KINDS,
    **trails.KINDS,
}
