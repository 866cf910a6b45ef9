"""Snapshots for tests: healthy by default, only the deviation is written.

a_snapshot(ca=a_ca(expires_in=days(12)))
a_snapshot(configmap=a_configmap(A_CA.roots_pem + b"\\n"))
a_snapshot(pods=[a_pod("orders", anchors=ANOTHER_CA.roots_pem)])
"""

import functools
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from bot.model import pem
from bot.model.chains import CHAINS_NOT_READ, Endpoint, LiveChain, LiveChains, NoChain
from bot.model.logs import Heartbeat, LogView, Sighting
from bot.model.observed import Observed, Unobserved, Why
from bot.model.private_key import read_key
from bot.model.servers import PORTS, SIDECAR_PORT
from bot.model.snapshot import (
    AcceptedCa,
    CaBundle,
    Component,
    ComponentPod,
    Daprd,
    DaprPod,
    IssuerGauge,
    MtlsConfiguration,
    ObjectFacts,
    PodCensus,
    Snapshot,
    TrustConfigMap,
    TrustSecret,
    Writer,
)
from bot.model.surroundings import Budget, Quota, Replicas, Surrounding, Surroundings, WorkloadName
from bot.model.workloads import owner
from tests.certificates import NOW, Made, a_certificate, a_key, a_leaf

VERSION = "1.18.3"
LONG_AGO = NOW - timedelta(days=65)
PARTS = ("secret", "configmap", "components", "census", "mtls", "webhook", "crd", "issuer_gauges", "accepted", "logs", "chains")
SERVERS = {
    "sentry": "dapr-sentry",
    "operator": "dapr-operator",
    "sidecar-injector": "dapr-injector",
    "placement-server": "dapr-placement",
    "scheduler-server": "dapr-scheduler",
}
"""What each part of the control plane calls itself in its certificate."""


def days(number: float) -> timedelta:
    return timedelta(days=number)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@dataclass(frozen=True)
class Ca:
    """Roots and an issuer chain (issuer first), as they stand in ca.crt and issuer.crt."""

    roots: tuple[Made, ...]
    chain: tuple[Made, ...]

    @property
    def roots_pem(self) -> bytes:
        return b"".join(root.pem for root in self.roots)

    @property
    def chain_pem(self) -> bytes:
        return b"".join(one.pem for one in self.chain)

    @property
    def key_pem(self) -> bytes:
        return self.chain[0].key_pem

    @property
    def issuer_ends_at(self) -> datetime:
        return self.chain[0].certificate.not_valid_after_utc


@functools.cache
def a_ca(
    name: str = "first",
    *,
    expires_in: timedelta = timedelta(days=300),
    issuer_expires_in: timedelta | None = None,
    kind: str = "p256",
    starts_in: timedelta = timedelta(days=-65),
    issuer_dns: tuple[str, ...] = (),
) -> Ca:
    """As sentry makes one: root and issuer begin and end together. Another ``name`` is another CA with the same subjects."""
    dates = {"not_before": NOW + starts_in, "not_after": NOW + expires_in}
    root = a_certificate("cluster.local", key=a_key(kind, f"{name} root"), **dates)  # type: ignore[arg-type]
    if issuer_expires_in is not None:
        dates["not_after"] = NOW + issuer_expires_in
    subject = "spiffe://cluster.local/ns/dapr-system/dapr-sentry"
    issuer = a_certificate(subject, key=a_key(kind, f"{name} issuer"), by=root, dns=issuer_dns, **dates)  # type: ignore[arg-type]
    return Ca((root,), (issuer,))


A_CA = a_ca()
ANOTHER_CA = a_ca("second")


def some_facts(manager: str = "helm", at: datetime | None = LONG_AGO, *, keys: tuple[str, ...] = ("ca.crt",)) -> ObjectFacts:
    writers = (Writer(manager=manager, operation="Update", at=at, keys=keys),)
    return ObjectFacts(uid="5d0f", resource_version="1", created_at=LONG_AGO, writers=writers)


