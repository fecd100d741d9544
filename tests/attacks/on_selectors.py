"""Attacks on what the trail records: with every kind of selector and every operator."""

from typing import Any

from tests import hardened as good
from tests.attacks.attack import Attack, Step, call
from tests.attacks.consequences import ALARMS, DATA, NARROWED, but
from tests.attacks.world import DATA_EVENTS, MANAGEMENT_EVENTS, NETWORK_EVENTS

TRAIL = good.TRAIL_ARN
OBJECTS = f"arn:aws:s3:::{good.BUCKET}/"


def basic(**settings: Any) -> tuple[Step, ...]:
    """Put one basic selector in the place of all."""
    return (call("cloudtrail.put_event_selectors", TrailName=TRAIL, EventSelectors=[settings]),)


def advanced(*selectors: dict[str, Any]) -> tuple[Step, ...]:
    """Put these selectors in the place of all."""
    return (call("cloudtrail.put_event_selectors", TrailName=TRAIL, AdvancedEventSelectors=list(selectors)),)


def narrowed(field: str, operator: str, *values: str) -> tuple[Step, ...]:
    """Narrow the management events, and leave the rest as it is."""
    condition = {"Field": field, operator: list(values)}
    fields = [*MANAGEMENT_EVENTS["FieldSelectors"], condition]
    return advanced({"Name": "everything", "FieldSelectors": fields}, *DATA_EVENTS, *NETWORK_EVENTS)


def objects(field: str, operator: str, *values: str) -> tuple[Step, ...]:
    """Narrow the events of S3 objects, and leave the rest as it is."""
    first, *others = DATA_EVENTS
    fields = [*first["FieldSelectors"], {"Field": field, operator: list(values)}]
    return advanced(
        MANAGEMENT_EVENTS, {"Name": "objects", "FieldSelectors": fields}, *others, *NETWORK_EVENTS
    )


