"""The botocore clients of one account: built once for each service and Region, cheap, read-only, shared.

What dominates the cost of a short audit is not its calls but botocore's start (measured on botocore 1.44):
JSON models read with ``object_pairs_hook``, a method for each of 800 operations, 400 directories listed twice
and, on AWS itself, the CA bundle parsed again for each new connection (40 ms). Each is avoided at a seam that
botocore offers, but for one (``_share_tls``), which does nothing when the attribute is gone.
"""

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

import msgspec
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, Credentials, DeferredRefreshableCredentials
from botocore.parsers import ResponseParserFactory
from botocore.session import Session
from botocore.utils import parse_timestamp

from checker.sources.aws.chosen import ChosenProvider
from checker.sources.aws.guard import check
from checker.sources.aws.models import models
from checker.sources.aws.options import Options
from checker.sources.aws.signing import sign_plainly
from checker.sources.aws.wire import lean

WARM = (
    *("sts", "account", "cloudtrail", "organizations"),
    *("s3", "kms", "logs", "iam", "sns", "cloudwatch", "s3control"),
)
"""The services that are asked first, then those that a trail is likely to lead to."""
DEFAULT_REGION = "us-east-1"


class Clients:
    """The clients of one set of credentials; safe to use from several threads."""

    def __init__(self, options: Options, keys: Credentials | None = None) -> None:
        """Sign with ``keys``, or those that the options lead to.

        Raise botocore's ProfileNotFound for a profile that is not configured.
        """
        self._session = _session(options)
        self._building = threading.RLock()
        self._config = Config(
            user_agent="trailhold",
            retries={"mode": options.retry_mode, "total_max_attempts": options.max_attempts},
            connect_timeout=options.connect_timeout,
            read_timeout=options.read_timeout,
            max_pool_connections=max(options.max_concurrency, 10),
        )
        self._tls = _TlsContext(ssl.PROTOCOL_TLS_CLIENT)
        self._built: dict[tuple[str, str], Any] = {}
        self._awaited: dict[tuple[str, str], threading.Lock] = {}
        self.region = self._start_region(options)
        if options.role_arn and keys is None:
            role = _AssumedRole(self._session, options, self._create)
            self._session.register_component("credential_provider", role)
        source = self._session.get_component("credential_provider")
        self._session.register_component("credential_provider", ChosenProvider(source, keys))

    def own_credentials(self) -> Credentials:
        """Return botocore's credentials of the caller, whoever this thread speaks for."""
        chosen: Any = self._session.get_credentials()
        return cast(Credentials, chosen.own)

    def _start_region(self, options: Options) -> str:
        """Return where to ask who we are: the configured Region, if ``regions`` are of the same partition."""
        configured: str | None = self._session.get_config_variable("region")
        if not options.regions:
            return configured or DEFAULT_REGION
        wanted = options.regions[0]
        if configured and self.partition_of(configured) == self.partition_of(wanted):
            return configured
        return DEFAULT_REGION if self.partition_of(wanted) == "aws" else wanted

    def partition_of(self, region: str) -> str:
        """Return the partition of a Region by botocore's rules, "" for a name that fits none."""
        with contextlib.suppress(msgspec.MsgspecError, ValueError, LookupError, RuntimeError):
            return str(self._session.get_partition_for_region(region))
        return ""

    def known_regions(self, partition: str) -> list[str]:
        """Return the Regions of a partition that this botocore knows, opted in or not."""
        return list(self._session.get_available_regions("cloudtrail", partition_name=partition))

    def knows(self, region: str) -> bool:
        """Tell whether this botocore knows the Region; a newer one may exist all the same."""
        return region in self.known_regions(self.partition_of(region) or "aws")

    def get(self, service: str, region: str) -> Any:
        """Return the client of a service in a Region; raises what ``failures.UNUSABLE`` lists."""
        key = (service, region)
        if key not in self._built:
            with self._awaited.setdefault(key, threading.Lock()):
                if key not in self._built:
                    self._built[key] = self._build(service, region)
        return self._built[key]

    def warm(self, services: Iterable[str] = WARM) -> None:
        """Build clients before they are asked for: their models take longer to read than the first answer."""
        for service in services:
            self.get(service, self.region)

    def _build(self, service: str, region: str) -> Any:
        client = self._create(service, region_name=region)
        client.meta.events.register("before-parse", check)
        if service == "s3control":
            client.meta.events.register("before-call", _keep_host)
        _share_tls(client, self._tls)
        if service != "sts":  # some of its operations are not signed
            sign_plainly(client)
        lean(getattr(getattr(client, "_endpoint", None), "http_session", None))
        return client

    def _create(self, service: str, **settings: Any) -> Any:
        """Create a client; botocore calls this too, with the credentials to assume a role with."""
        settings.setdefault("region_name", self.region)
        with self._building:
            return self._session.create_client(service, config=self._config, **settings)


