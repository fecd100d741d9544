"""Credentials that are chosen for each call, so that all accounts share the clients of a Region.

Building a session and clients for each account costs some 50 ms of CPU a service, more than all its calls.
So there is one set of clients, built with credentials that stand for others: botocore asks them for keys
whenever it signs, and they answer with those of the account that the calling thread speaks for. Nothing
private of botocore is touched: a credential provider and ``get_frozen_credentials`` are its own seams.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from botocore.credentials import Credentials

_speaking_for: ContextVar[Credentials | None] = ContextVar("speaking_for", default=None)


@contextmanager
def speaking_for(credentials: Credentials | None) -> Iterator[None]:
    """Sign every call of this thread inside the block with these credentials; None means the caller's own."""
    token = _speaking_for.set(credentials)
    try:
        yield
    finally:
        _speaking_for.reset(token)


class ChosenProvider:
    """A credential provider: the caller's own credentials, unless a thread speaks for somebody else."""

    def __init__(self, source: Any, keys: Credentials | None = None) -> None:
        self._source = source
        self._keys = keys

    def load_credentials(self) -> "_Chosen | None":
        """Return the stand-in, or None when the caller has no credentials at all."""
        own = self._keys or self._source.load_credentials()
        return _Chosen(own) if own is not None else None


class _Chosen:
    """Stands for whatever credentials the thread speaks for; it is all that botocore asks of credentials."""

    def __init__(self, own: Credentials) -> None:
        self.own = own
        self.method = own.method

    def _now(self) -> Any:
        return _speaking_for.get() or self.own

    def get_frozen_credentials(self) -> Any:
        """Return the keys to sign with, renewed when they are about to expire."""
        return self._now().get_frozen_credentials()

    def get_deferred_property(self, name: str) -> Any:
        """Return what reads one property when it is needed, such as the account of the keys."""
        return lambda: getattr(self._now(), name, None)

    def __getattr__(self, name: str) -> Any:
        """Answer for ``access_key``, ``secret_key``, ``token`` and ``account_id``."""
        return getattr(self._now(), name)