ATTACKS = (
    Attack(
        "basic: reads only",
        TRAIL,
        basic(ReadWriteType="ReadOnly", IncludeManagementEvents=True),
        fails=f"TH105 TH127 TH201 TH207 TH210 TH211 {DATA} {ALARMS}",
        moot="TH209",
    ),
    Attack(
        "basic: writes only",
        TRAIL,
        basic(ReadWriteType="WriteOnly", IncludeManagementEvents=True),
        fails=f"TH105 TH127 TH201 TH207 TH210 TH601 TH603 {DATA}",
        moot="TH209",
    ),
    Attack(
        "basic: data events only",
        TRAIL,
        basic(
            ReadWriteType="All",
            IncludeManagementEvents=False,
            DataResources=[{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::nothing/"]}],
        ),
        fails=f"TH105 TH121 TH127 TH201 TH202 TH210 TH211 {DATA}",
        moot=f"TH203 TH209 {ALARMS}",
    ),
    Attack(
        "basic: without KMS",
        TRAIL,
        basic(
            ReadWriteType="All",
            IncludeManagementEvents=True,
            ExcludeManagementEventSources=["kms.amazonaws.com"],
        ),
        fails=f"TH105 TH127 TH203 TH207 TH601 TH603 TH607 TH621 {DATA}",
        moot="TH209",
    ),
    Attack(
        "basic: without RDS data",
        TRAIL,
        basic(
            ReadWriteType="All",
            IncludeManagementEvents=True,
            ExcludeManagementEventSources=["rdsdata.amazonaws.com"],
        ),
        fails=f"TH105 TH127 TH203 TH207 TH601 TH603 {DATA}",
        moot="TH209",
    ),
    Attack(
        "advanced: no management events",
        TRAIL,
        advanced(*DATA_EVENTS, *NETWORK_EVENTS),
        fails="TH105 TH121 TH127 TH201 TH202 TH210 TH211",
        moot=f"TH203 TH209 {ALARMS}",
    ),
    Attack(
        "advanced: management events only", TRAIL, advanced(MANAGEMENT_EVENTS), fails=f"TH127 TH207 {DATA}"
    ),
    Attack(
        "advanced: no network activity", TRAIL, advanced(MANAGEMENT_EVENTS, *DATA_EVENTS), fails="TH127 TH215"
    ),
    Attack(
        "reads: Equals",
        TRAIL,
        narrowed("readOnly", "Equals", "true"),
        fails=f"TH105 TH127 TH201 TH210 TH211 {ALARMS}",
    ),
    Attack(
        "writes: Equals",
        TRAIL,
        narrowed("readOnly", "Equals", "false"),
        fails="TH105 TH127 TH201 TH210 TH601 TH603",
    ),
    Attack(
        "one service: Equals",
        TRAIL,
        narrowed("eventSource", "Equals", "sts.amazonaws.com"),
        fails=f"TH121 TH203 {ALARMS} {NARROWED}",
    ),
    Attack(
        "without KMS: NotEquals",
        TRAIL,
        narrowed("eventSource", "NotEquals", "kms.amazonaws.com"),
        fails="TH105 TH127 TH203 TH209 TH601 TH603 TH607 TH621",
    ),
    Attack(
        "without RDS data: NotEquals",
        TRAIL,
        narrowed("eventSource", "NotEquals", "rdsdata.amazonaws.com"),
        fails="TH105 TH127 TH203 TH209 TH601 TH603",
    ),
    Attack(
        "calls by name: EndsWith",
        TRAIL,
        narrowed("eventName", "EndsWith", "Trail"),
        fails=f"{ALARMS} {NARROWED}",
    ),
    Attack(
        "calls by name: NotEndsWith",
        TRAIL,
        narrowed("eventName", "NotEndsWith", "Logging"),
        fails=f"{ALARMS} {NARROWED}",
    ),
    Attack(
        "kind of event: NotEquals",
        TRAIL,
        narrowed("eventType", "NotEquals", "AwsApiCall"),
        fails=f"{ALARMS} {NARROWED}",
    ),
    Attack(
        "not from the console: NotEquals",
        TRAIL,
        narrowed("sessionCredentialFromConsole", "NotEquals", "true"),
        fails=f"{ALARMS} {NARROWED}",
    ),
    Attack(
        "without one call: NotEquals",
        TRAIL,
        narrowed("eventName", "NotEquals", "AssumeRole"),
        fails=f"{ALARMS} {NARROWED}",
    ),
    Attack(
        "calls by name: StartsWith",
        TRAIL,
        narrowed("eventName", "StartsWith", "Get"),
        fails=f"{ALARMS} {NARROWED}",
    ),
    Attack(
        "calls by name: NotStartsWith",
        TRAIL,
        narrowed("eventName", "NotStartsWith", "Create"),
        fails=f"{ALARMS} {NARROWED}",
    ),
    Attack(
        "services by end: EndsWith",
        TRAIL,
        narrowed("eventSource", "EndsWith", "s3.amazonaws.com"),
        fails=f"TH121 TH203 {but('TH608 TH620', ALARMS)} {NARROWED}",
    ),
    Attack(
        "services by end: NotEndsWith",
        TRAIL,
        narrowed("eventSource", "NotEndsWith", "iam.amazonaws.com"),
        fails=f"TH121 TH203 TH601 TH603 TH604 {NARROWED}",
    ),
    Attack(
        "all but the attacker: NotEquals",
        TRAIL,
        narrowed("userIdentity.arn", "NotEquals", f"arn:aws:iam::{good.ACCOUNT}:user/intruder"),
        fails=f"{ALARMS} {NARROWED}",
    ),
    Attack(
        "all but the attacker: NotStartsWith",
        TRAIL,
        narrowed("userIdentity.arn", "NotStartsWith", f"arn:aws:sts::{good.ACCOUNT}:assumed-role/intruder/"),
        fails=f"{ALARMS} {NARROWED}",
    ),
    Attack(
        "console only: Equals",
        TRAIL,
        narrowed("sessionCredentialFromConsole", "Equals", "true"),
        fails=f"{ALARMS} {NARROWED}",
    ),
    Attack(
        "kind of event: Equals",
        TRAIL,
        narrowed("eventType", "Equals", "AwsConsoleSignIn"),
        fails=f"{ALARMS} {NARROWED}",
    ),
    Attack("objects: reads only", TRAIL, objects("readOnly", "Equals", "true"), fails="TH127 TH205 TH212"),
    Attack(
        "objects: of one bucket",
        TRAIL,
        objects("resources.ARN", "StartsWith", "arn:aws:s3:::one/"),
        fails="TH127 TH205 TH206 TH212",
    ),
    Attack(
        "objects: but of one bucket",
        TRAIL,
        objects("resources.ARN", "NotStartsWith", OBJECTS),
        fails="TH127 TH205 TH206 TH212",
    ),
    Attack(
        "objects: but deletions",
        TRAIL,
        objects("eventName", "NotEquals", "DeleteObject"),
        fails="TH127 TH205 TH206 TH212",
    ),
    *(
        Attack(f"objects: {name}", TRAIL, steps, fails="TH127 TH205 TH206 TH212")
        for name, steps in {
            "one object": objects("resources.ARN", "Equals", f"{OBJECTS}one"),
            "by their end": objects("resources.ARN", "EndsWith", ".jpg"),
            "but by their end": objects("resources.ARN", "NotEndsWith", ".json.gz"),
            "calls by their start": objects("eventName", "StartsWith", "Get"),
        }.items()
    ),
    Attack(
        "functions: one",
        TRAIL,
        advanced(
            MANAGEMENT_EVENTS,
            DATA_EVENTS[0],
            {
                "Name": "one",
                "FieldSelectors": [
                    *DATA_EVENTS[1]["FieldSelectors"],
                    {
                        "Field": "resources.ARN",
                        "Equals": [f"arn:aws:lambda:us-east-1:{good.ACCOUNT}:function:f"],
                    },
                ],
            },
            *DATA_EVENTS[2:],
            *NETWORK_EVENTS,
        ),
        fails="TH127 TH208",
    ),
    Attack(
        "models: none",
        TRAIL,
        advanced(
            MANAGEMENT_EVENTS, *(one for one in DATA_EVENTS if "Model" not in one["Name"]), *NETWORK_EVENTS
        ),
        fails="TH127 TH214",
    ),
    Attack(
        "network: but of one service",
        TRAIL,
        advanced(MANAGEMENT_EVENTS, *DATA_EVENTS, *NETWORK_EVENTS[1:]),
        fails="TH127 TH215",
    ),
    Attack(
        "network: another error",
        TRAIL,
        advanced(
            MANAGEMENT_EVENTS,
            *DATA_EVENTS,
            {
                "Name": "none",
                "FieldSelectors": [
                    *NETWORK_EVENTS[0]["FieldSelectors"],
                    {"Field": "errorCode", "Equals": ["nothing"]},
                ],
            },
            *NETWORK_EVENTS[1:],
        ),
        fails="TH127 TH215",
    ),
)
