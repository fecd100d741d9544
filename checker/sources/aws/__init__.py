"""Live evidence from AWS. Importing this package imports no AWS library: ``collect`` does."""

from collections.abc import Callable

from checker.observation import Observation, Standing
from checker.sources.aws.merge import merge
from checker.sources.aws.options import Options, Organization

__all__ = ["Options", "Organization", "collect", "collect_organization", "merge", "read_standing"]


def collect(options: Options, progress: Callable[[str], None] | None = None) -> Observation:
    """Read one account with all its enabled Regions; ``progress`` is told what is being read.

    Raises CannotObserve where nothing can be judged: no or expired credentials, an unknown profile, a role
    that cannot be assumed, an endpoint that is not AWS.
    """
    from checker.sources.aws.observe import observe  # botocore costs 0.2 s that --help must not pay

    return observe(options, progress or (lambda _: None))


def collect_organization(
    options: Options, wanted: Organization, progress: Callable[[str], None] | None = None
) -> Observation:
    """Read accounts of the caller's organization, each by the role that is assumed in it.

    Accounts that cannot be entered are part of the observation. Raises CannotObserve as ``collect`` does, and
    for a caller outside of an organization, or one who may not list its accounts.
    """
    from checker.sources.aws.fleet import observe_organization

    return observe_organization(options, wanted, progress or (lambda _: None))


def read_standing(options: Options) -> Standing:
    """Ask who the caller is to its organization. Raises CannotObserve as ``collect`` does."""
    from checker.sources.aws.standing import read

    return read(options)
