"""What real sentries count, read by the bot from a pod behind which they run."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.adapters import kubernetes
from bot.config import from_env
from bot.model.counters import ISSUER_CHANGED, REQUESTS_REFUSED, Counter
from bot.model.scene import PodName
from tests.bundles.differential import now
from tests.certificates import a_root, an_issuer, bundle_of
from tests.rig import pods, programs
from tests.rig.api_server import ApiServer
from tests.rig.cluster import Cluster
from tests.rig.dapr import NAMESPACE
from tests.rig.peer import Peer
from tests.rig.process import answers
from tests.rig.sentry import Sentry

VERSIONS = [program.version for program in programs.SENTRIES if program.version.split(".")[1] >= "12"]


@pytest.fixture
def running() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def a_sentry(version: str, folder: Path, running: ExitStack) -> tuple[Sentry, bytes]:
    """One that serves below a CA of its own, and its root."""
    root = a_root(now=now())
    bundle = bundle_of(an_issuer(root, now=now()), roots=(root,))
    credentials = folder / "credentials"
    credentials.mkdir(parents=True)
    for name, content in (("ca.crt", bundle.ca), ("issuer.crt", bundle.issuer), ("issuer.key", bundle.key)):
        (credentials / name).write_bytes(content)
    sentry = running.enter_context(Sentry(version, folder=folder))
    sentry.wait_until_ready()
    return sentry, bundle.ca


async def counted(api_server: ApiServer, cluster: Cluster, sentry: Sentry) -> tuple[Counter, ...]:
    """What the bot reads of it, once it has a page: a sentry that has just started on a busy machine may answer 500 for a moment."""
    sentry.wait_until(lambda: answers(f"http://127.0.0.1:{sentry.metrics_port}/metrics"), what="a page of metrics")
    name = ""
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    for thing in pods.control_plane("1.18.3", sentry_metrics_port=sentry.metrics_port):
        if thing["kind"] == "Pod" and thing["metadata"]["labels"]["app"] == "dapr-sentry":
            name = thing["metadata"]["name"]
            cluster.apply(thing)
    settings = from_env({"DAPR_WARDEN_KUBECONFIG": str(api_server.kubeconfig), "DAPR_WARDEN_SENTRY_METRICS": "direct"})
    async with kubernetes.opened(settings, version="test") as opened:
        found = await opened.pods.counters(PodName(NAMESPACE, name), is_sidecar=False)
    assert found is not None
    return found


@pytest.mark.parametrize("version", VERSIONS)
async def test_each_sentry_counts_the_changes_of_its_issuer(
    version: str, tmp_path: Path, running: ExitStack, api_server: ApiServer, cluster: Cluster
) -> None:
    sentry, _ = a_sentry(version, tmp_path, running)
    sentry.reload()

    found = await counted(api_server, cluster, sentry)
    assert [(one.name, one.reason, one.value >= 1) for one in found] == [(ISSUER_CHANGED, "", True)]


async def test_a_sentry_counts_the_request_that_it_cannot_sign(
    tmp_path: Path, running: ExitStack, api_server: ApiServer, cluster: Cluster
) -> None:
    sentry, roots = a_sentry("1.16.2", tmp_path / "sentry", running)
    peer = running.enter_context(Peer("1.18.3", folder=tmp_path / "peer", sentry_port=sentry.port, roots=roots))
    assert not peer.has_identity()

    (one,) = await counted(api_server, cluster, sentry)
    assert (one.name, one.reason) == (REQUESTS_REFUSED, "sign")
    assert one.value >= 1
