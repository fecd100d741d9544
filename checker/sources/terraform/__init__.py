"""Terraform plans as evidence: what an apply would make of them, for the controls that judge accounts."""

from checker.sources.terraform.document import recognise
from checker.sources.terraform.observe import load, observe

__all__ = ["load", "observe", "recognise"]