def _session(options: Options) -> Session:
    session = Session(profile=options.profile)
    # Tokens of the global endpoint are refused in Regions that were opted in to.
    session.set_config_variable("sts_regional_endpoints", "regional")
    session.register_component("data_loader", models(session.get_config_variable("data_path") or ""))
    session.register_component("response_parser_factory", _Parsers())
    return session


class _Parsers(ResponseParserFactory):
    """Makes one parser a protocol: none keeps anything of what it read.

    botocore makes one an answer, and each is a knot that only the garbage collector undoes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.set_parser_defaults(timestamp_parser=_moment)
        self._made: dict[str, Any] = {}

    def create_parser(self, protocol_name: str) -> Any:
        """Return the parser of a protocol."""
        if protocol_name not in self._made:
            self._made[protocol_name] = super().create_parser(protocol_name)
        return self._made[protocol_name]


def _moment(value: Any) -> datetime:
    """Return a time of an answer, as botocore does; seconds since 1970 without a detour by the local time."""
    if isinstance(value, int | float):
        with contextlib.suppress(OverflowError, OSError, ValueError):
            return datetime.fromtimestamp(value, UTC)
    return parse_timestamp(value)


class _AssumedRole:
    """Credentials of the role that was asked for; botocore renews them before they expire."""

    def __init__(self, session: Session, options: Options, create_client: Callable[..., Any]) -> None:
        self._source = session.get_component("credential_provider")
        self._options = options
        self._create_client = create_client

    def load_credentials(self) -> DeferredRefreshableCredentials | None:
        """Return the credentials, or None when there are none to assume the role with."""
        source = self._source.load_credentials()
        if source is None:
            return None
        names = {"RoleSessionName": self._options.session_name, "ExternalId": self._options.external_id}
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=self._create_client,
            source_credentials=source,
            role_arn=self._options.role_arn or "",
            extra_args={name: value for name, value in names.items() if value},
        )
        return DeferredRefreshableCredentials(fetcher.fetch_credentials, method="assume-role")


class _TlsContext(ssl.SSLContext):
    """A TLS context for all connections that loads each CA bundle once."""

    _loaded: tuple[object, ...] = ()

    def load_verify_locations(self, cafile: Any = None, capath: Any = None, cadata: Any = None) -> None:
        """Load a bundle, unless it was the last one loaded."""
        with _LOADING:
            if self._loaded != (cafile, capath, cadata):
                super().load_verify_locations(cafile, capath, cadata)
                self._loaded = (cafile, capath, cadata)


_LOADING = threading.Lock()


def _share_tls(client: Any, context: ssl.SSLContext) -> None:
    """Give a client the common TLS context; this alone touches private attributes of botocore."""
    http = getattr(getattr(client, "_endpoint", None), "http_session", None)
    settings = getattr(getattr(http, "_manager", None), "connection_pool_kw", None)
    if isinstance(settings, dict) and "ssl_context" in settings:
        settings["ssl_context"] = context


def _keep_host(params: dict[str, Any], **_: Any) -> None:
    """Take the account off the host name where names have no subdomains: an IP address, a single label."""
    parts = urlsplit(params["url"])
    account, _, host = parts.netloc.partition(".")
    name = urlsplit(f"//{host}").hostname or ""
    if account.isdecimal() and len(account) == 12 and (_is_address(name) or "." not in name):
        params["url"] = urlunsplit(parts._replace(netloc=host))


def _is_address(name: str) -> bool:
    with contextlib.suppress(ValueError):
        ip_address(name)
        return True
    return False
