"""Accepted risks in a file of their own: who accepts what, where, why, and until when.

A waiver changes no status. It takes a finding out of what fails a run, and says so in every report.
"""

from checker.waivers.applying import Notice, Waived, apply
from checker.waivers.reading import load
from checker.waivers.rule import Rule

__all__ = ["Notice", "Rule", "Waived", "apply", "load"]
