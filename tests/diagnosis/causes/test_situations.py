"""What is the matter? Situation by situation: the first cause, how certain it is, and who must not be blamed beside it."""

from dataclasses import dataclass
from typing import Any

import pytest
from msgspec import structs

from bot.diagnosis.causes import CAUSES, LAST
from bot.diagnosis.diagnosing import diagnose
from bot.model import counters
from bot.model.chains import LiveChains
from bot.model.diagnosis import Certainty
from bot.model.observed import Observed, Why
from bot.model.scene import Level, PodName, Scene, Target
from bot.model.snapshot import Component, IssuerGauge, Writer
from tests import certificates
from tests.builders import (
    A_CA,
    ANOTHER_CA,
    VERSION,
    Ca,
    a_bare_pod,
    a_ca,
    a_component,
    a_configmap,
    a_control_plane,
    a_crd,
    a_live_chain,
    a_pod,
    a_secret,
    a_silence,
    a_snapshot,
    a_webhook,
    accepted,
    days,
    hours,
    live_chains,
    some_facts,
    unobserved,
)
from tests.certificates import NOW
from tests.diagnosis.scenes import ORDERS, POD, SENTRY, a_container, a_counter, a_crash, a_line, a_scene, a_shown, a_state, an_event
from tests.diagnosis.wrappings import cri, dapr_json, dapr_text

PROVED, LIKELY, POSSIBLE = Certainty
EXPIRED = a_ca(expires_in=days(-3))
ISSUER_EXPIRED = a_ca(issuer_expires_in=days(-1))
PATHLEN = Ca((certificates.a_root(path_length=0),), (certificates.an_issuer(certificates.a_root(path_length=0)),))
ED25519 = a_ca("ed", kind="ed25519")
OF_1_11 = a_ca("old", issuer_dns=("cluster.local",))
THIRD = a_ca("third")
YOUNG = a_ca("young", starts_in=days(-1))

MIDDLE = certificates.an_issuer(A_CA.roots[0], "middle", not_before=NOW - days(60), not_after=NOW - days(2))
BELOW = certificates.an_issuer(MIDDLE, "issuer", key=certificates.a_key("p256", "below"), not_before=NOW - days(60))
BELOW_AN_EXPIRED_ONE = Ca(A_CA.roots, (BELOW, MIDDLE))
SERVERS_ONLY = Ca(A_CA.roots, (certificates.an_issuer(A_CA.roots[0], extended=(certificates.SERVER,)),))
CUT_OFF = A_CA.roots_pem + ANOTHER_CA.roots_pem[:300] + b"\n"
OLD_ROOT = certificates.a_root("crossed", not_before=NOW - days(300), not_after=NOW - days(2))
NEW_ROOT = certificates.a_certificate("crossed", key=OLD_ROOT.key, not_before=NOW - days(9))
CROSSED = Ca((NEW_ROOT,), (certificates.an_issuer(NEW_ROOT, not_before=NOW - days(9)),))

EARLY = "x509: certificate has expired or is not yet valid: current time 2026-11-23T11:55:00Z is before 2026-11-23T12:30:00Z"
X509 = "x509: certificate has expired or is not yet valid: current time 2026-11-23T11:55:00Z is after 2026-11-20T12:00:00Z"
HANDSHAKE = 'rpc error: code = Unavailable desc = connection error: desc = "transport: authentication handshake failed: {}"'
UNKNOWN_CA = HANDSHAKE.format("x509: certificate signed by unknown authority")
NO_IDENTITY = "Fatal error from runtime: failed to retrieve the initial identity: error from sentry SignCertificate: {}"
NO_SUCH_HOST = (
    "rpc error: code = Unavailable desc = dial tcp: lookup dapr-sentry.dapr-system.svc.cluster.local on 10.96.0.10:53: no such host"
)
DENIED = "rpc error: code = PermissionDenied desc = {}"
WARNED = "Dapr root certificate expiration warning: certificate has expired."
GENERATED = "Root and issuer certs not found: generating self signed CA"
LEASE_LOST = (
    "E1123 11:52:46.531050       1 leaderelection.go:330] error retrieving resource lock dapr-system/operator.dapr.io: Get "
    '"https://10.0.0.1:443/apis/coordination.k8s.io/v1/namespaces/dapr-system/leases/operator.dapr.io": http2: client connection lost'
)
PROBE = 'Readiness probe failed: Get "http://10.1.2.3:{}": dial tcp 10.1.2.3:3501: connect: connection refused'
SIDECAR_PROBE = PROBE.format("3501/v1.0/healthz")
CLOSED = (
    'Error creating: Internal error occurred: failed calling webhook "sidecar-injector.dapr.io": failed to call webhook: Post '
    '"https://dapr-sidecar-injector.dapr-system.svc:443/mutate?timeout=10s": x509: certificate signed by unknown authority'
)
NO_CONFIGMAP = 'MountVolume.SetUp failed for volume "dapr-trust-bundle" : configmap "dapr-trust-bundle" not found'
CRASHING = [a_state(a_crash("daprd"))]


