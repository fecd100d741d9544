"""Signs requests as botocore does (Signature Version 4), with a quarter of the work for the plain ones.

botocore walks over the headers six times, each time through the parser for e-mail that ``http.client`` keeps
them in. Here they are walked over once. What is not plain is left to botocore: a query, a path, a payload
that is not signed, a checksum at the end.
"""

import hmac
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from botocore import auth

VERSION = "v4-trailhold"
"""What botocore finds the signer under."""
ALGORITHM = "AWS4-HMAC-SHA256"
NOTHING = sha256().hexdigest()
UNSIGNED: frozenset[str] | None = (
    frozenset(name.lower() for name in auth.SIGNED_HEADERS_BLACKLIST)
    if hasattr(auth, "SIGNED_HEADERS_BLACKLIST")
    else None
)
"""Headers that botocore does not sign; None for a botocore that does not tell."""
DATED = frozenset(("date", "authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"))
"""Headers that a request has only when it is signed again, or otherwise."""


class Signer(auth.SigV4Auth):
    """Signs what is plain by itself."""

    def __init__(self, credentials: Any, service_name: str, region_name: str) -> None:
        super().__init__(credentials, service_name, region_name)
        self._place = f"{region_name}/{service_name}/aws4_request"

    def add_auth(self, request: Any) -> None:
        """Add date, token and signature to the headers of a request."""
        signed = self._plain(request)
        if signed is None or self.credentials is None:
            super().add_auth(request)
            return
        at = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        request.context["timestamp"] = at
        headers = request.headers
        headers["X-Amz-Date"] = signed["x-amz-date"] = at
        if token := self.credentials.token:
            headers["X-Amz-Security-Token"] = token
            signed["x-amz-security-token"] = " ".join(token.split())
        names = sorted(signed)
        listed = ";".join(names)
        body = sha256(request.data).hexdigest() if request.data else NOTHING
        lines = "\n".join([f"{name}:{signed[name]}" for name in names])
        canonical = f"{request.method.upper()}\n/\n\n{lines}\n\n{listed}\n{body}"
        scope = f"{at[:8]}/{self._place}"
        to_sign = f"{ALGORITHM}\n{at}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        key = f"AWS4{self.credentials.secret_key}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
        headers["Authorization"] = (
            f"{ALGORITHM} Credential={self.credentials.access_key}/{scope}, "
            f"SignedHeaders={listed}, Signature={signature}"
        )

    def _plain(self, request: Any) -> dict[str, str] | None:
        """Return the headers to sign, with the host; None for a request that is left to botocore."""
        context = request.context
        if (
            UNSIGNED is None
            or request.params
            or not isinstance(request.data, bytes)
            or not context.get("payload_signing_enabled", True)
            or context.get("checksum")
        ):
            return None
        scheme, host, path, query, fragment = urlsplit(request.url)
        if path not in ("", "/") or query or fragment or scheme not in ("http", "https") or not _simple(host):
            return None
        signed = {"host": host.removesuffix(":443" if scheme == "https" else ":80")}
        for name, value in request.headers.items():
            lower = name.lower()
            if lower in DATED or lower in signed or not isinstance(value, str):
                return None
            if lower not in UNSIGNED:
                signed[lower] = " ".join(value.split())
        return signed


def _simple(host: str) -> bool:
    return bool(host) and host == host.lower() and not set(host) & set("@[]")


def sign_plainly(client: Any) -> None:
    """Make a client sign this way, where botocore can be told to: by its event ``choose-signer``."""
    known = getattr(auth, "AUTH_TYPE_MAPS", None)
    if isinstance(known, dict) and UNSIGNED is not None:
        known.setdefault(VERSION, Signer)
        service = client.meta.service_model.service_id.hyphenize()
        client.meta.events.register_first(f"choose-signer.{service}", _chosen)


def _chosen(signature_version: Any = None, context: Any = None, **_: Any) -> str | None:
    """Choose the signer for what is signed by version 4; None leaves the choice to botocore."""
    preferred = getattr(context.get("client_config"), "auth_scheme_preference", None)
    plain = signature_version == "v4" and context.get("auth_type") in (None, "v4")
    return VERSION if plain and not preferred and not context.get("unsigned_payload") else None
