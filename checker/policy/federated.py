"""Whether a trust policy lets in whoever signs in with an identity provider that everybody shares.

Source: IAM user guide, "Create a role for OpenID Connect federation" and "Available keys for AWS OIDC
federation". Such a provider signs tokens for anybody's application, pool or repository: only a condition on
a claim of the token tells which. GitHub, GitLab and the like put the same audience into every token.
"""

import re

from checker.policy.document import Condition, Document, Statement
from checker.policy.globs import covers

WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
_BY_AUDIENCE = frozenset(
    ("cognito-identity.amazonaws.com", "accounts.google.com", "graph.facebook.com", "www.amazon.com")
)
_BY_SUBJECT = frozenset(
    (
        *("token.actions.githubusercontent.com", "gitlab.com", "app.terraform.io", "agent.buildkite.com"),
        *("vstoken.actions.githubusercontent.com",),
    )
)
_OIDC = re.compile(r"arn:[^:]+:iam::\d{12}:oidc-provider/(.+)")


def open_provider(document: Document) -> tuple[str, Statement] | None:
    """Return a shared provider whose users one and all may assume the role, and the statement that lets them.

    Any condition that asks for a claim closes it, but for one on the audience where all tokens have the same.
    """
    for statement in document.allows:
        for kind, name in statement.principals or ():
            provider = _provider(name)
            if kind == "Federated" and not statement.not_principal and _acts(statement):
                shared = provider in _BY_AUDIENCE or provider in _BY_SUBJECT
                if shared and not any(_tells(condition, provider) for condition in statement.conditions):
                    return provider, statement
    return None


def _provider(name: str) -> str:
    found = _OIDC.fullmatch(name)
    return (found[1] if found else name).lower()


def _acts(statement: Statement) -> bool:
    named = any(covers(pattern.lower(), WEB_IDENTITY.lower()) for pattern in statement.actions)
    return named != statement.not_action


def _tells(condition: Condition, provider: str) -> bool:
    """Say whether a condition tells some of the provider's users from all others."""
    if not condition.key.startswith(f"{provider}:"):
        return False
    if provider in _BY_SUBJECT and condition.key == f"{provider}:aud":
        return False
    asks = "not" not in condition.operator and condition.operator != "null" and not condition.if_exists
    return (
        asks and condition.qualifier != "forallvalues" and not any(set(v) <= {"*"} for v in condition.values)
    )