def a_secret(of: Ca = A_CA, /, **deviations: Any) -> TrustSecret:
    """``ca``, ``issuer``, ``key``: bytes in place of the CA's own, None for an absent key of the object; ``facts``."""
    files = {"ca": of.roots_pem, "issuer": of.chain_pem, "key": of.key_pem} | deviations
    facts = files.pop("facts", some_facts(keys=("ca.crt", "issuer.crt", "issuer.key")))
    return TrustSecret(
        facts=facts,
        ca=None if files["ca"] is None else pem.read(files["ca"]),
        issuer=None if files["issuer"] is None else pem.read(files["issuer"]),
        key=None if files["key"] is None else read_key(files["key"]),
    )


def a_configmap(ca: bytes | None = A_CA.roots_pem, *, facts: ObjectFacts | None = None) -> TrustConfigMap:
    return TrustConfigMap(facts=facts or some_facts(), ca=None if ca is None else pem.read(ca))


def a_component(name: str = "sentry", *, version: str = VERSION, ready: int = 1, desired: int = 1, **deviations: Any) -> Component:
    """``waiting``, ``restarts``, ``started_at``: of its pods that are not ready; the others run since long ago."""
    image = f"docker.io/daprio/dapr:{version}"
    troubled: dict[str, Any] = {key: deviations.pop(key) for key in ("waiting", "restarts", "started_at") if key in deviations}
    pods = tuple(_a_component_pod(f"dapr-{name}-{at}", image, {} if at < ready else troubled, ready=at < ready) for at in range(desired))
    fields: dict[str, Any] = {"kind": "Deployment", "workload": f"dapr-{name}", "image": image, "version": version, "pods": pods}
    return Component(name=name, desired=desired, ready=ready, **(fields | deviations))


def _a_component_pod(name: str, image: str, troubled: dict[str, Any], *, ready: bool) -> ComponentPod:
    return ComponentPod(name=name, ready=ready, image=image, **({"started_at": LONG_AGO} | troubled))


def a_control_plane(instead: Mapping[str, Component | None] | None = None, /, *, version: str = VERSION) -> tuple[Component, ...]:
    """All five workloads, ready. ``instead``: another component for a name, None leaves it out."""
    names = ("sentry", "operator", "sidecar-injector", "placement-server", "scheduler-server")
    usual = {name: a_component(name, version=version) for name in names}
    return tuple(one for one in (usual | dict(instead or {})).values() if one is not None)


@dataclass(frozen=True)
class APod:
    """A pod, and the text of its DAPR_TRUST_ANCHORS (None: unset or indirect)."""

    pod: DaprPod
    anchors: bytes | None

    def made(self, **changes: Any) -> "APod":
        return replace(self, pod=msgspec.structs.replace(self.pod, **changes))


def a_pod(
    app_id: str = "orders",
    *,
    anchors: bytes | None = A_CA.roots_pem,
    number: int = 0,
    namespace: str = "shop",
    phase: str = "Running",
    version: str = VERSION,
    state: str = "running",
) -> APod:
    """``number`` tells pods of one workload apart."""
    key = None if anchors is None else hashlib.sha256(anchors).hexdigest()
    daprd = Daprd(image=f"docker.io/daprio/daprd:{version}", version=version, anchors=key, ready=state == "running", state=state)
    name, workload = f"{app_id}-7f9c-{number}", f"Deployment/{app_id}"
    pod = DaprPod(
        namespace=namespace, name=name, app_id=app_id, phase=phase, daprd=daprd, workload=workload, created_at=NOW - timedelta(days=2)
    )
    return APod(pod, anchors)


def a_bare_pod(app_id: str = "orders", **deviations: Any) -> APod:
    """Annotated dapr.io/enabled, but without daprd."""
    return a_pod(app_id, anchors=None, **deviations).made(daprd=None)


def a_census(*pods: APod, leaving: Sequence[APod] = (), sentry_namespaces: tuple[str, ...] = ("dapr-system",)) -> PodCensus:
    """``leaving``: being deleted; each with its ``ends_at``."""
    anchors = {hashlib.sha256(one.anchors).hexdigest(): pem.read(one.anchors) for one in (*pods, *leaving) if one.anchors is not None}
    found, ending = tuple(one.pod for one in pods), tuple(one.pod for one in leaving)
    return PodCensus(pods=found, leaving=ending, anchors=anchors, sentry_namespaces=sentry_namespaces, total=len(found) + 20)


