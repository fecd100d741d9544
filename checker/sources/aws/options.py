"""What a caller may choose about a live observation; keys and secrets are not among it."""

from msgspec import Struct


class Options(Struct, frozen=True, kw_only=True):
    """Whose eyes to use, how far to look, how hard to try. Endpoints come from botocore's own settings."""

    profile: str | None = None
    """A profile of the AWS configuration; None leaves the choice to botocore's credential chain."""
    regions: tuple[str, ...] = ()
    """Narrows discovery; a trail that is found there is still read wherever it has to be."""
    role_arn: str | None = None
    external_id: str | None = None
    session_name: str = "trailhold"
    max_concurrency: int = 64
    connect_timeout: float = 5.0
    """Seconds."""
    read_timeout: float = 20.0
    """Seconds."""
    max_attempts: int = 4
    """Of one request, the first one included; only errors that may pass are tried again."""
    raise_unforeseen: bool = False
    """Let an unforeseen error through, for tests; otherwise the account is reported as not read."""
