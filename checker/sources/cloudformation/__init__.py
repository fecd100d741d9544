"""Templates as evidence: what CloudFormation would make of them, for the controls that judge accounts."""

from checker.sources.cloudformation.beyond import beyond
from checker.sources.cloudformation.observe import SOURCE, declared, load, observe, read
from checker.sources.cloudformation.suppressions import suppressions

__all__ = ["SOURCE", "beyond", "declared", "load", "observe", "read", "suppressions"]
