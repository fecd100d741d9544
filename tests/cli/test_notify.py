"""Notifications of what changed: to a webhook over TLS, and to a topic over HTTP."""

import datetime
import ipaddress
import json
import shutil
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from moto.server import ThreadedMotoServer

from checker.actions.aws import CannotAct
from checker.actions.notify import valid
from checker.evidence import Known
from tests.cli.running import Ended, refused, saved, trailhold
from tests.cli.test_audit import NO_VALIDATION
from tests.hardened import hardened

PICK = "--select=TH110,TH103"
DONE = ("--fail-on=none", "--allow-incomplete", "--format=csv")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two results: TH110 fails in the first, TH103 in the second."""
    folder = tmp_path_factory.mktemp("made")
    saved(folder / "s.json", NO_VALIDATION)
    trailhold("audit", "--from=s.json", PICK, "--export=old.json", "-q", cwd=folder)
    saved(folder / "s.json", hardened(trail={"multi_region": Known(False)}))
    trailhold("audit", "--from=s.json", PICK, "--export=new.json", "-q", cwd=folder)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def told(folder: Path, *arguments: str, env: dict[str, str]) -> Ended:
    return trailhold("report", "new.json", *arguments, *DONE, cwd=folder, env=env)


@dataclass
class Hook:
    """A webhook on this machine."""

    env: dict[str, str]
    url: str = ""
    answer: int = 200
    got: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


def certificate(folder: Path) -> Path:
    """Write a key and a certificate for 127.0.0.1 that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "hook.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.public_bytes(pem))
    return path


@pytest.fixture
def hook(tmp_path: Path) -> Iterator[Hook]:
    path = certificate(tmp_path)
    found = Hook(env={"SSL_CERT_FILE": str(path)})

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.paths.append(self.path)
            found.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(found.answer)
            self.send_header("Location", f"{found.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    found.url = f"https://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


def test_a_webhook_is_told_what_changed(folder: Path, hook: Hook) -> None:
    ended = told(folder, f"--notify={hook.url}/secret", "--since=old.json", env=hook.env)
    assert (ended.code, ended.err) == (0, "trailhold: notified 127.0.0.1\n")
    (message,) = hook.got
    assert message["counts"]["new"] == message["counts"]["fixed"] == 1
    assert message["text"].startswith("CloudTrail: 1 new failure, 1 fixed")
    assert message["changes"]["new"][0]["control_id"] == "TH103"


def test_nobody_is_told_when_nothing_changed(folder: Path, hook: Hook) -> None:
    ended = told(folder, f"--notify={hook.url}", "--since=new.json", env=hook.env)
    assert (ended.code, hook.got) == (0, [])
    assert ended.err == "trailhold: nothing changed: nobody was notified\n"


def test_the_last_kept_result_is_compared_with(folder: Path, hook: Hook) -> None:
    text = (folder / "new.json").read_text()
    (folder / "new.json").write_text((folder / "old.json").read_text())
    first = told(folder, f"--notify={hook.url}", "--save=history", env=hook.env)
    assert "there is no earlier result of these accounts to compare with" in first.err
    (folder / "new.json").write_text(text.replace('"finished": "2026-11-20', '"finished": "2026-11-21'))
    told(folder, "--notify=env", "--save=history", env={**hook.env, "TRAILHOLD_NOTIFY": hook.url})
    assert [message["counts"]["new"] for message in hook.got] == [1]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (302, "it redirects, and is not followed"),
        (307, "it redirects"),
        (500, "it answers 500"),
        (403, "403"),
    ],
)
def test_what_is_no_success_is_refused_without_the_secret(
    folder: Path, hook: Hook, answer: int, says: str
) -> None:
    hook.answer = answer
    ended = told(folder, f"--notify={hook.url}/secret", "--since=old.json", env=hook.env)
    assert (ended.code, hook.paths) == (2, ["/secret"])
    assert says in ended.err
    assert "secret" not in ended.err


def test_a_certificate_that_nobody_vouches_for_is_refused(folder: Path, hook: Hook) -> None:
    ended = told(folder, f"--notify={hook.url}", "--since=old.json", env={})
    assert (ended.code, hook.got) == (2, [])
    assert "127.0.0.1 was not told" in ended.err
    assert "certificate" in ended.err.lower()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("--notify=http://example.com/x --since=old.json", "example.com would not be encrypted"),
        ("--notify=https://me:pw@example.com --since=old.json", "holds a name or a password"),
        ("--notify=ftp://example.com --since=old.json", "would not be encrypted"),
        ("--notify=nonsense --since=old.json", "goes to the ARN of an SNS topic or to an https:// address"),
        ("--notify=arn:aws:sns:eu-west-1:1:t --since=old.json", "goes to the ARN of an SNS topic"),
        ("--notify=https:// --since=old.json", "goes to the ARN"),
        ("--notify=env --since=old.json", "reads the variable TRAILHOLD_NOTIFY, which is empty"),
        ("--notify=https://example.com", "give --since FILE, or --save PLACE"),
        ("--since=old.json", "--since is for --notify"),
    ],
)
def test_refused_before_anything_is_shown(folder: Path, line: str, says: str) -> None:
    assert says in refused(trailhold("report", "new.json", *line.split(), cwd=folder))


@pytest.mark.parametrize(
    "target", ["https://exa mple.com", "https://[", "https://ex\u00e4mple.com", "https://a\n"]
)
def test_odd_addresses_are_no_targets(target: str) -> None:
    with pytest.raises(CannotAct):
        valid(target)


def test_a_topic_is_told_over_sns(folder: Path) -> None:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        env = {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
        }
        keys = {
            "endpoint_url": env["AWS_ENDPOINT_URL"],
            "region_name": "eu-west-1",
            "aws_access_key_id": "testing",
            "aws_secret_access_key": "testing",
        }
        sns: Any = boto3.client("sns", **keys)  # type: ignore[call-overload]
        sqs: Any = boto3.client("sqs", **keys)  # type: ignore[call-overload]
        topic = sns.create_topic(Name="audit")["TopicArn"]
        queue = sqs.create_queue(QueueName="q")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        ended = told(folder, f"--notify={topic}", "--since=old.json", env=env)
        assert (ended.code, ended.err) == (0, f"trailhold: notified {topic}\n")
        (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
        assert json.loads(json.loads(message["Body"])["Message"])["counts"]["new"] == 1
        missing = told(folder, f"--notify={topic}-none", "--since=old.json", env=env)
        assert missing.code == 2
        assert f"{topic}-none was not told" in missing.err
    finally:
        server.stop()
