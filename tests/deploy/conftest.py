"""One embedded AWS for all deployments: each has accounts of its own in it."""

from collections.abc import Iterator

import pytest

from tests.deploy.embedded.server import Aws, running


@pytest.fixture(scope="session")
def aws() -> Iterator[Aws]:
    with running() as started:
        yield started
