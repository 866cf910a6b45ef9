"""One API server for the whole run, left empty by every test; a Loki in which every test has a tenant of its own, and an open one.

Sentries end with the test that started them.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.real.seeds import VARIABLE, choose, seed
from tests.rig import build
from tests.rig.api_server import ApiServer, running_api_server
from tests.rig.cluster import Cluster
from tests.rig.loki import Loki, running_loki
from tests.rig.sentry import Sentry

_HERE = Path(__file__).parent

StartSentry = Callable[[str], Sentry]


def pytest_configure() -> None:
    """Before any worker is started, so that all of them inherit the same seed."""
    choose()


def pytest_report_header() -> str:
    """Says the seed of the run."""
    return f"bundles from seed {seed()}, to be had again with {VARIABLE}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks whatever lies in this folder, before -m chooses: none of it can run by accident in the fast suite."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.real)


def pytest_collection_finish(session: pytest.Session) -> None:
    """One line and a failure, instead of skips or a page of errors, when the rig cannot run."""
    if hasattr(session.config, "workerinput"):
        return  # pytest-xdist: a worker that ends here crashes the run without the line; the tests fail with it instead
    if any(_HERE in item.path.parents for item in session.items):
        try:
            build.check()
        except build.NotBuilt as problem:
            raise pytest.UsageError(str(problem)) from None


@pytest.fixture(scope="session")
def api_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    with running_api_server(tmp_path_factory.mktemp("api-server")) as server:
        yield server


@pytest.fixture
def cluster(api_server: ApiServer) -> Iterator[Cluster]:
    yield api_server.cluster
    api_server.cluster.erase_all()


@pytest.fixture
def start_sentry(cluster: Cluster, api_server: ApiServer, tmp_path: Path) -> Iterator[StartSentry]:
    """Starts a sentry on the cluster's dapr-system and waits until it serves. It ends before the cluster is erased."""
    with ExitStack() as running:

        def start(version: str) -> Sentry:
            folder = tmp_path / f"sentry-{len(list(tmp_path.glob('sentry-*')))}"
            sentry = running.enter_context(Sentry(version, folder=folder, kubeconfig=api_server.kubeconfig))
            sentry.wait_until_ready()
            return sentry

        yield start


@pytest.fixture(scope="session")
def loki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loki]:
    with running_loki(tmp_path_factory.mktemp("loki"), auth=True) as running:
        yield running


@pytest.fixture(scope="session")
def open_loki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loki]:
    """One that knows no tenants: what is pushed stays for all tests to see."""
    with running_loki(tmp_path_factory.mktemp("open-loki")) as running:
        yield running


@pytest.fixture
def tenant() -> str:
    """The name of a tenant of Loki that nobody else has: an empty Loki."""
    return f"test-{secrets.token_hex(6)}"
