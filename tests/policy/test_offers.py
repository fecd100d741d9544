from typing import Any

import pytest

from checker.evidence import Cause, Unobserved
from checker.policy import is_public, parse
from checker.policy.offers import offered
from tests.hardened import document, statement

BUCKET = "arn:aws:s3:::logs"
ASKED = (BUCKET, f"{BUCKET}/*")
OFFERS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}, [("s3:GetObject", f"{BUCKET}/*")]),
    ({"Action": "S3:getobject", "Resource": f"{BUCKET}/*"}, [("S3:getobject", f"{BUCKET}/*")]),
    ({"Action": "*", "Resource": BUCKET}, [("s3:*", BUCKET)]),
    ({"Action": "s3*", "Resource": "*"}, [("s3:*", BUCKET), ("s3:*", f"{BUCKET}/*")]),
    ({"Action": ["s3:Get*", "kms:*"], "Resource": f"{BUCKET}/a/*"}, [("s3:Get*", f"{BUCKET}/a/*")]),
    ({"NotAction": "s3:Get*", "Resource": BUCKET}, [("s3:*", BUCKET)]),
    ({"Action": "s3:Get*", "NotResource": BUCKET}, [("s3:Get*", BUCKET), ("s3:Get*", f"{BUCKET}/*")]),
    ({"Action": "kms:*", "Resource": "*"}, []),
    ({"Action": "s3:*", "Resource": "arn:aws:s3:::other/*"}, []),
]


@pytest.mark.parametrize(("scope", "expected"), OFFERS)
def test_a_statement_offers_the_smaller_of_what_it_names_and_what_is_asked(
    scope: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    (found,) = parse(document(statement(Principal="*", **scope))).statements
    assert list(offered(found, ("s3:*",), ASKED)) == expected


def test_a_policy_that_would_take_too_long_stays_undecided() -> None:
    intricate = statement(
        Principal="*",
        Action=[f"s3:a{number}" for number in range(100)],
        Resource=[f"{BUCKET}/{number}/*" for number in range(100)],
        Condition={"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    )
    with pytest.raises(Unobserved) as missing:
        is_public(parse(document(intricate)))
    assert missing.value.unknowns[0].cause is Cause.UNDECIDED
