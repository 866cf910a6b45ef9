"""What real servers of Dapr show, read as the bot reads it: beside what they were given."""

import asyncio
import copy
import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bot import bootstrap
from bot.adapters.kubernetes import opened
from bot.adapters.kubernetes.needs import port_forward
from bot.adapters.tls.probing import asked, straight
from bot.config import Settings, from_env
from bot.errors import Forbidden
from bot.model import live, svid
from bot.model.certificate import certificates
from bot.model.chains import Endpoint, LiveChain
from bot.model.observed import Observed, Why
from bot.model.snapshot import Snapshot
from playground.kubernetes import Dapr, Rule
from playground.kubernetes.dapr import NAMESPACE, objects
from tests.asking import ask, the_finding
from tests.bundles.differential import now
from tests.certificates import Files, a_root, an_issuer, bundle_of
from tests.real.test_api_contract import bound, may
from tests.real.test_handshakes import each_peer, two_cas
from tests.real.test_verify import write
from tests.rig import programs
from tests.rig.api_server import ApiServer
from tests.rig.cluster import Cluster
from tests.rig.dapr import install_crds
from tests.rig.peer import Peer
from tests.rig.process import wait_until
from tests.rig.sentry import Sentry, has_port_flags

# Those before 1.12 listen on fixed ports, of which a machine has one.
each_sentry = pytest.mark.parametrize("version", [one.version for one in programs.SENTRIES if has_port_flags(one.version)])


@pytest.fixture
def running() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def shown(port: int, component: str = "sentry") -> LiveChain:
    where = Endpoint(component=component, namespace=NAMESPACE, pod=f"dapr-{component}-0", ip="127.0.0.1", port=port)
    found = asyncio.run(asked([where], straight, deadline=dt.timedelta(seconds=10)))
    assert not found.silent, found.silent[0].why.detail
    return found.shown[0]


def started(running: ExitStack, version: str, folder: Path, bundle: Files) -> Sentry:
    write(bundle, folder / "credentials")
    sentry = running.enter_context(Sentry(version, folder=folder))
    sentry.wait_until_ready()
    return sentry


@each_sentry
def test_sentry_shows_the_issuer_that_it_was_given_and_after_a_reload_the_next(version: str, running: ExitStack, tmp_path: Path) -> None:
    old, old_issuer, new, new_issuer = two_cas()
    sentry = started(running, version, tmp_path, bundle_of(old_issuer, roots=(old,)))
    before = live.running(shown(sentry.port))

    write(bundle_of(new_issuer, roots=(old, new)), sentry.credentials)
    sentry.reload()
    after = live.running(shown(sentry.port))

    assert [one.der for one in before.chain] == [old_issuer.der]
    assert [one.der for one in after.chain] == [new_issuer.der]
    assert svid.spiffe_id(before.leaf) == "spiffe://cluster.local/ns/dapr-system/dapr-sentry"


@each_sentry
def test_a_whole_chain_is_shown(version: str, running: ExitStack, tmp_path: Path) -> None:
    at = now().replace(microsecond=0)
    root = a_root(now=at)
    upper = an_issuer(root, "upper", now=at)
    issuer = an_issuer(upper, now=at)
    sentry = started(running, version, tmp_path, bundle_of(issuer, upper, roots=(root,)))

    assert [one.der for one in live.running(shown(sentry.port)).chain] == [issuer.der, upper.der]


def test_a_sentry_goes_on_showing_a_ca_that_has_expired(running: ExitStack, tmp_path: Path) -> None:
    at = now().replace(microsecond=0)
    ends: dict[str, Any] = {"now": at, "not_after": at + dt.timedelta(seconds=12)}
    root = a_root(**ends)
    issuer = an_issuer(root, **ends)
    sentry = started(running, programs.SENTRIES[0].version, tmp_path, bundle_of(issuer, roots=(root,)))
    wait_until(lambda: now() > ends["not_after"], what="the end of its CA", within=30)

    assert [one.der for one in live.running(shown(sentry.port)).chain] == [issuer.der]


@each_peer
def test_a_peer_that_demands_a_certificate_of_ours_is_read_without_one(version: str, running: ExitStack, tmp_path: Path) -> None:
    root, issuer, *_ = two_cas()
    sentry = started(running, version, tmp_path / "sentry", bundle_of(issuer, roots=(root,)))
    peer = running.enter_context(Peer(version, folder=tmp_path / "peer", sentry_port=sentry.port, roots=root.pem))
    address, _ = peer.serving()

    found = shown(int(address.rpartition(":")[2]), "daprd")

    assert [one.der for one in certificates(found.chain)][1:] == [issuer.der]
    assert live.running(found).leaf.subject == ""
    assert svid.spiffe_id(live.running(found).leaf).endswith("/ns/default/app")


