"""An AWS of its own: moto, taught what it lacks, on a free loopback port."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from moto.moto_api._internal import mock_random
from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.organizations.models import organizations_backends
from werkzeug.serving import WSGIRequestHandler, make_server

from checker.demo.environment import LOOPBACK
from checker.demo.teach import taught


class _Quiet(WSGIRequestHandler):
    """Answers without a line in the log for each request."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def embedded_aws() -> Iterator[int]:
    """Run an empty AWS inside the block and yield its port; afterwards server, threads and state are gone."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server(LOOPBACK, 0, application, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="embedded-aws")
    forget()
    thread.start()
    try:
        with taught():
            yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        forget()


def forget() -> None:
    """Empty moto, which keeps its state in the process, and let it draw the same ids again."""
    moto_api_backend.reset()
    organizations_backends.master_accounts.clear()
    mock_random.seed(1)
