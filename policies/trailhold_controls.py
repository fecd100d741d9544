"""What ``checkov --external-checks-dir`` loads: registers every control that a template can express.

Checkov logs a file that it cannot import, and ends with 0. So when this pack cannot work, a check takes its
place that fails for every trail and bucket, and says on stderr why.
"""

import logging
from typing import Any

from checkov.common.bridgecrew.severities import Severities
from checkov.common.checks_infra.registry import get_graph_checks_registry
from checkov.common.graph.checks_infra.base_check import BaseGraphCheck
from checkov.runner_filter import RunnerFilter

AUDITED = (
    "AWS::CloudTrail::Trail",
    "AWS::CloudTrail::EventDataStore",
    "AWS::S3::Bucket",
    "aws_cloudtrail",
    "aws_cloudtrail_event_data_store",
    "aws_s3_bucket",
)


class NotLoaded(BaseGraphCheck):
    """Fails in place of controls that nobody judged."""

    def __init__(self) -> None:
        super().__init__()
        self.id = "TH_UNDECIDED"
        self.name = "The controls of trailhold could be loaded (stderr says why not)"
        self.category = "LOGGING"
        self.severity = Severities["HIGH"]

    def run(self, graph_connector: Any) -> tuple[list[Any], list[Any], list[Any]]:
        """Fail what the controls would have judged."""
        nodes = getattr(graph_connector, "_node", None)  # of networkx, which few still use
        every = nodes.values() if nodes is not None else [data for _, data in graph_connector.nodes()]
        return [], [vertex for vertex in every if vertex.get("resource_type") in AUDITED], []


try:
    from policies.graph_checks import register

    register()
except Exception as error:
    logging.getLogger("trailhold").error(
        "trailhold judged nothing: %s. Install it beside Checkov: pip install 'trailhold[checkov]'", error
    )
    RunnerFilter.notify_external_check("TH_UNDECIDED")
    for framework in ("cloudformation", "terraform"):
        registered = get_graph_checks_registry(framework).checks
        if all(check.id != "TH_UNDECIDED" for check in registered):
            registered.append(NotLoaded())
