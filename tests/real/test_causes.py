"""The cause that a diagnosis names, beside sentries that were made to fail for real, in every way and in every version."""

import secrets
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from bot.adapters.kubernetes import trust
from bot.diagnosis.diagnosing import diagnose
from bot.diagnosis.unwrapping import printed
from bot.model.certificate import certificate
from bot.model.diagnosis import Diagnosis
from bot.model.logs import LogLine
from bot.model.observed import Observed, Why
from bot.model.scene import ContainerState, PodState, Target
from bot.model.snapshot import IssuerGauge, Snapshot, TrustConfigMap, TrustSecret
from bot.model.versions import Version
from tests.builders import a_component, a_control_plane, a_pod, a_secret, a_snapshot, accepted, some_facts, unobserved
from tests.bundles.differential import VERSIONS, now
from tests.diagnosis.scenes import ORDERS, SENTRY, a_container, a_scene, a_state
from tests.real.ways_to_fail import NOT_HERE, REPLACED, WAYS, Spoilt, Way
from tests.rig import dapr
from tests.rig.api_server import ApiServer
from tests.rig.sentry import Sentry
from tests.rig.verdict import serves, standalone_verdict

TOGETHER: Final = 4
SLEEPING: Final = 12
"""Up to 1.11 a sentry waits a second before it looks at its files."""
KEYS: Final = trust.Keys(ca="ca.crt", issuer_cert="issuer.crt", issuer_key="issuer.key")

OF_THE_RIG: Final = "Error getting Kubernetes cluster domain"
"""There is no DNS in the rig."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a real sentry did with a spoilt bundle: whether it serves, what it printed, and what the objects hold afterwards."""

    serves: bool
    log: tuple[str, ...]
    secret: TrustSecret | None
    configmap: TrustConfigMap | None


@pytest.fixture(scope="module")
def server(api_server: ApiServer) -> Iterator[ApiServer]:
    """Each sentry has a namespace of its own, so one cleaning is enough."""
    dapr.install_crds(api_server.cluster)
    yield api_server
    api_server.cluster.erase_all()


@pytest.mark.parametrize("version", VERSIONS)
def test_the_cause_of_a_real_failure_is_named(version: str, server: ApiServer) -> None:
    ways = [way for way in WAYS if way.expected(version) != NOT_HERE]
    with ThreadPoolExecutor(SLEEPING if is_old(version) else TOGETHER) as pool:
        wrong = [told for told in pool.map(partial(_wrong, server, version), ways) if told]

    assert not wrong, "\n".join((f"{len(wrong)} of {len(ways)} ways:", *wrong))


def is_old(version: str) -> bool:
    return Version.parse(version).class_ == "A"


def _wrong(server: ApiServer, version: str, way: Way) -> str:
    spoilt = way.spoil(now().replace(microsecond=0))
    run = _standalone(version, spoilt) if is_old(version) else _in_kubernetes(server, version, spoilt)
    found = list(_mistakes(version, way, spoilt, run))
    if not found:
        return ""
    return "\n    ".join((f"{way.name} ({'serves' if run.serves else 'ended'})", *found, *run.log[-2:]))


def _mistakes(version: str, way: Way, spoilt: Spoilt, run: Run) -> Iterator[str]:
    """For whom another cause was named; also where the bot may not read the Secret, and has only what sentry said."""
    for target in (SENTRY, ORDERS):
        for secret_is_read in (True, False):
            wanted = way.expected(version) if secret_is_read else way.expected_unseen(version)
            told = diagnosis_of(version, spoilt, run, target, secret_is_read=secret_is_read)
            ids = [one.id for one in told.causes]
            where = f"{target.name}, {'all is seen' if secret_is_read else 'the Secret is not read'}"
            if not secret_is_read and run.serves and wanted != REPLACED:
                continue  # nobody tells what is in it
            if ids[:1] != [wanted] * bool(wanted):
                yield f"{where}: {ids} instead of {wanted or 'nothing'}"
            elif told.verdict and not run.serves and not _holds_last_words(told, run.log):
                yield f"{where}: {wanted} without sentry's last words: {told.verdict.excerpts}"


def _holds_last_words(told: Diagnosis, log: Sequence[str]) -> bool:
    """Their last clause; how much stands before it differs from version to version."""
    fatal = [printed(line).message for line in log if "level=fatal" in line]
    shown = " ".join(told.verdict.excerpts) if told.verdict else ""
    return all(message.rpartition(": ")[2][:40] in shown for message in fatal[-1:])


