"""Data events count when all of a kind are recorded, by the union of what trails record."""

import pytest
from msgspec.structs import replace

from checker.controls.data_events import any_data_events, lambda_invocations, s3_reads, s3_writes
from checker.evidence import Known
from checker.inventory import BasicSelector, DataResource, Selectors
from checker.model import Control, Status
from tests.controls.judging import Case, check, parametrize, worst
from tests.controls.trails import (
    ALL_S3,
    AWAY,
    DATA_ONLY,
    STOPPED,
    another,
    data,
    discovered,
    member,
    selecting,
    single_region,
)
from tests.hardened import BUCKET_ARN, DENIED, HOME, REGIONS, hardened

PASS, FAIL, UNKNOWN = Status.PASS, Status.FAIL, Status.UNKNOWN
S3, LAMBDA = "AWS::S3::Object", "AWS::Lambda::Function"
LOCAL = {"multi_region": Known(False)}
READS, WRITES = ({"equals": (flag,)} for flag in ("true", "false"))
WITHOUT_LOGS = data(S3, resources_ARN={"not_starts_with": (f"{BUCKET_ARN}/",)})
LOGS_ALONE = data(S3, resources_ARN={"starts_with": (f"{BUCKET_ARN}/",)})
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:one"


def basic(type: str, *values: str, access: str = "All") -> dict[str, object]:
    resources = (DataResource(type=type, values=values),)
    selector = BasicSelector(read_write_type=access, data_resources=resources)
    return {"selectors": Known(Selectors(basic=(selector,)))}


