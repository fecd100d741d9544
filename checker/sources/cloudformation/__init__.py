"""Templates as evidence: what CloudFormation would make of them, for the controls that judge accounts."""

from checker.sources.cloudformation.observe import load

__all__ = ["load"]