def crash_looping(name: str, *, version: str = VERSION) -> Component:
    return a_component(name, version=version, ready=0, waiting="CrashLoopBackOff", restarts=9)


def replaced(manager: str) -> Scene:
    """Another CA than the accepted one, which the pods still trust."""
    facts = some_facts(manager, NOW - hours(2), keys=("ca.crt", "issuer.crt", "issuer.key"))
    snapshot = a_snapshot(
        ca=ANOTHER_CA,
        secret=a_secret(ANOTHER_CA, facts=facts),
        configmap=a_configmap(ANOTHER_CA.roots_pem, facts=facts),
        pods=[a_pod("orders"), a_pod("checkout")],
        accepted=accepted(A_CA),
    )
    return a_scene(snapshot, states=CRASHING)


def of_a_sidecar(ca: Ca = A_CA, *, identity: str = "orders", **dates: Any) -> LiveChains:
    """What the target's pod shows."""
    live = a_live_chain(ca, "daprd", identity=identity, **dates)
    return LiveChains(shown=(structs.replace(live, endpoint=structs.replace(live.endpoint, namespace=POD.namespace, pod=POD.name)),))


@dataclass(frozen=True)
class Row:
    """What is seen, and what is said of it first; None: nothing is. ``innocent``: ids that must not be among the causes."""

    name: str
    scene: Scene
    first: str | None
    certainty: Certainty | None = None
    innocent: tuple[str, ...] = ()


def written(*writers: tuple[str, float]) -> Scene:
    """A replaced CA with these writers, each so many hours ago."""
    keys = ("ca.crt", "issuer.crt", "issuer.key")
    entries = tuple(Writer(manager=name, operation="Update", at=NOW - hours(ago), keys=keys) for name, ago in writers)
    facts = structs.replace(some_facts(), writers=entries)
    scene = replaced("nobody")
    secret, configmap = a_secret(ANOTHER_CA, facts=facts), a_configmap(ANOTHER_CA.roots_pem, facts=facts)
    snapshot = structs.replace(scene.snapshot, secret=Observed(secret), configmap=Observed(configmap))
    return a_scene(snapshot)


NO_CONFIGURATION = [
    a_line(dapr_json(NO_IDENTITY.format(DENIED.format("failed to get configuration")), "dapr.runtime"), at_minute=minute)
    for minute in (-9, -4)
]


def a_leaf(hours_old: int) -> certificates.Made:
    """A workload certificate that lives for a day."""
    begins_at = NOW - hours(hours_old)
    return certificates.a_leaf(A_CA.chain[0], not_before=begins_at, not_after=begins_at + days(1))


