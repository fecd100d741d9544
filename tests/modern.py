"""Tests that need an SDK which knows all that the auditor asks; older ones have tests of their own."""

import botocore
import pytest

_KNOWS = (1, 42)
"""With it come aggregations of trails, resource policies of log groups and states of accounts."""
modern = pytest.mark.skipif(
    tuple(int(part) for part in botocore.__version__.split(".")[:2]) < _KNOWS,
    reason="this botocore does not know some of the calls, which are then UNKNOWN (test_outdated)",
)
