"""Sharing one TLS context between all clients takes nothing from what it verifies."""

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from botocore.exceptions import SSLError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from checker.sources.aws.clients import Clients, _TlsContext
from tests.sources.aws.conftest import options

IDENTITY = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::111122223333:user/a</Arn><UserId>A</UserId><Account>111122223333</Account>
</GetCallerIdentityResult><ResponseMetadata/></GetCallerIdentityResponse>"""


class Sts(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(IDENTITY)))
        self.end_headers()
        self.wfile.write(IDENTITY)

    def log_message(self, *_: object) -> None:
        pass


def certificate(folder: Path, address: str) -> Path:
    """Write a self-signed certificate with its key, valid for one IP address."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sts")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"{address}.pem"
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(params=["127.0.0.1"])
def sts(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Serve STS over TLS with a certificate for the address in ``param``, and return the certificate."""
    path = certificate(tmp_path, request.param)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sts)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name, value in {
        "AWS_ENDPOINT_URL": f"https://127.0.0.1:{server.server_port}",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_CONFIG_FILE": "/dev/null",
        "NO_PROXY": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    yield path
    server.shutdown()
    server.server_close()


def call(clients: Clients, region: str) -> str:
    return str(clients.get("sts", region).get_caller_identity()["Account"])


def test_trusted_bundle_is_loaded_once_for_all_clients(sts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(sts))
    loads: list[object] = []
    load = ssl.SSLContext.load_verify_locations

    def counted(self: ssl.SSLContext, *bundle: object) -> None:
        loads.append(bundle)
        load(self, *bundle)  # type: ignore[arg-type]

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", counted)
    clients = Clients(options())
    assert [call(clients, region) for region in ("us-east-1", "eu-west-1", "us-west-2")] == [
        "111122223333"
    ] * 3
    assert len(loads) == 1


def test_certificate_that_nobody_trusts_is_refused(sts: Path) -> None:
    with pytest.raises(SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        call(Clients(options()), "us-east-1")


@pytest.mark.parametrize("sts", ["192.0.2.1"], indirect=True)
def test_certificate_of_another_host_is_refused(sts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(sts))
    with pytest.raises(SSLError, match=r"IP address mismatch|doesn't match"):
        call(Clients(options()), "us-east-1")


def test_context_verifies_by_default() -> None:
    context = _TlsContext(ssl.PROTOCOL_TLS_CLIENT)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    with pytest.raises(FileNotFoundError):
        context.load_verify_locations("/no/such/bundle")