def a_surrounding(
    app_id: str = "orders", kind: str = "Deployment", *, namespace: str = "shop", replicas: int = 2, **deviations: Any
) -> Surrounding:
    """A workload that rolls one pod at a time, each replaced before it goes (which no StatefulSet does); all is well with it."""
    usual: dict[str, Any] = {
        "workload": WorkloadName(namespace, kind, app_id),
        "uid": f"uid-of-{app_id}",
        "template": hashlib.sha256(app_id.encode()).hexdigest(),
        "replicas": Replicas(desired=replicas, existing=replicas, ready=replicas, updated=replicas),
        **({"max_unavailable": 1} if kind == "StatefulSet" else {"max_surge": 1}),
    }
    return Surrounding(**(usual | deviations))


def some_surroundings(*workloads: Surrounding, among: Sequence[APod] = (), **parts: Any) -> Surroundings:
    """These workloads, and one for every other that the pods ``among`` name. ``parts``: budgets, quotas."""
    given = {one.workload: one for one in workloads}
    for pod in among:
        name = owner(pod.pod)
        if name.kind in ("Deployment", "StatefulSet", "DaemonSet") and name not in given:
            count = sum(owner(one.pod) == name for one in among)
            given[name] = a_surrounding(name.name, name.kind, namespace=name.namespace, replicas=count)
    return Surroundings(workloads=tuple(given.values()), **parts)


def a_budget(*covers: Surrounding, allowed: int | None = 1, expected: int = 2, wanted: int = 1, name: str = "budget") -> Budget:
    names = tuple(one.workload for one in covers)
    return Budget(
        namespace=names[0].namespace, name=name, selector="app=orders", covers=names, allowed=allowed, expected=expected, wanted=wanted
    )


def a_quota(namespace: str = "shop", *, scoped: bool = False, **left: int) -> Quota:
    """``left``: by resource, in whole units, with _ for the dot: pods=0, requests_cpu=2."""
    return Quota(
        namespace=namespace, name="quota", scoped=scoped, left={name.replace("_", "."): 1000 * value for name, value in left.items()}
    )


def a_webhook(bundle: bytes | None = A_CA.roots_pem, *, service_namespace: str = "dapr-system") -> CaBundle:
    kind, name = "MutatingWebhookConfiguration", "dapr-sidecar-injector"
    return CaBundle(kind=kind, name=name, bundle=None if bundle is None else pem.read(bundle), service_namespace=service_namespace)


def a_crd(bundle: bytes | None = A_CA.roots_pem, *, service_namespace: str = "dapr-system") -> CaBundle:
    kind, name = "CustomResourceDefinition", "subscriptions.dapr.io"
    return CaBundle(kind=kind, name=name, bundle=None if bundle is None else pem.read(bundle), service_namespace=service_namespace)


def accepted(ca: Ca = A_CA, *, at: datetime = LONG_AGO) -> AcceptedCa:
    roots = tuple(sorted(hashlib.sha256(root.der).hexdigest() for root in ca.roots))
    return AcceptedCa(roots=roots, issuer=hashlib.sha256(ca.chain[0].der).hexdigest(), accepted_at=at, accepted_by="first sight")


def unobserved(why: Why = Why.FORBIDDEN) -> Unobserved:
    if why is Why.BY_CHOICE:
        return Unobserved(why, "DAPR_WARDEN_CA_SECRET_ACCESS is off")
    return Unobserved(why, "get secrets dapr-trust-bundle: forbidden (403)", hint="Bind the Role of deploy/kustomize.")


def a_sighting(
    signature: str,
    *reasons: str,
    component: str = "sentry",
    pods: Sequence[str] = ("dapr-sentry-0",),
    excerpt: str = "It says so.",
    at: datetime = NOW,
) -> Sighting:
    return Sighting(
        signature=signature,
        reasons=reasons,
        component=component,
        first_at=at,
        last_at=at,
        count=1,
        pods=tuple(pods),
        excerpt=excerpt,
    )


def a_heartbeat(*counts: int, until_at: datetime = NOW) -> Heartbeat:
    """Lines per half hour, oldest first."""
    return Heartbeat(until_at=until_at, bucket_seconds=1800, counts=counts)


