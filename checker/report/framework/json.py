"""A framework for other programs: every requirement with its controls and their findings."""

from typing import Any

import msgspec

from checker.assessment import SCHEMA_VERSION, Assessment
from checker.report.choices import Choices
from checker.report.encoding import encode, plain
from checker.report.framework.rows import Part, State, rows
from checker.report.remarks import remarks
from checker.report.tally import outcome


def render(assessment: Assessment, choices: Choices) -> str:
    """Return the requirements as indented JSON; ``fingerprint`` leads to the finding in the JSON report."""
    framework = rows(assessment, choices.framework)
    document = {
        "schema_version": SCHEMA_VERSION,
        "tool": assessment.tool,
        "framework": {
            "id": framework.id,
            "title": framework.title,
            "whole": framework.whole,
            "whole_part": framework.part,
        },
        "observed": assessment.scan.finished,
        "notes": remarks(assessment),
        "summary": {state.value.replace(" ", "_"): framework.of(state) for state in State},
        "requirements": [
            {
                "id": row.id,
                "title": row.title,
                "status": row.state,
                "controls": [_control(part) for part in row.parts],
            }
            for row in framework.rows
        ],
    }
    return msgspec.json.format(encode(document), indent=2).decode() + "\n"


def _control(part: Part) -> dict[str, Any]:
    return {
        "id": part.control_id,
        "title": part.title,
        "status": part.state,
        "findings": [
            {
                "status": outcome(f),
                "account_id": f.account_id,
                "region": f.region,
                "resource_arn": f.resource_arn,
                "detail": f.detail,
                "fingerprint": f.fingerprint,
                "evidence": [{"origin": e.origin, "value": plain(e.value)} for e in f.evidence],
            }
            for f in part.findings
        ],
    }
