"""Tells a topic of SNS or a webhook what changed; the message is the same for both."""

import json
import re
import ssl
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from checker.actions.aws import Aws, CannotAct, words
from checker.history.difference import Change, Difference
from checker.report.difference import SECTIONS, headline
from checker.report.text import visible
from checker.sources.aws.failures import FORESEEN

TOPIC = re.compile(r"arn:aws[a-z-]*:sns:(?P<region>[a-z0-9-]+):\d{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?")
TIMEOUT = 10.0
"""Seconds that a webhook may take."""
MANY = 20
"""Changes of one kind that a message names."""
LONGEST = 500
MOST_BYTES = 250_000
"""SNS takes 256 KiB (API reference, Publish)."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Refuses to carry a message on to wherever an answer points."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing; urllib then raises the answer as an error."""


def valid(target: str) -> str:
    """Return the target; raises CannotAct for what is neither a topic nor an address of https."""
    if TOPIC.fullmatch(target):
        return target
    try:
        parts = urlsplit(target)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or not target.isascii() or not target.isprintable() or " " in target:
        raise CannotAct("a notification goes to the ARN of an SNS topic or to an https:// address")
    if parts.scheme != "https":
        raise CannotAct(f"a notification to {host} would not be encrypted: give an https:// address")
    if parts.username or parts.password:
        raise CannotAct(f"the address of {host} holds a name or a password: give a token in the path instead")
    return target


def message(found: Difference, place: str) -> dict[str, Any]:
    """Return what changed as plain JSON values; ``text`` says it in words, as chats show it."""
    lists = {
        name: [_told(change) for change in getattr(found, name)[:MANY]]
        for name in SECTIONS
        if name != "still" and getattr(found, name)
    }
    counts = {name: len(getattr(found, name)) for name in (*SECTIONS, "drift")}
    lines = [f"CloudTrail: {headline(found)}"]
    lines += [visible(f"{c.severity.upper()} {c.control_id} {c.title}: {c.detail}") for c in found.new[:MANY]]
    return {
        "text": "\n".join(line[:LONGEST] for line in lines),
        "source": "trailhold",
        "earlier": found.earlier.isoformat(),
        "later": found.later.isoformat(),
        "place": place,
        "counts": counts,
        "changes": lists,
    }


def worth_telling(found: Difference) -> bool:
    """Say whether anything changed that somebody has to know."""
    changed = (found.new, found.fixed, found.accepted, found.gone, found.not_judged, found.newly_unknown)
    return any((*changed, found.drift))


def send(target: str, content: dict[str, Any], profile: str | None = None) -> str:
    """Send the message and return where it went; raises CannotAct with one sentence, without secrets."""
    valid(target)
    topic = TOPIC.fullmatch(target)
    if topic:
        return _publish(target, topic["region"], content, profile)
    return _post(target, content)


def _told(change: Change) -> dict[str, str]:
    return {
        "control_id": change.control_id,
        "title": change.title,
        "severity": change.severity.value,
        "account_id": change.account_id,
        "region": change.region,
        "resource_arn": visible(change.resource_arn)[:LONGEST],
        "before": change.before,
        "after": change.after,
        "detail": visible(change.detail)[:LONGEST],
        "fingerprint": change.fingerprint,
    }


def _publish(topic: str, region: str, content: dict[str, Any], profile: str | None) -> str:
    text = json.dumps(content)
    if len(text) > MOST_BYTES:
        text = json.dumps(content | {"changes": {}})
    ordered = {"MessageGroupId": "trailhold", "MessageDeduplicationId": _digest(text)}
    try:
        Aws(profile).client("sns", region).publish(
            TopicArn=topic,
            Subject="CloudTrail audit: something changed",
            Message=text,
            **(ordered if topic.endswith(".fifo") else {}),
        )
    except FORESEEN as error:
        raise CannotAct(f"{topic} was not told: {words(error)}; it needs sns:Publish") from error
    return topic


def _digest(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()


def _post(address: str, content: dict[str, Any]) -> str:
    """Post to a webhook; its address is a secret, so that only its host is ever said."""
    host = urlsplit(address).hostname or ""
    request = urllib.request.Request(
        address,
        data=json.dumps(content).encode(),
        headers={"Content-Type": "application/json", "User-Agent": "trailhold"},
        method="POST",
    )
    opener = urllib.request.build_opener(
        _NoRedirect, urllib.request.HTTPSHandler(context=ssl.create_default_context())
    )
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            answer.read(1)
    except urllib.error.HTTPError as error:
        why = "it redirects, and is not followed" if 300 <= error.code < 400 else f"it answers {error.code}"
        raise CannotAct(f"{host} was not told: {why}") from None
    except urllib.error.URLError as error:
        raise CannotAct(f"{host} was not told: {visible(str(error.reason))}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise CannotAct(f"{host} was not told: {type(error).__name__}") from None
    return host
