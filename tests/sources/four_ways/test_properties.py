"""The table of properties is what the sources read, and what both languages have."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from checker.sources import cloudformation, terraform
from checker.sources.cloudformation.node import Node
from checker.sources.cloudformation.stack import Resource
from checker.sources.terraform import document
from checker.sources.terraform import plan as plans
from tests.sources.cloudformation.judging import PLACE
from tests.sources.four_ways import describing, properties_others, properties_storage, telling
from tests.sources.four_ways.table import CASES
from tests.sources.four_ways.words import Resources
from tests.sources.terraform import provider_schema
from tests.sources.terraform.planning import plan, written

TABLE = [*properties_storage.TABLE, *properties_others.TABLE]
OURS = {row.cloudformation for row in TABLE if row.cloudformation}
THEIRS = {row.terraform for row in TABLE if row.terraform}
OF_EVERY_RESOURCE = (
    "arn",
    "path",
    "lifecycle",
    "force_destroy",
    "deletion_window_in_days",
    "PendingWindowInDays",
)
"""What is asked of whatever is declared, whether its type has it or not."""
BESIDE = ("Custom::S3AutoDeleteObjects.BucketName",)
"""What the CDK makes of CloudFormation."""
FORWARDED: Resources = {
    "AWS::Logs::AccountPolicy": {
        "PolicyName": "all",
        "PolicyType": "SUBSCRIPTION_FILTER_POLICY",
        "PolicyDocument": '{"DestinationArn": "arn:aws:kinesis:us-east-1:111122223333:stream/events"}',
        "SelectionCriteria": 'LogGroupName NOT IN ["other"]',
    },
    "AWS::IAM::Policy": {
        "PolicyName": "more",
        "Roles": ["audit-to-logs"],
        "PolicyDocument": {"Version": "2012-10-17", "Statement": []},
    },
    "AWS::CloudTrail::EventDataStore": {"Name": "federated", "FederationEnabled": True},
}
"""What no row of worlds has, because it has no other words for it or the simulator tells it otherwise."""


def of_interest(name: str) -> bool:
    return name not in BESIDE and name.partition(".")[2] not in OF_EVERY_RESOURCE


def test_the_source_of_templates_reads_what_the_table_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: set[str] = set()
    found = Resource.property_node

    def noted(resource: Resource, name: str) -> Node | None:
        read.add(f"{resource.type}.{name}")
        return found(resource, name)

    monkeypatch.setattr(Resource, "property_node", noted)
    for place, case in enumerate(CASES):
        telling.as_template(case.world, tmp_path / str(place), case.style)
    (template,) = describing.templates(CASES[0].world).values()
    more = {f"More{n}": {"Type": type, "Properties": one} for n, (type, one) in enumerate(FORWARDED.items())}
    alarm = next(id for id in template["Resources"] if id.startswith("Alarm"))
    del template["Resources"][alarm]["Properties"]["Statistic"]
    template["Resources"] |= more
    cloudformation.load([telling.written_to(tmp_path / "more.json", template)], parameters=PLACE)
    assert {name for name in read if of_interest(name)} == {name for name in OURS if of_interest(name)}


class Noted(dict[str, Any]):
    """The settings of a resource, with a note of which were asked for."""

    def __init__(self, type: str, settings: Any, read: set[str]) -> None:
        super().__init__(settings)
        self.type, self.read = type, read

    def get(self, name: str, default: Any = None) -> Any:
        self.read.add(f"{self.type}.{name}")
        return super().get(name, default)


def planned() -> Iterator[Resources]:
    for case in CASES:
        yield describing.plan(case.world, case.style)
    more = describing.plan(CASES[0].world)
    alarm = next(name for name in more if name.startswith("aws_cloudwatch_metric_alarm."))
    more[alarm] |= {"statistic": None, "extended_statistic": "p99"}
    del more["aws_sns_topic_policy.alerts"]
    policy = FORWARDED["AWS::Logs::AccountPolicy"]
    more["aws_cloudwatch_log_account_policy.all"] = {
        "policy_name": policy["PolicyName"],
        "policy_type": policy["PolicyType"],
        "policy_document": policy["PolicyDocument"],
        "selection_criteria": policy["SelectionCriteria"],
    }
    yield more


def test_the_source_of_plans_reads_what_the_table_has(tmp_path: Path) -> None:
    read: set[str] = set()
    for place, resources in enumerate(planned()):
        folder = tmp_path / str(place)
        folder.mkdir()
        shown = document.read(written(folder, plan(resources)))
        found = plans.resources(shown, {}).resources
        terraform.observe([replace(one, values=Noted(one.type, one.values, read)) for one in found])
    kept = {name for name in read if of_interest(name) and name.startswith("aws_") and name.partition(".")[2]}
    assert kept == {name for name in THEIRS if of_interest(name)}


NOT_YET = (
    "aws_cloudwatch_log_metric_filter.emit_system_field_dimensions",
    "aws_cloudwatch_log_metric_filter.field_selection_criteria",
)
"""What the API has and the provider lacks, by the name that it would have: no narrowed filter may pass."""


@pytest.mark.parametrize("name", sorted(THEIRS))
def test_the_provider_has_what_the_table_says(name: str) -> None:
    type, _, setting = name.partition(".")
    known = provider_schema.known()[type]
    assert (setting in known["settings"] or setting in known["computed"]) != (name in NOT_YET)


def test_cloudformation_has_what_the_table_says() -> None:
    schemas = pytest.importorskip("cfnlint.schema").PROVIDER_SCHEMA_MANAGER
    for name in OURS:
        type, _, property = name.partition(".")
        assert property in schemas.get_resource_schema("us-east-1", type).schema["properties"], name


def test_each_setting_stands_once() -> None:
    assert len({(row.cloudformation, row.terraform) for row in TABLE}) == len(TABLE)
