"""Names that attack: markup, terminal escapes, spreadsheet formulas, and texts too long to show."""

from hashlib import sha256

from msgspec.structs import replace

from checker.assessment import Assessment
from checker.engine import Skipped
from checker.evidence import Cause, Origin, Unknown
from checker.model import Evidence, Finding, Status, Waiver
from tests.report.samples import STARTED, assessment, finding

ATTACKS = {
    "markup": "<script>window.pwned=1</script>",
    "attribute": '"><img src=x onerror="window.pwned=1">',
    "quote": "'><svg/onload=window.pwned=1>",
    "closing": "</pre></details></main><h1 id=forged>forged</h1>",
    "comment": "--><!--<script>window.pwned=1</script>",
    "template": "{{7*7}}{% raw %}${7*7}",
    "link": "javascript:window.pwned=1",
    "bidi": "safe\u202egnp.exe\u2066\u200b",
    "terminal": "\x1b[2J\x1b]0;pwned\x07\x9b31m\r",
    "lines": "audit\n✓ PASS  everything\n",
    "surrogate": "broken\ud800",
    "long": "A" * 100_000,
    "formula": "=cmd|' /C calc'!A0",
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-1+1",
    "at": " @SUM(A1:A9)",
    "tab": "\t=1+1",
    "cell": 'a","=1+1',
    "wide": "\uff1d1+1",
}


def hostile(account: str | None = None) -> Assessment:
    """Put every attack into every field that AWS, or somebody with an AWS account, controls.

    ``account`` stands for account ids, where a format takes nothing but twelve digits.
    """
    found = [
        _attacked(finding(id, status, text, unknown=cause, value=text), text, n, account or text)
        for n, text in enumerate(ATTACKS.values())
        for id, status, cause in (
            ("TH110", Status.FAIL, None),
            ("TH106", Status.UNKNOWN, Cause.DENIED),
            ("TH116", Status.PASS, None),
            ("TH102", Status.FAIL, None),
            ("TH302", Status.FAIL, None),
        )
    ]
    texts = tuple(ATTACKS.values())
    skipped = tuple(Skipped(control_id="TH403", account_id=t, resource_arn=t, reason=t) for t in texts)
    return assessment(
        found, skipped=skipped, callers=texts, accounts=(account,) if account else texts, regions=texts
    )


def _attacked(found: Finding, text: str, number: int, account: str) -> Finding:
    origin = Origin(action=text, field=text, account=text, region=text, at=STARTED)
    return replace(
        found,
        account_id=account,
        region=text,
        resource_arn=f"arn:aws:cloudtrail:us-east-1:{text}:trail/{text}",
        observed=text,
        expected=text,
        evidence=(Evidence(origin=origin, value={text: [text]}),) if found.evidence else (),
        unknowns=tuple(Unknown(text, u.cause, origin) for u in found.unknowns),
        remediation=replace(found.remediation, cli=f"aws cloudtrail update-trail --name '{text}'"),
        fingerprint=sha256(f"{found.control_id}{number}".encode()).hexdigest(),
        waiver=Waiver(control=text, reason=text, owner=text, expires=text)
        if found.control_id == "TH302"
        else None,
    )


def huge(characters: int) -> Assessment:
    """A finding that stands on a policy of many characters."""
    policy = '{"Statement": [' + '"x", ' * (characters // 5) + '""]}'
    found = finding("TH302", Status.FAIL, "everybody may read the log files", value=policy)
    return assessment((replace(found, observed=policy, detail=policy),))