def placed(files: Files, port: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """A Dapr whose sentry listens there, at 127.0.0.1."""
    for manager, obj in objects(Dapr(ca=files.ca, issuer=files.issuer, key=files.key)):
        thing = copy.deepcopy(obj)
        if thing["kind"] == "Pod" and thing["metadata"]["labels"]["app"] == "dapr-sentry":
            thing["spec"]["containers"][0]["ports"] = [{"containerPort": port}, {"containerPort": 9090}]
        if thing["kind"] != "CustomResourceDefinition":
            yield manager, thing


def look(server: ApiServer, **settings: str) -> Snapshot:
    environ = {f"DAPR_WARDEN_{name.upper()}": value for name, value in settings.items()}
    return asyncio.run(bootstrap.look_once(from_env({"DAPR_WARDEN_KUBECONFIG": str(server.kubeconfig), **environ}), version="test"))


def test_without_the_secret_the_issuers_end_is_what_a_real_sentry_shows(
    api_server: ApiServer, cluster: Cluster, running: ExitStack, tmp_path: Path
) -> None:
    at = now().replace(microsecond=0)
    root = a_root(now=at)
    issuer = an_issuer(root, now=at, not_after=at + dt.timedelta(days=12, hours=1))
    files = bundle_of(issuer, roots=(root,))
    sentry = started(running, programs.SENTRIES[0].version, tmp_path, files)
    install_crds(cluster)
    for manager, obj in placed(files, sentry.port):
        cluster.apply(obj, manager=manager)

    snapshot = look(api_server, ca_secret_access="off", sentry_metrics="off", tls_probes="direct")
    finding = the_finding("issuer-expiry", snapshot)

    assert finding.fact == "Issuer expires in 12 days"
    assert any("shows in a handshake" in sentence for sentence in finding.evidence)
    assert ask("peers-refuse", snapshot).severity.value == "ok"
    assert isinstance(snapshot.chains, Observed)
    assert {one.endpoint.component for one in snapshot.chains.value.shown} == {"sentry"}


def granted(server: ApiServer, rules: Sequence[Rule]) -> Settings:
    """The bot of a ServiceAccount with these rights and no others."""
    hand = server.cluster
    hand.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    hand.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "reader", "namespace": NAMESPACE}})
    for number, rule in enumerate(rules):
        for obj in bound(f"forward-{number}", NAMESPACE, rule):
            hand.apply(obj)
    if rules:
        with Cluster(server.url, ca=server.ca, token=hand.token_for(NAMESPACE, "reader")) as reader:
            wait_until(lambda: all(may(reader, rule) for rule in rules), what="the roles in force")
    kubeconfig = server.kubeconfig_for(NAMESPACE, "reader")
    return from_env({"DAPR_WARDEN_KUBECONFIG": str(kubeconfig), "DAPR_WARDEN_TLS_PROBES": "portforward"})


SENTRY = Endpoint(component="sentry", namespace=NAMESPACE, pod="dapr-sentry-0", ip="127.0.0.1", port=50001)


async def test_a_real_api_server_says_that_forwarding_is_not_allowed(api_server: ApiServer, cluster: Cluster) -> None:
    settings = await asyncio.to_thread(granted, api_server, ())

    async with opened(settings, version="test") as adapter:
        with pytest.raises(Forbidden, match="get pods/portforward in namespace dapr-system"):
            await adapter.chains.shown([SENTRY])


async def test_where_it_is_allowed_it_is_tried_and_a_cluster_without_kubelets_says_why_not(api_server: ApiServer, cluster: Cluster) -> None:
    rules = [
        Rule(verbs=(need.verb,), resources=(need.resource,), groups=(need.group,), namespace=NAMESPACE) for need in port_forward(NAMESPACE)
    ]
    settings = await asyncio.to_thread(granted, api_server, rules)

    async with opened(settings, version="test") as adapter:
        found = await adapter.chains.shown([SENTRY])

    (silence,) = found.silent
    assert silence.why.why is Why.UNREACHABLE
    assert "by port-forward: the API server does not open it (" in silence.why.detail