ROWS = [
    Row("nothing is the matter", a_scene(), None),
    Row(
        "the root has expired, sidecars crash-loop",
        a_scene(a_snapshot(ca=EXPIRED), states=CRASHING, events=[an_event("Unhealthy", SIDECAR_PROBE)]),
        "root-expired",
        PROVED,
        ("sidecar-crashes", "probe-wrong", "control-plane-unready"),
    ),
    Row(
        "the root has expired, and the operator lost the API server for a moment",
        a_scene(a_snapshot(ca=EXPIRED), lines=[a_line(LEASE_LOST, "dapr-operator")]),
        "root-expired",
        PROVED,
        ("api-server-unreachable",),
    ),
    Row(
        "the root has expired, and the control plane crash-loops because of it",
        a_scene(a_snapshot(ca=EXPIRED, components=a_control_plane({"sentry": crash_looping("sentry")})), target=SENTRY),
        "root-expired",
        PROVED,
        ("control-plane-unready",),
    ),
    Row("only the issuer has expired", a_scene(a_snapshot(ca=ISSUER_EXPIRED)), "issuer-expired", PROVED, ("sentry-refuses-bundle",)),
    Row(
        "sentry says that the root has expired, and the Secret may not be read",
        a_scene(
            a_snapshot(secret=unobserved(), configmap=unobserved(), version="1.10.4", pods=[a_pod(version="1.10.4")]),
            lines=[a_line(dapr_json(WARNED, level="warning"), "dapr-sentry")],
        ),
        "root-expired",
        POSSIBLE,
    ),
    Row("the root expires soon, nothing is broken", a_scene(a_snapshot(ca=a_ca(expires_in=days(12)))), "expires-soon", PROVED),
    Row(
        "the root expires soon, and the image cannot be pulled",
        a_scene(a_snapshot(ca=a_ca(expires_in=days(3))), states=[a_state(a_container(waiting="ImagePullBackOff"))]),
        "image-pull",
        PROVED,
    ),
    Row(
        "the root expires soon, and the sidecar crash-loops for no reason that is seen",
        a_scene(a_snapshot(ca=a_ca(expires_in=days(3))), states=CRASHING),
        "sidecar-crashes",
        POSSIBLE,
    ),
    Row("the CA begins in the future", a_scene(a_snapshot(ca=a_ca(starts_in=days(1)))), "ca-not-yet-valid", PROVED, ("clock-skew",)),
    Row("sentry replaced the CA by itself", replaced("sentry"), "ca-replaced-by-sentry", PROVED, ("stale-trust", "sidecar-crashes")),
    Row(
        "nothing is seen but a counter",
        a_scene(counted=[a_counter(counters.RENEWAL_FAILED, reason="sign")]),
        "certificate-requests-fail",
        POSSIBLE,
    ),
    Row("a sidecar did not renew", a_scene(chains=LiveChains(shown=(a_shown(a_leaf(19), A_CA.chain[0]),))), "renewal-overdue", LIKELY),
    Row("Helm replaced the CA", replaced("helm"), "ca-replaced-by-helm", PROVED),
    Row("Argo CD replaced the CA", replaced("argocd-controller"), "ca-replaced-by-gitops", PROVED),
    Row("Flux replaced the CA", replaced("helm-controller"), "ca-replaced-by-gitops", PROVED),
    Row("a person replaced the CA", replaced("kubectl-edit"), "ca-replaced-by-person", PROVED),
    Row("somebody unknown replaced the CA", replaced("a-strange-client"), "ca-replaced", PROVED),
    Row(
        "sentry says that it made a CA, and it is the accepted one",
        a_scene(lines=[a_line(GENERATED, "dapr-sentry")]),
        "ca-replaced-by-sentry",
        POSSIBLE,
    ),
    Row(
        "Secret and ConfigMap differ by one newline",
        a_scene(a_snapshot(configmap=a_configmap(A_CA.roots_pem + b"\n"))),
        "bundle-mismatch",
        PROVED,
    ),
    Row(
        "Secret and ConfigMap differ, and the app crashes on its own",
        a_scene(a_snapshot(configmap=a_configmap(A_CA.roots_pem + b"\n")), states=[a_state(a_crash())]),
        "app-crashes",
        PROVED,
    ),
    Row("the Secret has no key", a_scene(a_snapshot(secret=a_secret(key=None))), "bundle-incomplete", PROVED),
    Row(
        "the ConfigMap does not exist, and a sentry waits for it",
        a_scene(
            a_snapshot(configmap=None, components=a_control_plane({"sentry": a_component("sentry", ready=0)})),
            target=SENTRY,
            events=[an_event("FailedMount", NO_CONFIGMAP, name="dapr-sentry-0", namespace="dapr-system")],
        ),
        "bundle-incomplete",
        PROVED,
        ("mount-failed",),
    ),
    Row(
        "the kubelet finds no ConfigMap, and nobody may read it",
        a_scene(
            a_snapshot(configmap=unobserved()),
            target=SENTRY,
            events=[an_event("FailedMount", NO_CONFIGMAP, name="dapr-sentry-0", namespace="dapr-system")],
        ),
        "bundle-incomplete",
        LIKELY,
        ("mount-failed",),
    ),
    Row(
        "sentry is down, for the key does not belong to the issuer",
        a_scene(
            a_snapshot(secret=a_secret(key=ANOTHER_CA.key_pem), components=a_control_plane({"sentry": crash_looping("sentry")})),
            states=CRASHING,
        ),
        "sentry-refuses-bundle",
        PROVED,
        ("control-plane-unready", "sidecar-crashes"),
    ),
    Row(
        "sentry is down, for its issuer is Ed25519 on a version that cannot",
        a_scene(
            a_snapshot(
                ca=ED25519,
                version="1.15.4",
                components=a_control_plane({"sentry": crash_looping("sentry", version="1.15.4")}, version="1.15.4"),
            ),
            target=SENTRY,
        ),
        "sentry-refuses-bundle",
        PROVED,
    ),
    Row(
        "sentry says that it refuses its bundle, and the Secret may not be read",
        a_scene(
            a_snapshot(secret=unobserved()),
            target=SENTRY,
            lines=[a_line(dapr_text("error creating CA: issuer key does not match issuer certificate", level="fatal"), "dapr-sentry")],
        ),
        "sentry-refuses-bundle",
        POSSIBLE,
    ),
    Row("the root allows no issuer below it", a_scene(a_snapshot(ca=PATHLEN)), "peers-refuse", PROVED, ("stale-trust",)),
    Row(
        "the target's own pod trusts another CA",
        a_scene(a_snapshot(pods=[a_pod("orders", anchors=ANOTHER_CA.roots_pem), a_pod("checkout")]), states=CRASHING),
        "stale-trust",
        PROVED,
        ("callers-stale", "sidecar-crashes"),
    ),
    Row(
        "a sidecar still shows a certificate of a root that was dropped, and trusts both",
        a_scene(a_snapshot(pods=[a_pod("orders", anchors=A_CA.roots_pem + ANOTHER_CA.roots_pem)]), chains=of_a_sidecar(ANOTHER_CA)),
        "sidecar-untrusted",
        PROVED,
        ("stale-trust", "callers-stale"),
    ),
    Row(
        "a sidecar shows a certificate that was not renewed",
        a_scene(chains=of_a_sidecar(since=hours(-30), expires_in=hours(-6))),
        "sidecar-untrusted",
        PROVED,
    ),
    Row("a sidecar shows what its peers accept", a_scene(chains=of_a_sidecar()), None, None),
    Row("a mesh answers in a sidecar's place", a_scene(chains=of_a_sidecar(ANOTHER_CA, identity="sa/orders")), None, None),
    Row(
        "the operator still runs with the old CA, and the sidecar does not get ready",
        a_scene(a_snapshot(chains=live_chains(a_live_chain(ANOTHER_CA, "operator"))), states=CRASHING),
        "server-untrusted",
        PROVED,
        ("sidecar-crashes", "control-plane-not-restarted"),
    ),
    Row(
        "pods of others trust another CA, and calls fail",
        a_scene(
            a_snapshot(pods=[a_pod("orders"), a_pod("checkout", anchors=ANOTHER_CA.roots_pem)]),
            lines=[a_line(dapr_json(f"failed to invoke, id: checkout, err: {UNKNOWN_CA}", "dapr.runtime"))],
        ),
        "callers-stale",
        PROVED,
        ("stale-trust",),
    ),
    Row(
        "a sidecar says that it trusts another CA, and the pods may not be seen",
        a_scene(a_snapshot(census=unobserved()), lines=[a_line(dapr_json(NO_IDENTITY.format(UNKNOWN_CA), "dapr.runtime"))]),
        "stale-trust",
        POSSIBLE,
    ),
    Row(
        "the sidecar is newer than sentry",
        a_scene(a_snapshot(version="1.16.2", pods=[a_pod("orders", version="1.18.3")]), states=CRASHING),
        "sidecar-newer",
        PROVED,
        ("sidecar-crashes",),
    ),
    Row(
        "the pod came without a sidecar, for the API server does not trust the injector",
        a_scene(a_snapshot(pods=[a_bare_pod("orders")], webhook=a_webhook(ANOTHER_CA.roots_pem))),
        "injector-untrusted",
        PROVED,
        ("sidecar-missing",),
    ),
    Row("the pod came without a sidecar", a_scene(a_snapshot(pods=[a_bare_pod("orders")])), "sidecar-missing", PROVED),
    Row(
        "no pod is created, for the injector's webhook fails closed",
        a_scene(events=[an_event("FailedCreate", CLOSED, kind="ReplicaSet", name="orders-7f9c")]),
        "injector-untrusted",
        LIKELY,
        ("pods-not-created",),
    ),
    Row("Subscriptions cannot be listed", a_scene(a_snapshot(crd=a_crd(ANOTHER_CA.roots_pem))), "conversion-untrusted", PROVED),
    Row(
        "placement runs since before the CA was issued",
        a_scene(
            a_snapshot(ca=YOUNG),
            lines=[a_line(dapr_json(f"Failed to connect to placement service: {UNKNOWN_CA}. Retrying...", "dapr.runtime.actors"))],
        ),
        "control-plane-not-restarted",
        LIKELY,
        ("stale-trust",),
    ),
    Row(
        "sentry is scaled to none",
        a_scene(a_snapshot(components=a_control_plane({"sentry": a_component(ready=0, desired=0)})), states=CRASHING),
        "control-plane-unready",
        PROVED,
        ("sidecar-crashes",),
    ),
    Row("there is no Dapr", a_scene(a_snapshot(components=(), secret=None, configmap=None)), "dapr-missing", PROVED),
    Row("the image cannot be pulled", a_scene(states=[a_state(a_container(waiting="ErrImagePull"))]), "image-pull", PROVED),
    Row(
        "the app was OOMKilled", a_scene(states=[a_state(a_crash(code=137, ended="OOMKilled"))]), "out-of-memory", PROVED, ("app-crashes",)
    ),
    Row(
        "no node takes the pod",
        a_scene(states=[a_state(phase="Pending", unscheduled="0/3 nodes are available: 3 Insufficient cpu.")]),
        "unschedulable",
        PROVED,
    ),
    Row(
        "a quota is used up",
        a_scene(
            events=[an_event("FailedCreate", "pods is forbidden: exceeded quota: compute", kind="ReplicaSet", name="orders-7f9c")],
        ),
        "pods-not-created",
        LIKELY,
    ),
    Row(
        "a volume of the app's own cannot be mounted",
        a_scene(
            states=[a_state(a_container(waiting="ContainerCreating"), phase="Pending")],
            events=[an_event("FailedMount", 'MountVolume.SetUp failed for volume "data" : secret "orders-db" not found')],
        ),
        "mount-failed",
        LIKELY,
    ),
    Row(
        "the app's own probe asks the wrong port",
        a_scene(
            states=[a_state(a_container(ready=False))],
            events=[an_event("Unhealthy", PROBE.format("9999/health").replace("3501", "9999"))],
        ),
        "probe-wrong",
        LIKELY,
    ),
    Row("the app ends with its own code", a_scene(states=[a_state(a_crash(code=3))]), "app-crashes", PROVED),
    Row("the pod was evicted", a_scene(states=[a_state(phase="Failed", reason="Evicted", message="low on memory")]), "evicted", PROVED),
    Row(
        "the app's Configuration does not exist",
        a_scene(
            states=CRASHING,
            lines=NO_CONFIGURATION,
        ),
        "configuration-missing",
        LIKELY,
        ("sidecar-crashes", "sentry-unreachable"),
    ),
    Row(
        "sentry does not accept the sidecar's token",
        a_scene(
            states=CRASHING,
            lines=[
                a_line(dapr_json(NO_IDENTITY.format(DENIED.format("token review failed: no audience")), "dapr.runtime"), at_minute=minute)
                for minute in (-9, -4)
            ],
        ),
        "sentry-denies",
        LIKELY,
    ),
    Row(
        "sentry's name is not resolved",
        a_scene(
            states=CRASHING,
            lines=[a_line(dapr_json(NO_IDENTITY.format(NO_SUCH_HOST), "dapr.runtime"), at_minute=minute) for minute in (-9, -4)],
        ),
        "sentry-unreachable",
        LIKELY,
        ("sidecar-crashes",),
    ),
    Row(
        "a sidecar up to 1.11 waits for the operator in vain",
        a_scene(
            a_snapshot(ca=OF_1_11, version="1.11.6", pods=[a_pod("orders", version="1.11.6", anchors=OF_1_11.roots_pem)]),
            states=CRASHING,
            lines=[a_line(dapr_json("context deadline exceeded", "dapr.runtime", "fatal"))],
        ),
        "sidecar-times-out",
        POSSIBLE,
        ("sidecar-crashes",),
    ),
    Row(
        "the operator lost the API server, nothing else",
        a_scene(lines=[a_line(LEASE_LOST, "dapr-operator")]),
        "api-server-unreachable",
        POSSIBLE,
    ),
    Row(
        "a line that no signature knows, of a sidecar that crash-loops",
        a_scene(states=CRASHING, lines=[a_line(cri("panic: runtime error: certificate of the sun has set"))]),
        "sidecar-crashes",
        POSSIBLE,
    ),
    Row("an intermediate has expired", a_scene(a_snapshot(ca=BELOW_AN_EXPIRED_ONE)), "intermediate-expired", PROVED),
    Row(
        "a sidecar says that something has expired, and the CA lives",
        a_scene(states=CRASHING, lines=[a_line(dapr_json(NO_IDENTITY.format(HANDSHAKE.format(X509)), "dapr.runtime"))]),
        "certificate-expired",
        POSSIBLE,
        ("sidecar-crashes",),
    ),
    Row(
        "sentry goes on with an issuer that has expired, the Secret holds a good one",
        a_scene(a_snapshot(issuer_gauges=(IssuerGauge(pod="dapr-sentry-0", not_after_at=NOW - hours(5)),)), states=CRASHING),
        "issuer-not-loaded",
        PROVED,
        ("sidecar-crashes",),
    ),
    Row(
        "sentry goes on with another issuer that still lives",
        a_scene(a_snapshot(issuer_gauges=(IssuerGauge(pod="dapr-sentry-0", not_after_at=NOW + days(90)),)), states=[a_state(a_crash())]),
        "app-crashes",
        PROVED,
    ),
    Row(
        "the CA was replaced, and the target's pod trusts neither the old one nor the new one",
        a_scene(
            a_snapshot(ca=ANOTHER_CA, pods=[a_pod("orders", anchors=THIRD.roots_pem), a_pod("checkout")], accepted=accepted(A_CA)),
            states=CRASHING,
        ),
        "stale-trust",
        PROVED,
        ("sidecar-crashes",),
    ),
    Row("a person wrote the CA after sentry had", written(("sentry", 5), ("kubectl-edit", 2)), "ca-replaced-by-person", PROVED),
    Row("sentry wrote the CA after a person had", written(("sentry", 2), ("kubectl-edit", 5)), "ca-replaced-by-sentry", PROVED),
    Row(
        "some clients cannot use what the issuer signs, and the image cannot be pulled",
        a_scene(
            a_snapshot(ca=SERVERS_ONLY, accepted=None, issuer_gauges=()),
            states=[a_state(a_container(waiting="ErrImagePull"))],
        ),
        "image-pull",
        PROVED,
    ),
    Row(
        "the app's Configuration does not exist, and a scheduler is away",
        a_scene(
            a_snapshot(components=a_control_plane({"scheduler-server": crash_looping("scheduler-server")})),
            states=CRASHING,
            lines=NO_CONFIGURATION,
        ),
        "configuration-missing",
        LIKELY,
    ),
    Row(
        "the app is ended again and again by its own liveness probe",
        a_scene(
            states=[a_state(a_crash(code=137))],
            events=[an_event("Unhealthy", PROBE.format("9999/health").replace("3501", "9999").replace("Readiness", "Liveness"))],
        ),
        "probe-wrong",
        LIKELY,
        ("app-crashes",),
    ),
    Row(
        "a volume could not be mounted for a moment, and all is well",
        a_scene(events=[an_event("FailedMount", 'MountVolume.SetUp failed for volume "data" : timed out')]),
        None,
    ),
    Row(
        "another team's sidecar complains under the same pod's name",
        a_scene(lines=[a_line(dapr_json(NO_IDENTITY.format(UNKNOWN_CA), "dapr.runtime"), namespace="bank")]),
        None,
    ),
    Row(
        "the injector left a pod alone that asked for nothing",
        a_scene(
            lines=[
                a_line(
                    dapr_json("Admission succeeded, but pod was not patched. No sidecar injected for 'nginx'", "dapr.injector"),
                    "dapr-sidecar-injector",
                )
            ]
        ),
        None,
    ),
    Row("a pod is pending, and nothing says why", a_scene(states=[a_state(phase="Pending")]), "pod-not-ready", POSSIBLE),
    Row("a text is cut off", a_scene(a_snapshot(secret=a_secret(ca=CUT_OFF), configmap=a_configmap(CUT_OFF))), "pem-damage", PROVED),
    Row(
        "the sidecar has no roots",
        a_scene(
            a_snapshot(pods=[a_pod("orders", anchors=None)]),
            states=CRASHING,
            lines=[a_line(dapr_json("Fatal error from runtime: trust anchors are required", "dapr.runtime", "fatal"))],
        ),
        "roots-unreadable",
        POSSIBLE,
        ("sidecar-crashes",),
    ),
    Row(
        "the roots of a sidecar that fails cannot be seen",
        a_scene(a_snapshot(pods=[a_pod("orders", anchors=None)]), states=CRASHING),
        "roots-unreadable",
        POSSIBLE,
        ("sidecar-crashes",),
    ),
    Row(
        "a Secret that the app's environment names does not exist",
        a_scene(states=[a_state(a_container(waiting="CreateContainerConfigError", message='secret "db" not found'), phase="Pending")]),
        "container-not-started",
        PROVED,
    ),
    Row(
        "a node's clock is behind",
        a_scene(
            states=CRASHING,
            lines=[a_line(dapr_json(NO_IDENTITY.format(HANDSHAKE.format(EARLY)), "dapr.runtime"), at_minute=minute) for minute in (-9, -4)],
        ),
        "clock-skew",
        LIKELY,
        ("sidecar-crashes",),
    ),
    Row(
        "a mesh stands in between",
        a_scene(
            states=CRASHING,
            lines=[
                a_line(
                    dapr_json(NO_IDENTITY.format(HANDSHAKE.format("tls: first record does not look like a TLS handshake")), "dapr.runtime"),
                    at_minute=minute,
                )
                for minute in (-9, -4)
            ],
        ),
        "not-tls",
        LIKELY,
    ),
    Row(
        "the sidecar runs and is not ready",
        a_scene(states=[a_state(a_container("daprd", ready=False))], lines=[a_line(dapr_json("dapr is not ready: [grpc-api-server]"))]),
        "sidecar-not-ready",
        POSSIBLE,
    ),
    Row(
        "sentry could not store the CA that it made, and nothing came of it",
        a_scene(
            lines=[
                a_line(dapr_json("error creating CA: failed to update trust bundle configmap: it is locked", level="fatal"), "dapr-sentry")
            ]
        ),
        "logs-unexplained",
        POSSIBLE,
    ),
    Row(
        "the injector runs as root",
        a_scene(lines=[a_line(dapr_json("current user UID(0) is root", "dapr.injector", "fatal"), "dapr-sidecar-injector")]),
        "other-complaint",
        POSSIBLE,
    ),
    Row(
        "nobody gets an answer of the API server",
        a_scene(a_snapshot(secret=unobserved(Why.UNREACHABLE), configmap=unobserved(Why.TIMED_OUT), components=unobserved(Why.TIMED_OUT))),
        "api-server-unreachable",
        LIKELY,
    ),
    Row(
        "an old root of the pods only has expired",
        a_scene(
            a_snapshot(
                ca=CROSSED,
                accepted=None,
                pods=[a_pod("orders", anchors=OLD_ROOT.pem), a_pod("checkout", anchors=CROSSED.roots_pem)],
            ),
            states=CRASHING,
        ),
        "root-expired",
        PROVED,
        ("sidecar-crashes",),
    ),
    Row("a line that no signature knows, of a sidecar that is well", a_scene(lines=[a_line("certificate trouble, expired!")]), None),
    Row("the app prints sentry's line", a_scene(lines=[a_line(dapr_json(WARNED), "orders"), a_line(dapr_json(GENERATED), "orders")]), None),
    Row(
        "somebody's container calls itself sentry, elsewhere",
        a_scene(lines=[a_line(dapr_json(WARNED), "dapr-sentry", namespace="shop")]),
        None,
    ),
    Row(
        "a sidecar prints sentry's line",
        a_scene(lines=[a_line(dapr_json(WARNED))]),
        None,
    ),
    Row(
        "another pod's sidecar complains",
        a_scene(lines=[a_line(dapr_json(NO_IDENTITY.format(UNKNOWN_CA), "dapr.runtime"), pod="evil-0")]),
        None,
    ),
    Row(
        "another app's pod cannot be created",
        a_scene(events=[an_event("FailedCreate", "exceeded quota", kind="ReplicaSet", name="orders-api-7f9c")]),
        None,
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_the_first_cause(row: Row) -> None:
    diagnosis = diagnose(row.scene)
    verdict = diagnosis.verdict

    assert (verdict.id if verdict else None, verdict.certainty if verdict else None) == (row.first, row.certainty)
    assert {one.id for one in diagnosis.causes}.isdisjoint(row.innocent)


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_every_cause_says_a_fact_and_what_to_do(row: Row) -> None:
    for cause in diagnose(row.scene).causes:
        assert cause.fact
        assert cause.next_step
        assert cause.evidence or cause.excerpts, cause


def test_a_pod_is_diagnosed_like_its_app() -> None:
    target = Target(level=Level.POD, name=POD.name, namespace="shop", pods=(POD,))
    scene = a_scene(a_snapshot(pods=[a_pod("orders", anchors=ANOTHER_CA.roots_pem)]), target=target, states=CRASHING)
    verdict = diagnose(scene).verdict

    assert verdict is not None
    assert verdict.id == "stale-trust"


def test_of_two_pods_only_the_one_that_is_asked_about_counts() -> None:
    other = PodName("shop", "orders-7f9c-1")
    pods = [a_pod("orders"), a_pod("orders", number=1, anchors=ANOTHER_CA.roots_pem)]
    well = Target(level=Level.POD, name=POD.name, namespace="shop", pods=(POD,))
    both = Target(level=Level.APP, name="orders", namespace="shop", pods=(POD, other))

    assert [one.id for one in diagnose(a_scene(a_snapshot(pods=pods), target=well)).causes] == ["callers-stale"]
    verdict = diagnose(a_scene(a_snapshot(pods=pods), target=both)).verdict
    assert verdict is not None
    assert verdict.fact == "1 of 2 pods of orders trusts another CA than the one that Dapr serves"
    assert ORDERS.pods == (POD,)


def test_every_cause_has_its_situation() -> None:
    assert {one.id for one in (*CAUSES, *LAST)} - {cause.id for row in ROWS for cause in diagnose(row.scene).causes} == set()


@pytest.mark.parametrize(
    ("manager", "words"),
    [
        ("helm", "give the Helm release the same certificates (helm -n dapr-system get values dapr), or its next upgrade writes this CA"),
        ("argocd-controller", "first stop the synchronisation, or mend what it synchronises, or it writes this CA again."),
    ],
)
def test_who_writes_the_ca_again_by_itself_is_mended_too(manager: str, words: str) -> None:
    cause = diagnose(replaced(manager)).causes[0]

    assert cause.next_step.startswith("Restore the accepted CA from your copy")
    assert words in cause.next_step


def test_what_was_counted_stands_beside_the_cause_that_it_bears_out_and_is_no_cause_of_its_own_there() -> None:
    stale = a_snapshot(pods=[a_pod("orders", anchors=ANOTHER_CA.roots_pem)])
    counted = [a_counter(counters.RENEWAL_FAILED, 12, reason="sign"), a_counter(counters.INJECTION_FAILED)]
    lines = [a_line("Error renewing identity, trying again in 10 seconds: x509: certificate signed by unknown authority")]

    found = diagnose(a_scene(stale, counted=counted, lines=lines))
    assert [one.id for one in found.causes] == ["stale-trust"]
    assert (
        "Since it started, shop/orders-7f9c-0 has counted 12 times: it asked for a certificate and got none (sign)."
        in found.causes[0].evidence
    )
    assert not any("sidecar (" in one or "give a pod" in one for one in found.causes[0].evidence)
    assert "what Dapr has counted" in found.looked_at


def test_counters_that_could_not_be_read_are_named() -> None:
    found = diagnose(a_scene(counted=unobserved(Why.TIMED_OUT)))

    assert any("what Dapr has counted" in one for one in found.unseen)
    assert found.causes == ()


ASKING = dapr_json(NO_IDENTITY.format(NO_SUCH_HOST), "dapr.runtime")


@pytest.mark.parametrize(
    ("chains", "told"),
    [
        (live_chains(), "It shook hands with the bot, so it listens"),
        (live_chains(a_silence()), "The bot got no certificate from it either: sentry (dapr-system/dapr-sentry-0, port 50001)"),
    ],
    ids=["it listens", "it does not"],
)
def test_of_a_sentry_that_is_not_reached_it_is_told_whether_the_bot_reaches_it(chains: LiveChains, told: str) -> None:
    verdict = diagnose(a_scene(a_snapshot(chains=chains), lines=[a_line(ASKING)])).verdict

    assert verdict is not None
    assert verdict.id == "sentry-unreachable"
    assert told in verdict.evidence[-1]


def test_what_a_stale_pods_sidecar_shows_is_evidence_beside_what_it_trusts() -> None:
    stale = a_snapshot(pods=[a_pod("orders", anchors=ANOTHER_CA.roots_pem)])

    (cause,) = diagnose(a_scene(stale, chains=of_a_sidecar(ANOTHER_CA))).causes

    assert cause.id == "stale-trust"
    assert any(f"{POD.name} shows a certificate by issuer " in sentence for sentence in cause.evidence)


@pytest.mark.parametrize(("age", "is_late"), [(1, False), (12, False), (17, False), (19, True), (23, True), (25, False)])
def test_a_renewal_is_late_when_three_quarters_of_a_certificate_are_gone_and_it_has_not_ended(age: int, *, is_late: bool) -> None:
    found = diagnose(
        a_scene(chains=LiveChains(shown=(a_shown(a_leaf(age), A_CA.chain[0]), a_shown(a_leaf(23), A_CA.chain[0], component="sentry"))))
    )

    late = [one for one in found.causes if one.id == "renewal-overdue"]
    assert [one.strikes_later for one in late] == ([True] if is_late else [])