def a_log_view(*sightings: Sighting, counts: Sequence[int] = (1,) * 48, read_until_at: datetime = NOW) -> LogView:
    return LogView(read_until_at=read_until_at, sightings=sightings, heartbeat=a_heartbeat(*counts, until_at=read_until_at))


def an_endpoint(component: str = "sentry", *, number: int = 0, namespace: str = "dapr-system") -> Endpoint:
    pod = f"dapr-{component}-{number}"
    return Endpoint(component=component, namespace=namespace, pod=pod, ip="10.1.2.3", port=PORTS.get(component, SIDECAR_PORT))


@functools.cache
def _an_identity(ca: Ca, identity: str, dates: tuple[datetime, datetime]) -> bytes:
    leaf = a_leaf(
        ca.chain[0],
        key=a_key("p256", "identity"),
        uris=(f"spiffe://cluster.local/ns/dapr-system/{identity}",),
        not_before=dates[0],
        not_after=dates[1],
    )
    return leaf.pem + ca.chain_pem


def a_live_chain(
    ca: Ca = A_CA,
    component: str = "sentry",
    *,
    number: int = 0,
    since: timedelta = timedelta(hours=-6),
    expires_in: timedelta = timedelta(hours=18),
    identity: str = "",
    text: bytes = b"",
    at: datetime = NOW,
) -> LiveChain:
    """What a pod of it shows: a certificate of a day, a quarter of it gone. ``text``: other certificates instead."""
    shown = text or _an_identity(ca, identity or SERVERS.get(component, component), (at + since, at + expires_in))
    return LiveChain(endpoint=an_endpoint(component, number=number), chain=pem.read(shown))


def a_silence(component: str = "sentry", why: Why = Why.UNREACHABLE, *, number: int = 0) -> NoChain:
    where = an_endpoint(component, number=number)
    return NoChain(endpoint=where, why=Unobserved(why, f"{where}: no connection (timed out).", "Look at NetworkPolicies."))


def live_chains(*instead: LiveChain | NoChain, ca: Ca = A_CA, at: datetime = NOW) -> LiveChains:
    """Of every part of the control plane; those named ``instead`` have nothing else."""
    told = {one.endpoint.component for one in instead}
    usual = [a_live_chain(ca, component, at=at) for component in SERVERS if component not in told]
    return LiveChains(
        shown=(*usual, *(one for one in instead if isinstance(one, LiveChain))),
        silent=tuple(one for one in instead if isinstance(one, NoChain)),
    )


def a_snapshot(
    *,
    ca: Ca = A_CA,
    pods: Sequence[APod] | None = None,
    version: str = VERSION,
    off: bool = False,
    taken_at: datetime = NOW,
    **parts: Any,
) -> Snapshot:
    """A healthy cluster of this CA. ``parts``: a field of Snapshot by name, as a plain value (Observed) or Unobserved.

    ``off``: the Secret is not read, by choice.
    """
    census = a_census(*(pods if pods is not None else [a_pod(name, anchors=ca.roots_pem) for name in ("orders", "checkout")]))
    values: dict[str, Any] = {
        "secret": unobserved(Why.BY_CHOICE) if off else a_secret(ca),
        "configmap": a_configmap(ca.roots_pem),
        "components": a_control_plane(version=version),
        "census": census,
        "mtls": MtlsConfiguration(enabled=True, workload_cert_ttl="24h", allowed_clock_skew="15m"),
        "webhook": a_webhook(ca.roots_pem),
        "crd": a_crd(ca.roots_pem),
        "issuer_gauges": (IssuerGauge(pod="dapr-sentry-0", not_after_at=ca.issuer_ends_at),),
        "accepted": accepted(ca),
        "logs": a_log_view(read_until_at=taken_at),
        # Whoever writes what the metric says means a cluster whose servers were not asked.
        "chains": CHAINS_NOT_READ if "issuer_gauges" in parts else live_chains(ca=ca, at=taken_at),
    } | parts
    wrapped: dict[str, Any] = {
        name: value if isinstance(value, Observed | Unobserved) else Observed(value) for name, value in values.items()
    }
    return Snapshot(taken_at=taken_at, cluster="prod-eu", namespace="dapr-system", **wrapped)