CASES = [
    Case(s3_writes, hardened(trail={"selectors": Known(ALL_S3)}), PASS, "audit (us-east-1)"),
    Case(s3_writes, hardened(trail={"selectors": Known(DATA_ONLY)}), PASS),
    Case(s3_writes, hardened(trail=basic(S3, "arn:aws:s3", access="WriteOnly")), PASS),
    Case(s3_writes, hardened(trail=basic(S3, "arn:aws:s3", access="ReadOnly")), FAIL),
    Case(s3_writes, hardened(trail=basic(S3, "arn:aws:s3:::s3/")), FAIL, "arn:aws:s3:::*"),
    Case(s3_writes, hardened(trail=basic(S3, "arn:aws-cn:s3")), FAIL),
    Case(s3_writes, hardened(trail=selecting(data(S3))), PASS),
    Case(s3_writes, hardened(trail=selecting(data(S3, readOnly=READS))), FAIL),
    Case(s3_writes, hardened(trail=selecting(data(S3, readOnly=WRITES))), PASS),
    Case(
        s3_writes,
        hardened(trail=selecting(data(S3, eventName={"equals": ("PutObject",)}))),
        FAIL,
        "any other",
    ),
    Case(
        s3_writes,
        hardened(trail=selecting(data(S3, resources_ARN={"not_starts_with": ("arn:aws:s3:::audit-logs",)}))),
        FAIL,
        "arn:aws:s3:::audit-logs*",
    ),
    Case(
        s3_writes,
        hardened(
            trail=selecting(data(S3, resources_ARN={"starts_with": ("arn:aws:s3:::a",)})),
            more_trails=(
                another(**selecting(data(S3, resources_ARN={"not_starts_with": ("arn:aws:s3:::a",)}))),
            ),
        ),
        PASS,
    ),
    Case(s3_writes, hardened(trail=selecting(WITHOUT_LOGS)), FAIL, f"{BUCKET_ARN}/*"),
    Case(
        s3_writes,
        hardened(trail=selecting(WITHOUT_LOGS), more_trails=(another(**selecting(LOGS_ALONE)),)),
        PASS,
    ),
    Case(s3_reads, hardened(trail=selecting(WITHOUT_LOGS)), FAIL, f"{BUCKET_ARN}/*"),
    Case(s3_writes, hardened(), FAIL, "no multi-Region trail records write S3 data events"),
    Case(s3_writes, hardened(trail={"selectors": Known(ALL_S3), "status": STOPPED}), FAIL),
    Case(s3_writes, hardened(trail={"selectors": Known(ALL_S3), **LOCAL}), FAIL, "no multi-Region"),
    Case(s3_writes, hardened(trail={"selectors": DENIED}), UNKNOWN),
    Case(s3_writes, hardened(more_trails=(another(selectors=DENIED),)), UNKNOWN),
    Case(s3_writes, member(), UNKNOWN),
    Case(s3_writes, hardened(account=discovered(denied=(AWAY,))), FAIL),
    Case(s3_reads, hardened(trail={"selectors": Known(ALL_S3)}), PASS),
    Case(s3_reads, hardened(trail=selecting(data(S3, readOnly=READS))), PASS),
    Case(s3_reads, hardened(trail=selecting(data(S3, readOnly=WRITES))), FAIL),
    Case(s3_reads, hardened(trail=selecting(data(S3, readOnly={"not_equals": ("true",)}))), FAIL),
    Case(s3_reads, hardened(trail={"selectors": DENIED}), UNKNOWN),
    Case(any_data_events, hardened(trail={"selectors": Known(ALL_S3)}), PASS, S3),
    Case(any_data_events, hardened(trail=basic(LAMBDA, FUNCTION)), PASS, LAMBDA),
    Case(any_data_events, hardened(trail=selecting(data("AWS::SNS::Topic"))), PASS, "AWS::SNS::Topic"),
    Case(any_data_events, hardened(), FAIL),
    Case(any_data_events, hardened(trail=basic(S3)), FAIL),
    Case(any_data_events, hardened(trail={"selectors": DENIED}), UNKNOWN),
    Case(any_data_events, member(), UNKNOWN),
    Case(lambda_invocations, hardened(trail=basic(LAMBDA, "arn:aws:lambda")), PASS),
    Case(lambda_invocations, hardened(trail=selecting(data(LAMBDA))), PASS),
    Case(lambda_invocations, hardened(trail=basic(LAMBDA, FUNCTION)), FAIL, "arn:aws:lambda:*"),
    Case(lambda_invocations, hardened(trail=selecting(data(LAMBDA, readOnly=WRITES))), FAIL, "read Lambda"),
    Case(lambda_invocations, hardened(), FAIL, "in eu-west-1, us-east-1, us-west-2"),
    Case(
        lambda_invocations,
        hardened(trail={**selecting(data(LAMBDA)), **LOCAL}),
        FAIL,
        "in eu-west-1, us-west-2",
    ),
    Case(
        lambda_invocations,
        hardened(
            more_trails=tuple(single_region("fn", region, **selecting(data(LAMBDA))) for region in REGIONS)
        ),
        PASS,
    ),
    Case(
        lambda_invocations,
        hardened(trail={**selecting(data(LAMBDA)), **LOCAL}, account={"scope": (HOME,)}),
        PASS,
    ),
    Case(lambda_invocations, hardened(trail={"selectors": DENIED}), UNKNOWN),
    Case(
        lambda_invocations,
        hardened(trail=selecting(data(LAMBDA)), account=discovered(denied=(AWAY,))),
        UNKNOWN,
    ),
    Case(lambda_invocations, hardened(trail=selecting(data(LAMBDA)), account={"regions": DENIED}), UNKNOWN),
]


@parametrize(CASES)
def test_data_events(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov", "aws-cn", "aws-iso", "aws-next"])
@pytest.mark.parametrize(
    ("control", "type", "value"),
    [(s3_writes, S3, "s3"), (s3_reads, S3, "s3:::"), (lambda_invocations, LAMBDA, "lambda")],
)
def test_all_of_a_partition(partition: str, control: Control, type: str, value: str) -> None:
    found = hardened(trail=basic(type, f"arn:{partition}:{value}"))
    assert worst(control, replace(found, partition=partition)) is PASS
