"""IAM policy documents: parse them, and decide who may do what under which condition.

``document`` reads, ``decide`` evaluates, and each question that controls ask has its own module: ``public``,
``deny``, ``grants``, ``delivery``. An answer names the statement that decides it; what cannot be decided
raises ``Unobserved``.
"""

from checker.policy.access_logs import allows_access_logs
from checker.policy.decide import Decision, applies, decide, denied, undecided
from checker.policy.delivery import (
    Delivery,
    allows_assuming,
    allows_delivery,
    allows_encryption,
    allows_publishing,
    log_prefixes,
)
from checker.policy.deny import Exceptions, denied_except, exceptions, locked_out, tls_only
from checker.policy.document import Document, MalformedPolicy, Statement, document_of, parse
from checker.policy.grants import (
    CONTEXT_KEYS,
    SOURCE_KEYS,
    Grant,
    Named,
    as_cloudtrail,
    grants_to_cloudtrail,
    open_grant,
    owners_named,
    who_may,
)
from checker.policy.outsiders import open_to_outsiders, organizations_named
from checker.policy.public import is_public
from checker.policy.request import Chosen, Either, Everyone, Identity, Mark, Request, Service, Stranger, Value

__all__ = [
    "CONTEXT_KEYS",
    "SOURCE_KEYS",
    "Chosen",
    "Decision",
    "Delivery",
    "Document",
    "Either",
    "Everyone",
    "Exceptions",
    "Grant",
    "Identity",
    "MalformedPolicy",
    "Mark",
    "Named",
    "Request",
    "Service",
    "Statement",
    "Stranger",
    "Value",
    "allows_access_logs",
    "allows_assuming",
    "allows_delivery",
    "allows_encryption",
    "allows_publishing",
    "applies",
    "as_cloudtrail",
    "decide",
    "denied",
    "denied_except",
    "document_of",
    "exceptions",
    "grants_to_cloudtrail",
    "is_public",
    "locked_out",
    "log_prefixes",
    "open_grant",
    "open_to_outsiders",
    "organizations_named",
    "owners_named",
    "parse",
    "tls_only",
    "undecided",
    "who_may",
]