def diagnosis_of(version: str, spoilt: Spoilt, run: Run, target: Target, *, secret_is_read: bool) -> Diagnosis:
    at = now()
    pod = target.pods[0]
    container = _container("dapr-sentry" if target is SENTRY else "daprd", at, crashes=not run.serves)
    app = a_pod("orders", anchors=spoilt.ca.roots_pem, version=version, state="running" if run.serves else "CrashLoopBackOff")
    snapshot = _snapshot(version, spoilt, run, at, pods=[app.made(name=ORDERS.pods[0].name, created_at=at - timedelta(days=2))])
    if not secret_is_read:
        snapshot = msgspec.structs.replace(snapshot, secret=unobserved(Why.BY_CHOICE), issuer_gauges=unobserved(Why.BY_CHOICE))
    lines = [
        LogLine(at_ns=int(at.timestamp() * 1e9) + number, text=text, namespace="dapr-system", pod="dapr-sentry-0", container="dapr-sentry")
        for number, text in enumerate(run.log)
        if OF_THE_RIG not in text
    ]
    state: PodState = a_state(container, pod=pod, created_at=at - timedelta(days=2))
    scene = a_scene(snapshot, target=target, states=[state], lines=lines)
    return diagnose(msgspec.structs.replace(scene, since_at=at - timedelta(hours=6)))


def _container(name: str, at: datetime, *, crashes: bool) -> ContainerState:
    if not crashes:
        return a_container(name)
    return a_container(name, waiting="CrashLoopBackOff", exit_code=1, ended="Error", ended_at=at, restarts=7)


def _snapshot(version: str, spoilt: Spoilt, run: Run, at: datetime, **parts: Any) -> Snapshot:
    down = a_component(version=version, ready=0, waiting="CrashLoopBackOff", restarts=7, started_at=at)
    chain = run.secret.issuer.blocks if run.secret and run.secret.issuer else ()
    gauges = (IssuerGauge("dapr-sentry-0", certificate(chain[0].der).not_after_at),) if run.serves and chain else ()
    return a_snapshot(
        ca=spoilt.ca,
        version=version,
        taken_at=at,
        secret=Observed(run.secret),
        configmap=Observed(run.configmap),
        components=a_control_plane({} if run.serves else {"sentry": down}, version=version),
        issuer_gauges=gauges,
        accepted=accepted(spoilt.ca, at=at - timedelta(days=60)),
        **parts,
    )


def _standalone(version: str, spoilt: Spoilt) -> Run:
    files = spoilt.bundle.secret
    ca, issuer, key = (files[name] for name in ("ca.crt", "issuer.crt", "issuer.key"))
    verdict = standalone_verdict(version, ca_crt=ca, issuer_crt=issuer, issuer_key=key)
    held = a_secret(ca=ca, issuer=issuer, key=key, facts=some_facts("kubectl", now() - timedelta(hours=1)))
    return Run(serves=bool(verdict), log=verdict.log, secret=held, configmap=None)


def _in_kubernetes(server: ApiServer, version: str, spoilt: Spoilt) -> Run:
    cluster, namespace = server.cluster, f"cause-{secrets.token_hex(5)}"
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    dapr.write_bundle(cluster, spoilt.bundle, namespace)
    cluster.apply(dapr.configuration(namespace), manager=dapr.CHART_MANAGER)
    if spoilt.without:
        cluster.delete("v1", spoilt.without, dapr.BUNDLE, namespace)
    with (
        tempfile.TemporaryDirectory(prefix="cause-") as scratch,
        Sentry(version, folder=Path(scratch), kubeconfig=server.kubeconfig, namespace=namespace) as sentry,
    ):
        accepts = serves(sentry, version)
        secret = trust.secret(_body(server, "Secret", namespace), dapr.BUNDLE, KEYS) if spoilt.without != "Secret" else None
        configmap = trust.configmap(_body(server, "ConfigMap", namespace), dapr.BUNDLE, "ca.crt") if spoilt.without != "ConfigMap" else None
        sentry.kill()
        log = tuple(sentry.log().splitlines())
    assert not isinstance(secret, trust.Unreadable)
    assert not isinstance(configmap, trust.Unreadable)
    return Run(serves=accepts, log=log, secret=secret, configmap=configmap)


def _body(server: ApiServer, kind: str, namespace: str) -> bytes:
    return msgspec.json.encode(server.cluster.get("v1", kind, dapr.BUNDLE, namespace))
