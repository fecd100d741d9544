"""An account on the wire with Security Hub, which keeps what is imported and refuses what the API refuses."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.validate import ParamValidator

from tests.simulator.call import AwsError
from tests.simulator.recognise import HttpRequest, model, recognise
from tests.simulator.serialise import HttpResponse, answer, error

ACCOUNT, REGION = "111122223333", "eu-west-1"
INPUT: Any = model("securityhub").operation_model("BatchImportFindings").input_shape


@dataclass(kw_only=True)
class HubAccount:
    """One account; what a test changes is the cause of what it expects."""

    findings: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By id, in the order in which they came."""
    failing: dict[str, list[AwsError]] = field(default_factory=dict)
    """Operation -> the errors that its next calls answer."""
    refusing: dict[str, list[str]] = field(default_factory=dict)
    """Control -> the error codes with which its findings are refused, one a time; the last one stays."""
    garbled: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Operation and Region of each call."""
    sizes: list[int] = field(default_factory=list)
    """Findings of each import."""

    def respond(self, request: HttpRequest) -> HttpResponse:
        """Answer one request as AWS would."""
        seen = recognise(request)
        self.asked.append((seen.operation, seen.region))
        if self.garbled and seen.service == "securityhub":
            return HttpResponse(200, b"{}", "application/json")
        try:
            if waiting := self.failing.get(seen.operation):
                raise waiting.pop(0)
            if seen.service == "sts":
                arn = f"arn:aws:iam::{ACCOUNT}:user/auditor"
                return answer(seen, {"UserId": "AIDA", "Account": ACCOUNT, "Arn": arn})
            body = json.loads(request.body)
            return answer(seen, self._import(body) if "Findings" in body else self._get(body))
        except AwsError as wrong:
            return error(seen, wrong)

    def _get(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        assert {"ProductArn", "GeneratorId", "RecordState"} == set(asked["Filters"])
        start = int(asked.get("NextToken", "0"))
        found = [f for f in self.findings.values() if f["RecordState"] == "ACTIVE"]
        page = found[start : start + asked["MaxResults"]]
        more = start + asked["MaxResults"] < len(found)
        return {"Findings": page, **({"NextToken": str(start + asked["MaxResults"])} if more else {})}

    def _import(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        findings = asked["Findings"]
        self.sizes.append(len(findings))
        report = ParamValidator().validate({"Findings": findings}, INPUT)
        if report.has_errors() or len(findings) > 100 or len(json.dumps(findings)) > 6_000_000:
            raise AwsError("InvalidInputException", report.generate_report() or "too much", 400)
        failed = [refusal for f in findings if (refusal := self._one(f))]
        done = len(findings) - len(failed)
        return {"FailedCount": len(failed), "SuccessCount": done, "FailedFindings": failed}

    def _one(self, finding: dict[str, Any]) -> dict[str, str] | None:
        """Take one finding, or return why not."""
        codes = self.refusing.get(finding["ProductFields"]["trailhold/ControlId"])
        code = (codes.pop(0) if len(codes) > 1 else codes[0]) if codes else ""
        before = self.findings.get(finding["Id"])
        if finding["AwsAccountId"] != ACCOUNT or f":{REGION}:{ACCOUNT}:" not in finding["ProductArn"]:
            code = "InvalidInput"
        if {"Workflow", "Severity", "Types"} & set(finding) or (before and "Note" in finding):
            code = "InvalidInput"
        if code and code != "-":
            return {"Id": finding["Id"], "ErrorCode": code, "ErrorMessage": "said the service"}
        if before is None or finding["UpdatedAt"] >= before["UpdatedAt"]:
            self.findings[finding["Id"]] = (before or {}) | finding
        return None

    def by_control(self) -> dict[str, dict[str, Any]]:
        """Return what is there, by control."""
        return {f["ProductFields"]["trailhold/ControlId"]: f for f in self.findings.values()}
