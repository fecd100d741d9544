"""Terraform plans as evidence: what an apply would make of them, for the controls that judge accounts."""

from checker.sources.terraform.beyond import beyond
from checker.sources.terraform.document import read, recognise
from checker.sources.terraform.observe import declared, load, load_shown, observe

__all__ = ["beyond", "declared", "load", "load_shown", "observe", "read", "recognise"]
