"""All rows."""

from tests.sources.four_ways import (
    cases_access,
    cases_buckets,
    cases_copies,
    cases_declared,
    cases_keys,
    cases_lake,
    cases_logs,
    cases_organization,
    cases_trails,
)

CASES = [
    *cases_declared.CASES,
    *cases_trails.CASES,
    *cases_buckets.CASES,
    *cases_access.CASES,
    *cases_copies.CASES,
    *cases_keys.CASES,
    *cases_logs.CASES,
    *cases_lake.CASES,
    *cases_organization.CASES,
]
